package nexhealth_test

import (
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/openapitest"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/nexhealthtest"
)

// TestEveryRequestValidatesAgainstTheOpenAPIDocument calls every method of the client
// against the simulator, and checks each request, and each answer of the simulator,
// against the vendor's document.
func TestEveryRequestValidatesAgainstTheOpenAPIDocument(t *testing.T) {
	t.Parallel()
	recorder := openapitest.NewRecorder(t, nexhealth.OfficialDocument(t), nil)
	recorder.Answers = true
	synctest.Test(t, func(t *testing.T) { // the client waits for its turn ten times a second
		time.Sleep(time.Until(time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)))
		sim := nexhealthtest.New(t, &nexhealthtest.Options{InMemory: true, WriteDelay: -1})
		http := sim.HTTPClient()
		recorder.Next, http.Transport = http.Transport, recorder
		nx, err := nexhealth.New(sim.Config(), &emr.Options{HTTPClient: http})
		if err != nil {
			t.Fatal(err)
		}
		c := emr.NewClient(nx, nil)
		t.Cleanup(func() { _ = c.Close() })
		run := everyCall{t: t, ctx: t.Context(), sim: sim, nx: nx, c: c}
		run.directory()
		run.records()
		run.hours()
		run.webhooks()
		run.onboarding()
	})
	routes := recorder.Routes()
	for _, want := range []string{
		"POST /authenticates", "GET /locations", "GET /providers", "GET /operatories", "GET /appointment_types", "GET /available_slots",
		"GET /patients", "POST /patients", "GET /patients/{id}", "GET /appointments", "POST /appointments", "GET /appointments/{id}", "PATCH /appointments/{id}",
		"GET /patients/{id}/documents", "POST /patients/{id}/documents", "GET /document_types", "GET /sync_status",
		"GET /locations/{id}/appointment_descriptors", "GET /appointment_types/{id}/appointment_descriptors", "GET /appointments/{id}/appointment_descriptors",
		"GET /patient_recalls", "GET /recall_types", "GET /procedures", "GET /insurance_plans", "GET /insurance_coverages", "GET /patients/{id}/alerts",
		"GET /working_hours", "POST /working_hours", "GET /working_hours/{id}", "PATCH /working_hours/{id}", "DELETE /working_hours/{id}",
		"GET /webhook_endpoints", "POST /webhook_endpoints", "PATCH /webhook_endpoints/{id}", "DELETE /webhook_endpoints/{id}",
		"GET /webhook_endpoints/{id}/webhook_subscriptions", "POST /webhook_endpoints/{id}/webhook_subscriptions",
		"PATCH /webhook_endpoints/{id}/webhook_subscriptions/{subscription_id}", "DELETE /webhook_endpoints/{id}/webhook_subscriptions/{subscription_id}",
		"GET /institutions", "GET /institutions/{id}", "GET /onboardings", "POST /onboardings", "GET /onboardings/{hashid}",
	} {
		if !slices.Contains(routes, want) {
			t.Errorf("%s was never asked for: its requests were not checked", want)
		}
	}
}

// everyCall calls the methods of a client. What they answer is other tests' business,
// but none may fail: a request that is never made is not checked.
type everyCall struct {
	t   *testing.T
	ctx context.Context
	sim *nexhealthtest.Sim
	nx  *nexhealth.Client
	c   *emr.Client
}

func (r *everyCall) ok(what string, err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatalf("%s: %v", what, err)
	}
}

// all reads a list that must hold something.
func all[T any](r *everyCall, what string, seq func(func(*T, error) bool)) []*T {
	r.t.Helper()
	items, err := emr.Collect(seq)
	r.ok(what, err)
	if len(items) == 0 {
		r.t.Fatalf("%s: the list is empty", what)
	}
	return items
}

func (r *everyCall) directory() {
	here := r.sim.Config().Location
	all(r, "locations", r.c.Locations(r.ctx))
	all(r, "practitioners", r.c.Practitioners(r.ctx))
	types := all(r, "types", r.c.AppointmentTypes(r.ctx))
	_, err := r.nx.Operatories(r.ctx, here)
	r.ok("operatories", err)
	_, err = r.nx.Descriptors(r.ctx, here, "")
	r.ok("descriptors", err)
	_, err = r.nx.TypeDescriptors(r.ctx, types[0].ID, "")
	r.ok("descriptors of a type", err)
	_, err = r.c.Check(r.ctx)
	r.ok("check", err)
	_, _, err = r.nx.NextAvailable(r.ctx, emr.SlotQuery{})
	r.ok("next available", err)
	_, err = r.nx.SyncStatuses(r.ctx, nexhealth.SyncQuery{Read: nexhealth.SyncGreen, Write: nexhealth.SyncGreen, Locations: []emr.LocationID{here}})
	r.ok("sync status", err)
}

