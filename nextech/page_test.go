package nextech

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// typesPage is a page of appointment types from id first on, with a link.
func typesPage(first, count int, total any, next string) string {
	var entries []string
	for id := first; id < first+count; id++ {
		entries = append(entries, fmt.Sprintf(`{"resource":{"resourceType":"appointment-type","id":"%d"}}`, id))
	}
	link, sum := "", ""
	if next != "" {
		link = fmt.Sprintf(`"link":[{"relation":"next","url":%q}],`, next)
	}
	if total != nil {
		sum = fmt.Sprintf(`"total":%v,`, total)
	}
	return fmt.Sprintf(`{"resourceType":"Bundle","type":"searchset",%s%s"entry":[%s]}`, sum, link, strings.Join(entries, ","))
}

func TestPagingEndsAndNeverEndsInSilence(t *testing.T) {
	t.Parallel()
	const api = "https://select.nextech-api.com/api/appointment-type"
	next := func(offset, count int) string {
		return fmt.Sprintf("%s?_getpagesoffset=%d&_count=%d", api, offset, count)
	}
	for _, c := range []struct {
		name  string
		pages []string
		want  int
		kind  emr.Kind
	}{
		{"no next link", []string{typesPage(0, 3, nil, "")}, 3, ""},
		{"a next link to offset 0 on a list of one page", []string{typesPage(0, 1, 1, next(0, 10))}, 1, ""},
		{"a next link to offset 0 without a total on a short page", []string{typesPage(0, 3, nil, next(0, 10))}, 3, ""},
		{"a next link to itself on a full page without a total", []string{typesPage(0, 50, nil, next(0, 50))}, 50, emr.KindProtocol},
		{"a next link to itself although the total says more", []string{typesPage(0, 10, 41, next(0, 10))}, 10, emr.KindProtocol},
		{"the server's own page size", []string{typesPage(0, 10, 23, next(10, 10)), typesPage(10, 10, 23, next(20, 10)), typesPage(20, 3, 23, next(30, 10))}, 23, ""},
		{"a last page that is not aligned", []string{typesPage(0, 10, 13, next(3, 10)), typesPage(3, 10, 13, "")}, 20, ""},
		{"an empty page without a total", []string{typesPage(0, 2, nil, next(2, 2)), typesPage(2, 0, nil, next(4, 2))}, 2, ""},
		{"an empty page in the middle", []string{typesPage(0, 2, 4, next(2, 2)), typesPage(2, 0, 5, next(3, 2)), typesPage(3, 2, 5, "")}, 4, ""},
		{"P3 A to B to A with a total", []string{typesPage(0, 2, 9, next(2, 2)), typesPage(2, 2, 9, next(0, 2))}, 4, emr.KindProtocol},
		{"a link without an offset that says nothing new", []string{typesPage(0, 3, nil, api+"?_count=10")}, 3, ""},
		{"a total and nothing", []string{typesPage(0, 0, 5, "")}, 0, emr.KindProtocol},
		{"a total of 500, one item and no link", []string{typesPage(0, 1, 500, "")}, 1, emr.KindProtocol},
		{"a last page that stops short of the total", []string{typesPage(0, 2, 5, next(2, 2)), typesPage(2, 2, 5, "")}, 4, emr.KindProtocol},
		{"a null for an entry", []string{`{"resourceType":"Bundle","total":1,"entry":[null]}`}, 0, emr.KindProtocol},
		{"an entry without a resource", []string{`{"resourceType":"Bundle","entry":[{"fullUrl":"appointment-type/7"}]}`}, 0, emr.KindProtocol},
		{"an empty next link before a good one", []string{strings.Replace(typesPage(0, 2, 4, next(2, 2)), `"link":[`, `"link":[{"relation":"next","url":""},`, 1), typesPage(2, 2, 4, "")}, 4, ""},
		{"pages counted in another way than by offset", []string{typesPage(0, 2, 4, api+"?page=2&_count=2"), typesPage(2, 2, 4, "")}, 4, ""},
		{"a link without a query", []string{typesPage(0, 3, nil, api)}, 3, emr.KindProtocol},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var steps []step
			for _, p := range c.pages {
				steps = append(steps, step{body: p})
			}
			nx, _ := connect(t, Select, nil, steps...)
			got, err := collect(t.Context(), opTypes, parts{nx}.ListAppointmentTypes)
			if len(got) != c.want && c.kind == "" {
				t.Errorf("%d items, want %d", len(got), c.want)
			}
			if emr.KindOf(err) != c.kind {
				t.Errorf("got %v, want kind %q", err, c.kind)
			}
		})
	}
}

