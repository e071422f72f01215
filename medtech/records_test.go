package medtech

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// Medtech's support finds an answer by the id it was asked with: also one with 200 whose
// records cannot be read or are somebody else's.
func TestErrorsAboutRecordsCarryTheRequestID(t *testing.T) {
	t.Parallel()
	patient := inboxPatient()
	about := func(resource, more string) string {
		return `{"resourceType":"` + resource + `","id":"x1"` + more + `}`
	}
	whose := `,"subject":{"reference":"Patient/` + otherPatient + `"},"for":{"reference":"Patient/` + otherPatient + `"}`
	for name, row := range map[string]struct {
		answer string
		do     func(p parts) error
	}{
		"a patient without id": {bundle(`{"resourceType":"Patient"}`), func(p parts) error {
			return second(p.FindPatients(t.Context(), emr.PatientQuery{Identifier: NHI(testNHI)}, ""))
		}},
		"a patient of another number": {bundle(strings.Replace(patientBody, testNHI, "ZAC5361", 1)), func(p parts) error {
			return second(p.FindPatients(t.Context(), emr.PatientQuery{Identifier: NHI(testNHI)}, ""))
		}},
		"a patient that cannot be read": {bundle(about("Patient", `,"name":7`)), func(p parts) error {
			return second(p.FindPatients(t.Context(), emr.PatientQuery{Identifier: NHI(testNHI)}, ""))
		}},
		"another patient": {strings.Replace(patientBody, testPatient, otherPatient, 1), func(p parts) error { return second(p.GetPatient(t.Context(), patient.ID)) }},
		"one without id":  {`{"resourceType":"Patient"}`, func(p parts) error { return second(p.GetPatient(t.Context(), patient.ID)) }},
		"a practitioner":  {bundle(about("Practitioner", `,"name":7`)), func(p parts) error { return second(p.ListPractitioners(t.Context(), "")) }},
		"a location":      {bundle(about("Location", `,"telecom":7`)), func(p parts) error { return second(p.ListLocations(t.Context(), "")) }},
		"the check":       {bundle(about("Location", `,"telecom":7`)), func(p parts) error { return second(p.Check(t.Context())) }},
		"a slot without end": {bundle(about("Slot", `,"status":"free","start":"2030-03-04T09:00:00+13:00"`)), func(p parts) error {
			return second(p.FindSlots(t.Context(), emr.SlotQuery{From: emr.Date{Year: 2030, Month: 3, Day: 4}}, ""))
		}},
		"a slot that cannot be read": {bundle(about("Slot", `,"start":7`)), func(p parts) error {
			return second(p.FindSlots(t.Context(), emr.SlotQuery{From: emr.Date{Year: 2030, Month: 3, Day: 4}}, ""))
		}},
		"a calendar":                     {bundle(about("Schedule", `,"planningHorizon":{"start":"soon"}`)), func(p parts) error { return second(emr.Collect(p.Schedules(t.Context(), "p1"))) }},
		"a calendar that cannot be read": {bundle(about("Schedule", `,"planningHorizon":7`)), func(p parts) error { return second(emr.Collect(p.Schedules(t.Context(), "p1"))) }},
		"an appointment": {bundle(about("Appointment", `,"start":"soon"`)), func(p parts) error {
			return second(p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: patient}, ""))
		}},
		"an appointment that cannot be read": {bundle(about("Appointment", `,"start":7`)), func(p parts) error {
			return second(p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: patient}, ""))
		}},
		"an appointment of another patient": {bundle(strings.Replace(appointmentBody, testPatient, otherPatient, 1)), func(p parts) error {
			return second(p.ListAppointments(t.Context(), emr.AppointmentQuery{Patient: patient}, ""))
		}},
		"another appointment": {appointmentBody, func(p parts) error { return second(p.GetAppointment(t.Context(), emr.NewAppointmentID("a2"))) }},
		"one without a time":  {about("Appointment", `,"start":"soon"`), func(p parts) error { return second(p.GetAppointment(t.Context(), emr.NewAppointmentID("x1"))) }},
		"an image":            {bundle(about("Media", whose)), func(p parts) error { return second(emr.Collect(p.Images(t.Context(), patient))) }},
		"an image's date":     {bundle(about("Media", `,"createdDateTime":"soon"`)), func(p parts) error { return second(emr.Collect(p.Images(t.Context(), patient))) }},
		"an unreadable image": {bundle(about("Media", `,"content":7`)), func(p parts) error { return second(emr.Collect(p.Images(t.Context(), patient))) }},
		"a message":           {bundle(about("Communication", whose)), func(p parts) error { return second(emr.Collect(p.Messages(t.Context(), patient))) }},
		"a task":              {bundle(about("Task", whose)), func(p parts) error { return second(emr.Collect(p.Tasks(t.Context(), patient))) }},
		"another image":       {about("Media", ""), func(p parts) error { return drain(p.OpenImage(t.Context(), emr.NewID[StoredImage]("x2"))) }},
		"an image's bytes":    {about("Media", `,"content":{"data":"!"}`), func(p parts) error { return drain(p.OpenImage(t.Context(), emr.NewID[StoredImage]("x1"))) }},
		"a document": {bundle(about("DocumentReference", whose)), func(p parts) error {
			return second(p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: patient}, ""))
		}},
		"a document's date": {bundle(about("DocumentReference", `,"date":"soon"`)), func(p parts) error {
			return second(p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: patient}, ""))
		}},
		"an unreadable document": {bundle(about("DocumentReference", `,"content":7`)), func(p parts) error {
			return second(p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: patient}, ""))
		}},
		"another document": {about("DocumentReference", ""), func(p parts) error {
			return drain(p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID("x2")}))
		}},
		"a document's bytes": {about("DocumentReference", `,"content":[{"attachment":{"data":"!"}}]`), func(p parts) error {
			return drain(p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID("x1")}))
		}},
		"another patient's summary": {bundle(strings.Replace(patientBody, testNHI, "ZAC5361", 1)), func(p parts) error {
			return drain(p.OpenSummary(t.Context(), emr.SummaryQuery{Patient: patient}))
		}},
		"the look for an earlier copy":   {bundle(media("m1", otherPatient)), func(p parts) error { return second(p.StoreImage(t.Context(), inboxImage())) }},
		"an unreadable look":             {bundle(about("Media", `,"content":7`)), func(p parts) error { return second(p.StoreImage(t.Context(), inboxImage())) }},
		"a copy without an id":           {bundle(media("", testPatient)), func(p parts) error { return second(p.StoreImage(t.Context(), inboxImage())) }},
		"a list of the patient's images": {`{"resourceType":"Bundle","link":[{"relation":"next","url":"?x=%"}],"entry":[]}`, func(p parts) error { return second(emr.Collect(p.Images(t.Context(), patient))) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, w := connect(t, nil, reply{body: row.answer})
			if !strings.Contains(name, "practitioner") {
				w.routes["GET /Practitioner"] = reply{body: bundle(doctors)}
			}
			if !strings.Contains(name, "location") && name != "the check" {
				w.routes["GET /Location"] = reply{body: bundle()}
			}
			e, ok := errors.AsType[*emr.Error](row.do(parts{c}))
			if !ok || e.Kind != emr.KindProtocol {
				t.Fatal(e)
			}
			if sent := w.seen[len(w.seen)-1].Header.Get(correlationHeader); e.RequestID != sent || sent == "" || e.Status != 200 || e.Vendor != vendor || e.Op == "" || e.Hint == "" || w.posts() != 0 {
				t.Errorf("%v: request id %q, sent %q", e, e.RequestID, sent)
			}
		})
	}
}

