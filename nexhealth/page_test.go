package nexhealth

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/emr"
)

// pageOf is one page of operatories.
func pageOf(from, n int, info string) string {
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"name":"op%d","location_id":9001,"active":true}`, from+i, from+i))
	}
	return `{"code":true,"description":null,"error":[],"data":[` + strings.Join(rows, ",") + `]` + info + `}`
}

func info(next bool, end string) string {
	return fmt.Sprintf(`,"page_info":{"has_previous_page":false,"has_next_page":%v,"start_cursor":"before","end_cursor":%s}`, next, end)
}

func TestAListIsReadToItsEndWithTheSameParameters(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, func(c *Config) { c.PageSize = 2 },
		step{body: pageOf(1, 2, info(true, `"c1+/="`))}, step{body: pageOf(3, 0, info(true, `"c2"`))}, step{body: pageOf(3, 1, info(false, `"c3"`))})
	all, err := nx.Operatories(t.Context(), "")
	if err != nil || len(all) != 3 {
		t.Fatalf("%d operatories, %v", len(all), err)
	}
	const base = "GET /operatories?subdomain=north-pier-dental&location_id=9001&include%5B%5D=appointment_types&per_page=2"
	if diff := cmp.Diff([]string{base, base + "&end_cursor=c1%2B%2F%3D", base + "&end_cursor=c2"}, r.requests()); diff != "" {
		t.Errorf("requests (-want +got)\n%s", diff)
	}
}

func TestTheDefaultPageSizeIsAlwaysSent(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil, step{body: listed()})
	if _, err := nx.Operatories(t.Context(), "9001"); err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(r.requests()[0], "&per_page=100") {
		t.Errorf("request %s", r.requests()[0])
	}
}

// TestFault_P3_P4_aListNeverStopsEarlyInSilence: what would be a whole list to somebody
// who trusts NexHealth is an error.
func TestFault_P3_P4_aListNeverStopsEarlyInSilence(t *testing.T) {
	t.Parallel()
	full := func(info string) string { return pageOf(1, 2, info) }
	for name, c := range map[string]struct {
		steps []string
		want  int // records when there is no error
		kind  emr.Kind
	}{
		"the end":                               {[]string{full(info(false, `"c1"`))}, 2, ""},
		"the end without a cursor":              {[]string{full(info(false, `null`))}, 2, ""},
		"more without a cursor":                 {[]string{full(info(true, `null`))}, 0, emr.KindProtocol},
		"more with an empty cursor":             {[]string{full(info(true, `""`))}, 0, emr.KindProtocol},
		"the same cursor again":                 {[]string{full(info(true, `"c1"`)), full(info(true, `"c1"`))}, 0, emr.KindProtocol},
		"a circle of cursors":                   {[]string{full(info(true, `"a"`)), full(info(true, `"b"`)), full(info(true, `"a"`))}, 0, emr.KindProtocol},
		"a cursor that cannot be sent":          {[]string{full(info(true, `"`+strings.Repeat("x", 5000)+`"`))}, 0, emr.KindProtocol},
		"a cursor of another type":              {[]string{full(info(true, `{"x":1}`))}, 0, emr.KindProtocol},
		"a number as cursor":                    {[]string{full(info(true, `17`)), full(info(false, `null`))}, 4, ""},
		"no page_info and a full page":          {[]string{full("")}, 0, emr.KindProtocol},
		"page_info null and a full page":        {[]string{full(`,"page_info":null`)}, 0, emr.KindProtocol},
		"page_info without a word about more":   {[]string{full(`,"page_info":{"end_cursor":"c1"}`)}, 0, emr.KindProtocol},
		"no page_info and a page with room":     {[]string{pageOf(1, 1, "")}, 1, ""},
		"no page_info, and a count that is met": {[]string{full(`,"count":2`)}, 2, ""},
		"no page_info, and a count that is not": {[]string{pageOf(1, 1, `,"count":7`)}, 0, emr.KindProtocol},
		"no page_info, and per_page was ignored": {[]string{
			strings.Replace(pageOf(1, 1, ""), `"description":null`, `"description":"Note that following parameters are ignored: per_page."`, 1)}, 0, emr.KindProtocol},
		"no page_info on a second, full page":   {[]string{full(info(true, `"c1"`)), full(`,"count":2`)}, 0, emr.KindProtocol},
		"no page_info on a last page with room": {[]string{full(info(true, `"c1"`)), pageOf(3, 1, `,"count":3`)}, 3, ""},
		"a count that is none":                  {[]string{pageOf(1, 1, `,"count":"many"`)}, 0, emr.KindProtocol},
		"a count that is null":                  {[]string{pageOf(1, 1, `,"count":null`)}, 1, ""},
		"a count that is null, and a full page": {[]string{full(`,"count":null`)}, 0, emr.KindProtocol},
		"a second page with more and no cursor": {[]string{full(info(true, `"c1"`)), full(info(true, `null`))}, 0, emr.KindProtocol},
		"the longest cursor":                    {[]string{full(info(true, `"`+strings.Repeat("x", mostCursor)+`"`)), pageOf(3, 1, info(false, `null`))}, 3, ""},
		"the cursor was ignored": {[]string{full(info(true, `"c1"`)),
			strings.Replace(full(info(true, `"c2"`)), `"description":null`, `"description":"Note that following parameters are ignored: end_cursor."`, 1)}, 0, emr.KindProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []step
			for _, s := range c.steps {
				steps = append(steps, step{body: s})
			}
			nx, _ := connect(t, func(c *Config) { c.PageSize = 2 }, steps...)
			all, err := nx.Operatories(t.Context(), "")
			if emr.KindOf(err) != c.kind || err == nil && len(all) != c.want {
				t.Errorf("%d records, %v; want %d, %q", len(all), err, c.want, c.kind)
			}
			if e, ok := errors.AsType[*emr.Error](err); ok && (e.Vendor != vendor || e.Op != opOperatories) {
				t.Errorf("an error of %q %q", e.Vendor, e.Op)
			}
		})
	}
}

func TestFault_P4_endlessPagesEndWithTooLarge(t *testing.T) {
	t.Parallel()
	var steps []step
	for i := range 100 {
		steps = append(steps, step{body: pageOf(i+1, 1, info(true, fmt.Sprintf(`"c%d"`, i)))})
	}
	nx, _ := connect(t, nil, steps...)
	_, err := nx.Operatories(t.Context(), "")
	if e := wantKind(t, err, emr.KindTooLarge); e.Vendor != vendor || e.Op != opOperatories {
		t.Errorf("an error of %q %q", e.Vendor, e.Op)
	}
}

func TestIDsThatAreNoWholeNumbersNeverReachAPath(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil)
	for _, id := range []string{"", "0", "-1", "+7", "007", "1.5", "1e3", "../9", "7/documents", "7?x=1", "９", "9223372036854775808", "abc", " 7"} {
		_, err := nx.call(opGetPatient, http.MethodGet, "/patients/{id}", id)
		wantKind(t, err, emr.KindInvalid)
	}
	for id, path := range map[string]string{"9223372036854775807": "/patients/9223372036854775807/documents", "7": "/patients/7/documents"} {
		call, err := nx.call(opGetPatient, http.MethodGet, "/patients/{id}/documents", id)
		if err != nil || call.Path != path || call.Route != "/patients/{id}/documents" {
			t.Errorf("%s: %+v, %v", id, call, err)
		}
	}
	call, err := nx.call(opGetPatient, http.MethodGet, "/onboardings/{hashid}", "aB_3")
	if err != nil || call.Path != "/onboardings/aB_3" {
		t.Errorf("%+v, %v", call, err)
	}
	if _, err := nx.call(opGetPatient, http.MethodGet, "/onboardings/{hashid}", ".."); emr.KindOf(err) != emr.KindInvalid {
		t.Error("two dots are an id")
	}
}
