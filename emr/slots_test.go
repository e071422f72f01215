package emr_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// windowed is a fake whose vendor allows days days in one slot search, each taking
// 100 ms. It records the windows asked for.
func windowed(days int) (*fake, *[]string) {
	f, asked := newFake(), &[]string{}
	f.latency = 100 * time.Millisecond
	f.info.Limits.SlotWindow = days
	f.slots = func(_ context.Context, q emr.SlotQuery, _ emr.Cursor) (page emr.Page[emr.Slot], err error) {
		*asked = append(*asked, q.From.String()+".."+q.To.String())
		for d := q.From; d.Before(q.To); d = d.AddDays(1) {
			page.Items = append(page.Items, slotOn(d, 14), slotOn(d, 9)) // not in order
		}
		return page, nil
	}
	return f, asked
}

func starts(all []*emr.Slot) []time.Time {
	var out []time.Time
	for _, s := range all {
		out = append(out, s.Start)
	}
	return out
}

func TestFindSlots_withoutDaysIsTheWeekFromTheClinicsTomorrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // now is 2000-01-01 00:00 UTC: still 1999 in New York
		f, asked := windowed(0)
		all, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), emr.SlotQuery{}))
		if err != nil || len(all) != 14 || (*asked)[0] != "2000-01-01..2000-01-08" {
			t.Errorf("%d slots of %v, %v", len(all), *asked, err)
		}
		g, asked := windowed(0)
		g.info.Zone = mustZone("Pacific/Auckland")
		_, _ = emr.Collect(client(t, g, nil).FindSlots(t.Context(), emr.SlotQuery{}))
		if (*asked)[0] != "2000-01-02..2000-01-09" {
			t.Errorf("Auckland asks %v", *asked)
		}
	})
}

func TestFindSlots_splitsDaysIntoWindowsInOrderWithoutGapOrOverlap(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, asked := windowed(7)
		from := emr.Date{Year: 2000, Month: 3, Day: 1} // clocks go forward on April 2nd
		all, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(60)}))
		if err != nil || len(all) != 120 {
			t.Fatalf("%d slots, %v", len(all), err)
		}
		if !slices.IsSortedFunc(starts(all), time.Time.Compare) {
			t.Error("not in order of start")
		}
		slices.Sort(*asked)
		at := from
		for _, w := range *asked {
			to := at.AddDays(7)
			if to == from.AddDays(63) {
				to = from.AddDays(60)
			}
			if w != at.String()+".."+to.String() {
				t.Errorf("window %s, want from %s", w, at)
			}
			at = to
		}
		if at != from.AddDays(60) {
			t.Error("windows end at", at)
		}
	})
}

func TestFindSlots_readsTheFirstWindowAloneThenFourAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, _ := windowed(7)
		var now, most atomic.Int32
		inner := f.slots
		f.slots = func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
			return inner(ctx, q, at)
		}
		began := time.Now()
		var firstAt time.Duration
		n := 0
		for _, err := range client(t, &counting{f, &now, &most}, nil).FindSlots(t.Context(), sixtyDays()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 1 {
				firstAt = time.Since(began)
				if got := f.count("slots"); got != 1 {
					t.Errorf("%d windows asked before the first slot", got)
				}
			}
		}
		if took := time.Since(began); firstAt != 100*time.Millisecond || took > 390*time.Millisecond || most.Load() != 4 {
			t.Errorf("first slot after %v, all after %v, %d at a time", firstAt, took, most.Load())
		}
	})
}

func sixtyDays() emr.SlotQuery {
	from := emr.Today(newYork()).AddDays(1)
	return emr.SlotQuery{From: from, To: from.AddDays(60)}
}

// counting watches how many windows are under way.
type counting struct {
	*fake
	now, most *atomic.Int32
}

func (c *counting) Parts() emr.Parts {
	p := c.fake.Parts()
	p.SlotFinder = c
	return p
}

func (c *counting) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for {
		most := c.most.Load()
		if n <= most || c.most.CompareAndSwap(most, n) {
			break
		}
	}
	return c.fake.FindSlots(ctx, q, at)
}

func TestFault_P6_breakingOutOfWindowsCancelsAndWaitsForThem(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // the bubble fails the test if a goroutine stays
		f, _ := windowed(1)
		var now, most atomic.Int32
		n := 0
		began := time.Now()
		for range client(t, &counting{f, &now, &most}, nil).FindSlots(t.Context(), sixtyDays()) {
			if n++; n == 3 { // the first of the second window
				break
			}
		}
		if took := time.Since(began); took != 200*time.Millisecond || now.Load() != 0 {
			t.Errorf("took %v, %d still under way", took, now.Load())
		}
		asked := f.count("slots")
		if asked > 5 {
			t.Errorf("%d windows asked", asked)
		}
		time.Sleep(time.Second)
		if f.count("slots") != asked {
			t.Error("asked for more after the break")
		}
	})
}

func TestFindSlots_offersEachSlotOnceAndNoneOutsideTheQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, _ := windowed(1)
		from := emr.Date{Year: 2000, Month: 2, Day: 1}
		f.slots = func(_ context.Context, q emr.SlotQuery, _ emr.Cursor) (page emr.Page[emr.Slot], err error) {
			for _, day := range []emr.Date{q.From.AddDays(-1), q.From, q.To} { // a careless server
				s := slotOn(day, 10)
				s.Key = ""
				page.Items = append(page.Items, s)
			}
			return page, nil
		}
		all, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(3)}))
		if err != nil || len(all) != 3 || all[0].Key == "" {
			t.Fatalf("%d slots, %v", len(all), err)
		}
		for i, s := range all {
			if emr.DateOf(s.Start) != from.AddDays(i) {
				t.Error(s.Start)
			}
		}
	})
}

