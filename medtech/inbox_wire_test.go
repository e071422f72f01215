package medtech

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// inboxPatient has the NHI with it: nothing is read before the call.
func inboxPatient() *emr.Patient {
	return &emr.Patient{ID: emr.NewPatientID(testPatient), Identifiers: []emr.Identifier{NHI(testNHI)}}
}

var inboxDay = time.Date(2030, 3, 3, 20, 5, 0, 0, time.UTC) // 09:05 the next day in Auckland

func inboxImage() *Image {
	return &Image{
		Patient: inboxPatient(), Identifier: "img-0001", Title: emr.NewPHI("Qualenforearm"), Label: emr.NewPHI("Lesion 1"),
		ContentType: typeJPEG, Content: strings.NewReader("\xff\xd8\xffqualenpixels"), Created: inboxDay, Operator: "p1", Encounter: emr.NewEncounterID("enc-1"),
		BodySite:   Code{"http://snomed.info/sct", "40983000", "Forearm"},
		Laterality: Code{"http://snomed.info/sct", "7771000", "Left"},
		View:       Code{"https://app.example/view", "dermoscopy", "Dermoscopy"}, Classification: Code{"https://app.example/type", "lesion", "Lesion"},
	}
}

func inboxMessage() *Message {
	return &Message{Patient: inboxPatient(), Identifier: "msg-0001", Sender: "p1", Recipients: []emr.PractitionerID{"p2"}, Text: emr.NewPHI("Qualenmessage"), Sent: inboxDay}
}

func inboxTask() *Task {
	return &Task{Patient: inboxPatient(), Identifier: "task-0001", Owner: "p2", Requester: "p1", Description: emr.NewPHI("Qualentask"),
		Due: emr.Date{Year: 2030, Month: 3, Day: 11}, Authored: inboxDay, Priority: "routine"}
}

// writes are the requests that put something into the Inbox, by the fixture of their body.
var writes = map[string]struct {
	edit func(*Config)
	do   func(context.Context, *Client) error
}{
	"media_create": {nil, func(ctx context.Context, c *Client) error { return second(c.StoreImage(ctx, inboxImage())) }},
	"media_create_configured": {func(c *Config) {
		c.AbsoluteReferences = true
		c.Images = ImageConfig{IdentifierSystem: "https://app.example/image-id", BodySite: true, View: true, Encounter: true, PlainTitle: true,
			BodySiteExtension: "https://app.example/body-site", LateralityExtension: "https://app.example/laterality",
			ViewExtension: "https://app.example/view", ClassificationExtension: "https://app.example/classification"}
	}, func(ctx context.Context, c *Client) error { return second(c.StoreImage(ctx, inboxImage())) }},
	"media_create_elsewhere": {nil, func(ctx context.Context, c *Client) error {
		i := inboxImage()
		i.Content, i.URL, i.ContentType = nil, "Binary/0b1c2d3e4f", typePDF
		return second(c.StoreImage(ctx, i))
	}},
	"scan_create": {nil, func(ctx context.Context, c *Client) error {
		i := inboxImage()
		i.Folder, i.ContentType = FolderScan, typeTIFF
		return second(c.StoreImage(ctx, i))
	}},
	"document_upload": {nil, func(ctx context.Context, c *Client) error {
		return second(parts{c}.UploadDocument(ctx, &emr.NewDocument{Patient: inboxPatient(), Title: emr.NewPHI("Qualenletter"), ContentType: typePDF,
			Content: strings.NewReader("%PDF-1.4\n%%EOF\n"), Vendor: DocumentOptions{Author: "p1", Identifier: "doc-0001", Created: inboxDay}}))
	}},
	"message_create": {nil, func(ctx context.Context, c *Client) error { return second(c.SendMessage(ctx, inboxMessage())) }},
	"task_create":    {nil, func(ctx context.Context, c *Client) error { return second(c.CreateTask(ctx, inboxTask())) }},
	"task_create_staff": {nil, func(ctx context.Context, c *Client) error {
		return second(c.CreateTask(ctx, &Task{Description: emr.NewPHI("Order gloves"), Owner: "p2", Authored: inboxDay}))
	}},
}

