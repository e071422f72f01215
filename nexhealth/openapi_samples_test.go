package nexhealth

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/openapitest"
)

// sampleCase calls the method that reads the answer of one operation. The ids are those of
// the document's examples. It returns how many records it read.
type sampleCase struct {
	route    string
	location emr.LocationID
	read     func(context.Context, parts) (int, error)
}

// count makes the result of a method that returns a slice.
func count[T any](all []T, err error) (int, error) { return len(all), err }

// paged makes that of a part that returns a page.
func paged[T any](p emr.Page[T], err error) (int, error) { return len(p.Items), err }

// single makes that of a method that returns one record.
func single[T any](r *T, err error) (int, error) {
	if err != nil || r == nil {
		return 0, err
	}
	return 1, nil
}

var (
	sampleDay     = emr.Date{Year: 2020, Month: 6, Day: 5}
	samplePatient = &emr.Patient{ID: emr.NewPatientID("415")}
)

func sampleCases() []sampleCase {
	appointment := &emr.Appointment{ID: emr.NewAppointmentID("1822")}
	return []sampleCase{
		{"GET /institutions", "7", func(ctx context.Context, p parts) (int, error) { return count(p.institutions(ctx)) }},
		{"GET /institutions/{id}", "7", func(ctx context.Context, p parts) (int, error) { return single(p.Institution(ctx, "1")) }},
		{"GET /locations", "7", func(ctx context.Context, p parts) (int, error) { return paged(p.ListLocations(ctx, "")) }},
		{"GET /locations/{id}/appointment_descriptors", "13", func(ctx context.Context, p parts) (int, error) { return count(p.Descriptors(ctx, "13", "")) }},
		{"GET /providers", "4", func(ctx context.Context, p parts) (int, error) { return paged(p.ListPractitioners(ctx, "")) }},
		{"GET /operatories", "4", func(ctx context.Context, p parts) (int, error) { return count(p.Operatories(ctx, "4")) }},
		{"GET /appointment_types", "7", func(ctx context.Context, p parts) (int, error) { return paged(p.ListAppointmentTypes(ctx, "")) }},
		{"GET /appointment_types/{id}/appointment_descriptors", "13", func(ctx context.Context, p parts) (int, error) { return count(p.TypeDescriptors(ctx, "1", "")) }},
		{"GET /appointments/{id}/appointment_descriptors", "13", func(ctx context.Context, p parts) (int, error) {
			return count(p.AppointmentDescriptors(ctx, appointment.ID, ""))
		}},
		{"GET /patients", "7", func(ctx context.Context, p parts) (int, error) {
			return paged(p.FindPatients(ctx, emr.PatientQuery{Family: emr.NewPHI("Smith"), Given: emr.NewPHI("John"), Vendor: PatientFilter{NonPatients: true}}, ""))
		}},
		{"POST /patients", "7", func(ctx context.Context, p parts) (int, error) {
			born, _ := emr.ParseBirthDate("1964-05-03")
			return single(p.CreatePatient(ctx, &emr.NewPatient{
				Given: emr.NewPHI("John"), Family: emr.NewPHI("Smith"), Born: born, Sex: emr.SexFemale, Practitioner: "23",
				Phones: []emr.Phone{{Number: emr.NewPHI("2065550142")}}, Emails: []emr.PHI{emr.NewPHI("john@example.com")},
			}))
		}},
		{"GET /patients/{id}", "7", func(ctx context.Context, p parts) (int, error) { return single(p.GetPatient(ctx, samplePatient.ID)) }},
		{"GET /available_slots", "1", func(ctx context.Context, p parts) (int, error) {
			return paged(p.FindSlots(ctx, emr.SlotQuery{From: emr.Date{Year: 2017, Month: 10, Day: 9}, To: emr.Date{Year: 2017, Month: 10, Day: 12}, Practitioners: []emr.PractitionerID{"83"}}, ""))
		}},
		{"GET /appointments", "1", func(ctx context.Context, p parts) (int, error) {
			return paged(p.ListAppointments(ctx, emr.AppointmentQuery{From: sampleDay.AddDays(-1), To: sampleDay.AddDays(2)}, ""))
		}},
		{"POST /appointments", "1", func(ctx context.Context, p parts) (int, error) {
			start := time.Date(2020, 6, 5, 20, 16, 57, 7e6, time.UTC)
			return single(p.Book(ctx, &emr.Booking{
				Patient: &emr.Patient{ID: emr.NewPatientID("2897")},
				Slot:    &emr.Slot{Start: start, End: start.Add(time.Hour), Location: "1", Practitioner: "104", Type: "27", Resources: []emr.ResourceID{"181"}},
			}))
		}},
		{"GET /appointments/{id}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.GetAppointment(ctx, appointment.ID)) }},
		{"PATCH /appointments/{id}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.Confirm(ctx, appointment)) }},
		{"GET /patients/{id}/documents", "1", func(ctx context.Context, p parts) (int, error) {
			return paged(p.ListDocuments(ctx, emr.DocumentQuery{Patient: samplePatient}, ""))
		}},
		{"POST /patients/{id}/documents", "1", func(ctx context.Context, p parts) (int, error) {
			return single(p.UploadDocument(ctx, &emr.NewDocument{Patient: samplePatient, Title: emr.NewPHI("x"), ContentType: "application/pdf", Content: bytes.NewReader([]byte("%PDF-1.4"))}))
		}},
		{"GET /document_types", "1", func(ctx context.Context, p parts) (int, error) { return count(p.DocumentTypes(ctx)) }},
		{"GET /patients/{id}/alerts", "1", func(ctx context.Context, p parts) (int, error) {
			return count(p.PatientAlerts(ctx, emr.NewPatientID("101"), true))
		}},
		{"GET /patient_recalls", "1", func(ctx context.Context, p parts) (int, error) {
			return count(emr.Collect(p.Recalls(ctx, RecallQuery{})))
		}},
		{"GET /patient_recalls/{id}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.Recall(ctx, "1")) }},
		{"GET /recall_types", "1", func(ctx context.Context, p parts) (int, error) { return count(p.RecallTypes(ctx, "1")) }},
		{"GET /procedures", "1", func(ctx context.Context, p parts) (int, error) {
			return count(emr.Collect(p.Procedures(ctx, ProcedureQuery{Practitioner: "84"})))
		}},
		{"GET /procedures/{id}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.Procedure(ctx, "11")) }},
		{"GET /insurance_plans", "1", func(ctx context.Context, p parts) (int, error) {
			return count(emr.Collect(p.InsurancePlans(ctx, InsurancePlanQuery{Deleted: true})))
		}},
		{"GET /insurance_plans/{id}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.InsurancePlan(ctx, "18")) }},
		{"GET /insurance_coverages", "1", func(ctx context.Context, p parts) (int, error) {
			return count(emr.Collect(p.InsuranceCoverages(ctx, InsuranceCoverageQuery{})))
		}},
		{"GET /insurance_coverages/{id}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.InsuranceCoverage(ctx, "18")) }},
		{"GET /sync_status", "7", func(ctx context.Context, p parts) (int, error) { return count(p.syncStatus(ctx, "")) }},
		{"GET /onboardings", "1", func(ctx context.Context, p parts) (int, error) {
			return count(emr.Collect(p.Onboardings(ctx, OnboardingQuery{})))
		}},
		{"POST /onboardings", "1", func(ctx context.Context, p parts) (int, error) {
			return single(p.CreateOnboarding(ctx, &NewOnboarding{Name: "Quay"}))
		}},
		{"GET /onboardings/{hashid}", "1", func(ctx context.Context, p parts) (int, error) { return single(p.Onboarding(ctx, "y2wxl82zldm4")) }},
		{"GET /webhook_endpoints", "1", func(ctx context.Context, p parts) (int, error) { return count(p.WebhookEndpoints(ctx)) }},
		{"POST /webhook_endpoints", "1", func(ctx context.Context, p parts) (int, error) {
			return single(p.CreateWebhookEndpoint(ctx, "https://app.example.com/hooks"))
		}},
		{"PATCH /webhook_endpoints/{id}", "1", func(ctx context.Context, p parts) (int, error) {
			on := true
			return single(p.UpdateWebhookEndpoint(ctx, "1", WebhookEndpointUpdate{Active: &on}))
		}},
		{"GET /webhook_endpoints/{id}/webhook_subscriptions", "1", func(ctx context.Context, p parts) (int, error) {
			return count(p.WebhookSubscriptions(ctx, "1", WebhookSubscriptionQuery{}))
		}},
		{"POST /webhook_endpoints/{id}/webhook_subscriptions", "1", func(ctx context.Context, p parts) (int, error) {
			return single(p.CreateWebhookSubscription(ctx, "1", NewWebhookSubscription{Event: AppointmentInsertion}))
		}},
		{"PATCH /webhook_endpoints/{id}/webhook_subscriptions/{subscription_id}", "1", func(ctx context.Context, p parts) (int, error) {
			on := true
			return single(p.UpdateWebhookSubscription(ctx, "1", "1", WebhookSubscriptionUpdate{Active: &on}))
		}},
		{"GET /working_hours", "3", func(ctx context.Context, p parts) (int, error) { return count(p.WorkingHours(ctx, WorkingHourQuery{})) }},
		{"GET /working_hours/{id}", "3", func(ctx context.Context, p parts) (int, error) { return single(p.GetWorkingHour(ctx, "12")) }},
		{"POST /working_hours", "3", func(ctx context.Context, p parts) (int, error) {
			return single(p.CreateWorkingHour(ctx, "3", &WorkingHour{Practitioner: "7", Resource: "149", Begin: Clock{Hour: 10}, End: Clock{Hour: 17}, Days: []time.Weekday{time.Monday}}))
		}},
		{"PATCH /working_hours/{id}", "3", func(ctx context.Context, p parts) (int, error) {
			end := Clock{Hour: 17}
			return single(p.UpdateWorkingHour(ctx, "12", &WorkingHourUpdate{End: &end}))
		}},
	}
}

// TestEverySampleOfTheOpenAPIDocumentDecodes answers each operation that has a method with
// the document's own examples, and with the sample files made of them.
func TestEverySampleOfTheOpenAPIDocumentDecodes(t *testing.T) {
	t.Parallel()
	d := OfficialDocument(t)
	for _, c := range sampleCases() {
		method, template, _ := strings.Cut(c.route, " ")
		status, body, ok := sampleAnswer(d, c.route)
		if !ok {
			t.Errorf("%s is not in the document, or has no example", c.route)
			continue
		}
		bodies := map[string]string{"document": body}
		file := "spec_" + strings.ToLower(method) + regexp.MustCompile(`[^a-z_]+`).ReplaceAllString(strings.ReplaceAll(template, "/", "_"), "") + ".json"
		if data, err := os.ReadFile(filepath.Join(os.Getenv("EMRKIT_FIXTURES"), "nexhealth", file)); err == nil {
			bodies[file] = string(data)
		}
		for name, body := range bodies {
			t.Run(c.route+" "+name, func(t *testing.T) {
				t.Parallel()
				n, err := c.read(t.Context(), parts{sampled(t, d, c, status, body)})
				if err != nil || n != 1 {
					t.Errorf("%d records, %v", n, err)
				}
			})
		}
	}
}

// TestTheOtherPublishedSamplesAreReadToo reads the files that answer no operation of the
// document: request bodies, error bodies, a webhook, answers of version 2.
func TestTheOtherPublishedSamplesAreReadToo(t *testing.T) {
	t.Parallel()
	d := OfficialDocument(t)
	files, err := filepath.Glob(filepath.Join(os.Getenv("EMRKIT_FIXTURES"), "nexhealth", "*.json"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	requests := map[string]string{
		"patch_appointments_id": "PATCH /appointments/{id}", "post_appointments": "POST /appointments", "post_onboardings": "POST /onboardings",
		"post_patients": "POST /patients", "post_webhook_subscriptions": "POST /webhook_endpoints/{id}/webhook_subscriptions", "post_working_hours": "POST /working_hours",
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		body, isRequest := strings.CutPrefix(name, "spec_req_")
		switch {
		case name == "openapi":
		case isRequest:
			if found := d.CheckSample(requests[body], data); len(found) > 0 {
				t.Errorf("%s: the vendor's own request has violations: %v", name, found)
			}
		case strings.HasPrefix(name, "wild_webhook"):
			if e, err := ParseEvent(data, nil); err != nil || e.Name != AppointmentInsertion || e.Outcome != OutcomeComplete || len(e.Appointments) != 1 {
				t.Errorf("%s: %+v, %v", name, e, err)
			}
		case strings.HasPrefix(name, "wild_"), strings.Contains(name, "error"):
			if len(sentences(data)) == 0 {
				t.Errorf("%s: no message was read", name)
			}
		default:
			if e, err := readEnvelope(data); err != nil || len(e.Data) == 0 {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// sampleAnswer is the answer of a route that is made of the document's examples. Their
// envelope is a placeholder with code false.
func sampleAnswer(d *openapitest.Document, route string) (status int, body string, ok bool) {
	status, answer, ok := d.Sample(route)
	v, isObject := answer.(map[string]any)
	if !ok || !isObject {
		return 0, "", false
	}
	v["code"], v["description"], v["error"] = true, nil, []any{}
	if page, ok := v["page_info"].(map[string]any); ok {
		page["has_next_page"] = false
	}
	data, err := json.Marshal(v)
	return status, string(data), err == nil
}

// sampled is a client whose operation under test is answered with body, and all others
// with the document's examples.
func sampled(t *testing.T, d *openapitest.Document, c sampleCase, status int, body string) *Client {
	t.Helper()
	answer := func(req *http.Request) (*http.Response, error) {
		route, ok := d.Route(req.Method, req.URL.EscapedPath())
		if route == "POST /authenticates" {
			return reply(req, http.StatusCreated, tokenAnswer(jwt(1, time.Now(), time.Hour))), nil
		}
		if route == c.route {
			return reply(req, status, body), nil
		}
		if !ok {
			return nil, fmt.Errorf("no such operation")
		}
		other, text, _ := sampleAnswer(d, route)
		if route == "GET /locations" { // the connection's location must be there
			text = strings.ReplaceAll(text, `"id":7,`, `"id":`+string(c.location)+`,`)
		}
		return reply(req, other, text), nil
	}
	cfg := testConfig()
	cfg.Location, cfg.Subdomain = c.location, "example-subdomain"
	nx, err := New(cfg, &emr.Options{HTTPClient: &http.Client{Transport: roundTrip(answer)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nx.Close() })
	return nx
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// notUsed are the operations that no method calls: they are reached with Raw.
var notUsed = []string{
	"DELETE /appointment_types/{id}", "GET /adjustment_types", "GET /adjustment_types/{id}", "GET /adjustments", "GET /adjustments/{id}",
	"GET /appointment_types/{id}", "GET /charges", "GET /charges/{id}", "GET /claims", "GET /claims/{id}", "GET /clinical_notes",
	"GET /document_types/{id}", "GET /fee_schedule_procedures", "GET /fee_schedules", "GET /fee_schedules/{id}", "GET /guarantor_balances",
	"GET /guarantor_balances/{id}", "GET /insurance_balances", "GET /insurance_balances/{id}", "GET /locations/{id}", "GET /nex_staff",
	"GET /operatories/{id}", "GET /patients/{id}/alerts/{alert_id}", "GET /payment_plans", "GET /payment_plans/{id}", "GET /payment_types",
	"GET /payment_types/{id}", "GET /payments", "GET /payments/{id}", "GET /providers/{id}", "GET /recall_types/{id}", "GET /treatment_plans",
	"GET /treatment_plans/{id}", "GET /working_hour_labels", "PATCH /appointment_types/{id}", "PATCH /patients/{id}/alerts/{alert_id}",
	"POST /adjustments", "POST /appointment_types", "POST /patients/{id}/alerts", "POST /payments",
}

// TestEveryOperationOfTheDocumentIsReadOrNamed keeps the list of what is not there honest.
func TestEveryOperationOfTheDocumentIsReadOrNamed(t *testing.T) {
	t.Parallel()
	d := OfficialDocument(t)
	have := map[string]bool{
		"POST /authenticates": true, "DELETE /webhook_endpoints/{id}": true, "DELETE /working_hours/{id}": true, // without an answer to read
		"DELETE /webhook_endpoints/{id}/webhook_subscriptions/{subscription_id}": true,
	}
	for _, c := range sampleCases() {
		have[c.route] = true
	}
	for _, route := range notUsed {
		if have[route] {
			t.Errorf("%s is used", route)
		}
		have[route] = true
	}
	for _, route := range d.Routes() {
		if !have[route] {
			t.Errorf("%s is neither read nor named", route)
		}
		delete(have, route)
	}
	for route := range have {
		t.Errorf("%s is not in the document", route)
	}
}
