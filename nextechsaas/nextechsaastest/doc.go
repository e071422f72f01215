// Package nextechsaastest simulates Nextech's SaaS EHR API of one practice and the Azure AD
// v1 directory where its users sign in. Develop against it before there are credentials, and
// test with it afterwards:
//
//	sim, err := nextechsaastest.Start(nil)               // on loopback sockets
//	nx, err := nextechsaas.New(sim.Config(), nil)        // somebody has signed in
//	flow, err := nextechsaas.SignIn(sim.SignInConfig(""), nil) // or signs in now
//
// In a test, New(t) stops the simulator at the end and fails the test for each of the
// vendor's rules that a request broke. examples/simulator runs it as a process.
//
// # The practice
//
// It has the patients of emrtest.People and emrtest.Invent, all with social security numbers
// of the range 9xx, which was never issued. One in four has no visit, the others one to three.
// Visits are at 03:04 UTC, when it is the evening before in America. Documents are HTML with
// scripts in it. Scheduling does not exist: all faults of writes and bookings never fit.
//
// # What is known and what is assumed
//
// D: in the vendor's documentation. M: in Microsoft's of Azure AD v1. A: assumed, because
// no public source tells.
//
//	directory  authorize with client_id, response_type=code, resource             D
//	           redirect_uri; redirect_url with Options.RedirectParam               M D
//	           redirect URLs compared to the letter (Options.AnyPort)              M
//	           a sign-in without state is refused and a broken rule                A
//	           PKCE S256, checked when sent (Options.RequirePKCE)                  A
//	           errors as query parameters of the redirect URL; an error page       M
//	           where application or redirect URL are wrong
//	           session_state beside the code                                       M
//	token      code with redirect_uri and resource, equal to those of the sign-in  D
//	           a code is good once, ten minutes long                               M
//	           a code used again ends what came of it                              A
//	           no client_secret, or one with Options.Confidential                  D M
//	           refresh: resource may be left out                                   M
//	           a refresh replaces the refresh token (Options.KeepRefresh); the     M A
//	           old one is refused, and may end the sign-in (Options.EndReplayed)
//	           3599 seconds, numbers as texts, scope, resource, id_token           D
//	           refresh tokens are good for 90 days                                 M
//	           error bodies with AADSTS numbers; which number                      M A
//	requests   Bearer and x-nextech-practice-id; 403 for another practice          D
//	           403 also without the header, which is a broken rule                 A
//	           401 for a bad token; 429 and 20 requests a second (PerSecond)       A
//	           unknown headers, parameters and methods but GET: broken rules       A
//	/search    term required, else 400                                             D
//	           matches chart number whole, names by the start of each word         A
//	           a list, or the object of one match (Options.OneObject)              A D
//	           dob with a time (Options.DateOnlyBirth), ssn whole                  D
//	visits     /{patientId}/encounters/search (Options.EncounterPath)              D
//	           start and end, section; 400 for dates of another layout             D
//	           the layout (Options.DateLayout), both days included                 A
//	           whose days they are (Options.Zone): UTC                             A
//	           several sections 400 (Options.Sections); an unknown one 400         A
//	           encounterLocked a boolean, or a text (Options.LockedText)           D
//	           summary before ccd (Options.DocumentFirst)                          D A
//	           a document of any size (Options.LargeDocument)                      A
//	           404 for an unknown patient, [] for one without visits               D A
//	categories a list of texts, or of objects (Options.CategoryObjects)            A
//	errors     {"Message":"..."}                                                   A
//
// Not simulated: IntelleChartPRO R4, single sign-on sessions, consent of administrators.
package nextechsaastest
