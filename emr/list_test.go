package emr_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// pagesOf answers with numbered people: next says where each page leads.
func pagesOf(calls *[]emr.Cursor, next func(at emr.Cursor) (people []int, to emr.Cursor, err error)) func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error) {
	return func(_ context.Context, _ emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
		*calls = append(*calls, at)
		people, to, err := next(at)
		var items []*emr.Patient
		for _, n := range people {
			items = append(items, &emr.Patient{ID: emr.NewPatientID(strconv.Itoa(n))})
		}
		return emr.Page[emr.Patient]{Items: items, Next: to}, err
	}
}

var anybody = emr.PatientQuery{Family: emr.NewPHI("Roy")}

func listing(t *testing.T, o *emr.ClientOptions, next func(at emr.Cursor) ([]int, emr.Cursor, error)) (*emr.Client, *[]emr.Cursor) {
	t.Helper()
	f, calls := newFake(), &[]emr.Cursor{}
	f.people = pagesOf(calls, next)
	return client(t, f, o), calls
}

// number reads the fake's cursors: "" is page 0.
func number(at emr.Cursor) int { n, _ := strconv.Atoi(string(at)); return n }

func cursor(n int) emr.Cursor { return emr.Cursor(strconv.Itoa(n)) }

func TestList_readsEveryPageLazilyAndStartsAnewWithEachRange(t *testing.T) {
	t.Parallel()
	c, calls := listing(t, nil, func(at emr.Cursor) ([]int, emr.Cursor, error) {
		switch at {
		case "":
			return []int{1, 2}, "b", nil
		case "b":
			return nil, "c", nil // empty, but not the end
		}
		return []int{3}, "", nil
	})
	seq := c.FindPatients(t.Context(), anybody)
	if len(*calls) != 0 {
		t.Error("asked before the range")
	}
	for range 2 {
		all, err := emr.Collect(seq)
		if err != nil || len(all) != 3 {
			t.Fatalf("%d people, %v", len(all), err)
		}
	}
	if len(*calls) != 6 {
		t.Errorf("%d requests", len(*calls))
	}
	_, err := emr.First(c.FindPatients(t.Context(), emr.PatientQuery{}))
	wantKind(t, err, emr.KindInvalid)
}

func TestFault_P3_repeatedCursorsEndTheListAtTheFirstRepeat(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		next map[emr.Cursor]emr.Cursor
		max  int
	}{
		"next equals self": {map[emr.Cursor]emr.Cursor{"": "a", "a": "a"}, 2},
		"A, B, A":          {map[emr.Cursor]emr.Cursor{"": "a", "a": "b", "b": "a"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cl, calls := listing(t, nil, func(at emr.Cursor) ([]int, emr.Cursor, error) { return []int{1}, c.next[at], nil })
			all, err := emr.Collect(cl.FindPatients(t.Context(), anybody))
			wantKind(t, err, emr.KindProtocol)
			if len(*calls) != c.max || len(all) != 1 {
				t.Errorf("%d requests, %d people", len(*calls), len(all))
			}
		})
	}
}

