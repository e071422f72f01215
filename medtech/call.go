package medtech

import (
	"bytes"
	"cmp"
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// call starts a request: to a resource type, or to one record by its id. Ids are opaque:
// some of Medtech's are over a hundred characters with signs that FHIR does not allow.
// The error has kind invalid: nothing was sent.
func (c *Client) call(op, method, resource string, id ...string) (*transport.Call, error) {
	path, route := "/"+resource, "/"+resource
	for _, one := range id {
		segment, err := transport.Path(one)
		if err != nil || !isID(one) {
			return nil, invalid(op, "this cannot be an id", "id")
		}
		path, route = path+segment, route+"/{id}"
	}
	return &transport.Call{
		Op: op, Method: method, Path: path, Route: route, Endpoint: resource,
		Safe: method == http.MethodGet || method == http.MethodHead,
	}, nil
}

// do makes a call that is complete, for the facility of ctx and with its own correlation
// id. A safe call is repeated where ALEX says, with a status that transport takes for
// final, that the practice's system is away or slow.
func (c *Client) do(ctx context.Context, call *transport.Call) (*transport.Answer, error) {
	facility, bad := c.facility(ctx, call.Op)
	if bad != nil {
		return nil, bad
	}
	if call.Header == nil {
		call.Header = http.Header{}
	}
	call.Header.Set(facilityHeader, facility)
	ctx = traced(ctx)
	trace := traceOf(ctx)
	tries := 0
	for round := 1; ; round++ {
		dial := new(dialing)
		answer, err := c.http.Do(dial.watch(ctx), call)
		if err == nil {
			if away := c.away(call, answer); away != nil {
				err = away
			} else {
				answer.Attempts, answer.RequestID = answer.Attempts+tries, trace.id(answer.RequestID)
				c.note(ctx, call, facility, answer.RequestID)
				return answer, nil
			}
		}
		err = c.told(call, dial, err)
		e := asError(err)
		if e == nil {
			return nil, err
		}
		tries += e.Attempts
		e.Attempts, e.RequestID = tries, trace.id(e.RequestID)
		if !call.Safe || round == c.attempts() || e.Status == 0 || e.Status >= http.StatusInternalServerError || e.Code != codeOffline && e.Code != codeSlow {
			return nil, err
		}
		if !c.pause(ctx, round) {
			return nil, err
		}
	}
}

// away is the error of an answer to a read that came as a success, or with a status that
// a search looks at itself, and says no more than that the practice's system is away.
func (c *Client) away(call *transport.Call, answer *transport.Answer) *emr.Error {
	const most = 16 << 10 // outcomes are short
	if !call.Safe || call.Op == opRaw || len(answer.Body) > most || !bytes.Contains(answer.Body, []byte("OperationOutcome")) {
		return nil
	}
	s := hear(answer.Body)
	if r := s.refusal(answer.Status, call.Op); r == nil || !r.passing || !s.grave(answer.Status, call.Op) {
		return nil
	}
	e := c.failure(call, answer, emr.KindProtocol, "")
	c.refuse(e, s.refusal(answer.Status, call.Op), answer.Status)
	return e.WithDetail(s.detail())
}

// note tells the log which facility a write went to: the same patient has another id in
// another practice, and data of one is not seen in another.
func (c *Client) note(ctx context.Context, call *transport.Call, facility, id string) {
	if c.log != nil && !call.Safe {
		c.log.DebugContext(ctx, "medtech: written", "op", call.Op, "facility", facility, "request_id", id)
	}
}

// attempts is how often a safe call is made at most.
func (c *Client) attempts() int { return cmp.Or(c.retry.Attempts, 3) }

// pause waits before a repeat, with full jitter as transport does. false: no time is left.
func (c *Client) pause(ctx context.Context, round int) bool {
	most := cmp.Or(c.retry.BaseDelay, 300*time.Millisecond) << min(round, 10)
	wait := time.Duration(rand.Int64N(int64(min(most, cmp.Or(c.retry.MaxDelay, 10*time.Second))) + 1))
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// dialing tells whether a connection was wanted and none came about.
type dialing struct{ wanted, got atomic.Bool }

func (d *dialing) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { d.wanted.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { d.got.Store(true) },
	})
}

func (d *dialing) failed() bool { return d.wanted.Load() && !d.got.Load() }

// read makes a call that is answered with one resource. The answer is for errors about it.
func read[T any, P interface {
	*T
	fhir.Resource
}](ctx context.Context, c *Client, call *transport.Call) (*T, *transport.Answer, error) {
	answer, err := c.do(ctx, call)
	if err != nil {
		return nil, nil, err
	}
	r, err := decode[T, P](c, call, answer)
	return r, answer, err
}

