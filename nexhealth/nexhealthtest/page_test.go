package nexhealthtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

const everybody = "/patients?" + sub + "&location_id=7"

func TestEndCursorLeadsForwardAndStartCursorBack(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	whole := b.get(everybody + "&per_page=1000")
	if whole.json["count"] != nil || simserver.ObjectIn(whole.json, "page_info")["has_next_page"] != false {
		t.Errorf("%v %v", whole.json["count"], whole.json["page_info"])
	}
	var pages []reply
	cursor := ""
	var ids []string
	for {
		p := b.get(everybody + "&per_page=10" + cursor)
		pages, ids = append(pages, p), append(ids, p.ids())
		info := simserver.ObjectIn(p.json, "page_info")
		if info["has_previous_page"] != (len(pages) > 1) {
			t.Errorf("page %d: %v", len(pages), info)
		}
		if info["has_next_page"] != true {
			break
		}
		cursor = "&end_cursor=" + p.cursor("end_cursor")
	}
	if got := strings.Join(ids, " "); len(pages) != 4 || got != whole.ids() {
		t.Errorf("%d pages: %s, want %s", len(pages), got, whole.ids())
	}
	back := b.get(everybody + "&per_page=10&start_cursor=" + pages[2].cursor("start_cursor"))
	if back.ids() != pages[1].ids() {
		t.Errorf("back: %s, want %s", back.ids(), pages[1].ids())
	}
}

func TestFiveComeWhenNobodyAsksForMore(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("a list without per_page")
	if n := len(b.get(everybody).list()); n != 5 {
		t.Errorf("%d", n)
	}
}

func TestACursorIsGoodForTheSameQuestionOnly(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("the parameters changed between pages")
	b.sim.ExpectViolation("start_cursor and end_cursor together")
	next := "&end_cursor=" + b.get(everybody+"&per_page=10").cursor("end_cursor")
	for target, want := range map[string]int{
		everybody + "&per_page=10&inactive=false" + next:                              http.StatusBadRequest,
		everybody + "&per_page=20" + next:                                             http.StatusOK,
		everybody + "&per_page=10" + next + "&start_cursor=" + strings.Repeat("A", 4): http.StatusBadRequest,
		"/providers?" + sub + "&per_page=10" + next:                                   http.StatusBadRequest,
	} {
		if r := b.do(http.MethodGet, target, nil); r.status != want {
			t.Errorf("%s: %d", target, r.status)
		}
	}
}

func TestStaffHasPageNumbers(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	const staff = "/nex_staff?" + sub + "&per_page=3&page="
	first, last, beyond := b.get(staff+"1"), b.get(staff+"3"), b.get(staff+"4")
	if len(first.list()) != 3 || first.json["count"] != 7.0 || len(last.list()) != 1 || len(beyond.list()) != 0 || first.json["page_info"] != nil {
		t.Errorf("%s %s %s", first.ids(), last.ids(), beyond.ids())
	}
}
