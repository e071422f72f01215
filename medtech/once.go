package medtech

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// record is something that is written once and found again by its identifier: a Media, a
// scan, a message, a task.
type record struct {
	op, findOp string
	resource   string
	category   string // LOINC code to look for; "": none
	identifier string // "": cannot be found again
	patient    *emr.Patient
	guess      bool // whether it can be searched is not known: a refusal is no error
}

// write sends a record once, with the request that give fills in. Nothing is ever sent
// again: when the reply is lost, the record is looked for, twice. reader is for the look,
// commit for the write.
func (c *Client) write(reader, commit context.Context, r *record, give func(*transport.Call) error) (id string, err error) {
	post, err := c.call(r.op, http.MethodPost, r.resource)
	if err != nil {
		return "", err
	}
	if r.patient != nil {
		post.Patient = r.patient.ID
	}
	if err := give(post); err != nil {
		return "", err
	}
	// ALEX sends the bytes back. Of a large record they are not read: its id is in Location.
	post.MaxResponse = max(256<<10, min(post.BodySize, 2<<20)+64<<10)
	looks := r.identifier != "" && !c.cfg.Images.SkipLook
	sending, cancel := commit, func() {}
	if looks {
		sending, cancel = halved(commit)
	}
	answer, err := c.do(sending, post)
	cancel()
	if err == nil {
		if id, err = c.createdID(reader, post, answer, r); err == nil && id != "" {
			return id, nil
		}
	}
	if err != nil && (emr.KindOf(err) != emr.KindAmbiguous || commit.Err() != nil) {
		return "", err
	}
	for look := 0; looks && look < 2; look++ {
		if look > 0 && !c.pause(reader, 2) {
			break
		}
		if id, _ = c.find(reader, r); id != "" {
			return id, nil
		}
	}
	if err == nil && answer.Status != http.StatusCreated && len(bytes.TrimSpace(answer.Body)) == 0 {
		return "", c.failure(post, answer, emr.KindAmbiguous, "ALEX answered with nothing, so whether this is in the record is not known: look before storing it again")
	}
	return "", err // nil: it is stored, and its id was not told
}

// halved leaves half of the time for reading back.
func halved(ctx context.Context) (context.Context, context.CancelFunc) {
	if end, ok := ctx.Deadline(); ok {
		return context.WithTimeout(ctx, time.Until(end)/2)
	}
	return context.WithCancel(ctx)
}

// earlier looks for a copy that an earlier try has left, before anything is sent.
func (c *Client) earlier(ctx context.Context, r *record) (string, error) {
	if c.cfg.Images.SkipLook {
		return "", nil
	}
	id, err := c.find(ctx, r)
	return id, emr.Unsent(err)
}

// find looks for the record by its identifier among those of its patient. "" without an
// error: there is none, or nobody can tell.
func (c *Client) find(ctx context.Context, r *record) (id string, err error) {
	if r.patient == nil || r.identifier == "" {
		return "", nil
	}
	number, err := c.subject(ctx, r.findOp, r.patient)
	switch {
	case emr.KindOf(err) == emr.KindPrecondition:
		return "", nil // no NHI: ALEX has no other way to look
	case err != nil:
		return "", err
	}
	err = c.walk(func(at emr.Cursor) (b listing, next emr.Cursor, enough bool, err error) {
		get, err := c.call(r.findOp, http.MethodGet, r.resource)
		if err != nil {
			return b, "", false, err
		}
		get.Patient, get.MaxResponse = r.patient.ID, contentLimit // the bytes may come along
		filter := new(fhir.Query).Token("patient.identifier", NHISystem, number)
		if r.category != "" {
			filter.Token("type", loinc, r.category)
		}
		if b, next, err = c.search(ctx, get, filter, at); err != nil {
			return b, "", false, err
		}
		id, err = c.ownIn(b, r)
		return b, next, id != "", err
	})
	if err != nil && r.guess && refusedLook(err) {
		return "", nil
	}
	return id, err
}

// ownIn is the id of the record on this page, "" where it is not there.
func (c *Client) ownIn(b listing, r *record) (string, error) {
	for e := range b.Matches() {
		if e.ResourceType != r.resource {
			continue
		}
		one, err := e.Resource()
		if err != nil {
			return "", c.unreadable(b.call, b.answer, err)
		}
		if !c.isOwn(identifiersOf(one), r.identifier) {
			continue
		}
		// ALEX was asked for this patient's: ours of another one is no answer.
		if one.ResourceID() == "" || !r.isAbout(one) {
			return "", c.unreadable(b.call, b.answer, nil)
		}
		return one.ResourceID(), nil
	}
	return "", nil
}

