package emr_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// sixtyDaysTook reads 60 days of slots in 7-day windows at 100 ms a call, in a bubble,
// so that the time is exact.
func sixtyDaysTook(tb *testing.T) time.Duration {
	var took time.Duration
	synctest.Test(tb, func(t *testing.T) {
		f, _ := windowed(7)
		began := time.Now()
		if all, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), sixtyDays())); err != nil || len(all) != 120 {
			t.Error(len(all), err)
		}
		took = time.Since(began)
	})
	return took
}

// The bar of the design: at most 1.3 times the ideal of four parallel windows. Nine
// windows, four at a time, are three rounds.
func TestFindSlots_sixtyDaysTakeAtMost13TimesFourParallelWindows(t *testing.T) {
	t.Parallel()
	const ideal = 300 * time.Millisecond
	if took := sixtyDaysTook(t); took > ideal*13/10 {
		t.Errorf("took %v, the ideal is %v", took, ideal)
	}
}

// BenchmarkFindSlots_sixtyDays is the same in real time: it reports the ratio to the ideal.
func BenchmarkFindSlots_sixtyDays(b *testing.B) {
	f, _ := windowed(7)
	c := client(b, f, nil)
	for b.Loop() {
		if all, err := emr.Collect(c.FindSlots(b.Context(), sixtyDays())); err != nil || len(all) != 120 {
			b.Fatal(len(all), err)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(300*time.Millisecond), "x-ideal")
}

// BenchmarkList_10000 is the cost of the paging loop itself.
func BenchmarkList_10000(b *testing.B) {
	f := newFake()
	f.people = pagesOf(&[]emr.Cursor{}, func(at emr.Cursor) ([]int, emr.Cursor, error) {
		people := make([]int, 100)
		for i := range people {
			people[i] = number(at)*100 + i
		}
		if number(at) == 99 {
			return people, "", nil
		}
		return people, cursor(number(at) + 1), nil
	})
	c := client(b, f, nil)
	b.ReportAllocs()
	for b.Loop() {
		if all, err := emr.Collect(c.FindPatients(b.Context(), anybody)); err != nil || len(all) != 10_000 {
			b.Fatal(len(all), err)
		}
	}
}

// BenchmarkSlotKey is one key there and back.
func BenchmarkSlotKey(b *testing.B) {
	s := inDays(3)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := emr.ParseSlotKey(s.MakeKey()); err != nil {
			b.Fatal(err)
		}
	}
}