func TestNextLinksAreRebuiltOnOurOwnHostAndKeepOurFilter(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"http://localhost:57298/api/Patient?family=ro&_getpagesoffset=10&_count=10",
		"https://evil.example.com/steal?_getpagesoffset=10&_count=10",
		"/api/Patient?FAMILY=other&BirthDate=1900-01-01&_getpagesoffset=10&_count=10",
		"//evil.example.com/api/Patient?family=other&birthdate=1900-01-01&_getpagesoffset=10&_count=10",
		"?_getpagesoffset=10&_count=10",
	} {
		first := fmt.Sprintf(`{"resourceType":"Bundle","total":11,"link":[{"relation":"next","url":%q}],"entry":[%s]}`, link,
			strings.TrimSuffix(strings.Repeat(`{"resource":{"resourceType":"Patient","id":"a","name":[{"family":"Roy"}],"birthDate":"1991-05-17"}},`, 10), ","))
		nx, r := connect(t, Select, nil, step{body: first}, step{body: `{"resourceType":"Bundle","total":11,"entry":[{"resource":{"resourceType":"Patient","id":"b","name":[{"family":"Royce"}],"birthDate":"1991-05-17"}}]}`})
		q := emr.PatientQuery{Family: emr.NewPHI("Ro"), Born: emr.NewBirthDate(1991, 5, 17)}
		people, err := emr.Collect(emr.NewClient(nx, nil).FindPatients(t.Context(), q))
		if err != nil || len(people) != 2 {
			t.Errorf("%d people, %v", len(people), err)
		}
		for i, req := range r.seen {
			if req.URL.Host != "select.nextech-api.com" || req.URL.Scheme != "https" || req.URL.Path != "/api/Patient" {
				t.Errorf("request %d went to %s", i, req.URL)
			}
		}
		if got, want := r.seen[1].URL.RawQuery, "family=Ro&birthdate=1991-05-17&_count=10&_getpagesoffset=10"; got != want {
			t.Errorf("second query %s, want %s", got, want)
		}
	}
}

func TestCursorsHoldNothingOfThePatient(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, Select, nil, step{body: `{"resourceType":"Bundle","link":[{"relation":"next","url":"http://x/api/Patient?family=Roy&birthdate=1991-05-17&_getpagesoffset=1&_count=1"}],
		"entry":[{"resource":{"resourceType":"Patient","id":"a","name":[{"family":"Roy"}],"birthDate":"1991-05-17"}}]}`})
	page, err := parts{nx}.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Roy"), Born: emr.NewBirthDate(1991, 5, 17)}, "")
	if err != nil || page.Next == "" {
		t.Fatal(err, page.Next)
	}
	if strings.Contains(string(page.Next), "Roy") || strings.Contains(string(page.Next), "1991") {
		t.Errorf("cursor %s", page.Next)
	}
}

func TestASearchAnsweredWith404IsAnEmptyList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}`, `{}`} {
		nx, _ := connect(t, Select, nil, step{status: 404, body: body}, step{status: 404, body: body})
		client := emr.NewClient(nx, nil)
		people, err := emr.Collect(client.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Roy")}))
		if err != nil || len(people) != 0 {
			t.Errorf("404 %q: %d people, %v", body, len(people), err)
		}
		if _, err := client.GetAppointment(t.Context(), emr.NewAppointmentID("7")); emr.KindOf(err) != emr.KindNotFound {
			t.Errorf("404 %q on an id: %v", body, err)
		}
	}
}

func TestAnEmptySearchIsAnEmptyList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"resourceType":"Bundle","type":"searchset","total":0,"entry":[]}`, `{"resourceType":"Bundle"}`,
		`{"resourceType":"Bundle","entry":null}`,
	} {
		nx, _ := connect(t, Select, nil, step{body: body})
		people, err := emr.Collect(emr.NewClient(nx, nil).FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Roy")}))
		if err != nil || len(people) != 0 {
			t.Errorf("%s: %d people, %v", body, len(people), err)
		}
	}
}

func TestFault_P10_aSearchThatLosesItsEntriesIsNoEmptyList(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"resourceType":"Bundle","total":5,"entry":[]}`, `{"resourceType":"Bundle","total":1,"entry":[null]}`,
		`{"resourceType":"Bundle","entry":[{}]}`, `{"resourceType":"Bundle","total":1,"entry":[{"resource":null}]}`,
	} {
		nx, _ := connect(t, Select, nil, step{body: body}, step{body: body})
		client := emr.NewClient(nx, nil)
		if _, err := emr.Collect(client.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Roy")})); emr.KindOf(err) != emr.KindProtocol {
			t.Errorf("%s: people: %v", body, err)
		}
		if _, err := client.GetAppointment(t.Context(), emr.NewAppointmentID("7")); emr.KindOf(err) != emr.KindProtocol {
			t.Errorf("%s: appointment: %v", body, err)
		}
	}
}

func TestCursorsOfAnotherListAreRefusedWithoutARequest(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, Select, nil)
	for _, cursor := range []emr.Cursor{"2:", "7:_count=50", "-1:", "x:", ":", "nonsense", "99999999999999999999:"} {
		q := emr.ChangeQuery{Since: at("2031-03-03T00:00:00-05:00"), Kinds: []emr.ChangeKind{emr.ChangeAppointment, emr.ChangePatient}}
		if _, err := (parts{nx}).ListChanges(t.Context(), q, cursor); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("changes at %s: %v", string(cursor), err)
		}
		if _, err := (parts{nx}).FindSlots(t.Context(), week("7"), cursor); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("slots at %s: %v", string(cursor), err)
		}
	}
	if len(r.seen) != 0 {
		t.Errorf("%d requests", len(r.seen))
	}
}