// P3, P4: lists that are not emr's end like theirs.
func TestFault_P3_P4_listsOfRecordsEnd(t *testing.T) {
	t.Parallel()
	page := func(next, entry string) string {
		return `{"resourceType":"Bundle","link":[{"relation":"next","url":"https://h/FHIR/x?page=` + next + `"}],"entry":[` + entry + `]}`
	}
	circle := map[string]string{"": "2", "2": "3", "3": "2"}
	for name, row := range map[string]struct {
		entry string
		next  func(n int, at string) string
		kind  emr.Kind
		asked int
	}{
		"in a circle":      {`{"resource":{"resourceType":"%s","id":"r"}}`, func(_ int, at string) string { return circle[at] }, emr.KindProtocol, 3},
		"on and on":        {`{"resource":{"resourceType":"%s","id":"r"}}`, func(n int, _ string) string { return fmt.Sprint(n + 2) }, emr.KindTooLarge, mostPages},
		"on with nothing":  {"", func(n int, _ string) string { return fmt.Sprint(n + 2) }, emr.KindTooLarge, mostEmpty},
		"on with too many": {strings.Repeat(`{"resource":{"resourceType":"%s","id":"r"}},`, 4000) + `{"resource":{"resourceType":"Other"}}`, func(n int, _ string) string { return fmt.Sprint(n + 2) }, emr.KindTooLarge, 3},
	} {
		for resource, do := range map[string]func(*Client) error{
			"Media":         func(c *Client) error { return second(emr.Collect(c.Images(t.Context(), inboxPatient()))) },
			"Communication": func(c *Client) error { return second(emr.Collect(c.Messages(t.Context(), inboxPatient()))) },
			"Task":          func(c *Client) error { return second(emr.Collect(c.Tasks(t.Context(), inboxPatient()))) },
			"Schedule":      func(c *Client) error { return second(emr.Collect(c.Schedules(t.Context(), "p1"))) },
		} {
			if name == "on with too many" && resource != "Media" {
				continue
			}
			_, w := connect(t, nil)
			w.routes["GET /Practitioner"] = reply{body: bundle(doctors)}
			asked := 0
			server := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				if !strings.HasSuffix(r.URL.Path, "/"+resource) {
					return w.RoundTrip(r)
				}
				asked++
				body := page(row.next(asked-1, r.URL.Query().Get("page")), strings.ReplaceAll(row.entry, "%s", resource))
				return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
			})}
			c, err := New(good(), &emr.Options{HTTPClient: server})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = c.Close() })
			e, ok := errors.AsType[*emr.Error](do(c))
			if !ok || e.Kind != row.kind || asked != row.asked || e.RequestID == "" {
				t.Errorf("%s %s: %v after %d requests", resource, name, e, asked)
			}
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The ids of what is in a record hide and are plain in JSON, all in the same way.
func TestStored_idsHideAndArePlainInJSON(t *testing.T) {
	t.Parallel()
	s := Stored{MediaID: emr.NewID[StoredImage]("m-1"), DocumentID: emr.NewDocumentID("d-1"), MessageID: emr.NewID[Message]("c-1"), TaskID: emr.NewID[Task]("t-1"), Earlier: true, RequestID: "r-1"}
	data, err := json.Marshal(s)
	if want := `{"MediaID":"m-1","DocumentID":"d-1","MessageID":"c-1","TaskID":"t-1","Earlier":true,"Verified":false,"RequestID":"r-1"}`; err != nil || string(data) != want {
		t.Errorf("%s, %v", data, err)
	}
	var back Stored
	if err := json.Unmarshal(data, &back); err != nil || back != s {
		t.Errorf("%v, %v", back, err)
	}
	for _, v := range []any{s, &s, s.MediaID, s.DocumentID, s.MessageID, s.TaskID, []any{s.MediaID, s.MessageID, s.TaskID}} {
		if text := fmt.Sprintf("%v %+v %#v %s %q %x", v, v, v, v, v, v); strings.Contains(text, "-1\"") || strings.Contains(text, "m-1") || strings.Contains(text, "c-1") || strings.Contains(text, "t-1") || strings.Contains(text, "d-1") {
			t.Error(text)
		}
	}
}

// zeros is a body of that many bytes, which nobody keeps.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left == 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.left)
	copy(p, bytes.Repeat([]byte(" "), int(n)))
	z.left -= n
	return int(n), nil
}

// Lists may bring the bytes along: more is read than of other answers, and more than 64 MB is
// too large, before anything
// is stored.
func TestLook_readsUpTo64MB(t *testing.T) {
	t.Parallel()
	for size, kind := range map[int64]emr.Kind{10<<20 + 1: "", contentLimit + 1: emr.KindTooLarge} {
		w := &wire{t: t, fixed: map[string]reply{"POST": {status: 201, body: media("m1", testPatient)}}}
		c, err := New(good(), &emr.Options{HTTPClient: &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if r.Method != http.MethodGet {
				return w.RoundTrip(r)
			}
			body := io.MultiReader(strings.NewReader(bundle()), &zeros{size - int64(len(bundle()))})
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}}, Body: io.NopCloser(body), Request: r}, nil
		})}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		_, err = c.StoreImage(WithFacility(t.Context(), testFacility), inboxImage())
		if emr.KindOf(err) != kind || (w.posts() == 1) != (kind == "") {
			t.Errorf("%d bytes: %v, %d posts", size, err, w.posts())
		}
	}
}
