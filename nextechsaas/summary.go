package nextechsaas

import (
	"context"
	"errors"
	"io"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/jsonstream"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// OpenSummary opens the document (CCD) of one visit: HTML text, written elsewhere, which
// nobody has cleaned. It is decoded while it is read and takes no memory for its size;
// errors of the rest of the answer come from Body's Read as *emr.Error. Size is not known.
// Use what was read only after io.EOF: before, it may be cut off or turn out to be the
// document of another visit, or of one that has two.
//
// SummaryQuery.Encounter is required: the API makes one document for each visit. Days
// narrow the answer that it is looked for in. Kind not_found when the visit is not among
// the patient's, or has no document.
func (p parts) OpenSummary(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
	if q.Vendor != nil {
		return nil, invalid(opOpenSummary, "there are no vendor options here", "vendor")
	}
	if q.Encounter.IsZero() {
		return nil, invalid(opOpenSummary, "this API has a document for each visit: list the encounters and name one", "encounter")
	}
	if !vendorjson.IsWholeNumber(q.Encounter.Reveal()) {
		return nil, invalid(opOpenSummary, "the encounter ids of this API are whole numbers", "encounter")
	}
	search, err := p.encounters(opOpenSummary, q.Patient, q.From, q.To, q.Sections)
	if err != nil {
		return nil, err
	}
	place := -1
	for range mostLooks {
		content, at, err := p.openDocument(ctx, search, q.Encounter.Reveal(), place)
		if content != nil || err != nil {
			return content, err
		}
		place = at // the summary came behind the document: it is read again
	}
	return nil, p.http.Error(search, nil, emr.KindUnavailable, "the patient's visits change while they are read: try again")
}

// mostLooks bounds how often an answer is asked for, where the place of a visit changes
// from one to the next.
const mostLooks = 3

// openDocument looks for the document of a visit and hands it over unread. at is the
// place of the visit, -1 if that is to be found by its id. Without an error and without
// content, it passed over the document before it read whose it is: place says which.
func (p parts) openDocument(ctx context.Context, search *transport.Call, visit string, at int) (content *emr.Content, place int, err error) {
	answer, stream, err := p.http.Open(ctx, search)
	if err != nil {
		return nil, 0, err
	}
	defer func() {
		if content == nil {
			_ = stream.Close()
		}
	}()
	scan := scanVisits(stream)
	for n := 0; ; n++ {
		more, err := scan.next()
		if err != nil {
			return nil, 0, p.streamError(search, answer, err)
		}
		if !more {
			return nil, 0, p.http.Error(search, answer, emr.KindNotFound, "the patient has no such visit in these days, or it has no document: list the encounters again")
		}
		found, err := scan.document(visit, n == at)
		switch {
		case err != nil:
			return nil, 0, p.streamError(search, answer, err)
		case found.passed:
			return nil, n, nil
		case found.text != nil:
			fail := func(cause error) error { return p.streamError(search, answer, cause) }
			return &emr.Content{ContentType: "text/html", Size: -1,
				Body: &document{found: found, scan: scan, visit: visit, stream: stream, fail: fail}}, n, nil
		case found.mine: // and no text
			return nil, 0, p.http.Error(search, answer, emr.KindNotFound, "the visit has no document")
		}
	}
}

// found is what a look into one visit came to.
type found struct {
	mine   bool             // the visit is the one that was asked for
	passed bool             // it is, and its document stood before its id
	known  bool             // whose the visit is has been read
	text   *jsonstream.Text // its document
}

// document reads a visit up to its document, if it is the one asked for or chosen by its
// place, else to its end.
func (v *visits) document(visit string, chosen bool) (found, error) {
	var f found
	passed := false
	for {
		name, more, err := v.doc.Member()
		switch {
		case err != nil:
			return f, err
		case !more && !f.known: // whose it is nobody knows: nothing is left out in silence
			return f, jsonstream.ErrBroken
		case !more:
			f.passed = f.mine && passed
			return f, nil
		case isMember(name, "summary"):
			f.known = true
			f.mine, err = v.isVisit(visit)
		case isMember(name, "ccd") && (f.mine || chosen && !f.known):
			first, bad := v.doc.Peek()
			if bad == nil && first == '"' {
				f.text, err = v.doc.Stream()
				return f, err
			}
			err = orSkip(bad, v.doc)
		default:
			passed = passed || isMember(name, "ccd")
			err = v.doc.Skip()
		}
		if err != nil {
			return f, err
		}
	}
}

// rest reads what follows a visit's document in its object. known says that whose the
// visit is has been read before.
func (v *visits) rest(visit string, known bool) error {
	for {
		name, more, err := v.doc.Member()
		switch {
		case err != nil:
			return err
		case !more && !known:
			return jsonstream.ErrBroken
		case !more:
			return nil
		case isMember(name, "summary"): // not known before: it would be a second one
			if known, err = v.isVisit(visit); err == nil && !known {
				err = jsonstream.ErrBroken
			}
		default:
			err = v.doc.Skip()
		}
		if err != nil {
			return err
		}
	}
}

// isVisit reads a summary and reports whether it is that of the visit.
func (v *visits) isVisit(visit string) (bool, error) {
	raw, err := v.doc.Raw(mostSummary)
	if err != nil {
		return false, err
	}
	var w visitWire
	if vendorjson.Into(raw, &w) != nil || !vendorjson.IsWholeNumber(string(w.ID)) {
		return false, jsonstream.ErrBroken
	}
	return string(w.ID) == visit, nil
}

// orSkip passes over a document that is null; anything else but a text is broken.
func orSkip(err error, doc *jsonstream.Reader) error {
	if err != nil {
		return err
	}
	raw, err := doc.Raw(len("null"))
	if err == nil && string(raw) != "null" {
		err = jsonstream.ErrBroken
	}
	return err
}

// document is the HTML of a visit.
type document struct {
	found  found
	scan   *visits
	visit  string
	stream io.ReadCloser
	fail   func(error) error
	err    error
}

// Read gives the next part. At its end the rest of the visit is read: a second document, or
// for one that stood before its id somebody else's id, gives an error instead of io.EOF.
func (d *document) Read(to []byte) (int, error) {
	if d.err != nil {
		return 0, d.err
	}
	n, err := d.found.text.Read(to)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		d.err = io.EOF
		if err := d.scan.rest(d.visit, d.found.known); err != nil {
			d.err = d.fail(err)
		}
	default:
		d.err = d.fail(err)
	}
	return n, d.err
}

// Close ends the request.
func (d *document) Close() error { return d.stream.Close() }
