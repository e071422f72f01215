package nextechtest

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestPatientSearchMatchesAsTheVendorDoes(t *testing.T) {
	t.Parallel()
	// Numbers are places in emrtest.People; * stands for more than ten.
	for query, want := range map[string]string{
		"family=roy":                                              "0 1 2 3 4",
		"family= ROY &given=ines":                                 "0 1 2 3 4",
		"family:exact=roy":                                        "0 1 2 4",
		"family:exact=roy&given:exact=ines":                       "0 1 2",
		"family:contains=oyc":                                     "3",
		"family=roy&given=ines&birthdate=1991-05-17":              "0 1 3 4",
		"birthdate=ge1991-05-17&birthdate=le1991-05-17&given=ine": "0 1 3 4",
		"birthdate=gt1998-01-01&family=" + url.QueryEscape("Ż"):   "8",
		"birthdate=ne1991-05-17&family=roy":                       "2",
		"phone=2065550142":                                        "0",
		"phone=" + url.QueryEscape("+1 (206) 555-0142"):           "0",
		"phone=555":                                             "",
		"email=person42":                                        "0",
		"email=PERSON43@EXAMPLE.COM":                            "1",
		"name=roy":                                              "0 1 2 3 4",
		"name=" + url.QueryEscape("Ines Roy"):                   "0 1 2 3",
		"given=" + url.QueryEscape("小"):                         "6",
		"family=" + url.QueryEscape("o’n"):                      "7",
		"family=royce,lindqvist":                                "3 9",
		"given=nessa":                                           "3",
		"address-postalcode=98151&family=lind":                  "9",
		"address-city=seattle&address-state=wa&family=lind":     "9",
		"address=seattle&family=lind":                           "9",
		"family=nobody":                                         "",
		"_lastUpdated=ge2026-03-02&family=royce":                "3",
		"_lastUpdated=gt2026-03-02&family=royce":                "",
		"_lastUpdated=lt2026-03-02T12:59:59Z&family=royce":      "",
		"_lastUpdated=ge2026-03-02T08:00:00-05:00&family=royce": "3",
	} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			b := open(t, nil)
			place := map[string]string{}
			for i, p := range b.sim.clinic.Patients() {
				place[p.ID] = itoa(i)
			}
			var got []string
			for _, e := range b.get("/Patient?" + strings.ReplaceAll(query, " ", "%20")).entries() {
				got = append(got, place[simserver.StringIn(e, "id")])
			}
			if strings.Join(got, " ") != want {
				t.Errorf("found %v, want %q", got, want)
			}
		})
	}
}

func TestAPatientIsReadByIdInAnyCaseAndOnSelectByChartNumber(t *testing.T) {
	t.Parallel()
	b, p := open(t, nil), open(t, onPlus)
	chart := b.sim.clinic.Patients()[0].Chart
	for _, id := range []string{b.person(0), strings.ToUpper(b.person(0)), chart} {
		if r := b.get("/Patient/" + id); r.json["id"] != b.person(0) {
			t.Errorf("%s", r.body)
		}
		if r := b.get("/Patient?identifier=" + id); r.ids() != b.person(0) {
			t.Errorf("%s", r.body)
		}
	}
	if r := p.do(http.MethodGet, "/Patient/"+chart, nil); r.status != http.StatusNotFound {
		t.Errorf("Practice+ took a chart number: %d", r.status)
	}
	if r := p.get("/Patient?identifier=" + chart); r.ids() != "" {
		t.Errorf("Practice+ found a chart number: %s", r.ids())
	}
	for target, want := range map[string]int{
		"/Patient/ID?email=person42@example.com": 200, "/Patient/ID?family=roy": 400, "/Patient/ID?family=nobody": 404, "/Patient/5f": 404,
	} {
		if r := b.do(http.MethodGet, target, nil); r.status != want {
			t.Errorf("%s: %d", target, r.status)
		}
	}
}

