package medtech_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

func text(t *testing.T, c *emr.Content) string {
	t.Helper()
	all, err := io.ReadAll(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Body.Close(); err != nil {
		t.Error(err)
	}
	if c.Size >= 0 && c.Size != int64(len(all)) {
		t.Errorf("%d bytes, said %d", len(all), c.Size)
	}
	return string(all)
}

func TestDocumentsAreNotesThenLettersThenScans(t *testing.T) {
	t.Parallel()
	for _, raw := range []bool{false, true} {
		in := openInbox(t, &medtechtest.Options{RawBinary: raw}, nil, nil)
		client := emr.NewClient(in.alex, nil)
		all, err := emr.Collect(client.Documents(t.Context(), emr.DocumentQuery{Patient: in.patient}))
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, d := range all {
			kinds = append(kinds, d.Category)
		}
		if !slices.Equal(kinds, []string{medtech.CategoryNote, medtech.CategoryNote, medtech.CategoryLetter}) {
			t.Fatalf("categories %q", kinds)
		}
		in.wantSent(t, "GET /DocumentReference", "GET /DocumentReference", "GET /DocumentReference")
		in.seen = len(in.sim.Requests())
		note, err := client.OpenDocument(t.Context(), all[0])
		if err != nil || note.ContentType != "application/rtf" || !strings.HasPrefix(text(t, note), `{\rtf1`) {
			t.Errorf("note: %v, %v", note, err)
		}
		in.wantSent(t) // its bytes were in the list
		if _, err := client.OpenDocument(t.Context(), all[1]); emr.KindOf(err) != emr.KindNotFound {
			t.Errorf("a note without content: %v", err)
		}
		in.seen = len(in.sim.Requests())
		letter, err := client.OpenDocument(t.Context(), all[2])
		if err != nil || letter.ContentType != "application/pdf" || !strings.HasPrefix(text(t, letter), "%PDF-") {
			t.Errorf("letter: %v, %v", letter, err)
		}
		in.wantSent(t, "GET /Binary/{id}")
		in.seen = len(in.sim.Requests())
		if _, err := client.OpenDocument(t.Context(), &emr.Document{ID: all[2].ID, Patient: in.patient.ID}); err != nil {
			t.Error(err)
		}
		in.wantSent(t, "GET /DocumentReference/{id}", "GET /Binary/{id}")
	}
}

func TestDocumentsNarrowByCategoryAndDay(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	client := emr.NewClient(in.alex, nil)
	letters, err := emr.Collect(client.Documents(t.Context(), emr.DocumentQuery{Patient: in.patient, Category: medtech.CategoryLetter}))
	if err != nil || len(letters) != 1 {
		t.Fatalf("%d letters, %v", len(letters), err)
	}
	in.wantSent(t, "GET /DocumentReference")
	day := emr.DateOf(letters[0].Created)
	for _, row := range []struct {
		from, to emr.Date
		want     int
	}{{day, day.AddDays(1), 1}, {day.AddDays(1), emr.Date{}, 0}, {emr.Date{}, day, 0}} {
		got, err := emr.Collect(client.Documents(t.Context(), emr.DocumentQuery{Patient: in.patient, Category: medtech.CategoryLetter, From: row.from, To: row.to}))
		if err != nil || len(got) != row.want {
			t.Errorf("%v to %v: %d, %v", row.from, row.to, len(got), err)
		}
	}
}

func TestUploadDocumentGoesIntoTheFolderOfItsType(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, func(c *medtech.Config) { c.Images.Author = "" }, nil)
	client := emr.NewClient(in.alex, nil)
	upload := func(kind string, o *medtech.DocumentOptions) (*emr.Document, error) {
		d := &emr.NewDocument{Patient: in.patient, Title: emr.NewPHI("Letter"), ContentType: kind, Content: strings.NewReader("%PDF-1.4\n%%EOF\n")}
		if o != nil {
			d.Vendor = o
		}
		return client.UploadDocument(t.Context(), d)
	}
	if _, err := upload("application/pdf", nil); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("a scan without author: %v", err)
	}
	in.wantSent(t)
	d, err := upload("application/pdf", &medtech.DocumentOptions{Author: in.doctor})
	if err != nil || d.ID.IsZero() || d.Size != 15 {
		t.Fatalf("%v, %v", d, err)
	}
	in.wantSent(t, "POST /DocumentReference")
	in.seen = len(in.sim.Requests())
	if _, err := upload("image/jpeg", nil); err != nil {
		t.Fatal(err)
	}
	in.wantSent(t, "POST /Media")
	in.seen = len(in.sim.Requests())
	in.sim.FailNextOn(medtechtest.StepDocument, emrtest.FaultLostReply, 1)
	if _, err = upload("application/pdf", &medtech.DocumentOptions{Author: in.doctor}); emr.KindOf(err) != emr.KindAmbiguous {
		t.Errorf("lost reply, no number to look for: %v", err)
	}
	in.wantSent(t, "POST /DocumentReference")
	in.seen = len(in.sim.Requests())
	own := &medtech.DocumentOptions{Author: in.doctor, Identifier: "letter-1"}
	if d, err = upload("application/pdf", own); err != nil || d.ID.IsZero() {
		t.Errorf("with a number: %v, %v", d, err)
	}
	again, err := upload("application/pdf", own)
	if err != nil || again.ID != d.ID {
		t.Errorf("again: %v, %v", again, err)
	}
	in.wantSent(t, "GET /DocumentReference", "POST /DocumentReference", "GET /DocumentReference")
}

