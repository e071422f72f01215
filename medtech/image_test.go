package medtech_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// inbox is a practice, a connection and a patient of it, for tests of what goes into its
// Inbox.
type inbox struct {
	sim     *medtechtest.Sim
	alex    *medtech.Client
	patient *emr.Patient
	doctor  emr.PractitionerID
	seen    int // requests before the call
}

// openInbox knows patient and doctor without a request of the client under test.
func openInbox(t testing.TB, opts *medtechtest.Options, edit func(*medtech.Config), o *emr.Options) *inbox {
	t.Helper()
	if opts == nil {
		opts = &medtechtest.Options{}
	}
	opts.InMemory = true
	sim := medtechtest.New(t, opts)
	cfg := sim.Config()
	if edit != nil {
		edit(&cfg)
	}
	if o == nil {
		o = &emr.Options{}
	}
	o.HTTPClient = sim.HTTPClient()
	home, _, _ := sim.Facilities()
	in := &inbox{sim: sim, alex: dial(t, cfg, o), doctor: doctorOf(t, sim), patient: &emr.Patient{
		ID: sim.PatientID(home, medtechtest.NHI(9)), Identifiers: []emr.Identifier{medtech.NHI(medtechtest.NHI(9))},
	}}
	in.seen = len(sim.Requests())
	return in
}

// doctorOf is the id of a practitioner of the practice.
func doctorOf(t testing.TB, sim *medtechtest.Sim) emr.PractitionerID {
	t.Helper()
	all, err := emr.Collect(emr.NewClient(dial(t, sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()}), nil).Practitioners(t.Context()))
	if err != nil || len(all) == 0 {
		t.Fatalf("%d practitioners, %v", len(all), err)
	}
	return all[0].ID
}

// sent are the data calls since the inbox was opened, in order.
func (in *inbox) sent() []string {
	var all []string
	for _, r := range in.sim.Requests()[in.seen:] {
		if r.Token {
			continue
		}
		resource, rest, one := strings.Cut(strings.TrimPrefix(r.Path, "/FHIR/"), "/")
		if one && rest != "$summary" {
			rest = "{id}"
		}
		all = append(all, strings.TrimSuffix(r.Method+" /"+resource+"/"+rest, "/"))
	}
	return all
}