func second[T any](_ T, err error) error { return err }

// TestInboxRequestsAreTheFixtures compares each request with testdata/medtech, where CI
// has a validator written by others look at them (.ci/bodies). EMRKIT_UPDATE=1 writes them.
func TestInboxRequestsAreTheFixtures(t *testing.T) {
	t.Parallel()
	for name, w := range writes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, wire := connect(t, w.edit, reply{status: 201, location: "https://h/fhir/X/1/_history/1"})
			look := reply{body: bundle()}
			for _, resource := range []string{"Media", "DocumentReference", "Communication", "Task"} {
				wire.routes["GET /"+resource] = look
			}
			if err := w.do(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if len(wire.seen) != 1 || wire.seen[0].Method != http.MethodPost {
				t.Fatalf("%d writes", len(wire.seen))
			}
			sameRequest(t, wire, 0, name)
		})
	}
}

// TestRecordedUATMediaIsReadAndMatched decodes the recorded 201 and the vendor's own
// example, and holds our request against the one that was accepted.
func TestRecordedUATMediaIsReadAndMatched(t *testing.T) {
	t.Parallel()
	c, wire := connect(t, nil, reply{status: 201, body: sample(t, "media-create-response-201.json")})
	wire.routes["GET /Media"] = reply{body: bundle(sample(t, "media-vendor-doc-example.json"))}
	recorded, err := fhir.Decode[fhir.Media]([]byte(sample(t, "media-create-response-201.json")), decoding)
	if err != nil {
		t.Fatal(err)
	}
	image := inboxImage()
	image.Patient.ID = emr.NewPatientID(refersTo(recorded.Subject, "Patient"))
	stored, err := c.StoreImage(t.Context(), image)
	if err != nil || stored.MediaID.Reveal() != recorded.ID || stored.MediaID.IsZero() {
		t.Fatalf("%v, %v", stored, err)
	}
	var ours, accepted map[string]any
	if err := errors.Join(json.Unmarshal([]byte(wire.bodies[0]), &ours), json.Unmarshal([]byte(sample(t, "media-create-request-accepted.json")), &accepted)); err != nil {
		t.Fatal(err)
	}
	for member := range accepted {
		if ours[member] == nil {
			t.Errorf("our Media has no %s", member)
		}
	}
	for member := range ours {
		if accepted[member] == nil && member != "operator" { // in the vendor's example
			t.Errorf("our Media has %s, which no accepted one has", member)
		}
	}
	c, wire = connect(t, nil, reply{status: 400, body: sample(t, "operationoutcome-400-business-rule.json")})
	wire.routes["GET /Media"] = reply{body: bundle()}
	var e *emr.Error
	if _, err := c.StoreImage(t.Context(), inboxImage()); !errors.As(err, &e) || e.Kind != emr.KindInvalid || e.Code != "business_rule" || len(wire.seen) != 1 {
		t.Errorf("%v after %d requests", err, len(wire.seen))
	}
	c, _ = connect(t, nil, reply{status: 403, body: sample(t, "operationoutcome-403-forbidden.json")})
	if _, err := c.StoreImage(t.Context(), inboxImage()); emr.KindOf(err) != emr.KindPermission {
		t.Errorf("%v", err)
	}
	_, after, _ := strings.Cut(sample(t, "bundle-ips-summary-2021.json"), "urn:oid:2.16.840.1.113883.2.18.2")
	whose := regexp.MustCompile(`[A-Z]{3}[0-9]{4}`).FindString(after)
	summary, _ := connect(t, nil, reply{body: sample(t, "bundle-ips-summary-2021.json")})
	content, err := parts{summary}.OpenSummary(t.Context(), emr.SummaryQuery{
		Patient: &emr.Patient{ID: emr.NewPatientID(testPatient), Identifiers: []emr.Identifier{NHI(whose)}},
	})
	if err != nil || content.Size != int64(len(sample(t, "bundle-ips-summary-2021.json"))) {
		t.Errorf("%v, %v", content, err)
	}
}

