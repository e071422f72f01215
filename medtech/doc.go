// Package medtech connects to ALEX, Medtech's FHIR R4 facade over Medtech Evolution and
// Medtech32, the general-practice systems of New Zealand and Australia.
//
//	cfg, err := medtech.ConfigFromEnv()
//	mt, err := medtech.New(cfg, nil)
//	c := emr.NewClient(mt, nil)
//
// The [Client] is the [emr.Driver]; applications call the emr.Client around it. What only
// Medtech has are methods of Client, reached with emr.As[*medtech.Client].
//
// # Access
//
// Tokens come from Azure AD version 2 by client credentials; they are renewed at minute
// 55, and once more after a 401. [Client.Invalidate] drops one by hand, [Client.Roles]
// tells what the application may do. Every request names the practice by its HPI facility
// id: Config.Facility, or [WithFacility] for one call; ids of records belong to one
// facility. Each request has a new mt-correlationid, which is Error.RequestID; the writes
// of one commit share theirs, and so do all requests under a UUID version 4 that the
// caller chose (emr.WithCorrelationID). Medtech lets in calls from listed addresses only:
// from elsewhere tokens come and connections time out.
//
// # People
//
// Patients are found by NHI number, or by family name, birth date and mobile number
// together; every other search is kind invalid, and nothing is sent. [NHI] makes the
// identifier, [ValidNHI] checks both forms of the number. Practitioners are asked for by
// HPI CPN, else by NZMC number; one without either has no slots here.
//
// # Time
//
// Times carry Config.Zone, and go out with its offset, never as Z: the practice's screen
// shows the day as it is written. Slots are searched in windows of 168 hours at most.
//
// # Errors
//
// Decided by HTTP status, issue code and text, in that order. Besides the kinds of every
// call (see emr.Kind):
//
//   - config with Fields "facility": ALEX does not know the facility id, or has not mapped
//     it to the application.
//   - permission: Code role_missing when the token lacks the role for the call (Hint names
//     it), query_refused when it has it, so that the form of the query or the practice's
//     consent is the reason, forbidden when the token tells no roles.
//   - unavailable, Code practice_offline, and timeout, Code practice_slow: the practice's
//     own system. Reads were repeated; a write is ambiguous.
//   - timeout with a hint about the address allow-list: no connection, though tokens came.
//   - unsupported, Code not_exposed: ALEX's gateway has no such resource here.
//   - precondition with Fields "identifier": the patient has no NHI, by which appointments
//     are listed and changed.
//   - conflict, emr.ErrSlotTaken: the time is taken.
//
// [UserMessage] has plain words for each.
//
// # Sources
//
// The ALEX guides of 2021 (github.com/HL7NZ/medtech), the guides at
// fhir.medtechglobal.com and fhirdev.medtechglobal.com.au (2025), and recorded answers of
// the New Zealand sandbox. What they leave open is configurable, tolerated in all forms, or
// marked as assumed.
package medtech