func TestFault_P4_endlessListsEndAtTheLimitWithABookmark(t *testing.T) {
	t.Parallel()
	endless := func(at emr.Cursor) ([]int, emr.Cursor, error) {
		n := number(at)
		return []int{2 * n, 2*n + 1}, cursor(n + 1), nil
	}
	t.Run("pages", func(t *testing.T) {
		t.Parallel()
		c, calls := listing(t, nil, endless)
		all, err := emr.Collect(c.FindPatients(t.Context(), anybody))
		wantKind(t, err, emr.KindTooLarge)
		if len(*calls) != 100 || len(all) != 200 {
			t.Fatalf("%d requests, %d people", len(*calls), len(all))
		}
		b, ok := emr.BookmarkOf(err)
		if !ok {
			t.Fatal("no bookmark")
		}
		next, err := emr.First(c.FindPatients(emr.WithBookmark(t.Context(), b), anybody))
		if err != nil || next.ID.Reveal() != "200" {
			t.Errorf("went on at %q, %v", next.ID.Reveal(), err)
		}
	})
	t.Run("items, in the middle of a page", func(t *testing.T) {
		t.Parallel()
		c, _ := listing(t, &emr.ClientOptions{MaxItems: 3}, endless)
		all, err := emr.Collect(c.FindPatients(t.Context(), anybody))
		wantKind(t, err, emr.KindTooLarge)
		b, _ := emr.BookmarkOf(err)
		next, err := emr.First(c.FindPatients(emr.WithBookmark(t.Context(), b), anybody))
		if len(all) != 3 || err != nil || next.ID.Reveal() != "3" {
			t.Errorf("%d people, went on at %q, %v", len(all), next.ID.Reveal(), err)
		}
	})
	t.Run("as many items as allowed are no error", func(t *testing.T) {
		t.Parallel()
		c, _ := listing(t, &emr.ClientOptions{MaxItems: 2, MaxPages: 1}, func(emr.Cursor) ([]int, emr.Cursor, error) { return []int{1, 2}, "", nil })
		if all, err := emr.Collect(c.FindPatients(t.Context(), anybody)); err != nil || len(all) != 2 {
			t.Error(all, err)
		}
	})
	t.Run("empty pages", func(t *testing.T) {
		t.Parallel()
		c, calls := listing(t, nil, func(at emr.Cursor) ([]int, emr.Cursor, error) { return nil, cursor(number(at) + 1), nil })
		_, err := emr.Collect(c.FindPatients(t.Context(), anybody))
		wantKind(t, err, emr.KindTooLarge)
		if _, ok := emr.BookmarkOf(err); len(*calls) != 5 || !ok {
			t.Errorf("%d requests, bookmark %v", len(*calls), ok)
		}
	})
	t.Run("a bookmark of another list is refused", func(t *testing.T) {
		t.Parallel()
		c, _ := listing(t, &emr.ClientOptions{MaxPages: 1}, endless)
		_, err := emr.Collect(c.FindPatients(t.Context(), anybody))
		b, _ := emr.BookmarkOf(err)
		_, err = emr.First(c.FindSlots(emr.WithBookmark(t.Context(), b), emr.SlotQuery{}))
		wantKind(t, err, emr.KindInvalid)
	})
}

func TestBookmark_hidesTheVendorsCursor(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.people = func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error) {
		return emr.Page[emr.Patient]{Items: []*emr.Patient{{}}, Next: "family=Canary"}, nil
	}
	c := client(t, f, &emr.ClientOptions{MaxPages: 1})
	_, err := emr.Collect(c.FindPatients(t.Context(), anybody))
	b, ok := emr.BookmarkOf(err)
	if !ok {
		t.Fatal("no bookmark")
	}
	if _, err := json.Marshal(b); err == nil {
		t.Error("a bookmark was encoded")
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "b", b, "err", err, "cursor", emr.Cursor("Canary"))
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "b", b, "err", err, "cursor", emr.Cursor("Canary"))
	holder := struct{ in emr.Bookmark }{b}
	text := log.String() + fmt.Sprintf("%v %+v %#v %q %s %v %+v %s %d", b, b, b, b, err, holder, holder, emr.Cursor("Canary"), emr.Cursor("Canary"))
	if strings.Contains(text, "Canary") {
		t.Error(text)
	}
}