func (in *inbox) wantSent(t *testing.T, want ...string) {
	t.Helper()
	if got := in.sent(); !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

func (in *inbox) image() *medtech.Image {
	return &medtech.Image{
		Patient: in.patient, Identifier: "img-0001", Title: emr.NewPHI("Forearm lesion"), ContentType: "image/jpeg",
		Content: bytes.NewReader([]byte("\xff\xd8\xffpixels")), Created: time.Date(2030, 3, 3, 20, 5, 0, 0, time.UTC),
		Laterality: medtech.Code{System: "http://snomed.info/sct", Code: "7771000", Display: "Left"},
		BodySite:   medtech.Code{System: "http://snomed.info/sct", Code: "40983000", Display: "Forearm"},
		View:       medtech.Code{System: "clinic/view", Code: "dermoscopy", Display: "Dermoscopy"},
		Encounter:  emr.NewEncounterID("enc-1"),
	}
}

// whole is an image with a message and a task.
func (in *inbox) whole() *medtech.Image {
	i := in.image()
	i.Operator = in.doctor
	i.Message = &medtech.Message{Recipients: []emr.PractitionerID{in.doctor}, Text: emr.NewPHI("Please review")}
	i.Task = &medtech.Task{Owner: in.doctor, Description: emr.NewPHI("Prepare referral"), Due: emr.Date{Year: 2030, Month: 3, Day: 11}}
	return i
}

// lastBody is what was stored last of a type, as it was sent.
func (in *inbox) lastBody(t *testing.T, resource string) map[string]any {
	t.Helper()
	all := in.sim.Stored(resource)
	if len(all) == 0 {
		t.Fatalf("no %s was stored", resource)
	}
	var body map[string]any
	if err := json.Unmarshal(all[len(all)-1].Body, &body); err != nil {
		t.Fatal(err)
	}
	return body
}

func TestStoreImageWritesMediaMessageAndTaskInOneCommit(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	stored, err := in.alex.StoreImage(t.Context(), in.whole())
	if err != nil {
		t.Fatal(err)
	}
	if stored.MediaID.IsZero() || stored.MessageID.IsZero() || stored.TaskID.IsZero() || stored.Earlier || !stored.DocumentID.IsZero() {
		t.Errorf("stored %+v", stored)
	}
	in.wantSent(t, "GET /Media", "POST /Media", "POST /Communication", "POST /Task")
	ids := map[string]int{}
	for _, r := range in.sim.Requests()[in.seen:] {
		if r.Write {
			ids[r.Header.Get("mt-correlationid")]++
		}
	}
	if ids[stored.RequestID] != 3 || len(ids) != 1 {
		t.Errorf("correlation ids of the writes: %v, of the commit %s", ids, stored.RequestID)
	}
	media := in.lastBody(t, "Media")
	for _, absent := range []string{"bodySite", "view", "encounter", "extension"} {
		if media[absent] != nil {
			t.Errorf("Media has %s without being configured", absent)
		}
	}
	content := media["content"].(map[string]any)
	if content["title"] != "Forearm lesion; Left, Dermoscopy" || media["createdDateTime"] != "2030-03-04T09:05:00+13:00" {
		t.Errorf("title %v, created %v", content["title"], media["createdDateTime"])
	}
	if got := in.sim.Stored("Media")[0]; string(got.Data) != "\xff\xd8\xffpixels" || got.Identifier != "img-0001" {
		t.Errorf("stored %q of %s", got.Data, got.Identifier)
	}
}

func TestStoreImageFindsAnEarlierCopy(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, func(c *medtech.Config) { c.Images.IdentifierSystem = "https://app.example/image-id" }, nil)
	first, err := in.alex.StoreImage(t.Context(), in.whole())
	if err != nil {
		t.Fatal(err)
	}
	in.seen = len(in.sim.Requests())
	again, err := in.alex.StoreImage(t.Context(), in.whole())
	if err != nil || !again.Earlier || again.MediaID != first.MediaID || again.MessageID != first.MessageID || again.TaskID != first.TaskID {
		t.Errorf("%+v, %v; want %+v", again, err, first)
	}
	in.wantSent(t, "GET /Media", "GET /Communication", "GET /Task")
	if in.sim.Uploads() != 1 {
		t.Errorf("%d uploads", in.sim.Uploads())
	}
}

func TestStoreImagePartialErrorComesWithTheResult(t *testing.T) {
	t.Parallel()
	in := openInbox(t, &medtechtest.Options{WithoutRoles: []string{"patient.communication.generalcommunication.write"}}, nil, nil)
	stored, err := in.alex.StoreImage(t.Context(), in.whole())
	var e *emr.Error
	if stored == nil || stored.MediaID.IsZero() || !stored.MessageID.IsZero() || stored.TaskID.IsZero() || !errors.As(err, &e) {
		t.Fatalf("%+v, %v", stored, err)
	}
	if e.Kind != emr.KindPartial || !slices.Equal(e.Fields, []string{"message"}) || !errors.Is(err, emr.ErrPermission) || e.RequestID != stored.RequestID {
		t.Errorf("error %v with fields %v", err, e.Fields)
	}
	in.sim.SetWithoutRoles()
	in.alex.Invalidate()
	in.seen = len(in.sim.Requests())
	mended, err := in.alex.StoreImage(t.Context(), in.whole())
	if err != nil || !mended.Earlier || mended.MediaID != stored.MediaID || mended.MessageID.IsZero() || mended.TaskID != stored.TaskID {
		t.Errorf("%+v, %v", mended, err)
	}
	in.wantSent(t, "GET /Media", "GET /Communication", "POST /Communication", "GET /Task")
}

