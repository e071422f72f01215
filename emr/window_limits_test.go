package emr_test

import (
	"context"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// TestFault_P4_aWindowIsHeldUpToTheItemLimit reads one window of 50 pages of 40 slots,
// with at most 100 items a list.
func TestFault_P4_aWindowIsHeldUpToTheItemLimit(t *testing.T) {
	t.Parallel()
	f := newFake()
	day := emr.Today(newYork()).AddDays(2)
	f.slots = func(_ context.Context, q emr.SlotQuery, at emr.Cursor) (page emr.Page[emr.Slot], err error) {
		for i := range 40 {
			s := slotOn(q.From, 8)
			s.Start = s.Start.Add(time.Duration(number(at)*40+39-i) * time.Second) // not in order
			s.Key = s.MakeKey()
			page.Items = append(page.Items, s)
		}
		if page.Next = cursor(number(at) + 1); number(at) == 49 {
			page.Next = ""
		}
		return page, nil
	}
	c := client(t, f, &emr.ClientOptions{MaxItems: 100})
	q := emr.SlotQuery{From: day, To: day.AddDays(1), Limit: 1}
	if all, err := emr.Collect(c.FindSlots(t.Context(), q)); err != nil || len(all) != 1 || f.count("slots") > 4 {
		t.Errorf("%d slots after %d pages, %v", len(all), f.count("slots"), err)
	}
	q.Limit = 0
	seen, at := map[emr.SlotKey]bool{}, emr.Bookmark{}
	for range 100 {
		all, err := emr.Collect(c.FindSlots(emr.WithBookmark(t.Context(), at), q))
		if len(all) > 100 {
			t.Fatal("more than the limit:", len(all))
		}
		for _, s := range all {
			seen[s.Key] = true
		}
		if err == nil {
			break
		}
		wantKind(t, err, emr.KindTooLarge)
		var ok bool
		if at, ok = emr.BookmarkOf(err); !ok {
			t.Fatal("no bookmark:", err)
		}
	}
	if len(seen) != 2000 {
		t.Errorf("%d of 2000 slots came in pieces", len(seen))
	}
}

func TestFault_P4_aRangeNobodyCanReadIsRefusedBeforeSending(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Limits.SlotWindow, f.info.Limits.AppointmentWindow = 1, 1
	c := client(t, f, nil)
	day := emr.Today(newYork()).AddDays(2)
	far := emr.Date{Year: 3_000_000, Month: time.January, Day: 1}
	began := time.Now()
	for _, to := range []emr.Date{far, day.AddDays(3661)} {
		_, err := emr.Collect(c.FindSlots(t.Context(), emr.SlotQuery{From: day, To: to}))
		wantKind(t, err, emr.KindInvalid)
		_, err = emr.Collect(c.Appointments(t.Context(), emr.AppointmentQuery{From: day, To: to}))
		wantKind(t, err, emr.KindInvalid)
	}
	if took := time.Since(began); took > 5*time.Second || f.total() != 0 {
		t.Error("took", took, "sent", f.total())
	}
	if _, err := emr.First(c.FindSlots(t.Context(), emr.SlotQuery{From: day, To: day.AddDays(3660)})); err != nil {
		t.Error("ten years:", err)
	}
}
