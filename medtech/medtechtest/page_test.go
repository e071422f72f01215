package medtechtest

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestListsAreCutIntoPagesOnOrderOnly(t *testing.T) {
	t.Parallel()
	b := open(t, func(o *Options) { o.PageSize = 10 })
	next, n, pages := slots(), 0, 0
	for next != "" {
		r := b.get(next)
		n += len(r.entries())
		pages++
		next = r.next()
		if next != "" && !strings.HasPrefix(next, b.sim.lowerBase()+"/Slot?") || r.json["total"] != 24.0 {
			t.Fatalf("next is %q, total %v", next, r.json["total"])
		}
	}
	if n != 24 || pages != 3 {
		t.Errorf("%d slots on %d pages", n, pages)
	}
	whole := open(t, nil)
	if r := whole.get(slots()); len(r.entries()) != 24 || r.json["link"] != nil {
		t.Errorf("%d slots, link %v", len(r.entries()), r.json["link"])
	}
	full := open(t, func(o *Options) { o.FullBundles = true })
	r := full.get("/Location")
	e := children(r.json, "entry")[0]
	if simserver.StringIn(child(e, "search"), "mode") != "match" || !strings.HasPrefix(simserver.StringIn(e, "fullUrl"), full.sim.lowerBase()+"/Location/") || len(children(r.json, "link")) != 1 {
		t.Errorf("%s", r.body)
	}
}

func TestWhoFollowsALinkToAnotherHostIsCounted(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("a link to another host was followed")
	if r := b.do("GET", b.sim.trap+"/fhir/Slot", nil); r.status != 404 || b.sim.TrapRequests() != 1 {
		t.Errorf("%d, %d", r.status, b.sim.TrapRequests())
	}
}
