package medtechtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/simserver"
)

func TestEachRuleOfASlotSearchIsKept(t *testing.T) {
	t.Parallel()
	const by = "/Slot?schedule.actor.identifier="
	okafor := by + asked(cpnSystem, okaforCPN)
	at := func(bound, t string) string { return "&start=" + bound + url.QueryEscape(t) }
	week := at("ge", "2026-03-02T00:00:00+13:00") + at("le", "2026-03-09T00:00:00+13:00")
	for _, tc := range []ruled{
		{name: "a week", target: okafor + week, status: 200, has: `"total":120`},
		{name: "by NZMC number", target: by + asked(nzmcSystem, "90021") + week, status: 200, has: `"total":48`},
		{name: "both states", target: okafor + "&status=busy" + week, status: 200, has: textNoSlot},
		{name: "none free", target: okafor + "&status=free" + at("ge", "2026-03-07T00:00:00+13:00") + at("le", "2026-03-08T00:00:00+13:00"), status: 200, has: textNoFreeSlot},
		{name: "a nurse's number", target: by + asked(nursingSystem, "900033") + week, status: 404, has: textNoProvider, violation: "HPI or NZMC"},
		{name: "an unknown number", target: by + asked(cpnSystem, "99ZZZZ") + week, status: 404, has: textNoProvider},
		{name: "no practitioner", target: "/Slot?status=free" + week, status: 403, violation: "a search without one of"},
		{name: "the spelling of the draft", target: "/Slot?schedule%3Aactor.identifier=x" + week, status: 403, violation: "does not accept"},
		{name: "no start", target: okafor, status: 400, has: textRange, violation: "without start=ge"},
		{name: "no end is a week", target: okafor + at("ge", "2026-03-02T00:00:00+13:00"), status: 200, has: `"total":120`, violation: "without an end"},
		{name: "a second too long", target: okafor + at("ge", "2026-03-02T00:00:00+13:00") + at("le", "2026-03-09T00:00:01+13:00"), status: 400, has: textRange, violation: "up to 7 days"},
		{name: "backwards", target: okafor + at("ge", "2026-03-03T00:00:00+13:00") + at("le", "2026-03-02T00:00:00+13:00"), status: 400, has: textRange, violation: "up to 7 days"},
		{name: "another prefix", target: okafor + at("gt", "2026-03-02T00:00:00+13:00"), status: 400, violation: "another prefix"},
		{name: "one prefix twice", target: okafor + at("ge", "2026-03-02T00:00:00+13:00") + at("ge", "2026-03-03T00:00:00+13:00"), status: 400, violation: "same prefix twice"},
		{name: "no zone", target: okafor + at("ge", "2026-03-02T00:00:00"), status: 400, violation: "an instant"},
		{name: "a plus", target: okafor + "&start=ge2026-03-02T00:00:00+13:00", status: 400, violation: "%2B"},
		{name: "an unknown status", target: okafor + "&status=held" + week, status: 400, violation: "a status that slots"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.check(t)
		})
	}
}

func TestSlotsAreReadByIDAndChangeToBusy(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	free := b.get(slots()).entries()[4]
	id := simserver.StringIn(free, "id")
	if got := b.get("/Slot?_id=" + id).entries(); len(got) != 1 || simserver.StringIn(got[0], "status") != "free" {
		t.Errorf("%v", got)
	}
	start, _ := time.Parse(time.RFC3339, tenAM)
	slot := &emr.Slot{Practitioner: emr.PractitionerID(b.okafor()), Start: start, End: start.Add(slotLength)}
	if err := b.sim.TakeSlot(slot); err != nil {
		t.Fatal(err)
	}
	if b.sim.TakeSlot(slot) == nil || b.sim.TakeSlot(&emr.Slot{Practitioner: "x"}) == nil {
		t.Error("taken twice, or from nobody")
	}
	if got := b.get("/Slot/" + id); simserver.StringIn(got.json, "status") != "busy" {
		t.Errorf("%s", got.body)
	}
	if got := b.get(strings.Replace(slots(), "free", "busy", 1)).entries(); len(got) != 1 || simserver.StringIn(got[0], "id") != id {
		t.Errorf("%v", got)
	}
	if r := b.do(http.MethodPost, "/Appointment", b.appointment(0, "booked")); r.status != 422 || !strings.Contains(r.body, textTaken) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestTheClockChangeMovesTheOffset: daylight time ends in Auckland on 5 April 2026.
func TestTheClockChangeMovesTheOffset(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	q := "/Slot?schedule.actor.identifier=" + asked(cpnSystem, okaforCPN) + "&start=ge2026-04-03&start=le2026-04-06"
	all := b.get(q).entries()
	if first, last := simserver.StringIn(all[0], "start"), simserver.StringIn(all[len(all)-1], "start"); first != "2026-04-03T09:00:00+13:00" || last != "2026-04-06T15:45:00+12:00" {
		t.Errorf("%s to %s", first, last)
	}
	for times, want := range map[Times]string{TimesUTC: "2026-04-02T20:00:00+00:00", TimesLocal: "2026-04-03T09:00:00"} {
		b := open(t, func(o *Options) { o.Times = times })
		if got := simserver.StringIn(b.get(q).entries()[0], "start"); got != want {
			t.Errorf("%s: %s", times, got)
		}
	}
}
