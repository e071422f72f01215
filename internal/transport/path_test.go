package transport

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_F14_pathRefusesWhatLeadsElsewhere(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"", ".", "..", "a/b", "../Practitioner/1", "1?x=y", "1#", "%2e", "%2e%2e", "a b", "a\n", "ä", "a_b",
		"$", "$a/b", "$..", "1;2", "1\\2", strings.Repeat("a", 65)} {
		p, err := Path("Patient", id)
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindInvalid || p != "" || id != "" && strings.Contains(strings.TrimPrefix(e.Error(), "build path: invalid"), id) && len(id) > 3 {
			t.Errorf("%q gives %q, %v", id, p, err)
		}
	}
	if _, err := Path(); err == nil {
		t.Error("an empty path is allowed")
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
		if got, err := Path(segments...); got != want || err != nil {
			t.Errorf("%q: %q, %v", segments, got, err)
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
