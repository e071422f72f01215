package nexhealth

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

const oneSlot = `[{"lid":9001,"pid":501,"operatory_id":33,"slots":[{"time":"2031-03-08T09:00:00-05:00"}]}]`

// TestTrap_aPracticeSystemWithoutOperatoriesStillHasSlots: some show none, or refuse to.
func TestTrap_aPracticeSystemWithoutOperatoriesStillHasSlots(t *testing.T) {
	t.Parallel()
	rooms := strings.Replace(office, `"map_by_operatory":false`, `"map_by_operatory":true`, 1)
	for name, c := range map[string]struct {
		answer step
		kind   emr.Kind
	}{
		"none":             {step{body: listed()}, ""},
		"404":              {step{status: http.StatusNotFound, body: `{"code":false,"error":["Not found"]}`}, ""},
		"403":              {step{status: http.StatusForbidden, body: `{"code":false,"error":["You don't have access to perform this action."]}`}, ""},
		"501":              {step{status: http.StatusNotImplemented}, ""},
		"a down NexHealth": {step{status: http.StatusServiceUnavailable}, emr.KindUnavailable},
		"a bad answer":     {step{body: good(`"none"`)}, emr.KindProtocol},
	} {
		steps := []step{c.answer}
		switch c.kind {
		case emr.KindUnavailable:
			steps = []step{c.answer, c.answer, c.answer}
		case "":
			steps = append(steps, step{route: "GET /available_slots?subdomain=north-pier-dental&start_date=2031-03-08&days=1&lids%5B%5D=9001&pids%5B%5D=501", body: good(oneSlot)})
		}
		nx, r := connect(t, nil, steps...)
		r.also("GET /locations", rooms)
		q := march(8, 9)
		q.Practitioners = []emr.PractitionerID{"501"}
		page, err := parts{nx}.FindSlots(t.Context(), q, "")
		if emr.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %q", name, err, c.kind)
			continue
		}
		if c.kind == "" && (len(page.Items) != 1 || !slices.Equal(page.Items[0].Resources, []emr.ResourceID{"33"})) {
			t.Errorf("%s: %v", name, page.Items)
		}
		for _, line := range r.requests() {
			if strings.Contains(line, "operatory_ids") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}

// TestATypeNobodyAskedForDoesNotHideOtherSlots: only working hours tied to a type count
// for it, and the type was our choice. A type that was asked for stays.
func TestATypeNobodyAskedForDoesNotHideOtherSlots(t *testing.T) {
	t.Parallel()
	const base = "GET /available_slots?subdomain=north-pier-dental&start_date=2031-03-08&days=1&lids%5B%5D=9001&"
	const people, everybody = base + "pids%5B%5D=501&pids%5B%5D=502&slot_length=45", "pids%5B%5D=501&pids%5B%5D=502"
	prepare := func(r *replay) {
		r.also("GET /locations", office).also("GET /appointment_types", someTypes).
			also("GET /providers", listed(`{"id":501,"name":"Nora Quill"}`, `{"id":502,"name":"Ben Sorrel"}`))
	}
	t.Run("no hours are tied to it", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, nil, step{route: base + "appointment_type_id=78", body: good(`[]`)}, step{route: people, body: good(oneSlot)})
		prepare(r)
		page, err := parts{nx}.FindSlots(t.Context(), march(8, 9), "")
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("%v, %v", page.Items, err)
		}
		if s := page.Items[0]; s.Type != "" || s.TypeName != "" || s.Length() != 45*time.Minute {
			t.Errorf("type %q %q, %v", s.Type, s.TypeName, s.Length())
		}
	})
	t.Run("it has slots", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, nil, step{route: base + "appointment_type_id=78", body: good(oneSlot)})
		prepare(r)
		page, err := parts{nx}.FindSlots(t.Context(), march(8, 9), "")
		if err != nil || len(page.Items) != 1 || page.Items[0].Type != "78" || page.Items[0].TypeName != "Cleaning" || page.Items[0].Length() != 45*time.Minute {
			t.Fatalf("%v, %v", page.Items, err)
		}
	})
	t.Run("it was asked for", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, nil, step{route: base + "appointment_type_id=78", body: good(`[]`)})
		prepare(r)
		q := march(8, 9)
		q.Type = "78"
		if page, err := (parts{nx}).FindSlots(t.Context(), q, ""); err != nil || len(page.Items) != 0 {
			t.Fatalf("%v, %v", page.Items, err)
		}
	})
	t.Run("nobody is listed", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, nil, step{route: base + "appointment_type_id=78", body: good(`[]`)})
		prepare(r)
		r.also("GET /providers", listed())
		if page, err := (parts{nx}).FindSlots(t.Context(), march(8, 9), ""); err != nil || len(page.Items) != 0 {
			t.Fatalf("%v, %v", page.Items, err)
		}
	})
	t.Run("the next day with one is told", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, nil, step{route: base + "appointment_type_id=78", body: good(`[{"lid":9001,"pid":1,"slots":[],"next_available_date":"2031-03-12"}]`)})
		prepare(r)
		if day, ok, err := nx.NextAvailable(t.Context(), march(8, 20)); err != nil || !ok || day.String() != "2031-03-12" {
			t.Fatalf("%v %v %v", day, ok, err)
		}
	})
	t.Run("the next day is somebody else's", func(t *testing.T) {
		t.Parallel()
		nx, r := connect(t, nil, step{route: base + "appointment_type_id=78", body: good(`[{"lid":9001,"pid":1,"slots":[],"next_available_date":null}]`)},
			step{route: base + everybody, body: good(`[{"lid":9001,"pid":1,"slots":[],"next_available_date":"2031-03-13"}]`)})
		prepare(r)
		if day, ok, err := nx.NextAvailable(t.Context(), march(8, 20)); err != nil || !ok || day.String() != "2031-03-13" {
			t.Fatalf("%v %v %v", day, ok, err)
		}
	})
}
