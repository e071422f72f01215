package nextechtest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

// link is a paging link's url, "" if there is none.
func (r reply) link(relation string) string {
	for _, l := range children(r.json, "link") {
		if simserver.StringIn(l, "relation") == relation {
			return simserver.StringIn(l, "url")
		}
	}
	return ""
}

// at is the offset in a link, "-" without one.
func at(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	if !u.Query().Has(offsetParam) {
		return "-"
	}
	return u.Query().Get(offsetParam)
}

func TestPagesAreTenUnlessAskedAndAtMostFifty(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Patients = 70 })
	b.sim.ExpectViolation("_count is not 1 to 50")
	for query, want := range map[string]int{"": 10, "?_count=25": 25, "?_count=50": 50, "?_count=99": 50, "?_getpagesoffset=68": 3, "?_getpagesoffset=500": 0} {
		r := b.get("/Patient" + query)
		if n := len(r.entries()); n != want || r.json["total"] != 71.0 || r.json["type"] != "searchset" {
			t.Errorf("%q: %d of %v", query, n, r.json["total"])
		}
	}
	if n := len(b.all("/Patient")); n != 71 {
		t.Errorf("all pages together: %d", n)
	}
}

func TestLinksLeadWhereTheVendorsDo(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Patients = 40 })
	for query, want := range map[string]string{ // previous, next, first, last
		"":                            " 10 0 31", // the recorded one: total 41, count 10
		"?_getpagesoffset=10":         "0 20 0 31",
		"?_getpagesoffset=40":         "30  0 31",
		"?family=roy":                 "0 0 0 0", // one page: next and previous lead to 0
		"?family=nobody":              "0 0 0 0",
		"?family=roy&_count=3":        " 3 0 2",
		"?_count=50&_getpagesoffset=": "error",
	} {
		if want == "error" {
			b.sim.ExpectViolation("not one number")
			if r := b.do("GET", "/Patient"+query, nil); r.status != 400 {
				t.Errorf("%q: %d", query, r.status)
			}
			continue
		}
		r := b.get("/Patient" + query)
		var got []string
		for _, relation := range []string{"previous", "next", "first", "last"} {
			if l := r.link(relation); l == "" {
				got = append(got, "")
			} else {
				got = append(got, at(t, l))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: %q, want %q", query, strings.Join(got, " "), want)
		}
		if self := r.link("self"); !strings.HasSuffix(self, "/api/Patient"+query) {
			t.Errorf("self: %s", self)
		}
	}
}

func TestLinksNameTheHostThatWasChosen(t *testing.T) {
	t.Parallel()
	for links, want := range map[Links]func(*Sim) string{
		ForeignLinks: func(s *Sim) string { return s.trap },
		TrueLinks:    func(s *Sim) string { return "http://" + s.base.Host },
		PlainLinks:   func(*Sim) string { return "http://127.0.0.1" },
	} {
		b := open(t, func(o *Options) { o.Links = links })
		if got := b.get("/Patient?family=roy&_count=2").link("next"); got != want(b.sim)+"/api/Patient?family=roy&_getpagesoffset=2&_count=2" {
			t.Errorf("%s: %s", links, got)
		}
	}
}

func TestFollowingALinkToAnotherHostIsSeen(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("a link to another host was followed")
	if r := b.do("GET", b.get("/Patient").link("next"), nil); r.status != 404 || b.sim.TrapRequests() != 1 {
		t.Errorf("%d, %d requests", r.status, b.sim.TrapRequests())
	}
}

func TestTheTotalCanBeMissing(t *testing.T) {
	t.Parallel()
	if r := open(t, func(o *Options) { o.OmitTotal = true }).get("/Patient"); r.json["total"] != nil {
		t.Errorf("%v", r.json["total"])
	}
}

func TestAFollowedTrueLinkReadsTheWholeList(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Links = TrueLinks })
	seen := map[string]bool{}
	for link := "/Patient?_count=7"; link != ""; {
		r := b.get(link)
		for _, e := range r.entries() {
			seen[fmt.Sprint(e["id"])] = true
		}
		link = r.link("next")
	}
	if len(seen) != 31 {
		t.Errorf("%d people", len(seen))
	}
}
