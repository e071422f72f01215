// Package nexhealthtest simulates NexHealth's Synchronizer API, version v3.0.0, with the
// practices behind it and the sender of webhooks. Develop against it before there are
// credentials, and test with it afterwards:
//
//	sim, err := nexhealthtest.Start(nil)          // on a loopback socket
//	nx, err := nexhealth.New(sim.Config(), nil)   // ready to use
//	c := emr.NewClient(nx, nil)
//
// In a test, New(t) stops the simulator at the end and fails the test for each of the
// vendor's rules that a request broke. examples/simulator runs it as a process.
//
// # The practices
//
// The production key reaches lantern-row-dental and hillside-dentistry, the sandbox key
// emrkit-demo-practice. The seeded clinic is in the one of Options.Environment; the
// others have a location and nothing in it. Locations 7 and 10 are in New York's zone, 8
// in Los Angeles', 11 is inactive. 7 has no operatories, 8 has 801, and at 10 a booking
// needs one of 1001 and 1002 (map_by_operatory). Providers 15, 21, 24, 27 can be booked
// on weekdays between 9 and 16; 30 is inactive, 33 is not requestable. Appointment types
// 12 (30 minutes), 13 (15), 25 (60), and 9, which no working hours are tied to: it never
// has slots. Patients are those of emrtest.People and emrtest.Invent, with an inactive
// double and a guarantor who is no patient; every second telephone is stored as somebody
// typed it. The calendar is partly full, with a block, an appointment without a provider
// and one that cannot be cancelled. A booked slot disappears, a cancelled one comes back.
//
// # Accepted is not written
//
// Appointments, their changes and documents are accepted at once and reach the practice
// system after Options.WriteDelay or with Sim.SettleWrites: then foreign_id is set and
// the webhook goes out. Sim.FailWrites and Sim.TimeOutWrites let the next ones end
// otherwise; emrtest.FaultWriteNeverCompleted accepts and does nothing more. Patients
// reach it with their first appointment. In the sandbox, and at locations without
// insert_appt_client, nothing does.
//
// # What is known and what is assumed
//
// D: in the vendor's documentation or its OpenAPI document. R: in a recorded or published
// answer. W: seen in public code. A: assumed, because no public source tells.
//
//	token      bare key at /authenticates, 201, JWT with exp, iat, sub, scp, jti   D R
//	           an hour in production, a day in the sandbox; two keys, one host     D
//	           Bearer before the key is refused with 401                           D A
//	requests   Nex-Api-Version; without it 404 where the table asks for it         D
//	           v2 is refused with 404: here it is not simulated                    A
//	           sandbox key on a production subdomain, foreign location: 403        D
//	           another content type than JSON: 415                                 W A
//	           10, 100 a second, 1,000, 2,000 a minute, 429 without Retry-After    D
//	           10 a second for slots and appointments together; rolling windows    A
//	envelope   code, description, error, data; count or page_info                  D
//	           description and error in all forms (Options.RotateTexts)            D R
//	           code false inside of 2xx (Sim.AnswerNext)                           W
//	           error texts, 401 to data calls, 404                                 A
//	           "Missing parameter start", "Missing parameter appointment_type"     W
//	           unknown parameters: ignored, with a note in description             D
//	lists      per_page 5 by default, at most 1000; end_cursor is forward          D
//	           a foreign or changed cursor is 400; other parameters must stay      A
//	           page numbers for nex_staff only                                     D
//	slots      parameters, groups, offsets, next_available_date in 180 days        D
//	           slot_length beside a type wins; a grid from the start of the hours  A
//	           neither pids[] nor a type: 400; more than 14 days: a violation      D A
//	           no working hours, no slots; one operatory a time by default         D
//	patients   filters are ANDed, or widen (Options.Search)                        D, both
//	           name: words begin names, either way round, or one letter apart      A
//	           telephone compared as a stored string, cut to 10 characters         W
//	           required fields, gender Female by default (a violation)             D
//	           match by birth date, name, telephone: 200, or 400                   D
//	           written with the first appointment; another id (Placeholders)       D
//	bookings   fields, future only, operatory rule, note of 128 characters         D
//	           a taken time, or one outside of hours, is booked: nothing refuses   A
//	           (Options.RefuseTaken; 422: Options.Unprocessable)                   W A
//	           an unknown patient, provider or type: 404                           A
//	changes    confirmed and checkin_at one way; times where possible (NoMoves)    D
//	           "already cancelled", "already confirmed"                            W
//	           a failed change stays as NexHealth has it                           A
//	list       location or foreign_id; begins in the window, both ends in          D A
//	hours      manual and synced, one of three ways to say when                    D
//	           a change of a synced one is refused                                 A
//	webhooks   headers, signature, retries, 48 hours, then inactive                D
//	           standard base64 in one line (Options.WrappedBase64)                 A
//	           data: appointment, appointments, patients, bare sync status         W
//	           previous_attributes beside the appointment; document, onboarding    A
//	           appointment_created for what others book, not for the API's own     A
//	           recovery only for sync status                                       W
//	sync       two syncs of the home institution, green and red, stamps            D
//	onboarding production only, 3 months, string ids, location_id as text          D
//	           an institution of its own after Sim.FinishOnboarding                A
//	documents  multipart, part file with a name, document_type_id                  D
//	           PDF only, 400 otherwise; download with the token                    D, v2 A
//	others     recalls, procedures, plans, coverages, alerts, staff                D
//
// Not simulated: the finance endpoints, forms, v2, v3.1.0, notices to patients, waiting
// lists. Bodies of answers have the members of the OpenAPI document, and null where a
// client should be ready for it.
package nexhealthtest
