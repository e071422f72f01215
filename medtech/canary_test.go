package medtech

import (
	"context"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// canaries are what no log line and no error may hold. The person is invented.
var canaries = []string{
	"QUILLSAMPLE", "Quillsample", "ZZZ0016", "zzz0016", "1980-02-29", "0205550142", testPatient, testSecret, "eyJ", "c2ln",
	"Repeat visit", "canary text", "patient.identifier",
}

// operations reach for every part of the driver, as a caller could.
func operations(p parts) map[string]func(context.Context) error {
	q := emr.PatientQuery{Identifier: NHI(testNHI)}
	byName := emr.PatientQuery{Family: emr.NewPHI("Quillsample"), Born: emr.NewBirthDate(1980, 2, 29), Phone: emr.NewPHI("0205550142")}
	who := &emr.Patient{ID: emr.NewPatientID(testPatient), Identifiers: []emr.Identifier{NHI(testNHI)}}
	a := &emr.Appointment{ID: emr.NewAppointmentID("a1"), Patient: who.ID, Status: emr.StatusBooked, Source: emr.NewSource([]byte(appointmentBody))}
	day := emr.Date{Year: 2030, Month: 3, Day: 4}
	return map[string]func(context.Context) error{
		"find by NHI":     func(ctx context.Context) error { _, err := p.FindPatients(ctx, q, ""); return err },
		"find by name":    func(ctx context.Context) error { _, err := p.FindPatients(ctx, byName, ""); return err },
		"get patient":     func(ctx context.Context) error { _, err := p.GetPatient(ctx, who.ID); return err },
		"practitioners":   func(ctx context.Context) error { _, err := p.ListPractitioners(ctx, ""); return err },
		"locations":       func(ctx context.Context) error { _, err := p.ListLocations(ctx, ""); return err },
		"slots":           func(ctx context.Context) error { _, err := p.FindSlots(ctx, emr.SlotQuery{From: day}, ""); return err },
		"get appointment": func(ctx context.Context) error { _, err := p.GetAppointment(ctx, a.ID); return err },
		"appointments": func(ctx context.Context) error {
			_, err := p.ListAppointments(ctx, emr.AppointmentQuery{Patient: who}, "")
			return err
		},
		"book":         func(ctx context.Context) error { _, err := p.Book(ctx, booking()); return err },
		"arrive":       func(ctx context.Context) error { _, err := p.Arrive(ctx, a); return err },
		"cancel":       func(ctx context.Context) error { _, err := p.Cancel(ctx, a, nil); return err },
		"check":        func(ctx context.Context) error { _, err := p.Check(ctx); return err },
		"raw":          func(ctx context.Context) error { _, err := p.Raw(ctx, &emr.RawRequest{Path: "/Condition"}); return err },
		"wrong number": func(ctx context.Context) error { _, err := p.nhi(ctx, opCancel, &emr.Patient{ID: who.ID}); return err },
		"person elsewhere": func(ctx context.Context) error {
			_, err := p.GetPatient(ctx, emr.NewPatientID("../"+testPatient))
			return err
		},
	}
}

// TestCanary runs every operation into every kind of answer and looks through what is said.
func TestCanary_nothingPersonalInErrorsAndLogs(t *testing.T) {
	t.Parallel()
	const text = "QUILLSAMPLE, PAT ZZZ0016 1980-02-29 0205550142 canary text"
	for i, answer := range []reply{
		{status: 400, body: outcome("error", "business-rule", text)},
		{status: 403, body: outcome("error", text, text)},
		{status: 404, body: outcome("error", "not-found", text)},
		{status: 404, body: `{"statusCode":404,"message":"` + text + `"}`},
		{status: 409, body: text}, {status: 422, body: outcome("error", "processing", text)}, {status: 500, body: "<html>" + text},
		{status: 200, body: outcome("fatal", "exception", text)}, {status: 200, body: outcome("information", "informational", text)},
		{status: 200, body: `{"resourceType":"Patient","id":"QUILLSAMPLE","birthDate":{"canary text":1}}`},
		{status: 200, body: `{"resourceType":"Appointment","id":"QUILLSAMPLE","start":"canary text"}`},
		{status: 200, body: bundle(`{"resourceType":"Appointment","id":"a","start":"canary text"}`, `{"resourceType":"Slot","id":"QUILLSAMPLE","status":"free","start":"canary text"}`, `{"resourceType":"Patient"}`)},
		{status: 200, body: bundle(patientBody)[:80]}, {status: 201, body: patientBody}, {status: 200, body: appointmentBody},
		{status: 200, body: `{"resourceType":"Bundle","link":[{"relation":"next","url":"https://evil.example.com/?patient.identifier=ZZZ0016"}],"entry":[]}`},
		{status: 302, location: "https://evil.example.com/?name=QUILLSAMPLE"},
	} {
		c, w := connect(t, nil, answer)
		for name, do := range operations(parts{c}) {
			err := do(t.Context())
			if vendortest.CheckError(t, err, leak); t.Failed() {
				t.Fatalf("in answer %d to %s", i, name)
			}
		}
		if c := leak(w.log.String()); c != "" || !strings.Contains(w.log.String(), `"msg"`) {
			t.Errorf("%d: the log holds %q, of %d bytes", i, c, w.log.Len())
		}
		for _, r := range w.seen {
			if r.URL.Host != "alexapiuat.medtechglobal.com" {
				t.Errorf("%d: a request to %s", i, r.URL.Host)
			}
		}
	}
}

// leak returns what text must not hold, "" if it holds nothing of it.
func leak(text string) string {
	for _, c := range canaries {
		if strings.Contains(text, c) {
			return c
		}
	}
	return ""
}
