package nexhealth

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// letter is an invented document.
func letter() *emr.NewDocument {
	return &emr.NewDocument{
		Patient: &emr.Patient{ID: tessaID}, Title: emr.NewPHI("Referral letter"), ContentType: "application/pdf", Category: "1",
		Content: strings.NewReader("%PDF-1.7\n"),
	}
}

func TestADocumentIsSentAsAForm(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{status: 201, answer: "document/upload"}, step{status: 201, answer: "document/upload"})
	d := letter()
	if _, err := d.Content.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	made, err := parts{c}.UploadDocument(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "document/upload", made)
	d = letter()
	d.Category, d.Content = "", strings.NewReader("skipped%PDF-1.7\n")
	_, _ = d.Content.Seek(7, io.SeekStart)
	d.Vendor = &DocumentOptions{FileName: emr.NewPHI(`Brief "für" Tessa.PDF`), Location: "9002"}
	if _, err := (parts{c}).UploadDocument(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ location, name, category string }{{"9001", "Referral letter.pdf", "1"}, {"9002", `Brief "für" Tessa.PDF`, ""}} {
		req := r.seen[i]
		if got, line := req.Method+" "+req.URL.RequestURI(), "POST /patients/70011/documents?subdomain=north-pier-dental&location_id="+want.location; got != line {
			t.Errorf("%s, want %s", got, line)
		}
		media, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
		if err != nil || media != "multipart/form-data" || req.ContentLength != int64(len(r.bodies[i])) {
			t.Errorf("%s, %d of %d bytes, %v", media, req.ContentLength, len(r.bodies[i]), err)
		}
		form, err := multipart.NewReader(strings.NewReader(r.bodies[i]), params["boundary"]).ReadForm(1 << 20)
		if err != nil || len(form.File["file"]) != 1 || len(form.File) != 1 || strings.Join(form.Value["document_type_id"], "") != want.category {
			t.Fatalf("%+v, %v", form, err)
		}
		file := form.File["file"][0]
		f, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(f)
		if err != nil || string(content) != "%PDF-1.7\n" || file.Filename != want.name || file.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("%q %q, %v", file.Filename, content, err)
		}
	}
}

func TestADocumentIsCheckedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for field, edit := range map[string]func(*emr.NewDocument){
		"content":      func(d *emr.NewDocument) { d.Content = nil },
		"content-type": func(d *emr.NewDocument) { d.ContentType = "image/png" },
		"category":     func(d *emr.NewDocument) { d.Category = "Referrals" },
		"title":        func(d *emr.NewDocument) { d.Title = emr.NewPHI("../../etc/passwd") },
		"location":     func(d *emr.NewDocument) { d.Vendor = DocumentOptions{Location: "x"} },
		"vendor":       func(d *emr.NewDocument) { d.Vendor = 7 },
		"id":           func(d *emr.NewDocument) { d.Patient = nil },
	} {
		c, _ := connect(t, nil)
		d := letter()
		edit(d)
		_, err := parts{c}.UploadDocument(t.Context(), d)
		if e := wantKind(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{field}) {
			t.Errorf("%s: fields %v", field, e.Fields)
		}
	}
	malformed := letter()
	malformed.ContentType = "application/pdf; charset"
	for _, d := range []*emr.NewDocument{nil, malformed} {
		c, _ := connect(t, nil)
		_, err := parts{c}.UploadDocument(t.Context(), d)
		wantKind(t, err, emr.KindInvalid)
	}
	c, _ := connect(t, func(c *Config) { c.UploadBytes = 9 }, step{status: 201, answer: "document/upload"})
	if _, err := (parts{c}).UploadDocument(t.Context(), letter()); err != nil {
		t.Errorf("as large as may be: %v", err)
	}
	c, _ = connect(t, func(c *Config) { c.UploadBytes = 8 })
	_, err := parts{c}.UploadDocument(t.Context(), letter())
	if e := wantKind(t, err, emr.KindTooLarge); e.Vendor != vendor || e.Op != opUpload || !strings.Contains(e.Hint, "(8)") {
		t.Errorf("%+v", e)
	}
	if l := c.Info().Limits; l.UploadBytes != 8 || !slices.Equal(l.UploadTypes, []string{"application/pdf"}) {
		t.Errorf("%+v", l)
	}
	empty := letter()
	empty.Content = strings.NewReader("")
	_, err = parts{c}.UploadDocument(t.Context(), empty)
	wantKind(t, err, emr.KindInvalid)
	for _, title := range []string{strings.Repeat("x", 201), "a\x00b", "a\\b", "a/b", "\xff", "a\x7fb", "a\rb"} {
		if name, ok := fileName(title, "application/pdf"); ok {
			t.Errorf("%q becomes %q", title, name)
		}
	}
	for title, want := range map[string]string{"": "document.pdf", "a": "a.pdf", "a.PDF": "a.PDF", "a.png": "a.png.pdf", "Müller": "Müller.pdf", "  ": "document.pdf", " a ": "a.pdf", strings.Repeat("ü", 196): strings.Repeat("ü", 196) + ".pdf"} {
		if name, ok := fileName(title, "application/pdf"); !ok || name != want {
			t.Errorf("%q becomes %q", title, name)
		}
	}
	for media, want := range map[string]string{"image/jpeg": "scan.jpg", "application/x-of-tomorrow": "scan"} {
		if name, _ := fileName("scan", media); name != want {
			t.Error(name)
		}
	}
}