func TestAnEmptySearchIsAListOrAsIn2017NotFound(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	if r := b.get("/Patient?family=nobody"); r.json["total"] != 0.0 || len(r.entries()) != 0 {
		t.Errorf("%s", r.body)
	}
	b = open(t, func(o *Options) { o.NotFoundOnEmpty = true })
	for _, target := range []string{"/Patient?family=nobody", "/Appointment?identifier=0"} {
		if r := b.do(http.MethodGet, target, nil); r.status != http.StatusNotFound || r.json["resourceType"] != "OperationOutcome" {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
	}
}

func TestAnIgnoredParameterFindsEverybody(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.IgnoreParameters = []string{"family"} })
	if r := b.get("/Patient?family=nobody"); r.json["total"] != 31.0 {
		t.Errorf("%v", r.json["total"])
	}
}

func newcomer(change ...string) map[string]any {
	p := map[string]any{
		"resourceType": "Patient", "name": []object{{"use": "official", "family": "Stone", "given": []string{"Vera", ""}}},
		"telecom":   []object{{"system": "phone", "value": "(206) 555-0177", "use": "mobile"}, {"system": "email", "value": "vera@example.com"}},
		"birthDate": "1990-01-02", "gender": "female",
		"address": []object{{"use": "home", "line": []string{"1 Mill Alley"}, "city": "Troy", "state": "NY", "postalCode": "12180"}},
	}
	for _, name := range change {
		delete(p, name)
	}
	return p
}

// newcomerPlus has what only Practice+ wants.
func newcomerPlus(change ...string) map[string]any {
	p := newcomer()
	p["generalPractitioner"] = []object{{"reference": "practitioner/15"}}
	p["extension"] = []object{
		{"url": "https://api.pm.nextech.com/api/structuredefinition/patient-status", "valueString": "Active"},
		{"url": "https://api.pm.nextech.com/api/structuredefinition/referral-source", "valueReference": object{"reference": "referral-source/2"}},
	}
	for _, name := range change {
		delete(p, name)
	}
	return p
}

func set(p map[string]any, name string, v any) map[string]any {
	p = maps.Clone(p)
	p[name] = v
	return p
}

