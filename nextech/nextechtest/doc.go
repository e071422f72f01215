// Package nextechtest simulates a Nextech practice: both products, Select and Practice+,
// with the STU3 scheduling API and the token endpoint in front of it. Develop against it
// before there are credentials, and test with it afterwards:
//
//	sim, err := nextechtest.Start(nil)          // a Select practice on a loopback socket
//	nx, err := nextech.New(sim.Config(), nil)   // ready to use
//	c := emr.NewClient(nx, nil)
//
// In a test, New(t) stops the simulator at the end and fails the test for each of the
// vendor's rules that a request broke. examples/simulator runs it as a process.
//
// # The practice
//
// Three active locations (7 and 10 in New York's zone, 8 in Los Angeles'), one inactive
// (11), one not managed (14). Practitioners 15, 21, 24, 27 can be booked on weekdays
// between 9 and 16; 27 is listed twice, 30 is inactive, 33 has no user account.
// Appointment types 12 (30 minutes), 13 (15), 25 (60), 9 (no default length). Patients
// are those of emrtest.People and emrtest.Invent; the calendar is partly full, with a
// block without a patient, a room without a practitioner, a held time, an appointment
// that cannot be cancelled and one with a status of the practice's own. A booked slot
// disappears, a cancelled one comes back.
//
// # What is known and what is assumed
//
// D: in the vendor's official documentation. R: in a recorded or published answer.
// G: in the registration guide. A: assumed, because no public source tells.
//
//	token      client_credentials at {base}/connect/token with scopes            G
//	           Azure AD v1: resource, password then refresh, or client secret    D
//	           numbers as strings, refresh token lives 14 days                   R D
//	           a refresh token used twice ends the sign-in                       A
//	           which call needs which scope; 403 {"error":"insufficient_scope"}  A G
//	requests   nx-practice-id with Azure tokens, 403 without                     D A
//	           20 a second per endpoint, then 429 without Retry-After            D A
//	           the path's case does not matter (and is a violation)              A
//	           unknown parameter: 400; wrong content type: 415                   D A
//	           wrong base: 404 with the text "Cannot GET /Patient"               G
//	lists      10 by default, 50 at most, _getpagesoffset                        D R
//	           links on another host; one page with next and previous at 0;      R
//	           last not on a whole page
//	           total missing (Options.OmitTotal)                                 R
//	           404 when nothing matches (Options.NotFoundOnEmpty)                D, 2017
//	search     strings match from the start, :exact, :contains; comma is OR      D
//	           telephones are compared by their digits                           A
//	           a date is the practice's local day; no commas                     A D
//	Patient    required fields, 409 for a known person, no id in the PUT path    D
//	           PUT ignores what is not valid; Select also name and birth date    D
//	           Patient/ID: its answer                                            A
//	           POST and PUT echo the patient on Select; Practice+ PUT gives 204  A
//	           GUIDs in upper case in appointments                               R
//	Slot       required parameters, 60 days, 45 and 40 days by default           D
//	           comma and repetition of schedule.actor; length 0 gives nothing    D
//	           no id; Select schedule, Practice+ practice-id and bare urls       R
//	           paged; not in order of time                                       A
//	booking    status proposed, book and hold, contained prospect (Select),      D
//	           409 with AppointmentResponse (Select) or a message (Practice+)    D A
//	           Not Allowed and Hold preferences, a status for bookings           seen in a help page
//	           201 with the appointment, whose status is booked                  A
//	changes    PUT (Select), PATCH (Practice+) with the changed part only        D
//	           cancel, queue, 422 reasons, no second arrived                     D
//	           Practice+ PATCH cancelled (Options.UndocumentedCancel)            A
//	           no status beside a practice-defined one (Select)                  D
//	reference  types, purposes, statuses, patient types, recalls                 D R
//	           Practitioner without id, "identifier" twice                       R
//	           (Options.PublishedPractitioners)
//	documents  10 MB, media types, required members, note categories             D
//	           413 and the stored resource in the answer                         A
//	Encounter  plain dates, chart number as subject                              R D
//	CCDA       Binary, 400 and 404                                               D, 2017
//	errors     bodies of 400, 401, 403 (practice), 404, 409, 415, 422, 429, 500  A
//
// Not simulated: writing coverages and payments (501), the R4 API, SMART sign-in, and
// data in claims, coverages, payments and most clinical lists, which are empty.
// GET /Appointment/{id} is not documented and answers 404, as a path that is not there.
package nextechtest