func TestUploadTypesAreConfigured(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, func(c *Config) { c.UploadTypes = []string{"image/png", "application/pdf"} }, step{status: 201, answer: "document/upload"})
	d := letter()
	d.ContentType = "image/png"
	if _, err := (parts{c}).UploadDocument(t.Context(), d); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "pdf", "Application/PDF", "text/plain; charset=utf-8"} {
		cfg := testConfig()
		cfg.UploadTypes = []string{bad}
		_, err := New(cfg, nil)
		wantKind(t, err, emr.KindConfig)
	}
	cfg := testConfig()
	cfg.UploadBytes = -1
	_, err := New(cfg, nil)
	wantKind(t, err, emr.KindConfig)
}

func TestADocumentIsTheOneFileOfAForm(t *testing.T) {
	t.Parallel()
	content := bytes.Repeat([]byte("0123456789\r\n--"), 1000)
	b, contentType, err := newForm("17", `a "b".pdf`, "application/pdf", bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(b, params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	file := form.File["file"][0]
	open, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = open.Close() }()
	got, err := io.ReadAll(open)
	if err != nil || !bytes.Equal(got, content) || file.Filename != `a "b".pdf` || file.Header.Get("Content-Type") != "application/pdf" || form.Value["document_type_id"][0] != "17" {
		t.Errorf("%d bytes of %s, %v, %v", len(got), file.Filename, form.Value, err)
	}
}

// document made of a url NexHealth gave.
func documentAt(url string) *emr.Document {
	return &emr.Document{ID: emr.NewDocumentID("18"), Patient: tessaID, ContentType: "application/pdf", Source: emr.NewSource([]byte(`{"id":18,"url":"` + url + `"}`))}
}

func TestADocumentIsOpenedAtItsAddressOnly(t *testing.T) {
	t.Parallel()
	pdf := http.Header{"Content-Type": {"application/pdf"}, "Content-Length": {"9"}}
	for address, want := range map[string]string{
		"/documents/18/download": "/documents/18/download", "documents/18/download?v=1": "/documents/18/download?v=1", "": "/documents/18/download",
		"https://nexhealth.info/documents/18/download": "/documents/18/download", "https://NexHealth.info:443/documents/18/download": "/documents/18/download",
	} {
		c, r := connect(t, nil, step{route: "GET " + want, body: "%PDF-1.7\n", header: pdf})
		content, err := parts{c}.OpenDocument(t.Context(), documentAt(address))
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		all, err := io.ReadAll(content.Body)
		if err != nil || string(all) != "%PDF-1.7\n" || content.ContentType != "application/pdf" || content.Size != 9 || content.Body.Close() != nil {
			t.Errorf("%s: %q, %+v, %v", address, all, content, err)
		}
		if !strings.HasPrefix(r.seen[0].Header.Get("Authorization"), "Bearer ") || r.seen[0].Header.Get(versionHeader) == "" {
			t.Errorf("headers %v", r.seen[0].Header)
		}
	}
	// The token goes nowhere else.
	for _, address := range []string{
		"https://files.example.com/documents/18/download", "//evil.example.com/x", "http://nexhealth.info/documents/18/download", "https://nexhealth.info:8443/x",
		"https://user" + "@nexhealth.info/x", "/documents/../../x", "/documents/%2e%2e/x", "https://nexhealth.info.evil.example.com/x", "file:///etc/passwd",
	} {
		c, _ := connect(t, nil)
		_, err := parts{c}.OpenDocument(t.Context(), documentAt(address))
		if emr.KindOf(err) != emr.KindUntrustedURL {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"mailto:x", "%zz"} {
		c, _ := connect(t, nil)
		if _, err := (parts{c}).OpenDocument(t.Context(), documentAt(address)); err == nil {
			t.Errorf("%s was followed", address)
		}
	}
	c, _ := connect(t, func(c *Config) { c.BaseURL = "https://proxy.example.com/nexhealth/" })
	for _, address := range []string{"/documents/18/download", "https://proxy.example.com/nexhealth/documents/18/download"} {
		if path, _, err := c.ownAddress(address); err != nil || path != "/documents/18/download" {
			t.Errorf("%s: %s, %v", address, path, err)
		}
	}
	for _, address := range []string{"https://proxy.example.com/other/18", "https://proxy.example.com/nexhealthy/18"} {
		if _, _, err := c.ownAddress(address); emr.KindOf(err) != emr.KindUntrustedURL {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestAnAnswerInPlaceOfADocumentIsAnError(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]emr.Kind{
		`{"code":false,"data":null,"error":["Document not found"]}`: emr.KindNotFound, `{"code":true,"data":{"id":18}}`: emr.KindProtocol, `[]`: emr.KindProtocol, `{`: emr.KindProtocol,
	} {
		c, _ := connect(t, nil, step{body: body})
		_, err := parts{c}.OpenDocument(t.Context(), documentAt("/documents/18/download"))
		wantKind(t, err, want)
	}
	c, _ := connect(t, nil, step{body: "<html>", header: http.Header{"Content-Type": {"text/html"}}})
	_, err := parts{c}.OpenDocument(t.Context(), documentAt("/documents/18/download"))
	wantKind(t, err, emr.KindProtocol)
	c, _ = connect(t, nil, step{status: 302, header: http.Header{"Location": {"https://files.example.com/18"}}})
	_, err = parts{c}.OpenDocument(t.Context(), documentAt("/documents/18/download"))
	wantKind(t, err, emr.KindUntrustedURL)
	_, err = parts{c}.OpenDocument(t.Context(), nil)
	wantKind(t, err, emr.KindInvalid)
}

func TestDocumentsAreNarrowedHere(t *testing.T) {
	t.Parallel()
	all := good(`[{"id":1,"created_at":"2031-02-01T03:00:00Z","document_type_id":1},{"id":2,"created_at":"2031-02-01T06:00:00Z","document_type_id":2},{"id":3}]`)
	first := emr.Date{Year: 2031, Month: 2, Day: 1}
	for name, c := range map[string]struct {
		q    emr.DocumentQuery
		want []string
	}{
		"all": {emr.DocumentQuery{}, []string{"1", "2", "3"}}, "category": {emr.DocumentQuery{Category: "2"}, []string{"2"}},
		"from": {emr.DocumentQuery{From: first}, []string{"2", "3"}}, "to": {emr.DocumentQuery{To: first}, []string{"1", "3"}}, // days in Portland
	} {
		client, _ := connect(t, func(c *Config) { c.Zone = ny(t) }, step{body: all})
		c.q.Patient = &emr.Patient{ID: tessaID}
		page, err := parts{client}.ListDocuments(t.Context(), c.q, "")
		var got []string
		for _, d := range page.Items {
			got = append(got, d.ID.Reveal())
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	for _, body := range []string{good(`[{"id":null}]`), good(`{"id":1}`), good(`[7]`), good("null")} {
		client, _ := connect(t, nil, step{body: body})
		_, err := parts{client}.ListDocuments(t.Context(), emr.DocumentQuery{Patient: &emr.Patient{ID: tessaID}}, "")
		wantKind(t, err, emr.KindProtocol)
	}
}
