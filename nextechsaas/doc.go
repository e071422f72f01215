// Package nextechsaas connects to Nextech's SaaS EHR API (IntelleChart): patients,
// encounters and their clinical documents, read only. It has no scheduling: all that is
// answered with kind unsupported and sends nothing. For bookings at Nextech practices see
// package nextech.
//
//	cfg, err := nextechsaas.ConfigFromEnv()
//	nx, err := nextechsaas.New(cfg, nil) // with a stored refresh token
//	c := emr.NewClient(nx, nil)
//
// The [Client] is the [emr.Driver]; applications call the emr.Client around it. What only
// this API has are methods of Client, reached with emr.As[*nextechsaas.Client].
//
// # Patients and visits
//
//	people, err := emr.Collect(c.FindPatients(ctx, emr.PatientQuery{Family: family, Born: born}))
//	for e, err := range c.Encounters(ctx, emr.EncounterQuery{Patient: people[0]}) { ... }
//	doc, err := c.OpenSummary(ctx, emr.SummaryQuery{Patient: people[0], Encounter: e.ID, From: e.Start, To: e.Start.AddDays(1)})
//
// A search needs a chart number (an Identifier with [ChartNumber]) or a name, else it is
// kind invalid; a birth date narrows it. OpenSummary needs the visit; with its day the answer
// is small. What the document's Body yields counts only after io.EOF.
//
// Kinds: invalid (input, nothing was sent, or a 400: see Config.DateLayout), auth with
// emr.ErrLoginRequired (sign in again), permission (the practice id, or what the user may
// do), not_found (no such patient or visit; for every call a wrong base URL or
// Config.EncounterPath), rate_limited and unavailable (tried again already: later),
// timeout (Options.Retry.Timeout is for the whole document), too_large (fewer days,
// Config.MostBytes), protocol (not what the vendor documents: report the request id).
//
// # Access
//
// A user of the practice signs in at Microsoft (Azure AD v1, authorization code), see
// [SignIn]; the refresh token of that sign-in serves from then on, in Config.TokenStore.
// Services that cannot show a page take a stored refresh token, or a token source of their
// own. Each call names the practice in the header x-nextech-practice-id. emr.ErrLoginRequired
// says that somebody has to sign in again.
//
// # Facts are few
//
// The vendor's page is of 2018, nobody has published an answer of the API, and the page
// contradicts itself about paths and dates. What it leaves open is a field of Config, and
// answers are read in each form they may have. Source:
// nextechsystems.github.io/intellechartapidocspub.
//
// # Personal data
//
// The API sends social security numbers. They are passed over and kept nowhere, not in
// Source either. The document of a visit is HTML written elsewhere: never show it without
// cleaning, never log it.
//
// # Time
//
// A birth date is the day as it stands in the answer, never shifted by a zone. The time
// of a visit is UTC; its day is that of Config.Zone.
package nextechsaas
