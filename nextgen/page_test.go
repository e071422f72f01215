package nextgen

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

// row is an event of the tests' practice.
func row(n int) string {
	return fmt.Sprintf(`{"practiceId":"0006","id":"8e4cb2df-3a6f-45cd-b74c-%012d","name":"Visit %d","isDeleted":false,"duration":10}`, n, n)
}

// linked is an envelope with a next link.
func linked(link string, rows ...string) string {
	return `{"Items":[` + strings.Join(rows, ",") + `],"NextPageLink":"` + link + `","Count":null}`
}

const inside = "http://127.0.0.1:889/HOST01-VM009.Demo/NextGen.Api.Edge/6.0.0.767/api/master/events?"

const firstPage = "GET /master/events?$filter=practiceId%20eq%20%270006%27%20and%20isDeleted%20eq%20false&$top=100"

func all(t testing.TB, c *Client) ([]*emr.AppointmentType, error) {
	t.Helper()
	return emr.Collect(emr.NewClient(c, nil).AppointmentTypes(t.Context()))
}

func TestFault_P1_ofANextLinkOnlyTheQueryIsUsedOnOurOwnPath(t *testing.T) {
	t.Parallel()
	filter := url.QueryEscape("practiceId eq '0006' and isDeleted eq false")
	for _, link := range []string{
		inside + "$skip=25", // as recorded: the parameters were defaults
		inside + "$filter=" + filter + "&$top=100&$skip=25",         // and where they were not
		inside + "%24filter=x&%24top=9999&%24skip=25",               // of what is ours nothing is taken over
		"https://evil.example.com/api/master/events?$skip=25",       //
		"//169.254.169.254/api/master/events/?$skip=25",             //
		"/api/MASTER/Events?$Skip=25",                               //
		"https://user:pass@evil.example.com/master/events?$skip=25", //
	} {
		c, w := connect(t, nil, reply{body: linked(link, row(1))}, reply{body: listed(row(2))})
		found, err := all(t, c)
		if err != nil || len(found) != 2 {
			t.Errorf("%s: %d, %v", link, len(found), err)
		}
		if diff := cmp.Diff([]string{firstPage, firstPage + "&$skip=25"}, w.asked()); diff != "" {
			t.Errorf("%s (-want +got)\n%s", link, diff)
		}
		for _, r := range w.seen {
			if r.URL.Host != "nativeapi.nextgen.com" || r.URL.Scheme != "https" {
				t.Errorf("a request to %s", r.URL.Host)
			}
		}
	}
}

func TestAListMayBeABareArray(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"[" + row(1) + "," + row(2) + "]", "\ufeff " + `{"ITEMS":[` + row(1) + `,` + row(2) + `]}`} {
		c, _ := connect(t, nil, reply{body: body})
		found, err := all(t, c)
		if err != nil || len(found) != 2 || found[0].Name != "Visit 1" || found[0].Length.Minutes() != 10 {
			t.Errorf("%d, %v", len(found), err)
		}
	}
}

func TestFault_P3_aLinkThatLeadsNowhereNewIsAnErrorAndNotTheEnd(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string][]string{
		"back to the start":    {linked(inside+"$skip=0", row(1))},
		"to itself":            {linked(inside+"$skip=25", row(1)), linked(inside+"$skip=25", row(2))},
		"in a circle":          {linked(inside+"$skip=25", row(1)), linked(inside+"$skip=50", row(2)), linked(inside+"$skip=25", row(3))},
		"without a place":      {linked(inside+"$top=100", row(1))},
		"without a query":      {linked(strings.TrimSuffix(inside, "?"), row(1))},
		"to a place of words":  {linked(inside+"$skip=next", row(1))},
		"to two places":        {linked(inside+"$skip=25&$skip=50", row(1))},
		"to another list":      {linked(strings.Replace(inside, "events", "payers", 1)+"$skip=25", row(1))},
		"to a negative place":  {linked(inside+"$skip=-25", row(1))},
		"to no URL":            {linked("http://[::1", row(1))},
		"with an odd name":     {linked(inside+"$skip=25&a%0Ab=1", row(1))},
		"to a place too large": {linked(inside+"$skip=99999999999999999999", row(1))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var replies []reply
			for _, p := range pages {
				replies = append(replies, reply{body: p})
			}
			c, w := connect(t, nil, replies...)
			_, err := all(t, c)
			e := wantError(t, err, emr.KindProtocol)
			if len(w.seen) != len(pages) || !strings.Contains(e.Hint, "not complete") && !strings.Contains(e.Hint, "repeat") {
				t.Errorf("%v after %d requests", e, len(w.seen))
			}
		})
	}
}

func TestFault_P4_endlessPagesEnd(t *testing.T) {
	t.Parallel()
	for name, rows := range map[string][]string{"full ones": {row(1)}, "empty ones": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := 0
			w := roundTrips(func(req *http.Request) string {
				n++
				return linked(inside+fmt.Sprintf("$skip=%d", n*25), rows...)
			})
			_, err := all(t, w.client(t))
			if wantError(t, err, emr.KindTooLarge); n > 100 {
				t.Errorf("%d pages", n)
			}
		})
	}
}

