// Package nextgentest simulates the NextGen Enterprise APIs of two sites, with the
// endpoint that hands out tokens. Develop against it before there are credentials, and
// test with it afterwards:
//
//	sim, err := nextgentest.Start(nil)          // on loopback sockets
//	ng, err := nextgen.New(sim.Config(), nil)   // ready to use
//	c := emr.NewClient(ng, nil)
//
// NewPatientAccess is another simulator: the gateway of Patient Access, where a person signs in.
//
// In a test, New(t) stops the simulator at the end and fails the test for each of the
// vendor's rules that a request broke. examples/simulator runs it as a process.
//
// # The practices
//
// Sim.Practices names them: the home practice 0006 of enterprise 00002, with a calendar
// and records; 0007 of the same enterprise; 0001 of enterprise 00001; and a practice with
// the home one's numbers at another site. The same people, those of emrtest.People and
// emrtest.Invent, have other ids in each. One of them has no chart and is no patient, one
// has died. All clocks are in Options.Zone, New York's. Of the resources, 15, 21, 24 and 27
// belong to providers, a nurse and an X-ray room to nobody; one has left. Location 7 and
// 10 can be booked. Events: Consult (30 minutes), Follow Up (15, not in the hours for
// procedures), Procedure (60), and Surgery, without a usual length and at one location.
// Lunch stands in the template as a category that searches leave out. The calendar is
// partly full, with a block, appointments that cannot be cancelled, a deleted one and one
// that was moved. The first of emrtest.People has encounters and documents.
//
// # What is known and what is assumed
//
// D: in the vendor's documentation, its collection or its wiki. R: in a recorded answer.
// W: seen in public code. A: assumed, because no public source tells.
//
//	token      form fields with site_id, no scope, one hour, no refresh token     D
//	           unauthorized_client for a site that has not approved               A
//	session    PUT /users/me/login-defaults, the answer's header X-NG-SessionId   D
//	           the same for the same input, never ends; its six parts             D W
//	           the service user in it differs from site to site                   A
//	           without it an empty 403; the body {"statusCode":200}               A
//	           without it work login-defaults and /master/practices               D
//	names      camelCase (Options.Pascal: PascalCase); read in any case           R D W
//	lists      items, nextPageLink, count; 25 a page                              R
//	           $top is the page; 400 at most, in silence (Options.MostTop)        A
//	           nextPageLink names an internal host (Options.InternalLinks)        R
//	           bare arrays: lookup, chart, insurances, races, ethnicities         W R
//	$filter    guid'', dateTime'', true, numbers bare, substringof, and/or        D W
//	           a literal of another form is 400, and a broken rule                A
//	           text is compared without regard to case; '' is a quote             A
//	times      local, without offset; UTC twins without Z; offsets in seconds     R
//	           a clock time that occurs twice is the first of the two             A
//	absent     null, "", the zero GUID, year 0001 (Options.RotateAbsent)          R
//	masters    rows of all practices in events, categories, patient statuses      R
//	           locationId below a practice, id in the site's list                 R
//	           /master/events/{id}/locations: the rows                            A
//	lookup     criteria are ANDed; a quick search leaves the others out           D
//	           400 without criteria; [] for nobody                                R W
//	           names match from their start                                       A
//	person     email here, emailAddress in the lookup, EmailAddress on writes     R D
//	create     four members; 409 as plain text; the id: Options.Created           D W
//	           who is a duplicate: name, birth date, ZIP, e-mail and telephone    A
//	           no chart yet; POST chart makes a patient, 201                      D W
//	           409 for a second chart                                             A
//	GET /persons  ids and times; a week where nothing is said; 405 before 1752    D R
//	appointments  seven days where no appointmentDate is named                    D
//	           a person's: appointmentId, no time of day, all of them             R
//	slots      the rows; taken and passed ones are among them                     D A
//	availability  the row D; that a list of them comes (Options.Envelope)         A
//	booking    members D; 400 with a text for a conflict (Options.Conflict)       A
//	           the texts; which overrides lift which refusal                      A
//	cancel     needs a reason that is not deleted; 200 without a body             A D
//	move       a new id, the old one is flagged D; Options.Pointer                W A
//	PATCH      cannot change date, place, event: ignored (Options.RefuseDates)    D A
//	DELETE     is a broken rule                                                   A
//	encounters, documents  the rows, information-available, the PDF               R
//	           403 without a body for a document without the right to it          R
//	errors     401 as text W; 400 with message, 404 without a body, 404 "No       R
//	           HTTP resource", 405 with Allow (Options.Version and Without)       R
//	           429, 500, 503: their bodies                                        A
//	quota      200 without a body (Options.DailyQuota, FaultQuota)                W
//	           when the day ends, and that a write is then not done               A
//
// Unknown parameters, headers and members are ignored and break a rule; so do a list
// without the bounds that the vendor else sets in silence, a time with an offset, a
// missing bearer or session, and Basic authentication.
//
// Not simulated: entries of insurances, photos, wait lists, event chains, portal requests,
// document upload and batches, C-CDA requests, balances and clinical lists, the master data
// that scheduling does not need, EAL (launch from the EHR).
package nextgentest