// inboxCalls are all calls of images and records.
func inboxCalls() map[string]func(context.Context, *Client) error {
	all := map[string]func(context.Context, *Client) error{
		"images": func(ctx context.Context, c *Client) error { return second(emr.Collect(c.Images(ctx, inboxPatient()))) },
		"messages": func(ctx context.Context, c *Client) error {
			return second(emr.Collect(c.Messages(ctx, inboxPatient())))
		},
		"tasks": func(ctx context.Context, c *Client) error { return second(emr.Collect(c.Tasks(ctx, inboxPatient()))) },
		"one image": func(ctx context.Context, c *Client) error {
			return drain(c.OpenImage(ctx, emr.NewID[StoredImage]("m1")))
		},
		"documents": func(ctx context.Context, c *Client) error {
			page, err := parts{c}.ListDocuments(ctx, emr.DocumentQuery{Patient: inboxPatient()}, "")
			for _, d := range page.Items {
				if !d.ID.IsZero() {
					err = errors.Join(err, drain(parts{c}.OpenDocument(ctx, d)))
				}
			}
			return err
		},
		"one document": func(ctx context.Context, c *Client) error {
			return drain(parts{c}.OpenDocument(ctx, &emr.Document{ID: emr.NewDocumentID("d1")}))
		},
		"summary": func(ctx context.Context, c *Client) error {
			return drain(parts{c}.OpenSummary(ctx, emr.SummaryQuery{Patient: inboxPatient()}))
		},
		"image, message and task": func(ctx context.Context, c *Client) error {
			i := inboxImage()
			i.Message, i.Task, i.ReadBack = inboxMessage(), inboxTask(), true
			return second(c.StoreImage(ctx, i))
		},
	}
	for name, w := range writes {
		all[name] = w.do
	}
	return all
}

func drain(c *emr.Content, err error) error {
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, c.Body)
	return errors.Join(err, c.Body.Close())
}

// inboxCanaries are what no log line, error or print may hold.
var inboxCanaries = []string{"Qualen", "qualenpixels", "QUILLSAMPLE", testNHI, testPatient, "1980-02-29", testSecret, "patient.identifier", "Forearm", "img-0001", "cXVhbGVu"}

func inboxLeak(text string) string {
	for _, c := range inboxCanaries {
		if strings.Contains(text, c) {
			return c
		}
	}
	return ""
}

func TestInboxCanary_nothingPersonalInErrorsAndLogs(t *testing.T) {
	t.Parallel()
	bad := outcome("error", "invalid", "Qualenforearm QUILLSAMPLE 1980-02-29 "+testNHI)
	for i, answer := range []reply{
		{status: 400, body: bad}, {status: 200, body: bad}, {status: 403, body: bad}, {status: 404, body: patientBody}, {status: 413, body: bad}, {status: 422, body: "Qualenforearm"},
		{status: 500, body: bad}, {status: 200, body: patientBody}, {status: 200, body: bundle(patientBody)[:80]}, {status: 200, body: "Qualenforearm"}, {status: 201, body: "", location: "https://h/" + testNHI},
		{status: 200, body: bundle(`{"resourceType":"Media","id":"m1","subject":{"reference":"Patient/` + testPatient + `2"},"content":{"data":"Qualen!"}}`)},
	} {
		for name, do := range inboxCalls() {
			t.Run(fmt.Sprintf("%d %s", i, name), func(t *testing.T) {
				t.Parallel()
				c, w := connect(t, nil, answer)
				ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
				defer cancel()
				err := do(ctx, c)
				for e := err; e != nil; e = errors.Unwrap(e) {
					if leak := inboxLeak(fmt.Sprintf("%v %+v %#v %q %s", e, e, e, e, slog.AnyValue(e).Resolve())); leak != "" {
						t.Errorf("the error holds %q: %v", leak, e)
					}
				}
				w.mu.Lock()
				defer w.mu.Unlock()
				if leak := inboxLeak(w.log.String()); leak != "" {
					t.Errorf("the log holds %q: %s", leak, w.log.String())
				}
				posts := map[string]int{}
				for _, r := range w.seen {
					if r.Method == http.MethodPost {
						posts[r.URL.Path]++
					}
				}
				for path, n := range posts {
					if n > 1 {
						t.Errorf("%d posts to %s", n, path)
					}
				}
			})
		}
	}
}

