package nexhealthtest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// with returns a newcomer after some changes of patient, bio and the body.
func with(change func(body, patient, bio object)) object {
	n := newcomer()
	p := n["patient"].(object)
	change(n, p, p["bio"].(object))
	return n
}

func TestPatientsAreFoundByTheirFilters(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	ids := func(people ...int) string {
		var all []string
		for _, n := range people {
			all = append(all, strconv.Itoa(b.person(n)))
		}
		return strings.Join(all, " ")
	}
	for query, want := range map[string]string{
		"&name=Ines%20Roy":                                ids(0, 1, 2, 3, 4), // fuzzy: Royce and Inesa too
		"&name=Ines%20Roy&date_of_birth=1991-05-17":       ids(0, 1, 3, 4),
		"&name=roy%20ines&date_of_birth=1984-11-02":       ids(2),
		"&name=Lindquist":                                 ids(9), // one letter apart
		"&name=%E5%B0%8F%E6%98%8E":                        ids(6),
		"&email=person42%40example.com":                   ids(0),
		"&phone_number=2065550142":                        ids(0),
		"&phone_number=2065550143":                        "", // stored as (206) 555-0143
		"&phone_number=%28206%29%20555-0143":              ids(1),
		"&name=Roy&phone_number=2065550142&inactive=true": "",
		"&name=Roy&email=person44%40example.com":          ids(2),
		"&foreign_id=PT20001":                             ids(0),
		"&name=nobody":                                    "",
	} {
		if got := b.get(everybody + "&per_page=50" + query).ids(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if n := len(b.get(everybody + "&per_page=50&inactive=true").list()); n != 1 {
		t.Errorf("%d inactive", n)
	}
	if n := len(b.get(everybody + "&per_page=50&non_patient=true").list()); n != 1 {
		t.Errorf("%d who are no patients", n)
	}
	future := b.sim.Now().Add(time.Minute).UTC().Format(time.RFC3339)
	if n := len(b.get(everybody + "&per_page=50&updated_since=" + future).list()); n != 0 {
		t.Errorf("%d changed in the future", n)
	}
}

func TestFiltersMayWidenTheSearch(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.Search = SearchOr })
	if n := len(b.get(everybody + "&per_page=50&name=Ines%20Roy&date_of_birth=1984-11-02&email=person47%40example.com").list()); n != 2 {
		t.Errorf("%d", n)
	}
	if n := len(b.get(everybody + "&per_page=50&email=person47%40example.com").list()); n != 1 {
		t.Errorf("%d by e-mail alone", n)
	}
}