func TestFault_P5_aPageThatFailsComesWithWhatWasReadAndItsNumber(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: linked(inside+"$skip=25", row(1))}, reply{status: 500})
	found, err := all(t, c)
	if e := wantError(t, err, emr.KindUnavailable); e.Page != 2 || len(found) != 1 || len(w.seen) != 4 {
		t.Errorf("%v, %d found, %d requests", e, len(found), len(w.seen))
	}
}

func TestFault_P6_whoStopsEarlyAsksNoFurther(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: linked(inside+"$skip=25", row(1), row(2))}, reply{body: listed(row(3))})
	for _, err := range emr.NewClient(c, nil).AppointmentTypes(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if len(w.seen) != 1 {
		t.Errorf("%d requests", len(w.seen))
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	t.Parallel()
	for _, at := range []emr.Cursor{"x", "$skip=0", "$skip=-1", "1:$skip=25", "$skip=25&$skip=50", "$skip=25&a%0d=b", "%zz"} {
		c, w := connect(t, nil, reply{body: listed()})
		_, err := parts{c}.ListAppointmentTypes(t.Context(), at)
		if wantError(t, err, emr.KindInvalid); len(w.seen) != 0 {
			t.Errorf("%q was sent", at)
		}
	}
}

// TestFault_F3_F4: what is no list is never an empty one.
func TestFault_F3_F4_whatIsNoListIsProtocol(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`null`, `{}`, `"text"`, `7`, `{"items":null}`, `{"items":{}}`, `{"items":[1]}`, `{"items":[null]}`, `{"items":["x"]}`, `{"items":[],"Items":[]}`, `{"items":[]}{}`, `{"items":[`,
		`[1]`, `[null]`, `{"items":[{}]}`, `{"items":[{"id":7}]}`, `{"items":[{"id":"8e4c"},{"name":1}]`, "<html>sign in</html>", `{"items":[{"id":{"a":1}}]}`,
	} {
		c, w := connect(t, nil, reply{body: body})
		_, err := all(t, c)
		if e := wantError(t, err, emr.KindProtocol); len(w.seen) != 1 {
			t.Errorf("%s: %v after %d requests", body, e, len(w.seen))
		}
	}
}

// roundTrips answers every data request.
type roundTrips func(req *http.Request) string

func (f roundTrips) client(t testing.TB) *Client {
	t.Helper()
	w := &wire{t: t}
	c, err := New(testConfig(t), &emr.Options{HTTPClient: &http.Client{Transport: either2(f, w)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

type rounds func(*http.Request) (*http.Response, error)

func (f rounds) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// either2 leaves tokens and practice selections to w.
func either2(f roundTrips, w *wire) http.RoundTripper {
	return rounds(func(req *http.Request) (*http.Response, error) {
		if !strings.HasSuffix(req.URL.Path, "/token") && !strings.HasSuffix(req.URL.Path, loginPath) {
			one := &wire{t: w.t, replies: []reply{{body: f(req)}}}
			return one.RoundTrip(req)
		}
		return w.RoundTrip(req)
	})
}

// FuzzNextLink: whatever a link says, the list goes on further ahead or fails, and the
// next request is for the same path with our own parameters.
func FuzzNextLink(f *testing.F) {
	for _, seed := range []string{inside + "$skip=25", "", "?$skip=1", "http://[::1", inside + "$skip=25&$skiptoken=x", inside + "%24SKIP=3&$filter=y"} {
		f.Add(seed, "")
		f.Add(seed, "%24skip=10")
	}
	f.Fuzz(func(t *testing.T, link, at string) {
		c := &Client{cfg: Config{PageSize: 100}}
		call, err := c.call(opTypes, http.MethodGet, "/master/events")
		if err != nil {
			t.Fatal(err)
		}
		call.Query = "$filter=a&$top=100"
		before, ok := position(emr.Cursor(at))
		if !ok {
			return
		}
		next, bad := nextPosition(call, link, emr.Cursor(at))
		if next == "" {
			if bad == "" && strings.TrimSpace(link) != "" {
				t.Errorf("%q ends the list in silence", link)
			}
			return
		}
		more, ok := position(next)
		if !ok || skipOf(more) <= skipOf(before) || more.Has("$filter") || more.Has("$top") || bad != "" {
			t.Errorf("%q leads to %q", link, next)
		}
	})
}

// FuzzLists: no answer to a list panics, and an error is one of ours.
func FuzzLists(f *testing.F) {
	for _, seed := range []string{listed(row(1)), "[" + row(1) + "]", linked(inside+"$skip=25", row(1)), `{}`, `null`, ``, noRoute} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c, _ := connect(t, nil, reply{body: body})
		for name, do := range directoryOperations() {
			err := do(context.Background(), parts{c})
			if e, ok := errors.AsType[*emr.Error](err); err != nil && (!ok || e.Kind == "" || len(body) > 40 && strings.Contains(e.Error(), body)) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
