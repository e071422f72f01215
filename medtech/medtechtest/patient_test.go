package medtechtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestPatientsAreFoundByNHIOrByThreeThings(t *testing.T) {
	t.Parallel()
	family, born, phone := someone(0)
	query := func(name ...string) string {
		all := url.Values{"family": {family}, "birthdate": {born}, "telecom": {phone}}
		for _, n := range name {
			all.Del(n)
		}
		return "/Patient?" + all.Encode()
	}
	for _, tc := range []ruled{
		{name: "all three", target: query(), status: 200, has: NHI(0)},
		{name: "a part of the name", target: strings.Replace(query(), "=Roy", "=ro", 1), status: 200, has: NHI(0)},
		{name: "digits only", target: "/Patient?family=Roy&birthdate=1991-05-17&telecom=2065550142", status: 200, has: NHI(0)},
		{name: "another telephone", target: "/Patient?family=Roy&birthdate=1991-05-17&telecom=2065550198", status: 200, has: textNoPatient},
		{name: "no telephone", target: query("telecom"), status: 200, has: textNoPatient, violation: "needs family, birthdate and telecom"},
		{name: "no birth date", target: query("birthdate"), status: 200, has: textNoPatient, violation: "needs family, birthdate and telecom"},
		{name: "no name", target: query("family"), status: 200, has: textNoPatient, violation: "needs family, birthdate and telecom"},
		{name: "another role", target: query(), status: 403, change: func(o *Options) { o.WithoutRoles = []string{rolePatientOther} }},
		{name: "an NHI and another name", target: "/Patient?identifier=" + asked(nhiSystem, NHI(0)) + "&family=Lindqvist", status: 200, has: textNoPatient},
		{name: "an unknown NHI", target: "/Patient?identifier=" + asked(nhiSystem, NHI(90_000)), status: 200, has: `"total":0`},
		{name: "an American date", target: "/Patient?family=Roy&birthdate=05/17/1991&telecom=1", status: 400, violation: "yyyy-MM-dd"},
		{name: "by id", target: "/Patient?_id={person}", status: 200, has: NHI(0)},
		{name: "with the practitioner's role", target: "/Patient?identifier=" + asked(nhiSystem, NHI(0)) + "&_include=Patient%3Ageneral-practitioner", status: 200, has: `"mode":"include"`},
		{name: "another include", target: "/Patient?identifier=" + asked(nhiSystem, NHI(0)) + "&_include=x", status: 403, violation: "an _include"},
		{name: "an unknown id", target: "/Patient/999999999", status: 404, has: textNoID},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestTheEmptySearchLooksAsOrdered(t *testing.T) {
	t.Parallel()
	for empty, want := range map[Empty]struct {
		status int
		has    string
	}{
		EmptyOutcome: {200, `"mode":"outcome"`}, EmptyBundle: {200, `"total":0`}, EmptyMissing: {404, `"severity":"information"`}, EmptyBare: {200, textNoPatient},
	} {
		b := open(t, func(o *Options) { o.Empty = empty })
		r := b.do(http.MethodGet, "/Patient?identifier="+asked(nhiSystem, NHI(90_000)), nil)
		if r.status != want.status || empty != EmptyMissing && !strings.Contains(r.body, want.has) || empty == EmptyBundle && r.json["entry"] != nil {
			t.Errorf("%s: %d %s", empty, r.status, r.body)
		}
	}
}

func newcomer(number string) object {
	o := object{
		"resourceType": "Patient", "name": []object{{"family": "Stone", "given": []string{"Ida", "May"}}}, "birthDate": "1990-04-05", "gender": "female",
		"telecom": []object{{"system": "phone", "value": "0210000000", "use": "mobile"}, {"system": "email", "value": "stone@example.com"}},
		"address": []object{{"line": []string{"1 Example Street"}, "city": "Auckland", "postalCode": "1010"}},
	}
	if number != "" {
		o["identifier"] = []object{{"system": nhiSystem, "value": number}}
	}
	return o
}

func TestAPatientIsCreatedOnceForOneNHI(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	made := b.do(http.MethodPost, "/Patient", newcomer(NHI(20_000)))
	if made.status != http.StatusCreated || simserver.StringIn(made.json, "id") == "" {
		t.Fatalf("%d %s", made.status, made.body)
	}
	if found := b.get("/Patient?identifier=" + asked(nhiSystem, NHI(20_000))).entries(); len(found) != 1 || simserver.StringIn(found[0], "id") != simserver.StringIn(made.json, "id") {
		t.Errorf("%v", found)
	}
	if r := b.do(http.MethodPost, "/Patient", newcomer(NHI(20_000))); r.status != http.StatusUnprocessableEntity || !strings.Contains(r.body, "duplicate") {
		t.Errorf("again: %d %s", r.status, r.body)
	}
	for range 2 {
		if r := b.do(http.MethodPost, "/Patient", newcomer("")); r.status != http.StatusCreated {
			t.Errorf("without an NHI: %d %s", r.status, r.body)
		}
	}
	bad := newcomer("")
	delete(bad, "gender")
	b.sim.ExpectViolation("without the required gender")
	if r := b.do(http.MethodPost, "/Patient", bad); r.status != http.StatusBadRequest {
		t.Errorf("%d", r.status)
	}
	b.sim.ExpectViolation("the patient has the member active")
	active := newcomer("")
	active["active"] = true
	b.do(http.MethodPost, "/Patient", active)
}

func TestTheSeededPatientsHaveTheirNumbers(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for n, want := range map[int]string{0: NHI(0), 11: NHI(11), oddNHI: "ZZZ0044"} {
		if got := b.get("/Patient/" + b.person(n)); simserver.StringIn(children(got.json, "identifier")[0], "value") != want {
			t.Errorf("%d: %s", n, got.body)
		}
	}
	if got := b.get("/Patient/" + b.person(blanket)); got.json["identifier"] != nil {
		t.Errorf("%s", got.body)
	}
	home, other, _ := b.sim.Facilities()
	if here, there := b.sim.PatientID(home, NHI(0)), b.sim.PatientID(other, NHI(0)); here.Reveal() != b.person(0) || there.Reveal() == "" || here == there {
		t.Errorf("%v %v", here.Reveal(), there.Reveal())
	}
	if !b.sim.PatientID(home, NHI(90_000)).IsZero() || !b.sim.PatientID("x", NHI(0)).IsZero() {
		t.Error("nobody has an id")
	}
}

func TestTheSummaryIsADocumentWithTheKnownMistakes(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.get("/Patient/$summary?identifier=" + asked(nhiSystem, NHI(0)))
	if r.json["type"] != "document" || len(r.entries()) != 6 || r.entries()[0]["resourceType"] != "Composition" {
		t.Errorf("%s", r.body)
	}
	for _, has := range []string{"MedicationStatment/", "Device/ALEX", "urn:oid:2.16.840.1.113883.2.18.2", `"text":{"status":"generated"}`} {
		if !strings.Contains(r.body, has) {
			t.Errorf("no %s", has)
		}
	}
	if r := b.get("/Patient/%24summary?identifier=" + asked(nhiSystem, NHI(0))); len(r.entries()) != 6 {
		t.Error("the dollar may be escaped")
	}
	if r := b.do(http.MethodGet, "/Patient/$summary?identifier="+asked(nhiSystem, NHI(90_000)), nil); r.status != 404 {
		t.Errorf("%d", r.status)
	}
	b.sim.ExpectViolation("patient.identifier")
	if r := b.do(http.MethodGet, "/Patient/$summary?"+byNHI(0), nil); r.status != 403 {
		t.Errorf("%d", r.status)
	}
}
