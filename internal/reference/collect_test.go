package reference

import (
	"context"
	"fmt"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// pages serves pages of the given sizes, each with a link to the next; after the last
// one it ends, or goes on in the same way.
func pages(asked *int, onward bool, sizes ...int) func(context.Context, emr.Cursor) (emr.Page[emr.Location], error) {
	return func(context.Context, emr.Cursor) (emr.Page[emr.Location], error) {
		n := *asked
		*asked++
		p := emr.Page[emr.Location]{Items: make([]*emr.Location, sizes[n%len(sizes)])}
		if onward || *asked < len(sizes) {
			p.Next = emr.Cursor(fmt.Sprint(*asked))
		}
		return p, nil
	}
}

func TestFault_P4_aListOfReferenceDataEndsAtItsLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		onward      bool
		sizes       []int
		items, asks int
		kind        emr.Kind
	}{
		{"100 pages", true, []int{1}, 100, 100, emr.KindTooLarge},
		{"10,000 records", true, []int{4_000}, 8_000, 3, emr.KindTooLarge},
		{"empty pages for ever", true, []int{0}, 0, 5, emr.KindTooLarge},
		{"empty pages for ever after some", false, []int{2, 0, 0, 0, 0, 0, 2}, 2, 6, emr.KindTooLarge},
		{"four empty pages lead on", false, []int{2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3}, 7, 11, ""},
		{"the last of five empty pages is the end", false, []int{2, 0, 0, 0, 0, 0}, 2, 6, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			got, err := Collect(t.Context(), "acme", "list things", "ask for less", pages(&asked, c.onward, c.sizes...))
			if emr.KindOf(err) != c.kind || asked != c.asks || len(got) != c.items {
				t.Errorf("%d items after %d pages, %v", len(got), asked, err)
			}
		})
	}
}

func TestFault_P3_aListOfReferenceDataThatGoesInACircleEnds(t *testing.T) {
	t.Parallel()
	for _, circle := range [][]emr.Cursor{{"a", "a"}, {"a", "b", "a"}, {"a", "b", "c", "b"}} {
		asked := 0
		_, err := Collect(t.Context(), "acme", "list things", "ask for less", func(context.Context, emr.Cursor) (emr.Page[emr.Location], error) {
			asked++
			return emr.Page[emr.Location]{Items: make([]*emr.Location, 1), Next: circle[asked-1]}, nil
		})
		if emr.KindOf(err) != emr.KindProtocol || asked != len(circle) {
			t.Errorf("%v: %d pages, %v", circle, asked, err)
		}
	}
}
