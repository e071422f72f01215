package nextechsaas

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/emrkit/emrkit/internal/jsonstream"
)

// The bounds of what is kept: the summary of one visit, and how many there are.
const (
	mostSummary = 64 << 10
	mostVisits  = 20_000
)

// visits reads the answer of the encounter search: a list of objects, or one object, each
// with a summary and a document. The document is a text of any size.
type visits struct {
	doc    *jsonstream.Reader
	inList bool
	begun  bool
	done   bool
}

func scanVisits(r io.Reader) *visits { return &visits{doc: jsonstream.New(r)} }

// next steps to the next visit and opens its object.
func (v *visits) next() (bool, error) {
	if v.done {
		return false, nil
	}
	if !v.begun {
		v.begun = true
		first, err := v.doc.Peek()
		if err != nil {
			return false, err
		}
		switch first {
		case '[':
			v.inList = true
			if err := v.doc.Begin('['); err != nil {
				return false, err
			}
		case 'n': // null is no visits
			v.done = true
			if raw, err := v.doc.Raw(len("null")); err != nil || string(raw) != "null" {
				return false, orBroken(err)
			}
			return false, v.doc.End()
		default:
			return true, v.doc.Begin('{')
		}
	}
	if !v.inList {
		v.done = true
		return false, v.doc.End()
	}
	more, err := v.doc.Element()
	if err != nil {
		return false, err
	}
	if !more {
		v.done = true
		return false, v.doc.End()
	}
	return true, v.doc.Begin('{')
}

// summary reads the next visit and passes over its document. A visit without a summary
// is an error: nothing is left out in silence.
func (v *visits) summary() (json.RawMessage, bool, error) {
	if more, err := v.next(); !more || err != nil {
		return nil, false, err
	}
	var raw json.RawMessage
	for {
		name, more, err := v.doc.Member()
		switch {
		case err != nil:
			return nil, false, err
		case !more && raw == nil:
			return nil, false, jsonstream.ErrBroken
		case !more:
			return raw, true, nil
		case isMember(name, "summary"):
			raw, err = v.doc.Raw(mostSummary)
		default:
			err = v.doc.Skip()
		}
		if err != nil {
			return nil, false, err
		}
	}
}

// isMember compares member names as encoding/json does.
func isMember(name, want string) bool { return strings.EqualFold(name, want) }

func orBroken(err error) error {
	if err == nil {
		return jsonstream.ErrBroken
	}
	return err
}
