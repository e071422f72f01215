package medtech

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// What is read back must be this image: the kind of record, the identifier, the bytes as
// far as ALEX gives them.
func TestReadBack_comparesWhatIsThere(t *testing.T) {
	t.Parallel()
	const own = `"identifier":[{"value":"img-0001"}]`
	same := `"/9j/cXVhbGVucGl4ZWxz"` // the content of inboxImage
	for name, row := range map[string]struct {
		folder   Folder
		answer   reply
		verified bool
	}{
		"same bytes":                    {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"data":` + same + `}}`}, true},
		"bytes kept back":               {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"contentType":"image/jpeg"}}`}, true},
		"more bytes":                    {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"data":"/9j/cXVhbGVucGl4ZWxzcXVh"}}`}, false},
		"fewer bytes":                   {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"data":"/9j/cXVh"}}`}, false},
		"other bytes":                   {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"data":"/9j/cXVhbGVucGl4ZWxa"}}`}, false},
		"no base64":                     {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"data":"!"}}`}, false},
		"another identifier":            {FolderMedia, reply{body: `{"resourceType":"Media","id":"r1","content":{"data":` + same + `}}`}, false},
		"another kind":                  {FolderMedia, reply{body: `{"resourceType":"Task","id":"r1",` + own + `}`}, false},
		"nothing readable":              {FolderMedia, reply{body: `{`}, false},
		"gone":                          {FolderMedia, reply{status: 404, body: outcome("error", "not-found", "Resource ID not found.")}, false},
		"a scan":                        {FolderScan, reply{body: `{"resourceType":"DocumentReference","id":"r1",` + own + `,"content":[{"attachment":{"data":` + same + `}}]}`}, true},
		"a scan, kept back":             {FolderScan, reply{body: `{"resourceType":"DocumentReference","id":"r1",` + own + `}`}, true},
		"a scan of something different": {FolderScan, reply{body: `{"resourceType":"DocumentReference","id":"r1",` + own + `,"content":[{"attachment":{"data":"/9j/"}}]}`}, false},
	} {
		c, w := connect(t, nil)
		i := inboxImage()
		i.ReadBack, i.Folder = true, row.folder
		resource := "Media"
		if row.folder == FolderScan {
			resource, i.ContentType = "DocumentReference", typeTIFF
		}
		w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/" + resource + "/r1"}, "GET": {body: bundle()}}
		w.routes["GET /"+resource+"/r1"] = row.answer
		stored, err := c.StoreImage(t.Context(), i)
		if stored == nil || stored.Verified != row.verified || (err == nil) != row.verified {
			t.Errorf("%s: %v, %v", name, stored, err)
			continue
		}
		if e := asError(err); err != nil && (e.Kind != emr.KindPartial || !slices.Equal(e.Fields, []string{"read-back"}) || e.Op != opStoreImage || e.Vendor != vendor || e.RequestID != stored.RequestID || e.Environment != NZUAT || errors.Unwrap(err) == nil) {
			t.Errorf("%s: %+v", name, e)
		}
		if at, _ := i.Content.Seek(0, io.SeekCurrent); at != 0 {
			t.Errorf("%s: the content stands at %d", name, at)
		}
	}
	// Bytes that are elsewhere cannot be compared.
	c, w := connect(t, nil)
	i := inboxImage()
	i.ReadBack, i.Content, i.URL = true, nil, "Binary/b1"
	w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/Media/r1"}, "GET": {body: bundle()}}
	w.routes["GET /Media/r1"] = reply{body: `{"resourceType":"Media","id":"r1",` + own + `,"content":{"data":"/9j/"}}`}
	if stored, err := c.StoreImage(t.Context(), i); err != nil || !stored.Verified {
		t.Errorf("%v, %v", stored, err)
	}
}

// Every step behind the image is tried, and Fields says which failed.
func TestStore_everyStepIsTriedAndNamed(t *testing.T) {
	t.Parallel()
	refused := reply{status: 400, body: outcome("error", "business-rule", "x")}
	c, w := connect(t, nil)
	w.fixed = map[string]reply{"GET": {body: bundle()}, "POST": refused}
	w.routes["POST /Media"] = reply{status: 201, body: media("m1", testPatient)}
	w.routes["GET /Media/m1"] = reply{status: 403, body: outcome("error", "forbidden", "Authorization failed.")}
	i := inboxImage()
	i.Message, i.Task, i.ReadBack = inboxMessage(), inboxTask(), true
	_, err := c.StoreImage(t.Context(), i)
	if e := wantError(t, err, emr.KindPartial); !slices.Equal(e.Fields, []string{"read-back", "message", "task"}) || w.posts() != 2 {
		t.Errorf("%v, %d posts", e.Fields, w.posts())
	}
	// The image was there: what cannot be looked for is not sent a second time.
	c, w = connect(t, nil)
	w.fixed = map[string]reply{"GET": {status: 500}, "POST": {status: 201, location: "https://h/fhir/Communication/c1"}}
	w.routes["GET /Media"] = reply{body: bundle(media("m1", testPatient))}
	i = inboxImage()
	i.Message = inboxMessage()
	stored, err := c.StoreImage(t.Context(), i)
	if e := wantError(t, err, emr.KindPartial); !slices.Equal(e.Fields, []string{"message"}) || !stored.Earlier || w.posts() != 0 {
		t.Errorf("%v, %v, %d posts", e.Fields, stored, w.posts())
	}
}

