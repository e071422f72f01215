package nextgentest

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTheLookupFindsByEachCriterion(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for target, want := range map[string]int{
		"lastName=roy": 5, "name=Roy": 5, "firstName=Inesa": 1, "lastName=Roy&sex=M": 0, "lastName=Roy&sex=F&currentGender=F": 5, "zip=98142": 1, "zip=98142&city=Seattle": 1,
		"emailAddress=person42@example.com": 1, "addressLine1=42%20Lantern": 1, "dateOfBirth=1991-05-17": 4, "dateOfBirth=1990-01-01": 0, "middleName=Lou": 1,
		"lastName=" + "%C5%BB%C3%B3%C5%82kiewska": 1, "lastName=%C5%BB%C3%B3%C5%82kiewska&searchPatientsOnly=true": 0, "priorLastName=Roy": 0, "externalId=x": 0,
		"quickSearchId=PhoneNumber&quickSearchInput=2065550142":                        1,
		"quickSearchId=PhoneNumber&quickSearchInput=2065550142&dateOfBirth=1900-01-01": 1, // the others are left out
		"quickSearchId=PersonNumber&quickSearchInput=20001":                            1,
		"quickSearchId=MedicalRecordNumber&quickSearchInput=000000020001":              1,
		"quickSearchId=SocialSecurityNumber&quickSearchInput=000000100":                0,
		"quickSearchId=OtherIdNumber&quickSearchInput=17":                              0,
	} {
		r := b.get("/persons/lookup?" + target)
		if n := len(r.rows()); n != want || !strings.HasPrefix(r.body, "[") {
			t.Errorf("%s: %d, want %d", target, n, want)
		}
	}
	dead := b.home().clinic.Patients()[12]
	for flag, want := range map[string]int{"true": 0, "false": 1} {
		if n := len(b.get("/persons/lookup?lastName=" + dead.Family + "&excludeExpired=" + flag).rows()); n != want {
			t.Errorf("excludeExpired=%s: %d", flag, n)
		}
	}
	for target, violation := range map[string]string{
		"searchPatientsOnly=true": "without criteria", "quickSearchId=PhoneNumber": "come together",
		"quickSearchId=ShoeSize&quickSearchInput=1": "does not have", "quickSearchId=PhoneNumber&quickSearchInput=(206)5550142": "not ten digits",
	} {
		b.sim.ExpectViolation(violation)
		b.do(http.MethodGet, "/persons/lookup?"+target, nil)
	}
}

func TestAPersonIsMadeChangedAndBecomesAPatient(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.do(http.MethodPost, "/persons", newcomer())
	at := r.header.Get("Location")
	id := at[strings.LastIndex(at, "/")+1:]
	if r.status != 201 || r.body != "" || !strings.HasPrefix(at, b.sim.trap) {
		t.Fatalf("%d %s %s", r.status, r.body, at)
	}
	if len(b.get("/persons/lookup?lastName=Quist&searchPatientsOnly=true").rows()) != 0 || b.do(http.MethodGet, "/persons/"+id+"/chart", nil).status != 404 {
		t.Error("a new person has a chart")
	}
	if r := b.do(http.MethodPost, "/persons/"+id+"/chart", object{"defaultLocationId": b.id("location", "7")}); r.status != 201 {
		t.Errorf("chart: %d %s", r.status, r.body)
	}
	if r := b.do(http.MethodPost, "/persons/"+id+"/chart", object{}); r.status != 409 {
		t.Errorf("a second chart: %d", r.status)
	}
	found := b.get("/persons/lookup?lastName=Quist&searchPatientsOnly=true").rows()
	if len(found) != 1 || len(str(found[0], "medicalRecordNumber")) != 12 {
		t.Errorf("%v", found)
	}
	if chart := b.get("/persons/" + id + "/chart").rows(); len(chart) != 1 || str(chart[0], "medicalRecordNumber") != str(found[0], "medicalRecordNumber") {
		t.Errorf("%v", chart)
	}
	if r := b.do(http.MethodPatch, "/persons/"+id, object{"HomePhone": "5185550188", "Zip": "122071234", "AddressLine2": "Suite 9", "CellPhone": ""}); r.status != 200 || r.body != "" {
		t.Errorf("%d %s", r.status, r.body)
	}
	one := b.get("/persons/" + id).json
	if str(one, "homePhone") != "5185550188" || one["cellPhone"] != nil || str(one, "addressLine1") != "12 Elm St" || str(one, "addressLine2") != "Suite 9" || str(one, "email") != "otto@example.com" {
		t.Errorf("%v", one)
	}
	if r := b.do(http.MethodPut, "/persons/"+id, object{"LastName": "Quist", "FirstName": "Otto", "DateOfBirth": "1984-02-29T00:00:00", "Sex": "M"}); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if one := b.get("/persons/" + id).json; one["homePhone"] != nil || one["email"] != nil || str(one, "sex") != "M" {
		t.Errorf("PUT replaces: %v", one)
	}
}

