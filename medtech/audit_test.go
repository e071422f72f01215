package medtech

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// The audit of a practice hears whose record was reached for, with each request but those
// of the directory and searches for people.
func TestAudit_namesThePatientOfEachCall(t *testing.T) {
	t.Parallel()
	cancelled := strings.Replace(appointmentBody, `"booked"`, `"cancelled"`, 1)
	scan := strings.Replace(media("d1", testPatient), "Media", "DocumentReference", 1)
	given := &emr.Patient{ID: emr.NewPatientID(testPatient)} // so that it is read first
	image := func(f Folder) *Image {
		i := inboxImage()
		i.Patient, i.Folder, i.ReadBack, i.Message, i.Task = given, f, true, inboxMessage(), inboxTask()
		i.ContentType = map[Folder]string{FolderMedia: typeJPEG, FolderScan: typeTIFF}[f]
		return i
	}
	for name, row := range map[string]struct {
		do   func(context.Context, parts) error
		want []string // "-" in front: without a patient
	}{
		"get": {func(ctx context.Context, p parts) error { return second(p.GetPatient(ctx, given.ID)) }, []string{"GET /Patient/{id}"}},
		"search": {func(ctx context.Context, p parts) error {
			return second(p.FindPatients(ctx, emr.PatientQuery{Identifier: NHI(testNHI)}, ""))
		}, []string{"-GET /Patient"}},
		"book":   {func(ctx context.Context, p parts) error { return second(p.Book(ctx, booking())) }, []string{"POST /Appointment"}},
		"cancel": {func(ctx context.Context, p parts) error { return second(p.Cancel(ctx, booked(), nil)) }, []string{"GET /Patient/{id}", "PUT /Appointment"}},
		"list": {func(ctx context.Context, p parts) error {
			return second(p.ListAppointments(ctx, emr.AppointmentQuery{Patient: given}, ""))
		}, []string{"GET /Patient/{id}", "GET /Appointment"}},
		"summary": {func(ctx context.Context, p parts) error {
			return second(p.OpenSummary(ctx, emr.SummaryQuery{Patient: given}))
		}, []string{"GET /Patient/{id}", "GET /Patient/$summary"}},
		"documents": {func(ctx context.Context, p parts) error {
			return second(p.ListDocuments(ctx, emr.DocumentQuery{Patient: given}, ""))
		},
			[]string{"GET /Patient/{id}", "GET /DocumentReference"}},
		"document": {func(ctx context.Context, p parts) error {
			return drain(p.OpenDocument(ctx, &emr.Document{ID: emr.NewDocumentID("d1"), Patient: given.ID}))
		}, []string{"GET /DocumentReference/{id}", "GET /Binary/{id}"}},
		"images":   {func(ctx context.Context, p parts) error { return second(emr.Collect(p.Images(ctx, given))) }, []string{"GET /Patient/{id}", "GET /Media"}},
		"messages": {func(ctx context.Context, p parts) error { return second(emr.Collect(p.Messages(ctx, given))) }, []string{"GET /Patient/{id}", "GET /Communication"}},
		"media": {func(ctx context.Context, p parts) error { return second(p.StoreImage(ctx, image(FolderMedia))) },
			[]string{"GET /Patient/{id}", "GET /Media", "POST /Media", "GET /Media/{id}", "POST /Communication", "POST /Task"}},
		"scan": {func(ctx context.Context, p parts) error { return second(p.StoreImage(ctx, image(FolderScan))) },
			[]string{"GET /Patient/{id}", "GET /DocumentReference", "POST /DocumentReference", "GET /DocumentReference/{id}", "POST /Communication", "POST /Task"}},
		"upload": {func(ctx context.Context, p parts) error {
			return second(p.UploadDocument(ctx, &emr.NewDocument{Patient: given, ContentType: typePDF, Content: strings.NewReader("%PDF"), Vendor: DocumentOptions{Author: "p1"}}))
		}, []string{"POST /DocumentReference"}},
		"practitioners": {func(ctx context.Context, p parts) error { return second(p.ListPractitioners(ctx, "")) }, nil},
		"locations":     {func(ctx context.Context, p parts) error { return second(p.ListLocations(ctx, "")) }, nil},
		"slots": {func(ctx context.Context, p parts) error {
			return second(p.FindSlots(ctx, emr.SlotQuery{From: emr.Date{Year: 2030, Month: 3, Day: 4}}, ""))
		}, nil},
		"calendars": {func(ctx context.Context, p parts) error { return second(emr.Collect(p.Schedules(ctx, "p1"))) }, nil},
		"check":     {func(ctx context.Context, p parts) error { return second(p.Check(ctx)) }, nil},
	} {
		w := &wire{t: t, routes: map[string]reply{
			"GET /Patient/" + testPatient: {body: patientBody}, "GET /Patient": {body: bundle(patientBody)}, "POST /Appointment": {status: 201, body: appointmentBody},
			"PUT /Appointment": {body: cancelled}, "GET /Practitioner": {body: bundle(doctors)}, "GET /Patient/$summary": {body: bundle(patientBody)},
			"POST /Media": {status: 201, body: media("m1", testPatient)}, "GET /Media/m1": {body: media("m1", testPatient)}, "POST /DocumentReference": {status: 201, body: scan},
			"GET /DocumentReference/d1": {body: strings.Replace(scan, `"content":{"contentType":"image/jpeg"}`, `"content":[{"attachment":{"url":"Binary/b1"}}]`, 1)},
			"GET /Binary/b1":            {body: "%PDF", kind: "application/pdf"}, "POST /Communication": {status: 201, location: "https://h/Communication/c1"}, "POST /Task": {status: 201, location: "https://h/Task/t1"},
		}, fixed: map[string]reply{"GET": {body: bundle()}}}
		var mu sync.Mutex
		var got []string
		c, err := New(good(), &emr.Options{HTTPClient: &http.Client{Transport: w}, Audit: func(_ context.Context, e emr.AuditEvent) {
			mu.Lock()
			defer mu.Unlock()
			line := e.Route
			if e.Patient != given.ID {
				line = "-" + line
			}
			got = append(got, line)
		}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_ = row.do(t.Context(), parts{c}) // a scan's kind of content is not compared here
		mu.Lock()
		var want []string
		for _, line := range row.want {
			_, route, _ := strings.Cut(line, " ")
			if strings.HasPrefix(line, "-") {
				route = "-" + route
			}
			want = append(want, route)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: audited %q, want %q", name, got, want)
		}
		mu.Unlock()
	}
}