func TestStoreImageLostReplyIsReadBackNeverSentAgain(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	in.sim.FailNextOn(medtechtest.StepMedia, emrtest.FaultLostReply, 1)
	stored, err := in.alex.StoreImage(t.Context(), in.image())
	if err != nil || stored.MediaID.IsZero() {
		t.Fatalf("%+v, %v", stored, err)
	}
	in.wantSent(t, "GET /Media", "POST /Media", "GET /Media")
	if in.sim.Uploads() != 1 {
		t.Errorf("%d uploads", in.sim.Uploads())
	}
	in.sim.FailNextOn(medtechtest.StepCommunication, emrtest.FaultLostReply, 1)
	in.sim.FailNextOn(medtechtest.StepTask, emrtest.FaultLostReply, 1)
	i := in.whole()
	i.Identifier = "img-0002"
	in.seen = len(in.sim.Requests())
	if stored, err = in.alex.StoreImage(t.Context(), i); err != nil || stored.MessageID.IsZero() || stored.TaskID.IsZero() {
		t.Fatalf("%+v, %v", stored, err)
	}
	in.wantSent(t, "GET /Media", "POST /Media", "POST /Communication", "GET /Communication", "POST /Task", "GET /Task")
	i = in.image()
	i.Identifier, i.Folder, i.ContentType, i.Operator = "img-0003", medtech.FolderScan, "image/tiff", in.doctor
	in.seen = len(in.sim.Requests())
	in.sim.FailNextOn(medtechtest.StepDocument, emrtest.FaultLostReply, 1)
	if stored, err = in.alex.StoreImage(t.Context(), i); err != nil || stored.DocumentID.IsZero() {
		t.Fatalf("%+v, %v", stored, err)
	}
	in.wantSent(t, "GET /DocumentReference", "POST /DocumentReference", "GET /DocumentReference")
}

func TestStoreImageRefusesWithoutTraffic(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	for name, row := range map[string]struct {
		edit  func(*medtech.Image)
		kind  emr.Kind
		field string
	}{
		"no patient":               {func(i *medtech.Image) { i.Patient = nil }, emr.KindInvalid, "patient"},
		"no identifier":            {func(i *medtech.Image) { i.Identifier = " " }, emr.KindInvalid, "identifier"},
		"no content":               {func(i *medtech.Image) { i.Content = nil }, emr.KindInvalid, "content"},
		"empty content":            {func(i *medtech.Image) { i.Content = strings.NewReader("") }, emr.KindInvalid, "content"},
		"HEIC":                     {func(i *medtech.Image) { i.ContentType = "image/heic" }, emr.KindInvalid, "content-type"},
		"JPEG as a scan":           {func(i *medtech.Image) { i.Folder, i.Operator = medtech.FolderScan, "1" }, emr.KindInvalid, "content-type"},
		"a scan without author":    {func(i *medtech.Image) { i.Folder, i.ContentType = medtech.FolderScan, "image/tiff" }, emr.KindInvalid, "operator"},
		"above 1,048,576 bytes":    {func(i *medtech.Image) { i.Content = bytes.NewReader(make([]byte, 1<<20+1)) }, emr.KindTooLarge, "content"},
		"a message without text":   {func(i *medtech.Image) { i.Operator, i.Message = "1", &medtech.Message{} }, emr.KindInvalid, "text"},
		"a message without sender": {func(i *medtech.Image) { i.Message = &medtech.Message{Text: emr.NewPHI("x")} }, emr.KindInvalid, "sender"},
		"a task of nothing":        {func(i *medtech.Image) { i.Task = &medtech.Task{} }, emr.KindInvalid, "description"},
		"a scan above 8 MB after base64": {func(i *medtech.Image) {
			i.Folder, i.ContentType, i.Operator, i.Content = medtech.FolderScan, "application/pdf", "1", bytes.NewReader(make([]byte, 6<<20))
		}, emr.KindTooLarge, "content"},
	} {
		i := in.image()
		row.edit(i)
		_, err := in.alex.StoreImage(t.Context(), i)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != row.kind || !slices.Contains(e.Fields, row.field) {
			t.Errorf("%s: %v", name, err)
		}
	}
	in.wantSent(t)
}