func TestEachRuleOfAPersonIsKept(t *testing.T) {
	t.Parallel()
	set := func(name string, v any) func(*bare) any {
		return func(*bare) any {
			o := newcomer()
			o[name] = v
			return o
		}
	}
	have := func(b *bare) { b.do(http.MethodPost, "/persons", newcomer()) }
	for _, tc := range []ruled{
		{name: "a duplicate", prepare: have, body: set("Sex", "M"), status: 409, has: "duplicate"},
		{name: "a duplicate, ignored", prepare: have, body: set("IgnoreDuplicatePersons", true), status: 201},
		{name: "a namesake", prepare: have, body: set("EmailAddress", "other@example.com"), status: 201},
		{name: "no sex", body: set("Sex", ""), status: 400, has: "Sex", violation: "without Sex"},
		{name: "another word for it", body: set("Sex", "female"), status: 400, violation: "F, M or U"},
		{name: "a birth date alone", body: set("DateOfBirth", "1984-02-29"), status: 400, violation: "is not written"},
		{name: "a birth date in UTC", body: set("DateOfBirth", "1984-02-29T00:00:00Z"), status: 201, violation: "has an offset"},
		{name: "a birth date with a time", body: set("DateOfBirth", "1984-02-28T19:00:00"), status: 201, violation: "has a time of day"},
		{name: "a birth date to come", body: set("DateOfBirth", "2084-02-29T00:00:00"), status: 400, has: "DateOfBirth"},
		{name: "a telephone as people write it", body: set("CellPhone", "(206) 555-0177"), status: 400, violation: "ten digits"},
		{name: "a ZIP with a dash", body: set("Zip", "12207-1234"), status: 400, violation: "five or nine digits"},
		{name: "the name of the lookup", body: set("Email", "x@example.com"), status: 201, violation: "does not know"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.target = http.MethodPost, "/persons"
			tc.check(t)
		})
	}
}

func TestTheChangeFeedTellsIdsAndTimesOnly(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.Advance(30 * 24 * time.Hour)
	b.enter(b.sim.Practices()[0])
	if r := b.do(http.MethodPatch, "/persons/"+b.person(3), object{"Nickname": "Nes"}); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	for filter, want := range map[string]int{
		"modifyTimestamp ge dateTime'2026-06-01T00:00:00'": 1, "modify_timestamp ge dateTime'2026-06-01T00:00:00'": 1,
		"createTimestamp ge dateTime'2026-06-01T00:00:00'": 0, "modifyTimestamp ge dateTime'2026-01-01T00:00:00'": 31,
	} {
		rows := b.get("/persons?$top=100&" + where(filter)).rows()
		if len(rows) != want || want == 1 && (str(rows[0], "personId") != b.person(3) || len(rows[0]) != 7) {
			t.Errorf("%s: %d, %v", filter, len(rows), rows)
		}
	}
	if n := len(b.get("/persons?$top=100&patientsOnly=true&" + where("modifyTimestamp ge dateTime'2026-01-01T00:00:00'")).rows()); n != 30 {
		t.Errorf("%d patients", n)
	}
	b.sim.ExpectViolation("no bounds")
	if n := len(b.get("/persons").rows()); n != 1 {
		t.Errorf("%d in the last week", n)
	}
	if n := len(b.get("/persons/merged").rows()); n != 0 {
		t.Errorf("%d merged", n)
	}
}