func TestFault_P5_aFailedPageComesWithWhatWasReadAndItsNumber(t *testing.T) {
	t.Parallel()
	down := true
	c, calls := listing(t, nil, func(at emr.Cursor) ([]int, emr.Cursor, error) {
		n := number(at)
		if n == 2 && down {
			return nil, "", &emr.Error{Kind: emr.KindUnavailable, Status: 500, Attempts: 3}
		}
		if n == 3 {
			return []int{n}, "", nil
		}
		return []int{n}, cursor(n + 1), nil
	})
	seq := c.FindPatients(t.Context(), anybody)
	var got []string
	failures := 0
	var last error
	seq(func(p *emr.Patient, err error) bool { // goes on after the error, as a careless consumer does
		if err != nil {
			failures++
			last = err
		} else {
			got = append(got, p.ID.Reveal())
		}
		return true
	})
	var e *emr.Error
	if !errors.As(last, &e) || e.Kind != emr.KindUnavailable || e.Page != 3 || failures != 1 || len(got) != 2 || len(*calls) != 3 {
		t.Fatalf("%d failures, last %v, read %v, %d requests", failures, last, got, len(*calls))
	}
	if !strings.Contains(last.Error(), "page 3") {
		t.Error(last)
	}
	down = false
	b, _ := emr.BookmarkOf(last)
	rest, err := emr.Collect(c.FindPatients(emr.WithBookmark(t.Context(), b), anybody))
	if err != nil || len(rest) != 2 {
		t.Errorf("rest: %d, %v", len(rest), err)
	}
}

func TestFault_P6_breakingOutAsksForNothingMore(t *testing.T) {
	t.Parallel()
	c, calls := listing(t, nil, func(at emr.Cursor) ([]int, emr.Cursor, error) {
		n := number(at)
		return []int{n}, cursor(n + 1), nil
	})
	n := 0
	for _, err := range c.FindPatients(t.Context(), anybody) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 {
			break
		}
	}
	if len(*calls) != 2 {
		t.Errorf("%d requests", len(*calls))
	}
}

func TestFault_P7_aRecordOnTwoPagesComesOnce(t *testing.T) {
	t.Parallel()
	for _, folds := range []bool{false, true} {
		f := newFake()
		f.info.Habits.FoldsIDs = folds
		f.people = func(_ context.Context, _ emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
			id := func(s string) *emr.Patient { return &emr.Patient{ID: emr.NewPatientID(s)} }
			if at == "" {
				return emr.Page[emr.Patient]{Items: []*emr.Patient{id("a"), id("b")}, Next: "2"}, nil
			}
			return emr.Page[emr.Patient]{Items: []*emr.Patient{id("b"), id("A"), {}, {}}}, nil
		}
		all, err := emr.Collect(client(t, f, nil).FindPatients(t.Context(), anybody))
		want := 5 // a, b, A and two without an id, which cannot be told apart
		if folds {
			want = 4
		}
		if err != nil || len(all) != want {
			t.Errorf("folds %v: %d, %v", folds, len(all), err)
		}
	}
}

func TestList_nothingWhereAnItemShouldBeIsProtocol(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.people = func(context.Context, emr.PatientQuery, emr.Cursor) (emr.Page[emr.Patient], error) {
		return emr.Page[emr.Patient]{Items: []*emr.Patient{nil}}, nil
	}
	_, err := emr.Collect(client(t, f, nil).FindPatients(t.Context(), anybody))
	wantKind(t, err, emr.KindProtocol)
}

func TestFault_X2_cancelInThePageLoopEndsTheListAtOnce(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c, calls := listing(t, nil, func(at emr.Cursor) ([]int, emr.Cursor, error) {
		n := number(at)
		return []int{n}, cursor(n + 1), nil
	})
	var last error
	for _, err := range c.FindPatients(ctx, anybody) {
		cancel()
		last = err
	}
	wantKind(t, last, emr.KindCanceled)
	if !errors.Is(last, context.Canceled) || len(*calls) != 1 {
		t.Error(last, len(*calls))
	}
}

func TestFirst_ofAnEmptyListIsNotFound(t *testing.T) {
	t.Parallel()
	c, _ := listing(t, nil, func(emr.Cursor) ([]int, emr.Cursor, error) { return nil, "", nil })
	_, err := emr.First(c.FindPatients(t.Context(), anybody))
	wantKind(t, err, emr.KindNotFound)
}