func TestStoreImageAsScanHasAuthorAndCode(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	i := in.image()
	i.Folder, i.ContentType, i.Operator = medtech.FolderScan, "image/tiff", in.doctor
	stored, err := in.alex.StoreImage(t.Context(), i)
	if err != nil || stored.DocumentID.IsZero() || !stored.MediaID.IsZero() {
		t.Fatalf("%+v, %v", stored, err)
	}
	in.wantSent(t, "GET /DocumentReference", "POST /DocumentReference")
	body, _ := json.Marshal(in.lastBody(t, "DocumentReference"))
	for _, want := range []string{`"code":"72170-4"`, `"author":[{"reference":"Practitioner/` + string(in.doctor) + `"}]`, `"title":"img-0001.tiff"`,
		`"description":"Forearm lesion; Left, Dermoscopy"`, `"date":"2030-03-04T09:05:00+13:00"`, `"status":"current"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	again, err := in.alex.StoreImage(t.Context(), i)
	if err != nil || !again.Earlier || again.DocumentID != stored.DocumentID {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestClinicalCodesGoWhereTheyAreConfigured(t *testing.T) {
	t.Parallel()
	in := openInbox(t, &medtechtest.Options{ClinicalMedia: true}, func(c *medtech.Config) {
		c.Images = medtech.ImageConfig{LateralityExtension: "https://app.example/laterality", ViewExtension: "https://app.example/view",
			BodySite: true, View: true, Encounter: true, PlainTitle: true}
	}, nil)
	if _, err := in.alex.StoreImage(t.Context(), in.image()); err != nil {
		t.Fatal(err)
	}
	body, _ := json.Marshal(in.lastBody(t, "Media"))
	for _, want := range []string{`"bodySite":{"coding":[{"code":"40983000"`, `"view":{"coding":[{"code":"dermoscopy"`, `"encounter":{"reference":"Encounter/enc-1"}`,
		`"url":"https://app.example/laterality"`, `"url":"https://app.example/view"`, `"title":"Forearm lesion"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
}

func TestStoreImageReadsBackWhatItStored(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	i := in.image()
	i.ReadBack = true
	stored, err := in.alex.StoreImage(t.Context(), i)
	if err != nil || !stored.Verified {
		t.Errorf("%+v, %v", stored, err)
	}
	in.wantSent(t, "GET /Media", "POST /Media", "GET /Media/{id}")
	other := in.image()
	other.ReadBack, other.Content = true, strings.NewReader("other pixels")
	stored, err = in.alex.StoreImage(t.Context(), other) // the identifier is taken
	if emr.KindOf(err) != emr.KindPartial || stored == nil || stored.Verified {
		t.Errorf("%+v, %v", stored, err)
	}
}

func TestStoreImageReadsThePatientForTheNHI(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	i := in.image()
	i.Patient = &emr.Patient{ID: in.patient.ID}
	if _, err := in.alex.StoreImage(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	in.wantSent(t, "GET /Patient/{id}", "GET /Media", "POST /Media")
}

func TestStoreImageTakesTheCorrelationIDOfItsCaller(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	const id = "6f1c1d4e-8a55-4c1b-9d3e-0f2a4b6c8d10"
	stored, err := in.alex.StoreImage(emr.WithCorrelationID(t.Context(), id), in.whole())
	if err != nil || stored.RequestID != id {
		t.Errorf("%+v, %v", stored, err)
	}
}

func TestStoreImageCancelledAfterSendingIsAmbiguousAtOnce(t *testing.T) {
	t.Parallel()
	in := openInbox(t, nil, nil, nil)
	ctx, cancel := context.WithCancel(t.Context())
	alex := dial(t, in.sim.Config(), &emr.Options{HTTPClient: &http.Client{Transport: cancelling{in.sim.HTTPClient().Transport, cancel}}})
	_, err := alex.StoreImage(ctx, in.image())
	if emr.KindOf(err) != emr.KindAmbiguous || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	in.wantSent(t, "GET /Media", "POST /Media")
}

// cancelling ends the context when a write was answered, and keeps the answer back.
type cancelling struct {
	http.RoundTripper
	cancel context.CancelFunc
}

func (c cancelling) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.RoundTripper.RoundTrip(r)
	if err != nil || r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/Media") {
		return resp, err
	}
	_ = resp.Body.Close()
	c.cancel()
	return nil, r.Context().Err()
}
