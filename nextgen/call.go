package nextgen

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// loginPath is where the practice is selected.
const loginPath = "/users/me/login-defaults"

// tokenOnly are the routes that work without a practice selection, and get none.
// Source: the vendor's wiki for the first, assumed for the others.
var tokenOnly = []string{"/master/practices", "/users/me/enterprises", "/users/me/practices"}

// needsSession reports whether a call goes to one of all the others. Reading the current
// selection is one of them; making it is not, and has its own way (selectPractice).
func needsSession(path string) bool {
	path = strings.TrimSuffix(path, "/")
	for _, p := range tokenOnly {
		if strings.EqualFold(p, path) {
			return false
		}
	}
	return true
}

// call starts a request: safe for GET and HEAD, else a write that is sent once; set Safe
// for searches by POST. route is the path with a place for each id, in their order: "{id}"
// takes a UUID, "{practice}" the digits of a practice. The error has kind invalid: nothing
// was sent.
func (c *Client) call(op, method, route string, ids ...string) (*transport.Call, error) {
	var path strings.Builder
	for segment := range strings.SplitSeq(strings.TrimPrefix(route, "/"), "/") {
		if strings.HasPrefix(segment, "{") {
			if len(ids) == 0 {
				return nil, invalid(op, "an id is missing", "id")
			}
			if segment == "{practice}" && !isPadded(ids[0]) || segment != "{practice}" && !isGUID(ids[0]) {
				return nil, invalid(op, "NextGen's ids are UUIDs", "id")
			}
			segment, ids = ids[0], ids[1:]
		}
		path.WriteString("/" + segment)
	}
	return &transport.Call{
		Op: op, Method: method, Path: path.String(), Route: route,
		Safe:       method == http.MethodGet || method == http.MethodHead,
		AllowEmpty: true, // an empty 200 is the quota: see check
	}, nil
}

// do makes a call, with the practice's session id where the route wants one. Every error
// is an *emr.Error; what failed before a write was sent is marked so (emr.Unsent).
func (c *Client) do(ctx context.Context, call *transport.Call) (*transport.Answer, error) {
	if emr.CorrelationID(ctx) == "" {
		ctx = emr.WithCorrelationID(ctx, "") // one for the call and a practice selection before it
	}
	if needsSession(call.Path) {
		if err := c.enter(ctx, call); err != nil {
			return nil, err
		}
	}
	return c.http.Do(ctx, call)
}

// send makes a call with a query and a body, both of which may be nil. It does not read
// the answer: that of a write may be empty, see madeID.
func (c *Client) send(ctx context.Context, call *transport.Call, q *query, body any) (*transport.Answer, error) {
	if q != nil {
		text, err := q.encode(call.Op)
		if err != nil {
			return nil, unsent(call, err)
		}
		call.Query = text
	}
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil { // a json.Marshaler of our own; its text may hold a value
			return nil, unsent(call, invalid(call.Op, "a value cannot be written as JSON"))
		}
		call.Body, call.BodySize, call.ContentType = bytes.NewReader(data), int64(len(data)), "application/json"
	}
	return c.do(ctx, call)
}

// unsent marks the error of what was refused before a write.
func unsent(call *transport.Call, err error) error {
	if call.Safe {
		return err
	}
	return emr.Unsent(err)
}

// readOne reads an object. Kind not_found comes from a 404 with nothing in it, unsupported
// where this site's version has no such route.
func readOne[T any](ctx context.Context, c *Client, call *transport.Call, q *query) (*T, *transport.Answer, error) {
	answer, err := c.send(ctx, call, q, nil)
	if err != nil {
		return nil, nil, err
	}
	v, err := decode[T](c, call, answer)
	return v, answer, err
}

// decode reads an object out of an answer. The error has kind protocol (of a write:
// ambiguous) or too_large.
func decode[T any](c *Client, call *transport.Call, a *transport.Answer) (*T, error) {
	v := new(T)
	if !startsWith(a.Body, '{') {
		return nil, c.http.Error(call, a, emr.KindProtocol, hintShape)
	}
	if err := vendorjson.Decode(a.Body, v); err != nil {
		return nil, c.unreadable(call, a, err)
	}
	return v, nil
}

// startsWith reports whether the first character of a document is b.
func startsWith(data []byte, b byte) bool {
	data = bytes.TrimLeft(bytes.TrimPrefix(data, []byte("\ufeff")), " \t\r\n")
	return len(data) > 0 && data[0] == b
}

// madeID is the id of what a write made: a member of the body with one of these names in
// any letter case (also of the one element of an array), else the last segment of
// Location; "" where the answer tells neither, as real ones do: then read back.
func madeID(a *transport.Answer, names ...string) string {
	data := a.Body
	if startsWith(data, '[') {
		var all []json.RawMessage
		if vendorjson.Decode(data, &all) == nil && len(all) == 1 {
			data = all[0]
		}
	}
	var members map[string]json.RawMessage
	if startsWith(data, '{') && vendorjson.Decode(data, &members) == nil {
		for _, want := range names {
			for name, raw := range members {
				var id guid
				if strings.EqualFold(name, want) && vendorjson.Into(raw, &id) == nil && isGUID(string(id)) {
					return string(id)
				}
			}
		}
	}
	var bare guid
	if startsWith(data, '"') && vendorjson.Decode(data, &bare) == nil && isGUID(string(bare)) {
		return string(bare)
	}
	return lastSegment(a.Header.Get("Location"))
}

// lastSegment is the id at the end of a Location, wherever that leads: it is not followed.
func lastSegment(location string) string {
	u, err := url.Parse(strings.TrimSpace(location))
	if err != nil {
		return ""
	}
	path := strings.TrimRight(u.Path, "/")
	id := path[strings.LastIndex(path, "/")+1:]
	if !isGUID(id) || id == zeroGUID {
		return ""
	}
	return id
}
