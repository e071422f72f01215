package nexhealth

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// pageInfo says where a page of a cursor list lies. EndCursor leads forward, StartCursor
// backward. Source: docs.nexhealth.com/v20240412/reference/pagination.
type pageInfo struct {
	HasNext vendorjson.Bool `json:"has_next_page"`
	End     vendorjson.Text `json:"end_cursor"`
}

// mostCursor bounds what is taken for a cursor: it goes back in a query.
const mostCursor = 4096

// page asks for one page of a cursor list: per_page and the cursor are added to q, all
// else stays as it is from page to page. The documentation gives two defaults for
// per_page, five and a thousand, so it is always sent.
func (c *Client) page(ctx context.Context, call *transport.Call, q *params, at emr.Cursor) (*envelope, *transport.Answer, emr.Cursor, error) {
	paged := &params{pairs: slices.Clone(q.pairs)}
	paged.set("per_page", strconv.Itoa(c.cfg.PageSize)).set("end_cursor", string(at))
	e, answer, err := c.send(ctx, call, paged, nil)
	if err != nil {
		return nil, nil, "", err
	}
	next, err := c.next(call, answer, e, at)
	if err != nil {
		return nil, nil, "", err
	}
	return e, answer, next, nil
}

// next decides whether there is another page. A list never stops early in silence: a next
// page without a way to it is an error, and so is a full page that does not tell.
func (c *Client) next(call *transport.Call, a *transport.Answer, e *envelope, at emr.Cursor) (emr.Cursor, error) {
	protocol := func(hint string) (emr.Cursor, error) {
		return "", c.http.Error(call, a, emr.KindProtocol, hint)
	}
	if slices.Contains(e.ignored, "end_cursor") {
		return protocol("NexHealth ignored the cursor, so this is the first page again: the list is not complete")
	}
	if e.Page == nil || !e.Page.HasNext.Known {
		switch n := elements(e.Data); {
		case e.Count != nil && e.Count.Known && at == "" && e.Count.Value <= int64(n):
			return "", nil
		case e.Count != nil && e.Count.Known && at == "", n >= c.cfg.PageSize, slices.Contains(e.ignored, "per_page"):
			return protocol("NexHealth does not tell whether more follows: the list may not be complete")
		}
		return "", nil
	}
	if !e.Page.HasNext.Value {
		return "", nil
	}
	end := emr.Cursor(e.Page.End)
	switch {
	case end == "":
		return protocol("NexHealth says that more follows and gives no cursor: the list is not complete")
	case end == at:
		return protocol("NexHealth's cursor leads back to the same page: the list is not complete")
	case len(end) > mostCursor:
		return protocol("NexHealth's cursor is too long to be sent back: the list is not complete")
	}
	return end, nil
}

// elements counts an array; 0 for everything else.
func elements(data json.RawMessage) int {
	var all []json.RawMessage
	if json.Unmarshal(data, &all) != nil {
		return 0
	}
	return len(all)
}

// only reads a list that NexHealth gives at once.
func only[T any](op string, at emr.Cursor, list func() ([]*T, error)) (emr.Page[T], error) {
	if at != "" {
		return emr.Page[T]{}, invalid(op, "the cursor belongs to another list", "cursor")
	}
	all, err := list()
	return emr.Page[T]{Items: all}, err
}
