package transport

import (
	"cmp"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// checked lets Config.Check look at a whole answer with status 2xx. What it objects to is
// the fault of this attempt.
func (r *run) checked(p reply) *fault {
	if r.c.check == nil {
		return nil
	}
	a := &Answer{Status: p.status, Header: p.header, Body: p.body, RequestID: r.id, Attempts: r.tries}
	found := &emr.Error{Kind: emr.KindProtocol, Hint: "the answer could not be examined"} // stays if Check panics
	r.examine("check", func() { found = r.c.check(r.call, a) })
	if found == nil {
		return nil
	}
	f := &fault{kind: found.Kind, hint: found.Hint, cause: found.Err, after: max(found.RetryAfter, 0), found: found}
	switch f.kind {
	case "":
		f.kind = emr.KindProtocol
	case emr.KindRateLimited: // says: not processed
		f.repeat = true
		f.after = cmp.Or(f.after, peer.RetryAfter(p.header, time.Now()))
	}
	f.hint = cmp.Or(f.hint, hints[f.kind])
	if f.kind == emr.KindProtocol && r.call.write() {
		f.kind, f.hint = emr.KindAmbiguous, cmp.Or(found.Hint, hintAmbiguous)
	}
	return f
}

// objected is the error of a call that Check ended: what Check found, with what it does not
// know filled in. Explain has no part in it.
func (r *run) objected(f *fault, status int) *emr.Error {
	e := *f.found // keeps Code, Fields and the detail
	e.Kind, e.Hint, e.RetryAfter, e.Err = f.kind, f.hint, f.after, f.cause
	e.Vendor, e.Name, e.Op, e.Status = r.c.vendor, r.c.name, r.call.Op, status
	e.RequestID, e.Attempts = r.id, r.tries
	return &e
}