// The bounds are inclusive: 1,048,576 bytes of content for Media, 8 MB of request for a
// scan, whatever the other one's is.
func TestStore_theLimitsAreInclusive(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		folder Folder
		size   int
		edit   func(*Config)
		ok     bool
	}{
		"Media at the limit":    {FolderMedia, 1 << 20, nil, true},
		"Media above it":        {FolderMedia, 1<<20 + 1, nil, false},
		"Media as configured":   {FolderMedia, 11, func(c *Config) { c.Images.MediaBytes = 10 }, false},
		"Media, small scans":    {FolderMedia, 5000, func(c *Config) { c.Images.ScanBytes = 10 }, true},
		"a scan, small Media":   {FolderScan, 5000, func(c *Config) { c.Images.MediaBytes = 10 }, true},
		"a scan as configured":  {FolderScan, 5000, func(c *Config) { c.Images.ScanBytes = 5000 }, false},
		"a scan of 6 MB":        {FolderScan, 6 << 20, nil, false},
		"a scan of nearly 6 MB": {FolderScan, 6<<20 - 1500, nil, true},
	} {
		c, w := connect(t, row.edit)
		w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/X/1"}, "GET": {body: bundle()}}
		i := inboxImage()
		i.Folder, i.ContentType, i.Content = row.folder, typeTIFF, strings.NewReader(strings.Repeat("x", row.size))
		_, err := c.StoreImage(t.Context(), i)
		if row.ok != (err == nil) || (w.posts() == 1) != row.ok || !row.ok && emr.KindOf(err) != emr.KindTooLarge {
			t.Errorf("%s: %v", name, err)
		}
		if e := asError(err); e != nil && (e.Vendor != vendor || e.Op != opStoreImage || !slices.Equal(e.Fields, []string{"content"}) || !strings.Contains(e.Hint, "Config.Images.")) {
			t.Errorf("%s: %+v", name, e)
		}
		if row.ok && row.folder == FolderScan && len(w.bodies[len(w.bodies)-1]) > 8<<20 {
			t.Errorf("%s: %d bytes", name, len(w.bodies[len(w.bodies)-1]))
		}
	}
	// A scan of exactly what is allowed.
	body := 0
	for _, most := range []int{0, 1, 2} { // the size as measured, then exact, then one less
		c, w := connect(t, func(c *Config) {
			switch most {
			case 1:
				c.Images.ScanBytes = int64(body)
			case 2:
				c.Images.ScanBytes = int64(body) - 1
			}
		})
		w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/DocumentReference/1"}, "GET": {body: bundle()}}
		i := inboxImage()
		i.Folder, i.ContentType = FolderScan, typeTIFF
		_, err := c.StoreImage(t.Context(), i)
		if (err == nil) != (most < 2) {
			t.Errorf("%d: %v", most, err)
		}
		if most == 0 {
			body = len(w.bodies[len(w.bodies)-1])
		}
	}
}

