package emr

import (
	"strings"
	"time"
	"unicode/utf8"
)

// documentWire is the stored form of Document.
type documentWire struct {
	ID          string     `json:"id,omitempty"`
	Patient     string     `json:"patient,omitempty"`
	Title       string     `json:"title,omitempty"`
	ContentType string     `json:"content_type,omitempty"`
	Category    string     `json:"category,omitempty"`
	Size        int64      `json:"size"`
	Created     string     `json:"created,omitempty"`
	Encounter   string     `json:"encounter,omitempty"`
	Write       WriteState `json:"write,omitempty"`
	Source      []byte     `json:"source,omitempty"`
}

// encounterWire is the stored form of Encounter.
type encounterWire struct {
	ID           string         `json:"id,omitempty"`
	Patient      string         `json:"patient,omitempty"`
	Practitioner PractitionerID `json:"practitioner,omitempty"`
	Start        string         `json:"start,omitempty"`
	End          string         `json:"end,omitempty"`
	Type         string         `json:"type,omitempty"`
	Locked       bool           `json:"locked,omitempty"`
	Source       []byte         `json:"source,omitempty"`
}

func (w *wire) document(d *Document) *documentWire {
	return &documentWire{ID: d.ID.Reveal(), Patient: d.Patient.Reveal(), Title: w.text(d.Title),
		ContentType: d.ContentType, Category: d.Category, Size: d.Size, Created: w.time(d.Created),
		Encounter: d.Encounter.Reveal(), Write: d.Write, Source: d.Source.Reveal()}
}

func (u *unwire) document(w *documentWire) Document {
	return Document{ID: NewDocumentID(w.ID), Patient: NewPatientID(w.Patient), Title: NewPHI(w.Title),
		ContentType: w.ContentType, Category: w.Category, Size: w.Size, Created: u.time(w.Created),
		Encounter: NewEncounterID(w.Encounter), Write: w.Write, Source: NewSource(w.Source)}
}

func (w *wire) encounter(e *Encounter) *encounterWire {
	return &encounterWire{ID: e.ID.Reveal(), Patient: e.Patient.Reveal(), Practitioner: e.Practitioner,
		Start: w.date(e.Start), End: w.date(e.End), Type: w.text(e.Type), Locked: e.Locked, Source: e.Source.Reveal()}
}

func (u *unwire) encounter(w *encounterWire) Encounter {
	return Encounter{ID: NewEncounterID(w.ID), Patient: NewPatientID(w.Patient), Practitioner: w.Practitioner,
		Start: u.date(w.Start), End: u.date(w.End), Type: NewPHI(w.Type), Locked: w.Locked, Source: NewSource(w.Source)}
}

// wire writes stored forms and keeps the first thing that cannot be stored.
type wire struct{ err error }

func (w *wire) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// vendor refuses to lose what only the vendor package understands.
func (w *wire) vendor(v any) {
	if v != nil {
		w.fail(errVendorValue)
	}
}

// text refuses what JSON would alter.
func (w *wire) text(p PHI) string {
	if !utf8.ValidString(p.Reveal()) {
		w.fail(errStoredText)
	}
	return p.Reveal()
}

// date writes a civil date, which has to be in the calendar to be read back.
func (w *wire) date(d Date) string {
	text := d.String()
	if back, err := ParseDate(text); text != "" && (err != nil || back != d) {
		w.fail(errStoredTime)
	}
	return text
}

// storedTime is RFC 3339 with the offset always as a number, so that a zone whose
// offset is zero now does not become UTC; seconds of old offsets are kept.
const (
	storedTime        = "2006-01-02T15:04:05.999999999-07:00"
	storedTimeSeconds = "2006-01-02T15:04:05.999999999-07:00:00"
)

// time writes an instant with its offset and its zone's name: RFC 9557.
func (w *wire) time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if y := t.Year(); y < 1 || y > 9999 {
		w.fail(errStoredTime)
		return ""
	}
	layout := storedTime
	if _, offset := t.Zone(); offset%60 != 0 {
		layout = storedTimeSeconds
	}
	text := t.Format(layout)
	if name := zoneName(t); name != "" {
		text += "[" + name + "]"
	}
	return text
}

// unwire reads stored forms and keeps the first thing it cannot read.
type unwire struct{ err error }

func (u *unwire) date(text string) Date {
	var d Date
	if d.UnmarshalText([]byte(text)) != nil && u.err == nil {
		u.err = errStored
	}
	return d
}

func (u *unwire) time(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	text, name, _ := strings.Cut(strings.TrimSuffix(text, "]"), "[")
	t, err := time.Parse(storedTime, text)
	if err != nil {
		t, err = time.Parse(storedTimeSeconds, text)
	}
	if err != nil {
		if u.err == nil {
			u.err = errStored
		}
		return time.Time{}
	}
	_, offset := t.Zone()
	return inZone(t, name, offset)
}