func TestSummaryIsTheBundle(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	client := emr.NewClient(in.alex, nil)
	c, err := client.OpenSummary(t.Context(), emr.SummaryQuery{Patient: in.patient})
	if err != nil {
		t.Fatal(err)
	}
	b, err := fhir.ParseBundle([]byte(text(t, c)), &fhir.Options{Version: fhir.R4})
	if err != nil || b.Entries()[0].ResourceType != "Composition" || c.ContentType != "application/fhir+json" {
		t.Errorf("%s, %v", c.ContentType, err)
	}
	in.wantSent(t, "GET /Patient/$summary")
	nobody := &emr.Patient{ID: in.patient.ID, Identifiers: []emr.Identifier{medtech.NHI("ZZZ0016")}}
	if _, err := client.OpenSummary(t.Context(), emr.SummaryQuery{Patient: nobody}); emr.KindOf(err) != emr.KindNotFound {
		t.Errorf("nobody: %v", err)
	}
	if _, err := client.OpenSummary(t.Context(), emr.SummaryQuery{Patient: in.patient, Sections: []string{"x"}}); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("a section: %v", err)
	}
}

func TestMessagesTasksAndImagesAreListed(t *testing.T) {
	t.Parallel()
	in := openInbox(t, &medtechtest.Options{AbsoluteReferences: true, FullBundles: true, PageSize: 1}, nil, nil)
	stored, err := in.alex.StoreImage(t.Context(), in.whole())
	if err != nil {
		t.Fatal(err)
	}
	messages, err := emr.Collect(in.alex.Messages(t.Context(), in.patient))
	if err != nil || len(messages) == 0 || messages[len(messages)-1].Text.Reveal() != "Please review" || messages[len(messages)-1].Sender != in.doctor {
		t.Errorf("messages %v, %v", messages, err)
	}
	tasks, err := emr.Collect(in.alex.Tasks(t.Context(), in.patient))
	if err != nil || len(tasks) != 1 || tasks[0].ID != stored.TaskID || tasks[0].Due != (emr.Date{Year: 2030, Month: 3, Day: 11}) || tasks[0].Status != "requested" {
		t.Errorf("tasks %v, %v", tasks, err)
	}
	images, err := emr.Collect(in.alex.Images(t.Context(), in.patient))
	if err != nil || len(images) != 1 || images[0].ID != stored.MediaID || images[0].Identifier != "img-0001" || images[0].Patient != in.patient.ID {
		t.Fatalf("images %v, %v", images, err)
	}
	if !images[0].Created.Equal(time.Date(2030, 3, 3, 20, 5, 0, 0, time.UTC)) {
		t.Errorf("created %v", images[0].Created)
	}
	c, err := in.alex.OpenImage(t.Context(), images[0].ID)
	if err != nil || text(t, c) != "\xff\xd8\xffpixels" || c.ContentType != "image/jpeg" {
		t.Errorf("%v, %v", c, err)
	}
}

func TestStaffTaskIsAboutNobody(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	made, err := in.alex.CreateTask(t.Context(), &medtech.Task{Description: emr.NewPHI("Order gloves"), Owner: in.doctor})
	if err != nil || made.ID.IsZero() {
		t.Errorf("%v, %v", made, err)
	}
	in.wantSent(t, "POST /Task")
	if in.lastBody(t, "Task")["for"] != nil {
		t.Error("the task names a patient")
	}
}

// echo answers a POST with all that was sent, as ALEX does with Media.
type echo struct{ peak uint64 }

func (e *echo) RoundTrip(r *http.Request) (*http.Response, error) {
	reply := func(status int, body string) *http.Response {
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/fhir+json"}, "Location": {"https://h/fhir/" + r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:] + "/77/_history/77"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: r}
	}
	if r.Body == nil || strings.HasSuffix(r.URL.Path, "token") {
		return reply(200, `{"token_type":"Bearer","expires_in":3599,"access_token":"t"}`), nil
	}
	page, n := make([]byte, 32<<10), 0
	var m runtime.MemStats
	for {
		got, err := r.Body.Read(page)
		if n += got; n>>20 != (n-got)>>20 {
			runtime.GC()
			runtime.ReadMemStats(&m)
			e.peak = max(e.peak, m.HeapAlloc)
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	resp := reply(201, "")
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"resourceType":"Media","id":"77","content":{"data":"`), zeros(int64(n))))
	return resp, nil
}

func zeros(n int64) io.Reader { return io.LimitReader(repeating('A'), n) }

type repeating byte

func (b repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

// TestUploadTakesNoMemoryForItsSize runs alone, for the heap is everybody's.
func TestUploadTakesNoMemoryForItsSize(t *testing.T) { //nolint:paralleltest // see above
	sim := medtechtest.New(t, &medtechtest.Options{InMemory: true})
	cfg := sim.Config()
	cfg.Images.MediaBytes, cfg.Images.ScanBytes = 200<<20, 200<<20
	for _, folder := range []medtech.Folder{medtech.FolderMedia, medtech.FolderScan} {
		wire := &echo{}
		client := emr.NewClient(dial(t, cfg, &emr.Options{HTTPClient: &http.Client{Transport: wire}}), nil)
		file := bytes.NewReader(make([]byte, 20<<20))
		var before runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		d, err := client.UploadDocument(context.Background(), &emr.NewDocument{
			Patient: &emr.Patient{ID: emr.NewPatientID("1")}, ContentType: "application/pdf", Content: file,
			Vendor: medtech.DocumentOptions{Folder: folder, Author: "2"},
		})
		if err != nil || d.ID.Reveal() != "77" {
			t.Errorf("%s: %v, %v", folder, d, err)
		}
		if grown := int64(wire.peak) - int64(before.HeapAlloc); grown > 2<<20 || wire.peak == 0 {
			t.Errorf("%s: 20 MB took %d bytes of heap", folder, grown)
		}
		runtime.KeepAlive(file)
	}
}
