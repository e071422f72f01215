package patientaccess

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

const patientQuery = "patient=" + zelda

// searchset is a page of Conditions; total -1: none told.
func searchset(next string, total int, ids ...string) string {
	var b strings.Builder
	b.WriteString(`{"resourceType":"Bundle","type":"searchset"`)
	if total >= 0 {
		fmt.Fprintf(&b, `,"total":%d`, total)
	}
	if next != "" {
		fmt.Fprintf(&b, `,"link":[{"relation":"self","url":"x"},{"relation":"next","url":%q}]`, next)
	}
	if len(ids) > 0 {
		b.WriteString(`,"entry":[`)
		for i, id := range ids {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"resource":{"resourceType":"Condition","id":%q},"search":{"mode":"match"}}`, id)
		}
		b.WriteByte(']')
	}
	return b.String() + "}"
}

func ofZelda(t testing.TB, c *Client) ([]string, error) {
	t.Helper()
	return collect(c, t, "Condition", new(fhir.Query).Add("patient", zelda))
}

func TestPagesAreFollowedWhateverFormTheLinkHas(t *testing.T) {
	t.Parallel()
	upper := strings.TrimSuffix(baseR4, "r4") + "R4/condition"
	for name, row := range map[string]struct{ link, want string }{
		"absolute":                      {baseR4 + "/Condition?" + patientQuery + "&_maxresults=100&page=2", "/Condition?_maxresults=100&page=2&" + patientQuery},
		"another case of letters":       {upper + "?" + patientQuery + "&_maxresults=100&page=2", "/Condition?_maxresults=100&page=2&" + patientQuery},
		"port of https":                 {strings.Replace(baseR4, ".com", ".com:443", 1) + "/Condition?page=2", "/Condition?page=2"},
		"query only":                    {"?page=2&" + patientQuery, "/Condition?page=2&" + patientQuery},
		"relative":                      {"Condition?page=2", "/Condition?page=2"},
		"opaque, without our questions": {baseR4 + "/Condition?_getpages=abc%20d", "/Condition?_getpages=abc%20d"},
		"a size of its own":             {baseR4 + "/Condition?_maxresults=10&page=2&" + patientQuery, "/Condition?_maxresults=10&page=2&" + patientQuery},
		"the patient as a reference":    {baseR4 + "/Condition?patient=Patient%2F" + zelda + "&page=2", "/Condition?page=2&" + patientQuery},
		"a blank in front":              {" " + baseR4 + "/Condition?page=2", "/Condition?page=2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, g := open(t, R4, inTurn(searchset(row.link, -1, "1"), searchset("", -1, "2")))
			ids, err := ofZelda(t, c)
			if err != nil || !slices.Equal(ids, []string{"1", "2"}) {
				t.Fatalf("%v (%v)", ids, err)
			}
			if got := g.requests(); len(got) != 2 || got[0] != "/Condition?_maxresults=100&"+patientQuery || got[1] != row.want {
				t.Errorf("asked %v, want %s", got, row.want)
			}
		})
	}
}

func TestACursorHoldsNothingOfAPatient(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, always(strings.Replace(own(t, "encounters.r4.json"), `"type": "searchset",`, `"type": "searchset", "link":[{"relation":"next","url":"?page=2&patient=Patient/`+zelda+`"}],`, 1)))
	page, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person()}, "")
	if err != nil || page.Next == "" || strings.Contains(string(page.Next), zelda) {
		t.Errorf("cursor %q (%v)", page.Next, err)
	}
}

func TestFault_P1_aLinkToAnotherOriginIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"https://evil.example/nge/prod/fhir-api-r4/fhir/r4/Condition?page=2", "//evil.example/Condition?page=2", "https://fhir.nextgen.com.evil.example/Condition?page=2",
		strings.Replace(baseR4, "https", "http", 1) + "/Condition?page=2", strings.Replace(baseR4, ".com", ".com:8443", 1) + "/Condition?page=2",
		strings.Replace(baseR4, "https://", "https://user@", 1) + "/Condition?page=2", "http://169.254.169.254/Condition?page=2", "ftp://fhir.nextgen.com/Condition?page=2",
	} {
		c, g := open(t, R4, always(searchset(link, -1, "1")))
		ids, err := ofZelda(t, c)
		e := wantKind(t, err, emr.KindUntrustedURL)
		if !slices.Equal(ids, []string{"1"}) || len(g.requests()) != 1 || e.Page != 1 || strings.Contains(err.Error(), "evil") {
			t.Errorf("%s: %v after %d requests: %v", link, ids, len(g.requests()), err)
		}
	}
	for _, link := range []string{baseR4 + "/Patient?page=2", "https://fhir.nextgen.com/Condition?page=2", baseR4 + "/Condition", "https://[::1", "mailto:x@example.com"} {
		c, _ := open(t, R4, always(searchset(link, -1, "1")))
		_, err := ofZelda(t, c)
		if kind := emr.KindOf(err); kind != emr.KindProtocol && kind != emr.KindUntrustedURL {
			t.Errorf("%s: %v", link, err)
		}
	}
}

func TestFault_P3_linksThatLeadBackAreAnError(t *testing.T) {
	t.Parallel()
	self := searchset("?_maxresults=100&"+patientQuery, -1, "1")
	two, three := searchset("?page=3", -1, "2"), searchset("?page=2", -1, "3")
	for name, row := range map[string]struct {
		answer   func(*http.Request) reply
		requests int
	}{
		"self at once":    {always(self), 1},
		"the same page":   {inTurn(searchset("?page=2", -1, "1"), searchset("?page=2", -1, "2")), 2},
		"there and back":  {inTurn(searchset("?page=2", -1, "1"), two, three), 3},
		"back to page 1":  {inTurn(searchset("?page=2", -1, "1"), searchset("?page=3", -1, "2"), searchset("?page=4", -1, "3"), searchset("?page=2", -1, "4")), 4},
		"ten are no pair": {inTurn(searchset("?page=1", -1, "1"), searchset("?page=1", -1, "1")), 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, g := open(t, R4, row.answer)
			_, err := ofZelda(t, c)
			wantKind(t, err, emr.KindProtocol)
			if n := len(g.requests()); n != row.requests {
				t.Errorf("%d requests, want %d", n, row.requests)
			}
		})
	}
}

func TestFault_P4_aListThatNeverEndsEnds(t *testing.T) {
	t.Parallel()
	n := 0
	endless := func(body func(next string) string) func(*http.Request) reply {
		return func(*http.Request) reply { n++; return reply{body: body("?page=" + strconv.Itoa(n))} }
	}
	c, g := open(t, R4, endless(func(next string) string { return searchset(next, -1, "1") }))
	_, err := ofZelda(t, c)
	if e := wantKind(t, err, emr.KindTooLarge); e.Page != mostPages || len(g.requests()) != mostPages {
		t.Errorf("%d requests, page %d", len(g.requests()), e.Page)
	}
	c, g = open(t, R4, endless(func(next string) string { return searchset(next, -1) }))
	_, err = ofZelda(t, c)
	if wantKind(t, err, emr.KindTooLarge); len(g.requests()) != mostEmpty {
		t.Errorf("%d requests", len(g.requests()))
	}
}

func TestFault_P5_aPageThatFailsComesWithItsNumber(t *testing.T) {
	t.Parallel()
	n := 0
	c, _ := open(t, R4, func(*http.Request) reply {
		if n++; n < 3 {
			return reply{body: searchset("?page="+strconv.Itoa(n+1), -1, strconv.Itoa(n))}
		}
		return reply{status: 500, kind: "text/plain"}
	})
	ids, err := ofZelda(t, c)
	if e := wantKind(t, err, emr.KindUnavailable); e.Page != 3 || !slices.Equal(ids, []string{"1", "2"}) {
		t.Errorf("%v, page %d", ids, e.Page)
	}
}

func TestFault_P6_whoStopsEarlyAsksForNoFurtherPage(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, always(searchset("?page=2", -1, "1", "2")))
	for range c.Search(t.Context(), "Condition", new(fhir.Query).Add("patient", zelda)) {
		break
	}
	if len(g.requests()) != 1 {
		t.Errorf("%d requests", len(g.requests()))
	}
}

// TestNothingFoundHasNoEntry: such a Bundle has been seen.
func TestNothingFoundHasNoEntry(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"resourceType":"Bundle"}`, searchset("", 0), `{"resourceType":"Bundle","entry":[]}`} {
		c, _ := open(t, R4, always(body))
		if ids, err := ofZelda(t, c); err != nil || len(ids) != 0 {
			t.Errorf("%s: %v (%v)", body, ids, err)
		}
	}
}

