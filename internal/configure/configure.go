// Package configure is what the configurations of vendors have in common: named values
// are read, and an error names all that is to be mended and never a value.
package configure

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/peer"
)

// Values are named texts: an environment, a database row, a file.
type Values func(name string) string

// Text is a value without blanks around it.
func (v Values) Text(name string) string { return strings.TrimSpace(v(name)) }

// Secret is a value as it is: a stray line end is reported later and not guessed away.
// None is the zero Secret.
func (v Values) Secret(name string) auth.Secret {
	if text := v(name); text != "" {
		return auth.NewSecret(text)
	}
	return auth.Secret{}
}

// Zone is the time zone of that IANA name; nil for none. Its error tells a wrong name
// from a machine without zone data.
func (v Values) Zone(vendor, name string) (*time.Location, error) {
	text := v.Text(name)
	if text == "" {
		return nil, nil //nolint:nilnil // no zone is a good answer
	}
	zone, err := emr.LoadZone(text) // refuses "Local": the machine's zone is not the clinic's
	if err != nil {
		return nil, Because(vendor, name, "", err)
	}
	return zone, nil
}

// Error says what is wrong with a field: kind config.
func Error(vendor, field, hint string) *emr.Error {
	return &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Op: "configure", Fields: []string{field}, Hint: hint}
}

// Because is Error with the hint of err, where it has one.
func Because(vendor, field, hint string, err error) *emr.Error {
	if inner, ok := errors.AsType[*emr.Error](err); ok && inner.Hint != "" {
		hint = inner.Hint
	}
	return Error(vendor, field, hint)
}

// Renamed replaces field names by the names they were read from, so that an error says
// what the reader has to mend.
func Renamed(err *emr.Error, names map[string]string) *emr.Error {
	for i, f := range err.Fields {
		if name, ok := names[f]; ok {
			err.Fields[i] = name
		}
	}
	return err
}

// Missing collects what must be set and is not, so that it is told at once.
type Missing struct{ fields, things []string }

// Need notes a field that is not set; thing says in words what it is.
func (m *Missing) Need(set bool, field, thing string) {
	if !set {
		m.fields, m.things = append(m.fields, field), append(m.things, thing)
	}
}

// Err is nil when nothing is missing. Advice ends the hint.
func (m *Missing) Err(vendor, advice string) *emr.Error {
	if len(m.fields) == 0 {
		return nil
	}
	e := Error(vendor, "", "set "+strings.Join(m.things, ", ")+advice)
	e.Fields = m.fields
	return e
}

// GoesIntoHeader reports whether a secret can be sent in a header: without blanks and
// line ends, not a printed [redacted]. One that comes from a function is not asked for
// here, and so is the empty one.
func GoesIntoHeader(s auth.Secret) bool {
	if !s.Equal(s) { // from a function
		return true
	}
	text, err := s.Reveal(context.Background())
	return s.IsZero() || err == nil && peer.FitsHeader(text)
}