func TestCreatingAPatientAsksForWhatTheProductRequires(t *testing.T) {
	t.Parallel()
	rows := []ruled{
		{name: "minimum", body: newcomer("gender"), status: 201, has: `"Stone"`},
		{name: "postal code alone", body: set(newcomer(), "address", []object{{"postalCode": "12180"}}), status: 201},
		{name: "generalPractitioner as an object, contact anyhow", body: set(newcomer(), "generalPractitioner", object{"reference": "practitioner/15"}), status: 201},
		{name: "no name", body: newcomer("name"), status: 400, has: "family, given"},
		{name: "no telecom", body: newcomer("telecom"), status: 400, has: "phone, email"},
		{name: "an e-mail address that is none", body: set(newcomer(), "telecom", []object{{"system": "phone", "value": "2065550177", "use": "home"}, {"system": "email", "value": "vera"}}), status: 400, has: "email"},
		{name: "no birth date", body: newcomer("birthDate"), status: 400, has: "birthDate"},
		{name: "no postal code", body: newcomer("address"), status: 400, has: "postalCode"},
		{name: "another resource", body: set(newcomer(), "resourceType", "Person"), status: 400},
		{name: "Practice+", change: onPlus, body: newcomerPlus(), status: 201},
		{name: "Practice+ without practitioner", change: onPlus, body: newcomerPlus("generalPractitioner"), status: 400, has: "generalPractitioner"},
		{name: "Practice+ without extensions", change: onPlus, body: newcomerPlus("extension"), status: 400, has: "referral-source, patient-status"},
		{name: "Practice+ with the postal code alone", change: onPlus, body: set(newcomerPlus(), "address", []object{{"postalCode": "12180"}}), status: 400, has: "line, city, state"},
		{name: "Practice+ with a status of Select", change: onPlus, body: set(newcomerPlus(), "extension", []object{
			{"url": "https://api.pm.nextech.com/api/structuredefinition/patient-status", "valueString": "prospect"},
			{"url": "https://api.pm.nextech.com/api/structuredefinition/referral-source", "valueReference": object{"reference": "referral-source/9999"}},
		}), status: 400, has: "referral-source, patient-status"},
		{name: "an extension of the other product", body: set(newcomer(), "extension", []object{
			{"url": "https://api.pm.nextech.com/api/structuredefinition/patient-status", "valueString": "Active"},
		}), status: 201, violation: "url of the other product"},
	}
	for _, tc := range rows {
		tc.method, tc.target = http.MethodPost, "/Patient/"
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestTheSamePersonTwiceIs409AndCanBeFound(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first := b.do(http.MethodPost, "/Patient/", newcomer())
	again := b.do(http.MethodPost, "/Patient/", newcomer())
	if first.status != 201 || again.status != http.StatusConflict {
		t.Fatalf("%d then %d", first.status, again.status)
	}
	if got := b.get("/Patient?family=stone").ids(); got != simserver.StringIn(first.json, "id") {
		t.Errorf("found %s", got)
	}
}

func TestUpdatingIgnoresInSilence(t *testing.T) {
	t.Parallel()
	change := func(id string, more map[string]any) map[string]any {
		p := map[string]any{"resourceType": "Patient", "identifier": []object{{"use": "official", "value": strings.ToUpper(id)}}}
		maps.Copy(p, more)
		return p
	}
	everything := map[string]any{
		"name": []object{{"use": "official", "family": "Changed", "given": []string{"New"}}}, "birthDate": "1999-09-09", "gender": "nonsense",
		"telecom": []object{{"system": "email", "value": "no address"}, {"system": "phone", "use": "home", "value": "(206) 555-0188"}},
		"address": []object{{"use": "home", "city": "Troy", "postalCode": ""}},
	}
	b := open(t, nil)
	r := b.do(http.MethodPut, "/Patient/", change(b.person(3), everything))
	p, _ := b.sim.clinic.Patient(b.person(3), false)
	if r.status != http.StatusOK || p.Family != "Royce" || p.Born != "1991-05-17" || p.Gender != "female" || p.Emails[0] != "person45@example.com" ||
		p.City != "Troy" || p.Zip != "98145" || len(p.Phones) != 2 {
		t.Errorf("Select: %d %+v", r.status, p)
	}
	b = open(t, onPlus)
	r = b.do(http.MethodPut, "/Patient/", change(b.person(3), everything))
	p, _ = b.sim.clinic.Patient(b.person(3), false)
	if r.status != http.StatusNoContent || r.body != "" || p.Family != "Changed" || p.Given != "New" || p.Born != "1999-09-09" || p.Gender != "female" {
		t.Errorf("Practice+: %d %+v", r.status, p)
	}
	if r := b.do(http.MethodPut, "/Patient/", change("5f", nil)); r.status != http.StatusNotFound {
		t.Errorf("unknown: %d", r.status)
	}
	if r := b.do(http.MethodPut, "/Patient/", map[string]any{"resourceType": "Patient"}); r.status != http.StatusBadRequest {
		t.Errorf("no identifier: %d", r.status)
	}
}

func TestWhatAPatientLooksLike(t *testing.T) {
	t.Parallel()
	s, p := open(t, nil), open(t, onPlus)
	if body := s.get("/Patient/" + s.person(0)).body; !strings.Contains(body, `"###-##-0100"`) {
		t.Error("Select masks the social security number")
	}
	if body := p.get("/Patient/" + p.person(0)).body; !strings.Contains(body, `"000000100"`) {
		t.Error("Practice+ sends it in full")
	}
	hidden := s.get("/Patient/" + s.person(4)).body
	if strings.Contains(hidden, "555-0199") || !strings.Contains(hidden, "method-privacy") {
		t.Error("Select hides a private number")
	}
	if body := p.get("/Patient/" + p.person(4)).body; !strings.Contains(body, "555-0199") {
		t.Error("Practice+ shows a private number")
	}
	if body := s.get("/Patient/" + s.person(8)).body; !strings.Contains(body, `"Prospect"`) || !strings.Contains(body, `"USA"`) {
		t.Error("status in title case, country in three letters")
	}
	if body := s.get("/Patient/" + s.person(0)).body; !strings.Contains(body, `"given":["Ines",""]`) {
		t.Error("an empty second given name")
	}
}