func TestInboxTypesPrintNothingPersonal(t *testing.T) {
	t.Parallel()
	i := inboxImage()
	i.Message, i.Task = inboxMessage(), inboxTask()
	for _, v := range []any{i, *i, i.Message, *i.Message, i.Task, *i.Task, StoredImage{ID: emr.NewID[StoredImage]("img-0001"), Identifier: "img-0001", Title: i.Title}, &Stored{MediaID: emr.NewID[StoredImage]("img-0001")}, emr.NewID[StoredImage]("img-0001"), []*Image{i}} {
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
		if leak := inboxLeak(log.String() + fmt.Sprintf("%v %+v %#v %s %q %x %d", v, v, v, v, v, v, v)); leak != "" {
			t.Errorf("%T holds %q", v, leak)
		}
	}
}

// FuzzInboxAnswers reads any answer with each call: nothing panics, every error is ours,
// and no more than one request of each kind is a write.
func FuzzInboxAnswers(f *testing.F) {
	for _, body := range []string{
		bundle(`{"resourceType":"Media","id":"m1","identifier":[{"value":"img-0001"}],"subject":{"reference":"Patient/` + testPatient + `"},"content":{"contentType":"image/jpeg","data":"/9j/"}}`),
		bundle(`{"resourceType":"Communication","id":"c1","sent":"2030-03-04T09:05:00+13:00","payload":[{"contentString":"x"}]}`),
		bundle(`{"resourceType":"Task","id":"t1","restriction":{"period":{"end":"2030-03-11"}},"authoredOn":"2030"}`),
		bundle(`{"resourceType":"DocumentReference","id":"d1","date":"2021-02-25T13:13:33+00:00","content":[{"attachment":{"contentType":"text/plain","data":"e1xydGYxfQ=="}}]}`),
		bundle(`{"resourceType":"DocumentReference","id":"d1","content":[{"attachment":{"url":"Binary/b1"}}]}`),
		`{"resourceType":"Media","id":"m1","content":{"data":"!"}}`, `{"resourceType":"Binary","data":"aGk="}`, outcome("information", "informational", "Request processed successfully."),
		outcome("error", "not-found", "No Media records found for the Patient."), `{"statusCode":404,"message":"Resource not found"}`, "", "{", patientBody,
	} {
		f.Add(0, body, "https://h/fhir/Media/m1/_history/m1")
		f.Add(3, body, "")
	}
	f.Fuzz(func(t *testing.T, status int, body, location string) {
		status = []int{200, 201, 400, 404}[uint(status)%4] // those after which nobody waits
		for name, do := range inboxCalls() {
			c, w := connect(t, nil, reply{status: status, body: body, location: location})
			c.retry.Attempts = 1
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			err := do(ctx, c)
			cancel()
			if _, ok := errors.AsType[*emr.Error](err); err != nil && !ok {
				t.Errorf("%s: %T", name, err)
			}
			if len(w.seen) > 20 {
				t.Errorf("%s: %d requests", name, len(w.seen))
			}
			_ = c.Close()
		}
	})
}
