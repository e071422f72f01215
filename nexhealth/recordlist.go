package nexhealth

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// mostRecordPages bounds a list that never ends.
const mostRecordPages = 1000

// recordList ranges over the pages of a list that the core does not know: lazily, anew
// each time, one error and then the end. A record on two pages comes once.
func recordList[T any](ctx context.Context, op string, key func(*T) string, fetch func(context.Context, emr.Cursor) (emr.Page[T], error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		fail := func(kind emr.Kind, hint string) {
			yield(nil, &emr.Error{Kind: kind, Vendor: vendor, Op: op, Hint: hint})
		}
		seen, asked := map[string]bool{}, map[emr.Cursor]bool{"": true}
		at, empty := emr.Cursor(""), 0
		for range mostRecordPages {
			page, err := fetch(ctx, at)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, r := range page.Items {
				if seen[key(r)] {
					continue
				}
				seen[key(r)] = true
				if !yield(r, nil) {
					return
				}
			}
			if empty++; len(page.Items) > 0 {
				empty = 0
			}
			const mostEmpty = 5
			switch at = page.Next; {
			case at == "":
				return
			case asked[at]:
				fail(emr.KindProtocol, "the list's pages go in a circle, so it is not complete: report it")
				return
			case empty == mostEmpty:
				fail(emr.KindTooLarge, "too many pages without content in a row: narrow the query")
				return
			}
			asked[at] = true
		}
		fail(emr.KindTooLarge, "the list has more than 1,000 pages: narrow it, or raise Config.PageSize")
	}
}

// recordPage is one request of such a list.
type recordPage[W any, T any] struct {
	call    *transport.Call
	query   *params
	filters []string                           // that must not have been ignored
	record  func(raw json.RawMessage, r *W) *T // nil: it has no id
	wanted  func(*T) bool                      // nil: all
}

// fetch reads the page behind the cursor.
func (l recordPage[W, T]) fetch(ctx context.Context, c *Client, at emr.Cursor) (emr.Page[T], error) {
	e, answer, next, err := c.page(ctx, l.call, l.query, at)
	if err != nil {
		return emr.Page[T]{}, err
	}
	items, err := l.read(c, answer, e)
	return emr.Page[T]{Items: items, Next: next}, err
}

// whole reads a list that NexHealth gives at once.
func (l recordPage[W, T]) whole(ctx context.Context, c *Client) ([]*T, error) {
	e, answer, err := c.send(ctx, l.call, l.query, nil)
	if err != nil {
		return nil, err
	}
	return l.read(c, answer, e)
}

func (l recordPage[W, T]) read(c *Client, answer *transport.Answer, e *envelope) ([]*T, error) {
	if err := c.filtered(l.call, answer, e, l.filters...); err != nil {
		return nil, err
	}
	rows, err := decodeData[[]json.RawMessage](c, l.call, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*T
	for _, raw := range rows {
		var w W
		if err := vendorjson.Into(raw, &w); err != nil {
			return nil, c.unreadable(l.call, answer, err)
		}
		r := l.record(raw, &w)
		if r == nil {
			return nil, c.http.Error(l.call, answer, emr.KindProtocol, "NexHealth sent a record without an id: report it with the request id")
		}
		if l.wanted == nil || l.wanted(r) {
			all = append(all, r)
		}
	}
	return all, nil
}

// oneRecord reads a record by its id.
func oneRecord[W any, T any](ctx context.Context, c *Client, op, route, id string, record func(json.RawMessage, *W) *T, idOf func(*T) string) (*T, error) {
	get, err := c.call(op, http.MethodGet, route, id)
	if err != nil {
		return nil, err
	}
	e, answer, err := c.send(ctx, get, c.scoped(), nil)
	if err != nil {
		return nil, err
	}
	raw, err := decodeData[json.RawMessage](c, get, answer, e)
	if err != nil {
		return nil, err
	}
	var w W
	if err := vendorjson.Into(raw, &w); err != nil {
		return nil, c.unreadable(get, answer, err)
	}
	r := record(raw, &w)
	if r == nil || idOf(r) != id {
		return nil, c.http.Error(get, answer, emr.KindProtocol, "NexHealth answered with another record than the one asked for")
	}
	return r, nil
}

// civilDate reads a day; one with a time counts by its date as written.
func civilDate(t vendorjson.Text) emr.Date { return birthDate(t).Reveal() }

// plain is a text without the blanks around it.
func plain(t vendorjson.Text) string { return strings.TrimSpace(string(t)) }

// patientParam is the value of patient_id, refused unless it is one.
func patientParam(op string, id emr.PatientID) (string, error) {
	if !id.IsZero() && !vendorjson.IsWholeNumber(id.Reveal()) {
		return "", invalid(op, "NexHealth's ids are whole numbers", "patient")
	}
	return id.Reveal(), nil
}