func (r *everyCall) records() {
	person := emrtest.Invent(40_001)
	found, err := r.c.FindOrCreatePatient(r.ctx, &person)
	r.ok("patient", err)
	_, err = r.c.GetPatient(r.ctx, found.Patient.ID)
	r.ok("get patient", err)
	_, err = emr.Collect(r.c.FindPatients(r.ctx, emr.PatientQuery{Family: person.Family, Given: person.Given, Born: person.Born, Phone: person.Phones[0].Number, Email: person.Emails[0]}))
	r.ok("find patients", err)
	slots := all(r, "slots", r.c.FindSlots(r.ctx, emr.SlotQuery{}))
	a, err := r.c.Book(r.ctx, &emr.Booking{Patient: found.Patient, Slot: slots[0], Note: emr.NewPHI("a note")})
	r.ok("book", err)
	r.sim.SettleWrites()
	a, err = r.c.GetAppointment(r.ctx, a.ID)
	r.ok("get appointment", err)
	_, err = r.nx.AppointmentDescriptors(r.ctx, a.ID, "")
	r.ok("descriptors of an appointment", err)
	day := emr.DateOf(a.Start)
	all(r, "appointments", r.c.Appointments(r.ctx, emr.AppointmentQuery{From: day, To: day.AddDays(1), Patient: found.Patient, Practitioners: []emr.PractitionerID{a.Practitioner}}))
	_, err = emr.Collect(r.c.Changes(r.ctx, emr.ChangeQuery{Since: r.sim.Now().Add(-time.Hour), Kinds: []emr.ChangeKind{emr.ChangeAppointment, emr.ChangePatient}}))
	r.ok("changes", err)
	_, err = r.c.Confirm(r.ctx, a.ID)
	r.ok("confirm", err)
	at := slices.IndexFunc(slots[2:], func(s *emr.Slot) bool { return s.Practitioner == a.Practitioner && s.Location == a.Location })
	moved, err := r.c.Reschedule(r.ctx, &emr.Move{Appointment: a.ID, To: slots[2+at]})
	r.ok("reschedule", err)
	_, err = r.c.Arrive(r.ctx, moved.ID)
	r.ok("arrive", err)
	b, err := r.c.Book(r.ctx, &emr.Booking{Patient: found.Patient, Slot: slots[1]})
	r.ok("book another", err)
	_, err = r.c.Cancel(r.ctx, b.ID, nil)
	r.ok("cancel", err)

	kinds, err := r.nx.DocumentTypes(r.ctx)
	r.ok("document types", err)
	up := &emr.NewDocument{Patient: found.Patient, Title: emr.NewPHI("letter"), ContentType: "application/pdf", Content: bytes.NewReader([]byte("%PDF-1.4 x"))}
	if len(kinds) > 0 {
		up.Category = kinds[0].ID
	}
	_, err = r.c.UploadDocument(r.ctx, up)
	r.ok("upload", err)
	docs := all(r, "documents", r.c.Documents(r.ctx, emr.DocumentQuery{Patient: found.Patient}))
	content, err := r.c.OpenDocument(r.ctx, docs[0])
	r.ok("open document", err)
	_, err = io.Copy(io.Discard, content.Body)
	r.ok("read document", err)
	r.ok("close document", content.Body.Close())
	r.reads(found.Patient.ID)
}

// reads are the records that are only read.
func (r *everyCall) reads(patient emr.PatientID) {
	since := r.sim.Now().AddDate(-2, 0, 0)
	here := r.sim.Config().Location
	_, err := r.nx.PatientAlerts(r.ctx, patient, true)
	r.ok("alerts", err)
	recalls := all(r, "recalls", r.nx.Recalls(r.ctx, nexhealth.RecallQuery{UpdatedSince: since}))
	_, err = r.nx.Recall(r.ctx, recalls[0].ID)
	r.ok("recall", err)
	_, err = emr.Collect(r.nx.Recalls(r.ctx, nexhealth.RecallQuery{Patient: recalls[0].Patient, Type: recalls[0].Type.ID, Location: here, DueFrom: emr.DateOf(since)}))
	r.ok("recalls of one", err)
	_, err = r.nx.RecallTypes(r.ctx, "")
	r.ok("recall types", err)
	procedures := all(r, "procedures", r.nx.Procedures(r.ctx, nexhealth.ProcedureQuery{UpdatedSince: since}))
	p := procedures[0]
	_, err = r.nx.Procedure(r.ctx, p.ID)
	r.ok("procedure", err)
	_, err = emr.Collect(r.nx.Procedures(r.ctx, nexhealth.ProcedureQuery{Patient: p.Patient, Practitioner: p.Practitioner, Location: here, StartFrom: emr.DateOf(since), StartTo: emr.DateOf(r.sim.Now())}))
	r.ok("procedures of one", err)
	plans := all(r, "plans", r.nx.InsurancePlans(r.ctx, nexhealth.InsurancePlanQuery{UpdatedSince: since, Deleted: true}))
	_, err = r.nx.InsurancePlan(r.ctx, plans[0].ID)
	r.ok("plan", err)
	coverages := all(r, "coverages", r.nx.InsuranceCoverages(r.ctx, nexhealth.InsuranceCoverageQuery{UpdatedSince: since}))
	_, err = r.nx.InsuranceCoverage(r.ctx, coverages[0].ID)
	r.ok("coverage", err)
}

