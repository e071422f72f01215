// Package nextgen connects to the Enterprise APIs of NextGen Healthcare (NextGen
// Enterprise EHR): proprietary JSON over the database of one installation.
//
//	cfg, err := nextgen.ConfigFromEnv()
//	ng, err := nextgen.New(cfg, nil)
//	c := emr.NewClient(ng, nil)
//
// The [Client] is the [emr.Driver]; applications call the emr.Client around it. What only
// NextGen has are methods of Client, reached with emr.As[*nextgen.Client]. The FHIR APIs
// for patients (Patient Access) are another registration and another package,
// nextgen/patientaccess.
//
// # Access
//
// A token is bought with client credentials and the site id. Sandbox, test and production
// share one host: the site id alone tells them apart, so it has no default. Then the
// practice is selected, once: what the server answers, X-NG-SessionId, goes with every
// further call, does not expire and is kept apart for each practice, see Config.SessionID.
// A client of NextGen's approves an application for its site; until then it is refused.
//
// # Time
//
// NextGen sends and takes what the practice's clock shows, without offset: days and HHMM.
// Config.Zone makes instants of it, whatever the machine's zone is. In the hour that
// clocks repeat, a time that is read is the first of the two, unless its end or Config.Fold
// says otherwise, and one that is booked must be decided by Config.Fold. A time in the
// hour that clocks skip is kind protocol.
//
// # Errors
//
// Besides the kinds of every call (see emr.Kind):
//
//   - quota: a read was answered with nothing, which is how NextGen says that the day's
//     allowance of the application, over all clinics, is used up. It is not repeated.
//   - unsupported with the API version in the hint: this site's version has no such route.
//   - permission: the application lacks a right, or the client's approval, or the practice.
//   - conflict, emr.ErrSlotTaken: 409 to a booking, or 400 with words about a conflict.
//   - conflict, emr.ErrDuplicatePatient: the site has this person.
//   - ambiguous: a write whose answer told nothing, and that reading back did not find.
//
// NextGen's own text is in Error.Detail only; addresses inside the clinic are cut out.
//
// # Where things live
//
// Files that start with the same word belong together:
//
//   - client, config*, defaults, info, check: the connection, and what it says of itself
//   - token, session, login, call, errors, page, odata, wire, localtime: how a request is made and an answer read
//   - raw: requests of the application's own
//   - directory*, resource, practice: locations, practitioners, calendars, types, reasons
//   - patient*, chart: finding, creating and changing people
//   - slot*: free times
//   - appointment*: reading appointments
//   - booking*, reschedule, change: booking, moving, confirming, arriving, cancelling
//   - news: what changed since an instant
//   - document, encounter: what a chart holds
//
// Package nextgentest has the simulator.
//
// # Sources
//
// The vendor's public pages, its Postman collection 6.0.0.1752, quotations of its portal's
// wiki, and answers of its sandbox 6.0.0.767 recorded in public (2023). The documentation of
// all routes is behind the portal. What these do not say is configurable, tolerated in all
// forms seen, or marked as assumed.
package nextgen
