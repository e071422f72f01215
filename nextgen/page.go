package nextgen

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// envelope is a list that may have pages. encoding/json takes the names in any letter
// case: answers write items, the documentation writes Items.
type envelope struct {
	Items *[]json.RawMessage `json:"items"`
	Next  vendorjson.Text    `json:"nextPageLink"`
	Count vendorjson.Int     `json:"count"` // null unless asked for, and not asked for
}

// readPage reads one page of a list, which is an envelope or a bare array, as routes and
// versions differ. $top is added. Rows keep their source. The cursor of the next page is
// the query of nextPageLink as far as it differs from ours: the host, port and path in it
// are those of a machine inside the clinic, and nothing is ever sent there.
func (c *Client) readPage(ctx context.Context, call *transport.Call, q *query, at emr.Cursor) ([]json.RawMessage, emr.Cursor, *transport.Answer, error) {
	return c.readList(ctx, call, q.clone().top(c.cfg.PageSize), at)
}

// readList is readPage for routes that take no $top.
func (c *Client) readList(ctx context.Context, call *transport.Call, q *query, at emr.Cursor) ([]json.RawMessage, emr.Cursor, *transport.Answer, error) {
	more, ok := position(at)
	if !ok {
		return nil, "", nil, invalid(call.Op, "the cursor belongs to another list", "cursor")
	}
	asked := q.clone()
	for _, name := range sortedNames(more) {
		asked.set(name, more.Get(name))
	}
	answer, err := c.send(ctx, call, asked, nil)
	if err != nil {
		return nil, "", nil, err
	}
	e, err := openList(answer.Body)
	if err != nil {
		return nil, "", nil, c.unreadable(call, answer, err)
	}
	next, bad := nextPosition(call, string(e.Next), at)
	if bad == "" && jumps(next, at, max(c.cfg.PageSize, len(*e.Items))) {
		bad = "NextGen's next link passes over records: the list is not complete"
	}
	if bad != "" {
		return nil, "", nil, c.http.Error(call, answer, emr.KindProtocol, bad)
	}
	return *e.Items, next, answer, nil
}

// openList reads an envelope or a bare array.
func openList(body []byte) (*envelope, error) {
	e := new(envelope)
	switch {
	case startsWith(body, '['):
		e.Items = new([]json.RawMessage)
		return e, vendorjson.Decode(body, e.Items)
	case !startsWith(body, '{'):
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	if err := vendorjson.Decode(body, e); err != nil {
		return nil, err
	}
	if e.Items == nil { // an object, and no list: never an empty one
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	return e, nil
}

// rowsOf decodes the rows of a page.
func rowsOf[T any](c *Client, call *transport.Call, a *transport.Answer, raw []json.RawMessage) ([]T, error) {
	all := make([]T, len(raw))
	for i, r := range raw {
		if err := vendorjson.Into(r, &all[i]); err != nil {
			return nil, c.unreadable(call, a, err)
		}
	}
	return all, nil
}

// pageOf reads one page and turns its rows into records; model answers nil for a row that
// is left out. An error of model ends the page, kind protocol.
func pageOf[W, T any](ctx context.Context, c *Client, call *transport.Call, q *query, at emr.Cursor, model func(row *W, source json.RawMessage) (*T, error)) (emr.Page[T], error) {
	raw, next, answer, err := c.readPage(ctx, call, q, at)
	if err != nil {
		return emr.Page[T]{}, err
	}
	rows, err := rowsOf[W](c, call, answer, raw)
	if err != nil {
		return emr.Page[T]{}, err
	}
	page := emr.Page[T]{Next: next}
	for i := range rows {
		item, err := model(&rows[i], raw[i])
		if err != nil {
			return emr.Page[T]{}, c.unreadable(call, answer, err)
		}
		if item != nil {
			page.Items = append(page.Items, item)
		}
	}
	return page, nil
}

// mostCursor bounds what is taken over from a next link: it goes back in a query.
const mostCursor = 4096

// nextPosition reads nextPageLink: the parameters of its query that are not ours already.
// A list never ends early in silence: a link that leads nowhere new is an error, bad says
// in words why.
func nextPosition(call *transport.Call, link string, at emr.Cursor) (next emr.Cursor, bad string) {
	if link = strings.TrimSpace(link); link == "" {
		return "", ""
	}
	u, err := url.Parse(link)
	if err != nil || u.Opaque != "" || len(link) > mostCursor+len(call.Query) {
		return "", "NextGen's next link cannot be read: the list is not complete"
	}
	if path := strings.ToLower(strings.TrimRight(u.Path, "/")); path != "" && !strings.HasSuffix(path, strings.ToLower(strings.TrimRight(call.Path, "/"))) {
		return "", "NextGen's next link asks for another list: this one is not complete"
	}
	theirs, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return "", "NextGen's next link cannot be read: the list is not complete"
	}
	before, _ := position(at)
	sent, _ := url.ParseQuery(call.Query)
	for name := range before { // they are an earlier link's, not ours
		sent.Del(name)
	}
	more := url.Values{}
	for name, values := range theirs {
		if strings.EqualFold(name, "$skip") {
			name = "$skip"
		} else if hasName(sent, name) || strings.EqualFold(name, "$filter") {
			continue // as it was sent, or not sent; what a link makes of it does not count
		}
		if len(values) != 1 || !isParameter(name) {
			return "", "NextGen's next link cannot be read: the list is not complete"
		}
		more.Set(name, values[0])
	}
	skip, err := strconv.Atoi(more.Get("$skip"))
	switch {
	case err != nil:
		return "", "NextGen's next link does not say where the list goes on: it is not complete"
	case skip <= skipOf(before):
		return "", "NextGen's next link leads back: the list is not complete"
	}
	return emr.Cursor(more.Encode()), ""
}

// jumps reports whether the next page begins later than this one can have ended.
func jumps(next, at emr.Cursor, most int) bool {
	to, ok := position(next)
	from, _ := position(at)
	return ok && next != "" && skipOf(to) > skipOf(from)+most
}

// position reads a cursor; false for one of another list.
func position(at emr.Cursor) (url.Values, bool) {
	if at == "" {
		return nil, true
	}
	v, err := url.ParseQuery(string(at))
	if err != nil || len(at) > mostCursor || skipOf(v) <= 0 {
		return nil, false
	}
	for name, values := range v {
		if len(values) != 1 || !isParameter(name) {
			return nil, false
		}
	}
	return v, true
}

// skipOf is how many rows lie before a position.
func skipOf(v url.Values) int {
	n, err := strconv.Atoi(v.Get("$skip"))
	if err != nil {
		return 0
	}
	return n
}

// isParameter reports whether name can stand in a query as it is.
func isParameter(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, "$abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == ""
}

func hasName(v url.Values, name string) bool {
	for n := range v {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

func sortedNames(v url.Values) []string {
	var all []string
	for name := range v {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}