func TestACreateKeepsItsRules(t *testing.T) {
	t.Parallel()
	const to = "/patients?" + sub + "&location_id=7"
	for _, tc := range []ruled{
		{name: "a new person", body: newcomer(), status: 201, has: `"foreign_id_type":"nex"`},
		{name: "no provider", body: with(func(n, _, _ object) { delete(n, "provider") }), status: 400, has: "Missing parameter provider_id", violation: "provider_id"},
		{name: "an unknown provider", body: with(func(n, _, _ object) { n["provider"] = object{"provider_id": 99} }), status: 404},
		{name: "an inactive provider", body: with(func(n, _, _ object) { n["provider"] = object{"provider_id": 30} }), status: 404},
		{name: "a provider as text", body: with(func(n, _, _ object) { n["provider"] = object{"provider_id": "15"} }), status: 201, violation: "text in place of an integer"},
		{name: "no e-mail", body: with(func(_, p, _ object) { delete(p, "email") }), status: 400, has: "Missing parameter email", violation: "email"},
		{name: "an e-mail that is none", body: with(func(_, p, _ object) { p["email"] = "none" }), status: 400, violation: "e-mail"},
		{name: "no birth date", body: with(func(_, _, bio object) { delete(bio, "date_of_birth") }), status: 400, violation: "date_of_birth"},
		{name: "born tomorrow", body: with(func(_, _, bio object) { bio["date_of_birth"] = "2026-03-03" }), status: 400, violation: "birth date"},
		{name: "born long ago", body: with(func(_, _, bio object) { bio["date_of_birth"] = "1890-01-01" }), status: 400, violation: "birth date"},
		{name: "no telephone", body: with(func(_, _, bio object) { delete(bio, "phone_number") }), status: 400, violation: "phone_number"},
		{name: "a telephone with its country", body: with(func(_, _, bio object) { bio["phone_number"] = "+12065550177" }), status: 400, has: "User phone number is invalid", violation: "ten digits"},
		{name: "a telephone with a wrong area code", body: with(func(_, _, bio object) { bio["phone_number"] = "1065550177" }), status: 400, has: "User phone number is invalid"},
		{name: "no gender is Female", body: with(func(_, _, bio object) { delete(bio, "gender") }), status: 201, has: `"gender":"Female"`, violation: "no gender"},
		{name: "a gender that is none", body: with(func(_, _, bio object) { bio["gender"] = "X" }), status: 400, violation: "gender"},
		{name: "an unknown member", body: with(func(_, p, _ object) { p["nickname"] = "W" }), status: 201, violation: `unknown member "nickname"`},
		{name: "what is known comes back", body: with(func(_, _, bio object) { bio["insurance_name"], bio["zip_code"] = "Lantern", "98101" }), status: 201, has: `"insurance_name":"Lantern"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.target = http.MethodPost, to
			tc.check(t)
		})
	}
}

func TestAMatchIsTheKnownPatientOrARefusal(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		again  any
		unproc bool
		status int
	}{{true, false, 200}, {false, false, 400}, {nil, false, 400}, {nil, true, 422}} {
		b := open(t, func(o *Options) { o.Unprocessable = tc.unproc })
		const to = "/patients?" + sub + "&location_id=7"
		first := b.do(http.MethodPost, to, newcomer()).data("user")["id"]
		r := b.do(http.MethodPost, to, with(func(n, p, bio object) {
			n["return_existing_if_match"], p["email"], bio["gender"] = tc.again, "other@example.com", "Male"
		}))
		if r.status != tc.status || tc.status == 200 && r.data("user")["id"] != first {
			t.Errorf("%v: %d %s", tc.again, r.status, r.body)
		}
		another := b.do(http.MethodPost, to, with(func(_, _, bio object) { bio["phone_number"] = "2065550178" }))
		if another.status != http.StatusCreated {
			t.Errorf("another telephone: %d", another.status)
		}
	}
}

func TestAPatientReachesThePracticeWithTheFirstBooking(t *testing.T) {
	t.Parallel()
	for placeholder, want := range map[Placeholder]struct {
		found   int
		same    bool
		readOld int
	}{PlaceholderKept: {1, true, 200}, PlaceholderTwice: {2, false, 200}, PlaceholderGone: {1, false, 404}} {
		b := open(t, func(o *Options) { o.Placeholders = placeholder })
		made := b.do(http.MethodPost, "/patients?"+sub+"&location_id=7", newcomer()).data("user")
		b.sim.SettleWrites()
		id := idText(made["id"])
		if p := b.get("/patients/" + id + "?" + sub).data(); p["foreign_id"] != nil || simserver.ObjectIn(p, "bio")["new_patient"] != true {
			t.Errorf("written without a booking: %v", p)
		}
		booked := b.booking(tenAM, halfPast)
		booked["appt"].(object)["patient_id"] = made["id"]
		a := b.do(http.MethodPost, bookAt7, booked).data("appt")
		if n := len(b.get(everybody + "&per_page=50&name=Wren%20Stone&new_patient=true").list()); n != 1 {
			t.Errorf("%d placeholders with a booking", n)
		}
		b.sim.SettleWrites()
		if n := len(b.get(everybody + "&per_page=50&name=Wren%20Stone").list()); n != want.found {
			t.Errorf("%s: %d records", placeholder, n)
		}
		after := b.get("/appointments/" + idText(a["id"]) + "?" + sub).data()["patient_id"]
		if (after == made["id"]) != want.same {
			t.Errorf("%s: the appointment is for %v, was %v", placeholder, after, made["id"])
		}
		if r := b.do(http.MethodGet, "/patients/"+id+"?"+sub, nil); r.status != want.readOld {
			t.Errorf("%s: the placeholder: %d", placeholder, r.status)
		}
		if p := b.get("/patients/" + idText(after) + "?" + sub).data(); p["foreign_id"] == nil || simserver.ObjectIn(p, "bio")["new_patient"] != false {
			t.Errorf("%s: %v", placeholder, p)
		}
	}
}

func TestAGuarantorIsToldWhenAskedFor(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	payer := b.get(everybody + "&per_page=50&non_patient=true").list()[0]
	children := b.get("/patients/" + idText(payer["id"]) + "?" + sub + "&include[]=children").data()["children"].([]any)
	if len(children) != 1 {
		t.Fatalf("%v", children)
	}
	child1 := b.get("/patients/" + idText(children[0].(map[string]any)["id"]) + "?" + sub + "&include[]=guarantor").data()
	if child1["guarantor_id"] != payer["id"] || simserver.ObjectIn(child1, "guarantor")["id"] != payer["id"] {
		t.Errorf("%v", child1)
	}
}
