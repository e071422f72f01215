package reference

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// The bounds of a list that is read whole. A clinic has no more of anything.
const (
	mostPages = 100
	mostItems = 10_000
	mostEmpty = 5 // pages without entries in a row that are believed to lead somewhere
)

// Collect reads all pages of a short list of the clinic's own records. What was read
// before an error comes with it. Kinds, besides those of list: protocol (a page comes
// again), too_large (more than 100 pages or 10,000 records, or five empty pages in a row
// that lead on); narrow is then the hint's advice, what a caller can do to need less.
func Collect[T any](ctx context.Context, vendor, op, narrow string, list func(context.Context, emr.Cursor) (emr.Page[T], error)) ([]*T, error) {
	failed := func(kind emr.Kind, hint string) error {
		return &emr.Error{Kind: kind, Vendor: vendor, Op: op, Hint: hint}
	}
	var all []*T
	asked := map[emr.Cursor]bool{"": true}
	var at emr.Cursor
	for empty := 0; len(asked) <= mostPages; {
		p, err := list(ctx, at)
		if err != nil {
			return all, err
		}
		if len(all)+len(p.Items) > mostItems {
			break
		}
		all = append(all, p.Items...)
		if empty++; len(p.Items) > 0 {
			empty = 0
		}
		switch at = p.Next; {
		case at == "":
			return all, nil
		case asked[at]:
			return all, failed(emr.KindProtocol, "the list repeats a page, so it is not complete: report it with the request id")
		case empty == mostEmpty:
			return all, failed(emr.KindTooLarge, "five pages of the list in a row are empty and lead on: "+narrow)
		}
		asked[at] = true
	}
	return all, failed(emr.KindTooLarge, "the list has more than 100 pages or 10,000 records: "+narrow)
}
