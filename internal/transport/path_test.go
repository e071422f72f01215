package transport

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_F14_pathRefusesWhatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	nowhere := []string{"", ".", "..", "../Practitioner/1", "%2e", "%2e%2e", "a\n", "a\x7f", "a\x00", "\xff", "\u202ea", "a\u200b"}
	wide := []string{" ", "%20", "%25%32%30", "/../x", "x/..", "x/.", "x/ ../y", "x\\..\\y", "..;/x", "%2E%2e/x", "..%2fx", "%252e%252e%252fx", "%zz/../x", "%2e%2e/%zz",
		"7%0d%0aX", "7%00", "7%2500", strings.Repeat("a", 513), strings.Repeat("ä", 257), strings.Repeat("canary/", 80)}
	strict := []string{"a/b", "1?x=y", "1#", "a b", "ä", "a_b", "$", "$a/b", "$..", "1;2", "1\\2", strings.Repeat("a", 65)}
	for _, x := range []struct {
		name string
		path func(...string) (string, error)
		ids  []string
	}{
		{"Path", Path, slices.Concat(nowhere, wide)},
		{"FHIRPath", FHIRPath, slices.Concat(nowhere, wide, strict)},
	} {
		for _, id := range x.ids {
			p, err := x.path("Patient", id)
			e, ok := errors.AsType[*emr.Error](err)
			if !ok || e.Kind != emr.KindInvalid || p != "" || e.Hint == "" {
				t.Errorf("%s of %q gives %q, %v", x.name, id, p, err)
			} else if text := e.Error(); len(id) > 3 && strings.Contains(strings.TrimPrefix(text, "build path: invalid"), id) {
				t.Errorf("%s of %q is shown: %s", x.name, id, text)
			}
		}
		if _, err := x.path(); err == nil {
			t.Errorf("%s: an empty path is allowed", x.name)
		}
	}
}

func TestFault_F14_pathTakesIDs(t *testing.T) {
	t.Parallel()
	for want, segments := range map[string][]string{
		"/Patient":                          {"Patient"},
		"/Patient/0B6F-1.x":                 {"Patient", "0B6F-1.x"},
		"/appointment-type/12":              {"appointment-type", "12"},
		"/Patient/...":                      {"Patient", "..."},
		"/Patient/7/Binary/$autogen-ccd-if": {"Patient", "7", "Binary", "$autogen-ccd-if"},
	} {
		for name, path := range map[string]func(...string) (string, error){"Path": Path, "FHIRPath": FHIRPath} {
			if got, err := path(segments...); got != want || err != nil {
				t.Errorf("%s %q: %q, %v", name, segments, got, err)
			}
		}
	}
}

// Ids as vendors give them out: one id is one segment, and arrives as it was.
func TestFault_F14_pathEscapesAnyIDIntoOneSegment(t *testing.T) {
	t.Parallel()
	var got string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		got = r.RequestURI
		writeAnswer(w, 200, "{}")
	})
	c := connect(t, srv.URL+"/api")
	for id, want := range map[string]string{
		"aB3_-x%3D%3D":            "aB3_-x%253D%253D",
		"a+b/c==":                 "a+b%2Fc==",
		"a//b":                    "a%2F%2Fb",
		"1?x=y#z":                 "1%3Fx=y%23z",
		"José ä":                  "Jos%C3%A9%20%C3%A4",
		"50%":                     "50%25",
		"x..y":                    "x..y",
		"urn:uuid:0b6f":           "urn:uuid:0b6f",
		strings.Repeat("%", 512):  strings.Repeat("%25", 512),
		"{a}|\"<>^`":              "%7Ba%7D%7C%22%3C%3E%5E%60",
		"a\\b":                    "a%5Cb",
		"ca\u0301":                "ca%CC%81",
		strings.Repeat("ab", 200): strings.Repeat("ab", 200),
	} {
		path, err := Path("patients", id, "documents")
		if err != nil {
			t.Errorf("%q: %v", id, err)
			continue
		}
		noError(t)(c.Do(t.Context(), get(path)))
		if full := "/api/patients/" + want + "/documents"; got != full {
			t.Errorf("%q arrived as %s, want %s", id, got, full)
		}
	}
}

func TestFault_F14_callThatCannotBeSentReachesNobody(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	c := connect(t, srv.URL+"/api")
	with := func(f func(*Call)) *Call {
		call := get("/Patient")
		f(call)
		return call
	}
	calls := map[string]*Call{
		"header A":             with(func(c *Call) { c.Header = http.Header{"A": {"canary\r\nB: c"}} }),
		"header Authorization": with(func(c *Call) { c.Header = http.Header{"Authorization": {"canary"}} }),
		"header cookie":        with(func(c *Call) { c.Header = http.Header{"cookie": {"canary"}} }),
		"header Host":          with(func(c *Call) { c.Header = http.Header{"Host": {"canary"}} }),
		"header header name":   with(func(c *Call) { c.Header = http.Header{"can ary": {"x"}} }),
		"content type":         with(func(c *Call) { c.ContentType = "canary\n" }),
		"method":               with(func(c *Call) { c.Method = "GET /canary" }),
		"max response":         with(func(c *Call) { c.MaxResponse = -1 }),
	}
	for _, path := range []string{"", "Patient", "//canary/x", "/a//canary", "/..", "/../canary", "/a/../canary", "/./canary", "/%2e%2e/canary", "/%2E/canary",
		"/a?canary", "/a#canary", "/a b", "/a\r\nX: canary", "/a%0d%0acanary", "/a%00", "/canary%", "/canary%zz", "/canäry", "/a\\canary", "/{canary}", "/<canary>", "/\"canary", "/canary|"} {
		calls["path "+path] = with(func(c *Call) { c.Path = path })
	}
	for _, query := range []string{"a=canary b", "a=canary\r\nX: y", "a=b#canary", "a=canäry"} {
		calls["query "+query] = with(func(c *Call) { c.Query = query })
	}
	for name, call := range calls {
		e := wantKind(t, errOf(c.Do(t.Context(), call)), emr.KindInvalid)
		if field := e.Fields[0]; !strings.HasPrefix(name, field) || strings.Contains(e.Error(), "canary") || e.Attempts != 0 {
			t.Errorf("%s: %v", name, e)
		}
	}
	wantHits(t, &srv.hits, 0)
}

func TestPathsArriveAsGiven(t *testing.T) {
	t.Parallel()
	var got string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		got = r.RequestURI
		writeAnswer(w, 200, "{}")
	})
	for _, base := range []string{"", "/", "/api", "/api/", "/a%2Fb", "/a%2Fb///"} {
		c := connect(t, srv.URL+base)
		for _, path := range []string{"/Patient", "/Patient/", "/a%2Fb/c", "/$x", "/a%20b", "/!$&'()*+,;=:@-._~"} {
			call := get(path)
			call.Query = "start=ge2026-03-02T14%3A00%3A00%2B01%3A00&a=b,c"
			noError(t)(c.Do(t.Context(), call))
			if want := strings.TrimRight(base, "/") + path + "?" + call.Query; got != want {
				t.Errorf("%s + %s arrived as %s", base, path, got)
			}
		}
	}
}