func (r *everyCall) hours() {
	hours, err := r.nx.WorkingHours(r.ctx, nexhealth.WorkingHourQuery{})
	r.ok("working hours", err)
	_, err = r.nx.GetWorkingHour(r.ctx, hours[0].ID)
	r.ok("working hour", err)
	h, err := r.nx.CreateWorkingHour(r.ctx, "", &nexhealth.WorkingHour{
		Practitioner: hours[0].Practitioner, Resource: hours[0].Resource, Begin: nexhealth.Clock{Hour: 7}, End: nexhealth.Clock{Hour: 8}, Days: []time.Weekday{time.Saturday}, Active: true,
	})
	r.ok("create working hour", err)
	end := nexhealth.Clock{Hour: 8, Minute: 30}
	_, err = r.nx.UpdateWorkingHour(r.ctx, h.ID, &nexhealth.WorkingHourUpdate{End: &end, Types: &[]emr.AppointmentTypeID{}})
	r.ok("update working hour", err)
	r.ok("delete working hour", r.nx.DeleteWorkingHour(r.ctx, h.ID))
}

func (r *everyCall) webhooks() {
	e, err := r.nx.CreateWebhookEndpoint(r.ctx, "https://app.example.com/hooks")
	r.ok("create endpoint", err)
	off, on := false, true
	_, err = r.nx.UpdateWebhookEndpoint(r.ctx, e.ID, nexhealth.WebhookEndpointUpdate{Active: &on})
	r.ok("update endpoint", err)
	e, err = r.nx.EnsureWebhook(r.ctx, "https://app.example.com/hooks", nexhealth.AppointmentInsertion, nexhealth.OnboardingUpdated)
	r.ok("ensure webhook", err)
	_, err = r.nx.WebhookEndpoints(r.ctx)
	r.ok("endpoints", err)
	subscriptions, err := r.nx.WebhookSubscriptions(r.ctx, e.ID, nexhealth.WebhookSubscriptionQuery{Resource: nexhealth.ResourceAppointment})
	r.ok("subscriptions", err)
	s, err := r.nx.CreateWebhookSubscription(r.ctx, e.ID, nexhealth.NewWebhookSubscription{Event: nexhealth.PatientCreated})
	r.ok("subscribe", err)
	_, err = r.nx.UpdateWebhookSubscription(r.ctx, e.ID, s.ID, nexhealth.WebhookSubscriptionUpdate{Active: &off})
	r.ok("update subscription", err)
	r.ok("unsubscribe", r.nx.DeleteWebhookSubscription(r.ctx, e.ID, s.ID))
	if len(subscriptions) != 1 {
		r.t.Errorf("%d subscriptions", len(subscriptions))
	}
	r.ok("delete endpoint", r.nx.DeleteWebhookEndpoint(r.ctx, e.ID))
}

func (r *everyCall) onboarding() {
	institutions := all(r, "institutions", r.nx.Institutions(r.ctx))
	_, err := r.nx.Institution(r.ctx, institutions[0].ID)
	r.ok("institution", err)
	home, _, _ := r.sim.Subdomains()
	for _, n := range []*nexhealth.NewOnboarding{
		{Name: "Harbor Smiles", Zip: "98101", Website: "https://harborsmiles.example.com", Email: emr.NewPHI("office@harborsmiles.example.com"), EMR: nexhealth.EMRDentrix},
		{Subdomain: home, EMR: nexhealth.EMROpenDental},
	} {
		o, err := r.nx.CreateOnboarding(r.ctx, n)
		r.ok("create onboarding", err)
		_, err = r.nx.Onboarding(r.ctx, o.ID)
		r.ok("onboarding", err)
	}
	_, err = emr.Collect(r.nx.Onboardings(r.ctx, nexhealth.OnboardingQuery{Subdomain: home, Status: nexhealth.OnboardingInProgress, Order: nexhealth.OldestOnboardingsFirst}))
	r.ok("onboardings", err)
	setups, err := r.nx.Setups(r.ctx, nexhealth.SetupQuery{})
	r.ok("setups", err)
	if !slices.ContainsFunc(setups, func(s *nexhealth.Setup) bool { return strings.Contains(string(s.State), "link_open") }) {
		r.t.Error("the onboarding that was made is in no list")
	}
}