func TestFindSlots_offersNoPastTimeUnlessAskedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(16 * time.Hour) // 11:00 in New York
		f, asked := windowed(0)
		c := client(t, f, nil)
		today := emr.Today(newYork())
		day := emr.SlotQuery{From: today, To: today.AddDays(1)}
		hours := func(q emr.SlotQuery) string {
			all, err := emr.Collect(c.FindSlots(t.Context(), q))
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, s := range all {
				text += fmt.Sprint(s.Start.Day(), "@", s.Start.Hour(), " ")
			}
			return text
		}
		if got := hours(day); got != "1@14 " {
			t.Error("default:", got)
		}
		day.NotBefore = today.Start(newYork())
		if got := hours(day); got != "1@9 1@14 " {
			t.Error("asked for the past:", got)
		}
		// Instants choose the days when no days are given.
		q := emr.SlotQuery{NotBefore: today.AddDays(2).Start(newYork()).Add(10 * time.Hour), NotAfter: today.AddDays(3).Start(newYork()).Add(9 * time.Hour)}
		if got := hours(q); got != "3@14 4@9 " || (*asked)[len(*asked)-1] != "2000-01-03..2000-01-05" {
			t.Error("between instants:", got, *asked)
		}
		q.Limit = 1
		if got := hours(q); got != "3@14 " {
			t.Error("limit:", got)
		}
	})
}

func TestFindSlots_refusesWhatHasNoMeaning(t *testing.T) {
	t.Parallel()
	f, _ := windowed(0)
	c := client(t, f, nil)
	d := emr.Today(nil)
	for _, q := range []emr.SlotQuery{
		{From: d, To: d}, {From: d.AddDays(1), To: d}, {Limit: -1}, {Length: -1},
		{From: d, NotAfter: time.Now().Add(-time.Hour)},
	} {
		_, err := emr.First(c.FindSlots(t.Context(), q))
		wantKind(t, err, emr.KindInvalid)
	}
	if f.total() != 0 {
		t.Error("sent")
	}
}

func TestFindSlots_aFailedWindowComesAfterTheSlotsBeforeItAndCanBeResumed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, _ := windowed(7)
		inner, down := f.slots, true
		f.slots = func(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
			if q.From == emr.Today(newYork()).AddDays(15) && at == "2" && down {
				return emr.Page[emr.Slot]{}, &emr.Error{Kind: emr.KindUnavailable}
			}
			page, err := inner(ctx, q, at)
			if at == "" {
				page.Items, page.Next = page.Items[:4], "2"
			} else {
				page.Items = page.Items[4:]
			}
			return page, err
		}
		c := client(t, f, nil)
		all, err := emr.Collect(c.FindSlots(t.Context(), sixtyDays()))
		wantKind(t, err, emr.KindUnavailable)
		if len(all) != 14+14+4 {
			t.Fatalf("%d slots before the error", len(all))
		}
		down = false
		b, _ := emr.BookmarkOf(err)
		rest, err := emr.Collect(c.FindSlots(emr.WithBookmark(t.Context(), b), sixtyDays()))
		if err != nil || len(rest)+len(all) != 120 {
			t.Errorf("%d and %d slots, %v", len(all), len(rest), err)
		}
	})
}

func TestFault_P4_slotWindowsShareOneLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, _ := windowed(1)
		c := client(t, f, &emr.ClientOptions{MaxPages: 10})
		all, err := emr.Collect(c.FindSlots(t.Context(), sixtyDays()))
		wantKind(t, err, emr.KindTooLarge)
		if f.count("slots") != 10 || len(all) != 20 {
			t.Errorf("%d requests, %d slots", f.count("slots"), len(all))
		}
		c = client(t, f, &emr.ClientOptions{MaxItems: 7})
		all, err = emr.Collect(c.FindSlots(t.Context(), sixtyDays()))
		wantKind(t, err, emr.KindTooLarge)
		b, ok := emr.BookmarkOf(err)
		next, err := emr.First(c.FindSlots(emr.WithBookmark(t.Context(), b), sixtyDays()))
		if !ok || err != nil || len(all) != 7 || !next.Start.After(all[6].Start) || next.Start.Sub(all[6].Start) > 24*time.Hour {
			t.Errorf("%d slots, goes on with %v after %v, %v", len(all), next, all[6].Start, err)
		}
	})
}

func TestFindSlots_theQueryIsCopied(t *testing.T) {
	t.Parallel()
	f := newFake()
	var got []emr.LocationID
	f.slots = func(_ context.Context, q emr.SlotQuery, _ emr.Cursor) (emr.Page[emr.Slot], error) {
		got = q.Locations
		return emr.Page[emr.Slot]{}, nil
	}
	where := []emr.LocationID{"7"}
	seq := client(t, f, nil).FindSlots(t.Context(), emr.SlotQuery{Locations: where})
	where[0] = "8"
	if _, err := emr.Collect(seq); err != nil || got[0] != "7" {
		t.Error(got, err)
	}
}
