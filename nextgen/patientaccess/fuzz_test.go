package patientaccess

import (
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// seeds are all fixtures of ours.
func seeds(f *testing.F) {
	files, err := filepath.Glob("../../testdata/nextgen/patient-access/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no fixtures (%v)", err)
	}
	for _, file := range files {
		f.Add(own(f, filepath.Base(file)))
	}
	for _, body := range []string{
		"", "null", "[]", `["Access denied"]`, searchset("?page=2", 7, "1"), outcome("error", "too-costly"), attached("Binary/1", "text/plain"),
		`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":""}}]}`,
		`{"resourceType":"Encounter","id":"1","period":{"start":"2026-02-30"}}`, `{"resourceType":"Binary","data":"eA=="}`,
	} {
		f.Add(body)
	}
}

// FuzzAnswers gives any body to every operation: no panic, and errors that are ours and say
// nothing of it.
func FuzzAnswers(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, body string) {
		for _, v := range []Version{R4, DSTU2} {
			c, _ := open(t, v, func(*http.Request) reply { return reply{body: body} })
			for name, call := range everyCall(c) {
				err := call(t.Context())
				if err == nil {
					continue
				}
				if asError(err) == nil {
					t.Fatalf("%s: %T", name, err)
				}
				vendortest.CheckError(t, err, func(text string) string {
					if len(body) > 40 && strings.Contains(text, body[len(body)-20:]) {
						return "the body"
					}
					return ""
				})
			}
		}
	})
}

// FuzzDocuments reads any body as a discovery document and as a list of practices: addresses
// that come out are never trusted beyond the rule.
func FuzzDocuments(f *testing.F) {
	seeds(f)
	base, err := url.Parse(baseR4)
	if err != nil {
		f.Fatal(err)
	}
	full, _ := testConfig(R4).resolve()
	f.Fuzz(func(t *testing.T, body string) {
		for _, found := range []endpoints{readSmart([]byte(body)), readOAuthURIs([]byte(body), R4), readOAuthURIs([]byte(body), DSTU2)} {
			got, err := testConfig(R4).with(found, full, base)
			if err != nil {
				continue
			}
			for _, raw := range []string{got.AuthorizeURL, got.TokenURL} {
				if u, err := url.Parse(raw); err != nil || u.Scheme != "https" || !strings.HasSuffix("."+u.Hostname(), ".nextgen.com") || u.User != nil {
					t.Fatalf("trusted %q", raw)
				}
			}
		}
		all, err := readPractices([]byte(body))
		for _, p := range all {
			if err != nil || !isEndpoint(p.BaseURL) {
				t.Fatalf("listed %q", p.BaseURL)
			}
		}
	})
}

// FuzzLinks follows any link of a page and any address of a document: never to another host.
func FuzzLinks(f *testing.F) {
	for _, link := range []string{
		"?page=2", "Condition?page=2", baseR4 + "/Condition?page=2", " " + baseR4 + "/CONDITION?page=2", "//evil.example/?x", "https:fhir.nextgen.com/?x", "https://fhir.nextgen.com\\@evil.example/?x",
		"?%7Erepeat=patient", "?subject:Patient=Patient/" + zelda + "&page=2", "?PATIENT=" + zelda + "&page=2", "?page=2;x", "Binary/../../x", "Binary/%2e%2e/x", "#", "\x00",
	} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		c, _ := open(t, R4, nil)
		call := c.call(opSearch, "/Condition", "/Condition")
		asked := url.Values{"patient": {zelda}, sizeParam: {"100"}}
		next, err := c.next(call, nil, link, asked, nil)
		if err == nil {
			if next == "" || strings.Contains(string(next), zelda) {
				t.Fatalf("cursor %q", next)
			}
			if _, err := url.ParseQuery(string(next)); err != nil {
				t.Fatal(err)
			}
		}
		path, _, bad := c.below(opOpenDocument, link)
		if bad == nil && (path == "" || path[0] != '/') {
			t.Fatalf("path %q", path)
		}
		idOf(fhir.Reference{Reference: link}, "Patient")
		_ = isOthers(fhir.Reference{Reference: link}, emr.NewPatientID(zelda))
	})
}