// decode reads the resource of an answer.
func decode[T any, P interface {
	*T
	fhir.Resource
}](c *Client, call *transport.Call, answer *transport.Answer) (*T, error) {
	r, err := fhir.Decode[T, P](answer.Body, decoding)
	if err == nil {
		return r, nil
	}
	if s := hear(answer.Body); len(s.issues) > 0 {
		e := c.outcome(call, answer, s)
		if e == nil && call.Safe && s.nothing(answer.Status, call.Op) { // told with 200
			e = c.failure(call, answer, emr.KindNotFound, hintNotFound).WithDetail(s.detail())
			if r := s.refusal(answer.Status, call.Op); r != nil {
				r.apply(e)
			}
		}
		if e != nil {
			return nil, c.told(call, new(dialing), e)
		}
	}
	return nil, c.unreadable(call, answer, err)
}

// send gives a call the resource as its body and makes it.
func (c *Client) send(ctx context.Context, call *transport.Call, body fhir.Resource) (*transport.Answer, error) {
	data, err := fhir.Encode(body, decoding)
	if err != nil {
		return nil, invalid(call.Op, "a value cannot be written: a text is not UTF-8")
	}
	call.Body, call.BodySize, call.ContentType = bytes.NewReader(data), int64(len(data)), mediaType
	return c.do(ctx, call)
}

// tolerated are statuses with which a search may say that there is nothing.
var tolerated = []int{http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity}

// search makes a call for a list and returns one page of it. That ALEX has nothing of the
// kind, told in whatever form, is an empty page.
func (c *Client) search(ctx context.Context, call *transport.Call, filter *fhir.Query, at emr.Cursor) (listing, emr.Cursor, error) {
	var none listing
	call.Query = strings.Trim(filter.Encode()+"&"+string(at), "&")
	call.Tolerate = append(call.Tolerate, tolerated...)
	answer, err := c.do(ctx, call)
	if err != nil {
		return none, "", err
	}
	if answer.Status >= http.StatusBadRequest {
		if hear(answer.Body).nothing(answer.Status, call.Op) {
			return listing{&fhir.Bundle{}, call, answer}, "", nil
		}
		e := c.failure(call, answer, statusKind(answer.Status), "")
		c.explain(answer, e)
		return none, "", c.told(call, new(dialing), e)
	}
	b, err := fhir.ParseBundle(answer.Body, decoding)
	if err != nil {
		s := hear(answer.Body) // an OperationOutcome in the place of the Bundle
		switch {
		case len(s.issues) == 0:
			return none, "", c.unreadable(call, answer, err)
		case s.nothing(answer.Status, call.Op):
			return listing{&fhir.Bundle{}, call, answer}, "", nil
		}
		if e := c.outcome(call, answer, s); e != nil {
			return none, "", c.told(call, new(dialing), e)
		}
		return listing{&fhir.Bundle{}, call, answer}, "", nil
	}
	outcomes, err := b.Outcomes()
	if err != nil {
		return none, "", c.unreadable(call, answer, err)
	}
	if s := heard(outcomes...); len(s.issues) > 0 && !s.nothing(answer.Status, call.Op) {
		if e := c.outcome(call, answer, s); e != nil {
			return none, "", c.told(call, new(dialing), e)
		}
	}
	next, err := c.next(call, answer, b, at)
	return listing{b, call, answer}, next, err
}

// next is the way to the next page: what the link of the Bundle adds to our own query, so
// that nothing of a patient is in a cursor. How ALEX pages is not documented; a link is
// followed if there is one.
func (c *Client) next(call *transport.Call, answer *transport.Answer, b *fhir.Bundle, at emr.Cursor) (emr.Cursor, error) {
	link, ok := b.Link("next")
	if !ok {
		return "", nil
	}
	query, err := c.http.NextQuery(call, link)
	if err != nil {
		return "", err
	}
	there, err := url.ParseQuery(query)
	if err != nil {
		return "", c.failure(call, answer, emr.KindProtocol, "the link to the next page cannot be read")
	}
	here, _ := url.ParseQuery(string(at))
	asked, _ := url.ParseQuery(call.Query)
	for name := range there {
		if _, position := here[name]; position {
			continue
		}
		for ours := range asked {
			if strings.EqualFold(ours, name) {
				there.Del(name)
			}
		}
	}
	position := emr.Cursor(there.Encode())
	switch {
	case position != "" && position != at:
		return position, nil
	case len(b.Entries()) == 0:
		return "", nil
	}
	return "", c.failure(call, answer, emr.KindProtocol, "the link to the next page leads back: the list is not complete")
}

// matches decodes the records of one type among those found. Entries of other types are
// passed over: ALEX puts outcomes and included records among them. One of the right type
// that cannot be read is an error.
func matches[T any, P interface {
	*T
	fhir.Resource
}](b listing, resource string) ([]*T, error) {
	var all []*T
	for e := range b.Matches() {
		if e.ResourceType != resource {
			continue
		}
		r, err := e.Resource()
		if err != nil {
			return nil, err
		}
		if one, ok := r.(P); ok {
			all = append(all, (*T)(one))
		}
	}
	return all, nil
}

func asError(err error) *emr.Error {
	if e, ok := err.(*emr.Error); ok { //nolint:errorlint // ours, to be completed
		return e
	}
	return nil
}
