// Package patientaccess reads one person's record through NextGen's Patient Access APIs:
// FHIR R4, or DSTU2, behind SMART on FHIR. The person signs in with a browser; what comes
// back is read-only. Scheduling is another product of NextGen's (package nextgen): every
// call for it answers unsupported, and nothing is sent.
//
//	cfg, err := patientaccess.ConfigFromEnv()
//	cfg, err = cfg.Discover(ctx, nil)            // where to sign in
//	flow, err := patientaccess.NewSignIn(cfg, nil)
//	grant, err := flow.Local(ctx, show, page)    // or Start and Callback in a web server
//	pa, err := patientaccess.NewSignedIn(cfg, grant, nil)
//	for r, err := range pa.Search(ctx, "Condition", nil) { ... }
//
// The [Client] is an [emr.Driver]: emr.NewClient(pa, nil) has the patient, documents,
// encounters, practitioners and locations in the neutral model, the same from R4 and
// DSTU2. Every other type is read with [Client.Search] and [Client.Read].
//
// # Registration
//
// One registration is either Patient Access or Enterprise. A Patient Access app has
// callback URLs (Config.RedirectURL is one of them, letter for letter), and both FHIR
// versions selected; the switch for being launched from within the EHR stays off. The
// credentials work in sandboxes at once; for production NextGen and each practice approve
// the app, until then sign-in or data answer with kind auth or permission and a hint.
//
// # Tokens
//
// Nothing is sent with a token but to the FHIR base URL, and nothing with the client
// secret or a refresh token but to the token endpoint: the one of Config.TokenURL, the
// documented one, or one that discovery found at the origin of the base URL. For a base URL
// below nextgen.com it may be another host below it; for one on this machine another port,
// if people sign in there as well. Anything else is untrusted_url.
//
// A refresh token must be used within 48 hours, and may be replaced by each use: keep it
// in Config.TokenStore, and use it at least once a day where a person is to stay signed in.
// Afterwards calls answer emr.ErrLoginRequired: send the person through the sign-in again.
//
// # Whose record
//
// The sign-in says which patient it is for. Where it does not, the one patient is read
// whom the token sees. Somebody who sees several records chooses: [Client.Patients] lists
// them, [WithPatient] or Config.Patient says which one; until then kind precondition.
//
// # Errors
//
// Besides the kinds of every call (see emr.Kind):
//
//   - permission with Code access_denied: the practice has no record of this person, the
//     person did not allow it, or the practice has not approved the app.
//   - quota: an empty answer, with which NextGen says that the day's calls of the app are
//     used up. Wait for the next day.
//   - unsupported: this server has no such resource type.
//   - untrusted_url: a link leads to another host. It was not followed.
//
// # Sources
//
// NextGen's API pages and Patient Access authentication guide, the discovery documents of
// fhir.nextgen.com (July 2026), and public code. What is not documented is tolerated in
// all forms, or marked as assumed. Of the DSTU2 server nothing but the address is public:
// its types are assumed to be those of the Argonaut guide.
package patientaccess
