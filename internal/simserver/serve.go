package simserver

import (
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// serve takes one request through log, faults, rate limit and handler.
func (s *Server) serve(h *Host, w http.ResponseWriter, r *http.Request) {
	c := &Call{Request: r, Class: h.Classify(r), Now: s.cfg.Clock.Now(), server: s}
	c.Body, c.TooLarge = readBody(r, h.MaxBody)
	c.step = stepOf(h, c)
	entry := s.log.arrived(emrtest.Request{
		Method: r.Method, Path: c.Path(), RawQuery: r.URL.RawQuery, Header: r.Header, Body: c.Body, Host: r.Host,
		Token: c.Class.Token, Write: c.Class.Write, Step: c.step, At: c.Now,
	})
	var left func(*Reply)
	if h.Arrive != nil {
		left = h.Arrive(c)
	}
	reply := s.answerSafely(h, c)
	if left != nil {
		left(reply)
	}
	status := 0
	if reply != nil {
		status = reply.Status
	}
	done := s.log.answered(entry, status, c)
	if s.cfg.Observe != nil {
		s.cfg.Observe(done, c.broken)
	}
	if reply == nil {
		panic(http.ErrAbortHandler) // net/http cuts the connection without a word
	}
	write(w, reply)
}

func stepOf(h *Host, c *Call) emrtest.Step {
	switch {
	case c.Class.Token:
		return emrtest.StepToken
	case h.Step != nil:
		return h.Step(c)
	}
	return ""
}

// answerSafely turns a mistake in a simulator into 500 and a violation: net/http would
// cut the connection, which looks like a fault that was asked for.
func (s *Server) answerSafely(h *Host, c *Call) (reply *Reply) {
	defer func() {
		if p := recover(); p != nil {
			c.Violate("the simulator has a mistake: %T", p)
			reply = Text(http.StatusInternalServerError, "the simulator has a mistake")
		}
	}()
	return s.answer(h, c)
}

func (s *Server) answer(h *Host, c *Call) *Reply {
	faulty := h.Refuse != nil || c.Class.Token
	if faulty {
		c.meet(func(f emrtest.Fault) bool {
			return onArrival(f, c.Class) && (!h.WritesLater || f != emrtest.FaultWriteNeverCompleted)
		})
	}
	wait := s.cfg.Latency
	if c.Class.Token {
		wait = 0
		if c.met == emrtest.FaultSlowToken {
			wait = s.cfg.SlowToken
		}
	}
	if !s.wait(wait) {
		return nil
	}
	switch c.met {
	case emrtest.FaultWriteNeverCompleted:
		return nil
	case emrtest.FaultRevokedToken, emrtest.FaultRateLimited, emrtest.FaultRateLimitedRetryAfter,
		emrtest.FaultUnavailableOnce, emrtest.FaultServerError:
		return h.Refuse(c, c.met)
	case emrtest.FaultHTML:
		return &Reply{Status: http.StatusOK, ContentType: "text/html; charset=utf-8", Body: []byte(loginPage)}
	}
	if l, ok := s.rates.admit(c.Class.limits()); !ok {
		c.Violate("more than %d requests in a rolling %s to %s", l.Most, windowName(l.Window), l.Name)
		return h.Refuse(c, emrtest.FaultRateLimited)
	}
	reply := h.Handle(c)
	if c.met == emrtest.FaultLostReply {
		if reply != nil {
			c.lost = reply.Status
		}
		return nil
	}
	if faulty && !c.Class.Token && reply.isJSON() && c.Take(emrtest.FaultTruncatedJSON) {
		cut := *reply
		cut.Body = reply.Body[:len(reply.Body)/2]
		return &cut
	}
	return reply
}

func windowName(d time.Duration) string {
	switch d {
	case time.Second:
		return "second"
	case time.Minute:
		return "minute"
	}
	return d.String()
}

// loginPage is what a portal in between answers to everything.
const loginPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1></body></html>\n"

// wait sleeps d, unless the server closes first. A client that has gone does not end
// it: servers work on.
func (s *Server) wait(d time.Duration) bool {
	if d <= 0 {
		return s.ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// readBody reads at most limit bytes and throws away what follows, so that the client
// hears the answer.
func readBody(r *http.Request, limit int64) (body []byte, more bool) {
	if limit == 0 {
		limit = 12 << 20
	}
	body, _ = io.ReadAll(io.LimitReader(r.Body, limit))
	n, _ := io.Copy(io.Discard, io.LimitReader(r.Body, 64<<20))
	return body, n > 0
}

func write(w http.ResponseWriter, r *Reply) {
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	if r.ContentType != "" {
		w.Header().Set("Content-Type", r.ContentType)
	}
	if r.Stream != nil {
		w.WriteHeader(r.Status)
		if r.Stream(w) != nil {
			panic(http.ErrAbortHandler) // half a body must not look like a whole one
		}
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(r.Body)))
	if r.Status == http.StatusNoContent {
		w.Header().Del("Content-Length")
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Body)
}
