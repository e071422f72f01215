package nexhealth

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/emr"
)

// someone is a patient record as NexHealth writes it.
func someone(id int, first, last, born, phone, mail, more string) string {
	return fmt.Sprintf(`{"id":%d,"first_name":%q,"last_name":%q,"email":%q,"foreign_id":"F%d","foreign_id_type":"dentrix","inactive":false,"bio":{"date_of_birth":%q,"phone_number":%q,"gender":"Female"%s}}`,
		id, first, last, mail, id, born, phone, more)
}

func orla(t *testing.T) *emr.NewPatient {
	t.Helper()
	born, err := emr.ParseBirthDate("1990-02-28")
	if err != nil {
		t.Fatal(err)
	}
	return &emr.NewPatient{
		Given: emr.NewPHI("Orla"), Family: emr.NewPHI("Quist"), Born: born, Practitioner: "501",
		Phones: []emr.Phone{{Number: emr.NewPHI("(207) 555-0142")}}, Emails: []emr.PHI{emr.NewPHI("orla.quist@example.com")},
	}
}

// TestTrap_whoeverNexHealthFindsIsComparedBeforeTheyAreTaken: fuzzy names, families with one
// telephone, twins, placeholders, and answers about somebody else.
func TestTrap_whoeverNexHealthFindsIsComparedBeforeTheyAreTaken(t *testing.T) {
	t.Parallel()
	const tel, mail, born = "2075550142", "orla.quist@example.com", "1990-02-28"
	her := someone(7, "Orla", "Quist", born, tel, mail, "")
	answer := func(status int, record string) *step {
		return &step{route: "POST /patients?", status: status, body: good(`{"user":` + record + `}`)}
	}
	for name, c := range map[string]struct {
		found  []string // answers of the search by name
		create *step    // nil: must not be sent
		after  string   // answer of each later search
		id     string   // who it is; "": nobody
		asks   bool
		kind   emr.Kind
	}{
		"herself":                           {[]string{her}, nil, "", "7", false, ""},
		"herself, twice":                    {[]string{her, her}, nil, "", "7", false, ""},
		"a longer name":                     {[]string{someone(8, "Orlanda", "Quist", born, tel, mail, "")}, answer(201, her), "", "7", false, ""},
		"a longer family name":              {[]string{someone(8, "Orla", "Quistgaard", born, tel, mail, "")}, answer(201, her), "", "7", false, ""},
		"a sister with the telephone":       {[]string{someone(8, "Una", "Quist", born, tel, mail, "")}, answer(201, her), "", "7", false, ""},
		"her mother, named like her":        {[]string{someone(8, "Orla", "Quist", "1960-02-28", tel, mail, "")}, answer(201, her), "", "7", false, ""},
		"two of them, both with her number": {[]string{her, someone(8, "Orla", "Quist", born, tel, mail, "")}, nil, "", "", true, ""},
		"one with other means of contact":   {[]string{someone(8, "Orla", "Quist", born, "2075550199", "o@example.com", "")}, nil, "", "", true, ""},
		"a placeholder beside the record":   {[]string{someone(8, "Orla", "Quist", born, tel, mail, `,"new_patient":true`), her}, nil, "", "7", false, ""},
		"a placeholder alone":               {[]string{someone(8, "Orla", "Quist", born, tel, mail, `,"new_patient":true`)}, nil, "", "8", false, ""},
		"no patient":                        {[]string{someone(8, "Orla", "Quist", born, tel, mail, `,"non_patient":true`)}, answer(201, her), "", "7", false, ""},
		"known, and it is her":              {nil, answer(200, her), "", "7", false, ""},
		"known, and it is her mother":       {nil, answer(200, someone(8, "Orla", "Quist", "1960-02-28", tel, mail, "")), listed(), "", false, emr.KindConflict},
		"made, and it is somebody else":     {nil, answer(201, someone(8, "Una", "Quist", "1960-02-28", tel, mail, "")), listed(), "", false, emr.KindAmbiguous},
		"made, with an id of no use":        {nil, answer(201, strings.Replace(her, `"id":7`, `"id":"x/7"`, 1)), listed(), "", false, emr.KindAmbiguous},
		"made, and the reply was lost":      {nil, &step{route: "POST /patients?", status: 502, body: "<html>"}, listed(her), "7", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				steps := []step{{route: "GET /patients?", body: listed(c.found...)}}
				if c.create != nil {
					steps = append(steps, *c.create)
				}
				nx, r := connect(t, nil, steps...)
				r.also("GET /locations", office)
				if c.after != "" { // as often as it is asked for
					r.mu.Lock()
					r.steps = append(r.steps, slices.Repeat([]step{{route: "GET /patients?", body: c.after}}, 12)...)
					r.mu.Unlock()
				}
				found, err := emr.NewClient(nx, nil).FindOrCreatePatient(t.Context(), orla(t))
				if c.after != "" {
					r.mu.Lock()
					r.steps = nil
					r.mu.Unlock()
				}
				if emr.KindOf(err) != c.kind {
					t.Fatalf("got %v, want %q", err, c.kind)
				}
				if n := strings.Count(strings.Join(r.requests(), " "), "POST "); n != map[bool]int{true: 1}[c.create != nil] {
					t.Errorf("%d creations", n)
				}
				if err != nil {
					if e, _ := errors.AsType[*emr.Error](err); leak(e.Error()) != "" || strings.Contains(e.Error(), "Quist") {
						t.Errorf("said %v", err)
					}
					return
				}
				if got := found.Patient; (got == nil) != (c.id == "") || got != nil && got.ID.Reveal() != c.id || c.asks != (len(found.AskFor) > 0) {
					t.Errorf("got %v, asks for %v", got, found.AskFor)
				}
			})
		})
	}
}