// TestAListNeverStopsEarlyInSilence: what _maxresults means is not documented. If it is
// the limit of the whole answer, more is asked for.
func TestAListNeverStopsEarlyInSilence(t *testing.T) {
	t.Parallel()
	all := []string{"1", "2", "3", "4", "5"}
	for name, row := range map[string]struct {
		size, limit int  // PageSize, and what the server gives at most
		total       bool // the server counts
		want        emr.Kind
		requests    int
	}{
		"all at once":                       {100, 100, true, "", 1},
		"a total and no link":               {2, 100, true, "", 2},
		"a full page and no total":          {2, 100, false, "", 2},
		"as many as asked for, no more":     {5, 100, false, "", 2},
		"a total that cannot be reached":    {2, 3, true, emr.KindProtocol, 2},
		"a full page of a smaller maximum":  {2, 2, false, "", 2},
		"fewer than asked for and no total": {6, 100, false, "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(R4)
			cfg.PageSize = row.size
			c, g := openWith(t, cfg, nil, func(req *http.Request) reply {
				size, _ := strconv.Atoi(req.URL.Query().Get("_maxresults"))
				total := -1
				if row.total {
					total = len(all)
				}
				return reply{body: searchset("", total, all[:min(size, row.limit, len(all))]...)}
			})
			ids, err := ofZelda(t, c)
			if emr.KindOf(err) != row.want || len(g.requests()) != row.requests {
				t.Errorf("%v after %v: %v", ids, g.requests(), err)
			}
			if row.want == "" && len(ids) != min(row.limit, len(all)) {
				t.Errorf("%d resources", len(ids))
			}
		})
	}
}