// A code goes where it is configured, and words where there is no code.
func TestStore_codesAndWords(t *testing.T) {
	t.Parallel()
	c, w := connect(t, func(c *Config) {
		c.Images = ImageConfig{BodySite: true, View: true, Encounter: true, LateralityExtension: "https://app.example/l", ClassificationExtension: "https://app.example/c"}
	})
	w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/Media/1"}, "GET": {body: bundle()}}
	i := inboxImage()
	i.BodySite, i.View, i.Laterality, i.Encounter, i.ContentType = Code{Display: "Forearm"}, Code{}, Code{}, emr.EncounterID{}, " image/jpeg; q=1 "
	if _, err := c.StoreImage(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	body := w.bodies[len(w.bodies)-1]
	for part, want := range map[string]bool{
		`"bodySite":{"text":"Forearm"}`: true, `"view"`: false, `"encounter"`: false, "app.example/l": false, "app.example/c": true, `"contentType":"image/jpeg"`: true,
		`"code":"lesion","display":"Lesion"`: true, `"title":"Qualenforearm; Lesion 1, Forearm"`: true,
	} {
		if strings.Contains(body, part) != want {
			t.Errorf("%s in %s", part, body)
		}
	}
	c, w = connect(t, func(c *Config) { c.Images.Encounter = true })
	w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/DocumentReference/1"}, "GET": {body: bundle()}}
	for _, encounter := range []string{"enc-1", ""} {
		i = inboxImage()
		i.Folder, i.ContentType, i.Encounter = FolderScan, typePDF, emr.NewEncounterID(encounter)
		if _, err := c.StoreImage(t.Context(), i); err != nil {
			t.Fatal(err)
		}
		if body := w.bodies[len(w.bodies)-1]; strings.Contains(body, `"context":{"encounter":[{"reference":"Encounter/enc-1"}]}`) != (encounter != "") || strings.Contains(body, `"context"`) != (encounter != "") {
			t.Error(body)
		}
	}
}

func TestStore_whatIsMissingIsNamedAndNothingSent(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		edit  func(*Image)
		field string
	}{
		"no patient":             {func(i *Image) { i.Patient = nil }, "patient"},
		"a patient without id":   {func(i *Image) { i.Patient = &emr.Patient{} }, "patient"},
		"a patient of a path":    {func(i *Image) { i.Patient = &emr.Patient{ID: emr.NewPatientID("a/b")} }, "patient"},
		"an operator of a path":  {func(i *Image) { i.Operator = "a/b" }, "operator"},
		"an encounter of a path": {func(i *Image) { i.Encounter = emr.NewEncounterID("a/b") }, "encounter"},
		"no identifier":          {func(i *Image) { i.Identifier = "  " }, "identifier"},
		"no content":             {func(i *Image) { i.Content = nil }, "content"},
		"both":                   {func(i *Image) { i.URL = "Binary/1" }, "url"},
		"an unknown folder":      {func(i *Image) { i.Folder = "attic" }, "folder"},
		"no type":                {func(i *Image) { i.ContentType = "" }, "content-type"},
		"a type of two":          {func(i *Image) { i.ContentType = "image/jpeg; x" }, "content-type"},
		"a picture as a scan":    {func(i *Image) { i.Folder = FolderScan }, "content-type"},
		"no author":              {func(i *Image) { i.Folder, i.ContentType, i.Operator = FolderScan, typePDF, "" }, "operator"},
		"a title of no letters":  {func(i *Image) { i.Title = emr.NewPHI("\xff") }, "title"},
		"nothing in it":          {func(i *Image) { i.Content = strings.NewReader("") }, "content"},
		"what cannot be read":    {func(i *Image) { i.Content = broken{iotest.ErrReader(errors.New("gone")), nil} }, "content"},
		"what cannot be rewound": {func(i *Image) { i.Content = broken{strings.NewReader("x"), errors.New("a pipe")} }, "content"},
	} {
		c, w := connect(t, nil)
		w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/Media/1"}, "GET": {body: bundle()}}
		i := inboxImage()
		row.edit(i)
		stored, err := c.StoreImage(t.Context(), i)
		if e := wantError(t, err, emr.KindInvalid); stored != nil || w.posts() != 0 || !slices.Contains(e.Fields, row.field) || e.Op != opStoreImage || e.Vendor != vendor {
			t.Errorf("%s: %+v", name, e)
		}
	}
	c, w := connect(t, nil)
	if _, err := c.StoreImage(t.Context(), nil); emr.KindOf(err) != emr.KindInvalid || w.tokens != 0 {
		t.Error(err)
	}
	if _, err := c.StoreImage(WithFacility(t.Context(), ""), inboxImage()); emr.KindOf(err) != emr.KindConfig || w.tokens != 0 {
		t.Error(err)
	}
}

// broken is content that fails.
type broken struct {
	io.Reader
	seek error
}

func (b broken) Seek(int64, int) (int64, error) { return 0, b.seek }

// An image without a time was taken now, in the practice's zone.
func TestStore_anImageWithoutATimeIsOfNow(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil)
	w.fixed = map[string]reply{"POST": {status: 201, location: "https://h/fhir/Media/1"}, "GET": {body: bundle()}}
	i := inboxImage()
	i.Created = time.Time{}
	before := time.Now().Add(-time.Second)
	if _, err := c.StoreImage(t.Context(), i); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(w.bodies[len(w.bodies)-1], `"createdDateTime":"`)
	at, err := time.Parse(time.RFC3339, after[:25])
	if err != nil || at.Before(before) || at.After(time.Now().Add(time.Second)) || strings.HasSuffix(after[:25], "+00:00") {
		t.Errorf("%v, %v", at, err)
	}
}
