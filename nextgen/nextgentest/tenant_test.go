package nextgentest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestTheSameIdsAreNeverThoseOfTwoPractices(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	seen := map[string]Practice{}
	for _, p := range b.sim.Practices() {
		b.enter(p)
		for _, target := range []string{"/persons/lookup?lastName=Roy", "/resources", "/providers", "/master/appointments/classes"} {
			rows := b.get(target).rows()
			if len(rows) == 0 {
				t.Fatalf("%s: nothing in %v", target, p)
			}
			for _, row := range rows {
				id := str(row, "id") + str(row, "classId")
				if other, have := seen[id]; have {
					t.Errorf("%s: an id of %v in %v", target, other, p)
				}
				seen[id] = p
			}
		}
		if got := b.get("/users/me/login-defaults").json; str(got, "practiceId") != p.ID || str(got, "enterpriseId") != p.Enterprise {
			t.Errorf("%v", got)
		}
		if id := b.sim.PersonID(p, 0); id == (emr.PatientID{}) || seen[id.Reveal()] != p {
			t.Errorf("PersonID is of %v, not of %v", seen[id.Reveal()], p)
		}
	}
	if b.sim.PersonID(Practice{}, 0) != (emr.PatientID{}) || b.sim.PersonID(b.sim.Practices()[0], -1) != (emr.PatientID{}) {
		t.Error("somebody who is not there has an id")
	}
}

func TestASessionOfOneSiteIsRefusedAtAnother(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	other := b.sim.Practices()[3]
	if other.ID != "0006" || other.Enterprise != "00002" || other.Site == homeSite {
		t.Fatalf("%v", other)
	}
	home := b.session
	b.enter(other)
	if b.session == home {
		t.Error("the same session id at two sites")
	}
	b.session = home
	b.sim.ExpectViolation("not given out for this site")
	if r := b.do(http.MethodGet, "/providers", nil); r.status != 403 || r.body != "" {
		t.Errorf("%d %q", r.status, r.body)
	}
}

func TestASelectionIsAFixedEncodingOfWhatWasSent(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first := b.session
	b.enter(b.sim.Practices()[0])
	told, err := b.sim.SessionID(b.sim.Practices()[0]).Reveal(t.Context())
	if b.session != first || told != first || err != nil {
		t.Error("another session id for the same input")
	}
	with := func(name, v string) object {
		o := object{"EnterpriseId": "00002", "PracticeId": "0006"}
		o[name] = v
		return o
	}
	for _, o := range []object{with("TimeZone", "America/New_York"), with("LocationId", b.id("location", "7")), with("ProviderId", b.id("provider", "15"))} {
		if r := b.do(http.MethodPut, "/users/me/login-defaults", o); r.status != 200 || r.header.Get(sessionHeader) == first || r.header.Get(sessionHeader) == "" {
			t.Errorf("%v: %d %v", o, r.status, r.header)
		}
	}
	b.sim.ExpectViolation("zero-padded")
	for _, o := range []object{with("PracticeId", "6"), with("PracticeId", "0099"), with("EnterpriseId", "00001"), with("LocationId", "7")} {
		if r := b.do(http.MethodPut, "/users/me/login-defaults", o); r.status != 400 || r.header.Get(sessionHeader) != "" {
			t.Errorf("%v: %d", o, r.status)
		}
	}
}

func TestMasterDataHasRowsOfOtherPractices(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for _, target := range []string{"/master/events", "/master/appointments/categories", "/master/patient-statuses"} {
		strange, mine := 0, 0
		for next := "$top=10"; next != ""; {
			page := b.get(target + "?" + next)
			for _, row := range page.rows() {
				if str(row, "practiceId") == "0006" {
					mine++
				} else {
					strange++
				}
			}
			next = page.next()
		}
		if strange == 0 || mine == 0 {
			t.Errorf("%s: %d of others, %d of the practice's", target, strange, mine)
		}
	}
	first := b.get("/master/events")
	if len(first.rows()) != 25 || strings.Contains(first.body, `"practiceId":"0006"`) {
		t.Error("the first page has 25 rows, none of the practice's")
	}
}
