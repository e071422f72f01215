// Package nextech connects to Nextech's scheduling APIs, FHIR STU3: Select and
// Practice+. They are two dialects of one client, chosen by Config.Product.
//
//	cfg, err := nextech.ConfigFromEnv()
//	nx, err := nextech.New(cfg, nil)
//	c := emr.NewClient(nx, nil)
//
// The [Client] is the [emr.Driver]; applications call the emr.Client around it. What
// only Nextech has are methods of Client, reached with emr.As[*nextech.Client]:
// [Client.Purposes], [Client.PracticeStatuses], [Client.SetPracticeStatus],
// [Client.MissingScopes]. The structs that go into the Vendor fields of neutral
// requests are [PatientFilter], [NewPatientOptions], [BookingOptions],
// [CancelOptions] and [DocumentOptions].
//
// # Access
//
// Select documents the password grant of Azure AD v1 with a resource, Practice+ the
// client_credentials grant; both want the header nx-practice-id. Any other base URL
// with only a client id and a secret is asked for tokens at {base}/connect/token. See
// [Config] for what to fill in.
//
// # Time
//
// Nextech sends times with the practice's offset. With Config.Zone they carry that
// zone, without it the offset as sent. Days go out as the practice's local days.
// Bookings go out with the slot's own offset.
//
// # Errors
//
// Besides the kinds of every call (see emr.Kind):
//
//   - conflict, emr.ErrSlotTaken: 409 on a booking, Nextech's AppointmentResponse.
//   - conflict, emr.ErrDuplicatePatient: 409 on a new patient: find the known one.
//   - invalid on Cancel: 422; Detail has the reason, Hint the known ones.
//   - permission: 403; the Hint names the missing scope where it can be known.
//   - not_found with a hint about the base URL: a page came where an API was expected.
//   - partial or invalid on UpdatePatient: Nextech answered with success and ignored
//     the values named in Fields.
//
// # Sources
//
// The official STU3 pages, https://nextechsystems.github.io/selectapidocspub/ (2024) and
// https://nextechsystems.github.io/practiceplusapidocspub/ (2022). What they do not say
// is configurable, tolerated in both forms, or marked as not documented.
package nextech
