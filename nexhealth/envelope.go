package nexhealth

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// envelope is what every answer is wrapped in. Source: docs.nexhealth.com/reference/response-body.
type envelope struct {
	Code        json.RawMessage  `json:"code"`
	Data        json.RawMessage  `json:"data"`
	Description vendorjson.Texts `json:"description"` // null, a text, a list, lists in lists
	Error       vendorjson.Texts `json:"error"`       // the same; with code true: warnings
	Count       *vendorjson.Int  `json:"count"`
	Page        *pageInfo        `json:"page_info"`

	// ignored are the parameters of ours that NexHealth says it ignored: names only.
	ignored []string
	// warned says that there is a warning, of ignored parameters or of something else.
	warned bool
}

// good reports whether code is true, and known whether it is a boolean at all.
func (e *envelope) good() (good, known bool) {
	switch string(bytes.TrimSpace(e.Code)) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// readEnvelope reads a body. The error is a *vendorjson.Error.
func readEnvelope(body []byte) (*envelope, error) {
	e := new(envelope)
	if err := vendorjson.Decode(body, e); err != nil {
		return nil, err
	}
	return e, nil
}

// check is asked by transport about each answer with 2xx: NexHealth reports failures in
// some of them, with code false.
func (c *Client) check(call *transport.Call, a *transport.Answer) *emr.Error {
	if call.Op == opRaw || len(call.AcceptTypes) > 0 && !isJSON(a.Header) {
		return nil // not ours to judge: the caller's own request, the content of a document
	}
	if len(bytes.TrimSpace(a.Body)) == 0 {
		if call.AllowEmpty || call.Method == http.MethodDelete { // what is gone has nothing to say
			return nil
		}
		return c.http.Error(call, a, emr.KindProtocol, "NexHealth answered without content: the record is not there to be read")
	}
	e, err := readEnvelope(a.Body)
	if err != nil {
		return c.unreadable(call, a, err)
	}
	good, known := e.good()
	switch {
	case !known:
		return c.http.Error(call, a, emr.KindProtocol, "NexHealth's answer does not say whether it worked: check the base URL and report it")
	case !good:
		return c.refused(call, a, e)
	}
	return nil
}

// open reads the envelope of an answer that check has passed.
func (c *Client) open(call *transport.Call, a *transport.Answer) (*envelope, error) {
	if bad := c.check(call, a); bad != nil { // a tolerated answer, which transport does not check
		return nil, bad
	}
	if len(bytes.TrimSpace(a.Body)) == 0 {
		return new(envelope), nil
	}
	e := new(envelope)
	if err := vendorjson.Into(a.Body, e); err != nil {
		return nil, c.unreadable(call, a, err)
	}
	e.readWarnings(call)
	return e, nil
}

func isJSON(h http.Header) bool {
	media, _, _ := strings.Cut(strings.ToLower(h.Get("Content-Type")), ";")
	media = strings.TrimSpace(media)
	return media == "application/json" || strings.HasSuffix(media, "+json")
}

// readWarnings finds what a good answer complains about. The documented form is "Note
// that following parameters are ignored: location_id." Only names of parameters that we
// sent are kept: the text may hold anything.
func (e *envelope) readWarnings(call *transport.Call) {
	e.warned = len(e.Error) > 0
	for _, text := range append(slices.Clone(e.Description), e.Error...) {
		lower := strings.ToLower(text)
		if !strings.Contains(lower, "ignored") {
			continue
		}
		e.warned = true
		_, list, found := strings.Cut(lower, "ignored")
		if !found {
			continue
		}
		words := strings.FieldsFunc(list, func(r rune) bool { return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9') })
		for _, name := range names(call.Query) {
			if slices.Contains(words, name) && !slices.Contains(e.ignored, name) {
				e.ignored = append(e.ignored, name)
			}
		}
	}
}

// noteWarnings logs that NexHealth warned, with the names of our own parameters only.
func (c *Client) noteWarnings(ctx context.Context, call *transport.Call, e *envelope) {
	if !e.warned {
		return
	}
	c.warned.add(call.Op, e.ignored)
	if c.log != nil {
		c.log.WarnContext(ctx, "nexhealth answered with a warning", "op", call.Op, "ignored", strings.Join(e.ignored, ","))
	}
}

// filtered refuses an answer for which NexHealth ignored a filter: it is unfiltered. Each
// name is a parameter without brackets that must have counted; those that are compared
// again here need not be named.
func (c *Client) filtered(call *transport.Call, a *transport.Answer, e *envelope, filters ...string) error {
	for _, name := range filters {
		if slices.Contains(e.ignored, name) {
			bad := c.http.Error(call, a, emr.KindProtocol, "NexHealth ignored a filter, so the answer is not what was asked for: report it with the request id")
			bad.Fields = []string{name}
			return bad
		}
	}
	return nil
}

// decodeData reads data into a T: an object, or with T a slice an array. wrap are names
// of members it may be wrapped in, {"data":{"appt":{...}}}: the first one that is there
// is taken off. Data that is null or of another shape is kind protocol, for a write
// ambiguous: what was done cannot be read.
func decodeData[T any](c *Client, call *transport.Call, a *transport.Answer, e *envelope, wrap ...string) (T, error) {
	var v T
	if err := vendorjson.Into(unwrap(e.Data, wrap...), &v); err != nil {
		return *new(T), c.unreadable(call, a, err)
	}
	return v, nil
}

// unwrap takes a member off an object that has it.
func unwrap(data json.RawMessage, wrap ...string) json.RawMessage {
	if len(wrap) == 0 {
		return data
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return data
	}
	for _, name := range wrap {
		if inner, ok := members[name]; ok {
			return inner
		}
	}
	return data
}
