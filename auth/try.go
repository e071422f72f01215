package auth

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// maxAnswer is the most that is read of an answer, after decompression.
const maxAnswer = 64 << 10

const hintLong = "the answer is longer than any token's: check the token URL"

// reply is how one token request ended.
type reply struct {
	token  *Token
	launch launch // answers to a code only
	err    *emr.Error
	status int
	repeat bool // a second try is safe and may help
}

// sending is what httptrace tells of a request.
type sending struct {
	traced atomic.Bool // the RoundTripper reports at all
	wrote  atomic.Bool // the headers went out: the endpoint may have the request
}

// unsent reports whether the endpoint provably has nothing of the request. A
// RoundTripper that does not trace proves nothing.
func (s *sending) unsent() bool { return s.traced.Load() && !s.wrote.Load() }

// try makes one token request, the n-th of this fetch.
func (w *wire) try(parent context.Context, g Grant, k credential, n int) reply {
	ctx, cancel := context.WithTimeout(parent, w.life.attempt)
	defer cancel()
	began := time.Now()
	var s sending
	req := w.request(httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { s.traced.Store(true) },
		WroteHeaders: func() { s.wrote.Store(true) },
	}), g, k)
	raw, err := callOut(ctx, func(context.Context) (*received, error) { return w.carry(req) })
	var r reply
	if err != nil {
		r.err, r.repeat = broken(ctx, err, w.url.Hostname())
		if raw != nil {
			r.status, r.err.Status = raw.status, raw.status
		}
	} else {
		r = w.understand(ctx, raw, g, k, began)
	}
	if g == RefreshToken && r.err != nil && !s.unsent() {
		r.repeat = false
		if isUnanswered(r) {
			r.err.Hint = "the answer to a used refresh token was lost: if the next try says invalid_grant, sign in again"
			r.err.Err = errors.Join(errLost, r.err.Err)
		}
	}
	var kind emr.Kind
	if r.err != nil {
		kind = r.err.Kind
	}
	w.log.attempt(n, r.status, kind, time.Since(began))
	return r
}

// isUnanswered reports whether the endpoint may have used up the refresh token and the
// answer does not say so.
func isUnanswered(r reply) bool {
	return r.err.Code == "" && (r.status < 300 || r.status >= 500)
}

func (w *wire) request(ctx context.Context, g Grant, k credential) *http.Request {
	u := *w.url
	req := &http.Request{
		Method: http.MethodPost, URL: &u, Host: u.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Close: true, // see ownTransport
	}
	if w.cfg.Exchange != nil {
		req.Header = k.header.Clone()
		return req.WithContext(ctx)
	}
	body := w.form(g, k).Encode()
	req.Header = w.header(k)
	// GetBody stays nil, so that net/http cannot repeat the request by itself.
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	return req.WithContext(ctx)
}

// received is an answer as it came.
type received struct {
	status int
	header http.Header
	body   []byte
	long   bool // there was more
}

var errNoAnswer = errors.New("auth: neither answer nor error")

// carry sends req and reads the answer. With an error after the first line, it returns
// what came.
func (w *wire) carry(req *http.Request) (*received, error) {
	resp, err := w.carrier.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp == nil || resp.Body == nil {
		return nil, errNoAnswer
	}
	defer resp.Body.Close()
	r := &received{status: resp.StatusCode, header: resp.Header}
	r.body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if r.long = len(r.body) > maxAnswer; r.long {
		return r, nil
	}
	return r, err
}

// understand turns an answer into a token or an error, in the way of the grant.
func (w *wire) understand(ctx context.Context, raw *received, g Grant, k credential, began time.Time) reply {
	r := reply{status: raw.status}
	switch {
	case w.cfg.Exchange != nil:
		r.token, r.err = w.readGranted(ctx, raw, k, began)
	case g == authorizationCode:
		r.token, r.launch, r.err = w.readRedeemed(raw, k, began)
	default:
		r.token, r.err = w.read(raw, g, k, began)
	}
	if r.err == nil {
		return r
	}
	r.err.Status = raw.status
	r.repeat = r.err.Kind == emr.KindUnavailable || r.err.Kind == emr.KindRateLimited
	told := raw.status == http.StatusTooManyRequests || raw.status == http.StatusServiceUnavailable
	if r.err.RetryAfter == 0 && (told || r.repeat && raw.status < 500) {
		r.err.RetryAfter = peer.RetryAfter(raw.header, time.Now())
	}
	return r
}

// read reads the answer of an OAuth endpoint.
func (w *wire) read(raw *received, g Grant, k credential, began time.Time) (*Token, *emr.Error) {
	a, err := readAnswer(raw.body, clockOf(raw.header))
	if raw.long || err != nil {
		a, err = answer{}, errNotToken
	}
	if raw.status >= 200 && raw.status < 300 && err == nil && a.code == "" {
		return tokenOf(a, began)
	}
	e := refusedBy(raw.status, w.scrub(a.code, k), g)
	if raw.long && raw.status < 300 {
		e.Hint = hintLong
	}
	return nil, e.WithDetail(w.scrub(a.description, k))
}

// tokenOf checks what would be sent with every request from now on.
func tokenOf(a answer, began time.Time) (*Token, *emr.Error) {
	switch {
	case a.access == "":
		return nil, failed(emr.KindProtocol, "the answer has no access token: check the token URL", nil)
	case !peer.FitsHeader(a.access):
		return nil, failed(emr.KindProtocol, "the access token holds characters that no header takes, or is a printed [redacted]; it is not used", nil)
	case a.kind != "" && !strings.EqualFold(a.kind, bearer):
		return nil, failed(emr.KindProtocol, "the token is not of type Bearer; it is not used", nil)
	}
	began = began.Round(0) // wall time: tokens are stored, and machines sleep
	return &Token{
		Access: NewSecret(a.access), Refresh: NewSecret(a.refresh), Type: bearer,
		Issued: began, Expires: began.Add(a.life), Scopes: a.scopes,
	}, nil
}