func TestALastPageThatIsShortOfTheTotalIsAnError(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, inTurn(searchset("?page=2", 3, "1"), searchset("", 3, "2")))
	ids, err := ofZelda(t, c)
	if wantKind(t, err, emr.KindProtocol); len(ids) != 2 {
		t.Errorf("%v", ids)
	}
	c, _ = open(t, R4, inTurn(searchset("?page=2", 2, "1"), searchset("", 2, "2")))
	if ids, err := ofZelda(t, c); err != nil || len(ids) != 2 {
		t.Errorf("%v (%v)", ids, err)
	}
}

func TestTheSizeIsAskedForWhereItIsAdvertised(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, always(`{"resourceType":"Bundle"}`))
	for _, kind := range R4.Types() {
		if _, err := collect(c, t, kind, new(fhir.Query).Add("_id", "1")); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, asked := range g.requests() {
		kind, _, _ := strings.Cut(strings.TrimPrefix(asked, "/"), "?")
		without := slices.Contains([]string{"CareTeam", "Endpoint", "Provenance", "Questionnaire"}, kind)
		if strings.Contains(asked, "_maxresults=100") == without || strings.Contains(asked, "_count") {
			t.Error(asked)
		}
	}
	if n := len(R4.Types()); n != 28 || !slices.IsSorted(R4.Types()) || !slices.IsSorted(DSTU2.Types()) {
		t.Errorf("%d types", n)
	}
}

func TestWhatCameAlongIsAmongTheResults(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, always(`{"resourceType":"Bundle","total":1,"entry":[{"resource":{"resourceType":"Condition","id":"1"}},
		{"resource":{"resourceType":"Provenance","id":"p"},"search":{"mode":"include"}},
		{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"informational"}]},"search":{"mode":"outcome"}}]}`))
	ids, err := collect(c, t, "Condition", new(fhir.Query).Add("patient", zelda).Add("_revinclude", "Provenance:target"))
	if err != nil || !slices.Equal(ids, []string{"1", "p"}) {
		t.Errorf("%v (%v)", ids, err)
	}
}
