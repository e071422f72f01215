package nexhealth

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// call starts a request. route is the path with a place for each id, in their order:
// "{id}" takes a whole number, every other name, such as "{hashid}", any text. The error
// has kind invalid: nothing was sent.
func (c *Client) call(op, method, route string, ids ...string) (*transport.Call, error) {
	path := ""
	for segment := range strings.SplitSeq(strings.TrimPrefix(route, "/"), "/") {
		if strings.HasPrefix(segment, "{") {
			if len(ids) == 0 {
				return nil, invalid(op, "an id is missing", "id")
			}
			escaped, err := idSegment(op, segment, ids[0])
			if err != nil {
				return nil, err
			}
			path, ids = path+escaped, ids[1:]
			continue
		}
		path += "/" + segment
	}
	return &transport.Call{
		Op: op, Method: method, Path: path, Route: route, Endpoint: endpointOf(path),
		Safe: method == http.MethodGet || method == http.MethodHead,
	}, nil
}

func idSegment(op, place, id string) (string, error) {
	if place == "{id}" && !vendorjson.IsWholeNumber(id) {
		return "", invalid(op, "NexHealth's ids are whole numbers", "id")
	}
	segment, err := transport.Path(id)
	if err != nil {
		return "", invalid(op, "this cannot be an id", "id")
	}
	return segment, nil
}

// number turns an id into the JSON number NexHealth wants in a body; "" is nil, left out
// by omitempty. The error has kind invalid and names field.
func number[ID ~string](op, field string, id ID) (json.Number, error) {
	if id == "" {
		return "", nil
	}
	if !vendorjson.IsWholeNumber(string(id)) {
		return "", invalid(op, "NexHealth's ids are whole numbers", field)
	}
	return json.Number(id), nil
}

// params builds a query in the order in which it is written.
type params struct{ pairs []string }

// scoped starts a query with the institution, which nearly every endpoint wants.
func (c *Client) scoped() *params { return new(params).set("subdomain", c.cfg.Subdomain) }

// set adds name=value; an empty value is left out.
func (p *params) set(name, value string) *params {
	if value != "" {
		p.pairs = append(p.pairs, url.QueryEscape(name)+"="+url.QueryEscape(value))
	}
	return p
}

// add appends name=value for each value: name is written with its brackets, "lids[]".
func (p *params) add(name string, values ...string) *params {
	for _, v := range values {
		p.set(name, v)
	}
	return p
}

// location adds location_id, "" is the connection's own. Only for endpoints that take it:
// elsewhere NexHealth ignores it with a warning.
func (c *Client) location(id emr.LocationID) string {
	if id == "" {
		id = c.cfg.Location
	}
	return string(id)
}

// flag writes a boolean.
func flag(v bool) string { return strconv.FormatBool(v) }

// texts turns ids into the values of an array parameter.
func texts[ID ~string](ids []ID) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = string(id)
	}
	return all
}

// checkIDs refuses ids that are no whole numbers, before anything is sent.
func checkIDs[ID ~string](op, field string, ids ...ID) error {
	for _, id := range ids {
		if !vendorjson.IsWholeNumber(string(id)) {
			return invalid(op, "NexHealth's ids are whole numbers", field)
		}
	}
	return nil
}

// encode is the query as it is sent. An array's brackets and the + of an offset are escaped.
func (p *params) encode() string { return strings.Join(p.pairs, "&") }

// names are the parameters' names without brackets, each once: what warnings may mention.
func names(query string) []string {
	var all []string
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err == nil {
			name = strings.TrimSuffix(plain, "[]")
		}
		if name != "" && !seen[name] {
			seen[name] = true
			all = append(all, name)
		}
	}
	return all
}

// send makes the call and reads the envelope; q and body may be nil. What the envelope
// says is wrong is already an error. The envelope of an answer without body (204) is empty.
func (c *Client) send(ctx context.Context, call *transport.Call, q *params, body any) (*envelope, *transport.Answer, error) {
	if q != nil {
		call.Query = q.encode()
	}
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil { // a json.Marshaler of our own; its text may hold a value
			return nil, nil, invalid(call.Op, "a value cannot be written as JSON")
		}
		call.Body, call.BodySize, call.ContentType = bytes.NewReader(data), int64(len(data)), "application/json"
	}
	return c.do(ctx, call)
}

// do makes a call that is complete.
func (c *Client) do(ctx context.Context, call *transport.Call) (*envelope, *transport.Answer, error) {
	answer, err := c.http.Do(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	e, bad := c.open(call, answer)
	if bad != nil {
		return nil, nil, bad
	}
	if call.Safe && e.Page != nil && e.Page.HasNext.Value && !strings.Contains(call.Query, "per_page=") {
		return nil, nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth says that more follows where it documents no pages: the list is not complete")
	}
	c.noteWarnings(ctx, call, e)
	return e, answer, nil
}
