// Package nexhealth connects to NexHealth's Synchronizer API, version 3.0.0
// (Nex-Api-Version v3.0.0, the same as v20240412). Version 2 is not supported.
//
//	cfg, err := nexhealth.ConfigFromEnv()
//	nx, err := nexhealth.New(cfg, nil)
//	c := emr.NewClient(nx, nil)
//
// The [Client] is the [emr.Driver]; applications call the emr.Client around it. What only
// NexHealth has are methods of Client, reached with emr.As[*nexhealth.Client].
//
// # A copy, and writes that come later
//
// NexHealth keeps a copy of each practice's data. Reads come from the copy, which lags up
// to 20 minutes. A write is accepted first and gets into the practice's own system later,
// or not at all: Appointment.Write says how far it is, emr.Client.AwaitWritten waits for
// the end, and [Webhook] tells it as soon as NexHealth does, if both were given the same
// [Outcomes]. Appointment.Warnings says when a location cannot take bookings at present.
//
// # Access
//
// The API key buys a bearer token at POST /authenticates; its life is read from the token.
// One host serves sandbox and production, and the key decides: set Config.Environment to
// have a key of the other one refused. Each call names the institution by its subdomain,
// most also the location.
//
// # Time
//
// Slots and appointments carry the zone of their location, from Config.Zone or GET
// /locations. Days go out as the location's own days, instants in UTC.
//
// # Errors
//
// Besides the kinds of every call (see emr.Kind):
//
//   - any kind with Status 200: NexHealth reported a failure inside a success (code false).
//   - conflict, emr.ErrSlotTaken: the time is taken. NexHealth does not promise to notice.
//   - conflict, emr.ErrDuplicatePatient: the person is known; the known record comes along.
//   - permission: the key has no access to this institution, location or endpoint.
//   - not_found with a hint: the record is not there for this key, or the version is wrong.
//   - unsupported on a change: this practice's system cannot do it; nothing was changed.
//   - protocol with Fields: NexHealth ignored that filter, so the answer is not to be used.
//   - config naming Environment: the key belongs to the other environment.
//
// # Where things live
//
// Files that start with the same word belong together:
//
//   - client, config*, defaults, info, check*: the connection, and what it says of itself
//   - token, call, rates, envelope*, page*, errors, wire: how a request is made and an answer read
//   - raw*: requests of the application's own
//   - directory*, operatory, descriptor: locations, practitioners, appointment types, rooms, codes
//   - slot*: free times
//   - patient*: finding and creating people
//   - booking*: booking and moving, with warnings when a location may not take it
//   - appointment*: reading appointments; confirming, arriving, cancelling
//   - document*: documents of a patient
//   - recall, procedure, insurance, recordlist: further records, and how their lists are read
//   - change: what changed since an instant
//   - webhook*: receiving events, managing endpoints and subscriptions
//   - outcome*: what webhooks told of writes
//   - workinghour*: when practitioners work
//   - institution*, onboarding*, syncstatus*: practices, links that set them up, their syncs
//   - setup*, portal: how far each practice is, and what only the developer portal can do
//
// Package bulkcsv has the sheet of many practices, nexhealthtest the simulator.
//
// # Sources
//
// The OpenAPI document of v20240412 and the pages of docs.nexhealth.com (2026). What they
// do not say is configurable, tolerated in all forms seen, or marked as assumed.
package nexhealth
