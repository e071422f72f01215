package nextech

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// The bounds of a list that is read whole. A practice has no more of anything.
const (
	mostPages = 100
	mostItems = 10_000
	mostEmpty = 5 // pages without entries in a row that are believed to lead somewhere
)

// collect reads all pages of a short list of the clinic's own records. What was read
// before an error comes with it.
func collect[T any](ctx context.Context, op string, list func(context.Context, emr.Cursor) (emr.Page[T], error)) ([]*T, error) {
	var all []*T
	asked := map[emr.Cursor]bool{"": true}
	var at emr.Cursor
	for empty := 0; len(asked) <= mostPages; {
		p, err := list(ctx, at)
		if err != nil {
			return all, err
		}
		if len(all)+len(p.Items) > mostItems {
			return all, tooLong(op)
		}
		all = append(all, p.Items...)
		if empty++; len(p.Items) > 0 {
			empty = 0
		}
		switch at = p.Next; {
		case at == "":
			return all, nil
		case asked[at]:
			return all, &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Op: op, Hint: "the list repeats a page, so it is not complete: report it with the request id"}
		case empty == mostEmpty:
			return all, &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: op, Hint: "five pages of the list in a row are empty and lead on: name the location and the appointment type, so that it is not needed"}
		}
		asked[at] = true
	}
	return all, tooLong(op)
}

func tooLong(op string) error {
	return &emr.Error{Kind: emr.KindTooLarge, Vendor: vendor, Op: op, Hint: "the list has more than 100 pages or 10,000 records: name the location and the appointment type, so that it is not needed"}
}