// isAbout reports whether what ALEX sent is the patient's that r is about, or names nobody.
func (r *record) isAbout(one fhir.Resource) bool {
	var who fhir.Reference
	switch one := one.(type) {
	case *fhir.Media:
		who = one.Subject
	case *fhir.DocumentReference:
		who = one.Subject
	case *fhir.Communication:
		who = one.Subject
	case *fhir.Task:
		who = one.For
	}
	id := refersTo(who, "Patient")
	return id == "" || r.patient == nil || isSame(id, r.patient.ID.Reveal())
}

// refusedLook reports whether ALEX does not let the record be searched at all.
func refusedLook(err error) bool {
	switch emr.KindOf(err) {
	case emr.KindPermission, emr.KindUnsupported, emr.KindInvalid, emr.KindNotFound:
		return true
	}
	return false
}

// isOwn reports whether one of the identifiers is ours: the value, and the system where
// both sides have one.
func (c *Client) isOwn(all []fhir.Identifier, value string) bool {
	for _, i := range all {
		own := c.cfg.Images.IdentifierSystem
		if strings.TrimSpace(i.Value) == value && (own == "" || i.System == "" || sameURL(i.System, own)) {
			return true
		}
	}
	return false
}

func identifiersOf(r fhir.Resource) []fhir.Identifier {
	switch r := r.(type) {
	case *fhir.Media:
		return r.Identifier
	case *fhir.DocumentReference:
		return r.Identifier
	case *fhir.Communication:
		return r.Identifier
	case *fhir.Task:
		return r.Identifier
	}
	return nil
}

// createdID is the id of what a write made: in the answer, else in Location, else "". An
// answer with 2xx that says that it failed is an error, and so is another patient's record.
func (c *Client) createdID(reader context.Context, call *transport.Call, a *transport.Answer, made *record) (string, error) {
	at := a.Header.Get("Location")
	id := locationID(at, made.resource)
	if len(bytes.TrimSpace(a.Body)) == 0 {
		return c.spelled(reader, made, at), nil
	}
	r, err := fhir.DecodeAny(a.Body, decoding)
	if err == nil && r.ResourceType() == made.resource {
		if !made.isAbout(r) {
			return "", c.unreadable(call, a, nil)
		}
		if r.ResourceID() != "" {
			return r.ResourceID(), nil
		}
		return c.spelled(reader, made, at), nil
	}
	if s := hear(a.Body); len(s.issues) > 0 {
		if e := c.outcome(call, a, s); e != nil {
			return "", e
		}
		return c.spelled(reader, made, at), nil
	}
	if id != "" {
		return c.spelled(reader, made, at), nil
	}
	return "", c.unreadable(call, a, err)
}

// spelled is the id of a record that was made, by its Location, as the record itself has it:
// a URL may escape it in another way, and lists would not have it. An id that is escaped
// nowhere is taken as it is; else the record is read, and where that fails, the id of
// Location stays.
func (c *Client) spelled(ctx context.Context, made *record, location string) string {
	id, written := locationID(location, made.resource), idIn(location, made.resource)
	if c.cfg.Images.SkipLook || id == written && !strings.ContainsFunc(id, func(r rune) bool { return !isUnreserved(r) }) {
		return id
	}
	for n, one := range []string{id, written} { // the escapes may be the id's own
		if n > 0 && one == id {
			break
		}
		get, err := c.call(made.findOp, http.MethodGet, made.resource, one)
		if err != nil {
			continue
		}
		if made.patient != nil {
			get.Patient = made.patient.ID
		}
		answer, err := c.do(ctx, get)
		if err != nil {
			continue
		}
		r, err := fhir.DecodeAny(answer.Body, decoding)
		if err == nil && r.ResourceType() == made.resource && isSame(r.ResourceID(), one) && made.isAbout(r) {
			return r.ResourceID()
		}
	}
	return id
}

// isUnreserved reports whether r is never escaped in a URL.
func isUnreserved(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._~", r)
}

// locationID is the id in a Location header, which is a URL: ids with signs that do not
// fit one are escaped there.
func locationID(location, resource string) string {
	if u, err := url.Parse(location); err == nil {
		location = u.EscapedPath()
	}
	kind, id := target(location)
	if !strings.EqualFold(kind, resource) {
		return ""
	}
	if plain, err := url.PathUnescape(id); err == nil {
		return plain
	}
	return id
}
