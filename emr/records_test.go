package emr_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// library is a driver for what the fake clinic has no use for: directory and records.
type library struct {
	*fake
	nothing bool // answers nothing, without an error
}

func (l *library) Parts() emr.Parts {
	p := l.fake.Parts()
	p.LocationLister, p.PractitionerLister, p.AppointmentTypeLister = l, l, l
	p.DocumentReader, p.EncounterReader, p.SummaryReader, p.ChangeReader = l, l, l, l
	if l.nothing {
		p.PatientGetter, p.AppointmentReader, p.Checker = l, l, l
	}
	return p
}

func two[T any](one, other *T) (emr.Page[T], error) {
	return emr.Page[T]{Items: []*T{one, other, one}}, nil
}

func (l *library) ListLocations(context.Context, emr.Cursor) (emr.Page[emr.Location], error) {
	return two(&emr.Location{ID: "7"}, &emr.Location{ID: "8"})
}

func (l *library) ListPractitioners(context.Context, emr.Cursor) (emr.Page[emr.Practitioner], error) {
	return two(&emr.Practitioner{ID: "15"}, &emr.Practitioner{ID: "16"})
}

func (l *library) ListAppointmentTypes(context.Context, emr.Cursor) (emr.Page[emr.AppointmentType], error) {
	return two(&emr.AppointmentType{ID: "1"}, &emr.AppointmentType{ID: "2"})
}

func (l *library) ListDocuments(context.Context, emr.DocumentQuery, emr.Cursor) (emr.Page[emr.Document], error) {
	return two(&emr.Document{ID: emr.NewDocumentID("1")}, &emr.Document{ID: emr.NewDocumentID("2")})
}

func (l *library) ListEncounters(context.Context, emr.EncounterQuery, emr.Cursor) (emr.Page[emr.Encounter], error) {
	return two(&emr.Encounter{ID: emr.NewEncounterID("1")}, &emr.Encounter{ID: emr.NewEncounterID("2")})
}

func (l *library) ListChanges(context.Context, emr.ChangeQuery, emr.Cursor) (emr.Page[emr.Change], error) {
	return two(&emr.Change{}, &emr.Change{})
}

func (l *library) OpenDocument(context.Context, *emr.Document) (*emr.Content, error) {
	return l.content()
}

func (l *library) OpenSummary(context.Context, emr.SummaryQuery) (*emr.Content, error) {
	return l.content()
}

func (l *library) content() (*emr.Content, error) {
	if l.nothing {
		return nil, nil
	}
	return &emr.Content{ContentType: "text/xml", Size: 4, Body: io.NopCloser(strings.NewReader("<x/>"))}, nil
}

func (l *library) GetPatient(context.Context, emr.PatientID) (*emr.Patient, error) { return nil, nil }
func (l *library) GetAppointment(context.Context, emr.AppointmentID) (*emr.Appointment, error) {
	return nil, nil
}
func (l *library) Check(context.Context) (*emr.Health, error) { return nil, nil }

func TestLists_ofDirectoryAndRecordsGiveEachRecordOnce(t *testing.T) {
	t.Parallel()
	c := client(t, &library{fake: newFake()}, nil)
	ctx, id := t.Context(), emr.NewPatientID("p-1")
	count := map[string]int{}
	add := func(name string, n int, err error) {
		if err != nil {
			t.Error(name, err)
		}
		count[name] = n
	}
	places, err := emr.Collect(c.Locations(ctx))
	add("locations", len(places), err)
	people, err := emr.Collect(c.Practitioners(ctx))
	add("practitioners", len(people), err)
	types, err := emr.Collect(c.AppointmentTypes(ctx))
	add("types", len(types), err)
	docs, err := emr.Collect(c.Documents(ctx, emr.DocumentQuery{Patient: &emr.Patient{ID: id}}))
	add("documents", len(docs), err)
	visits, err := emr.Collect(c.Encounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: id}}))
	add("encounters", len(visits), err)
	changes, err := emr.Collect(c.Changes(ctx, emr.ChangeQuery{Since: time.Now()}))
	add("changes", len(changes), err)
	for name, n := range count {
		if want := map[bool]int{false: 2, true: 3}[name == "changes"]; n != want { // changes come as often as told
			t.Errorf("%s: %d", name, n)
		}
	}
	if s, err := c.OpenDocument(ctx, docs[0]); err != nil || s.Body == nil {
		t.Error(err)
	}
	if s, err := c.OpenSummary(ctx, emr.SummaryQuery{Patient: &emr.Patient{ID: id}}); err != nil || s.Body == nil {
		t.Error(err)
	}
}

func TestReads_refuseWhatNamesNobody(t *testing.T) {
	t.Parallel()
	c := client(t, &library{fake: newFake()}, nil)
	ctx, day := t.Context(), emr.Today(nil)
	id := emr.NewPatientID("p-1")
	_, err1 := c.GetPatient(ctx, emr.PatientID{})
	_, err2 := c.GetAppointment(ctx, emr.AppointmentID{})
	_, err3 := c.OpenDocument(ctx, nil)
	_, err4 := c.OpenSummary(ctx, emr.SummaryQuery{})
	_, err5 := emr.First(c.Documents(ctx, emr.DocumentQuery{}))
	_, err6 := emr.First(c.Encounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: id}, From: day, To: day}))
	_, err7 := emr.First(c.Changes(ctx, emr.ChangeQuery{}))
	_, err8 := c.AwaitWritten(ctx, emr.AppointmentID{})
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
		if emr.KindOf(err) != emr.KindInvalid {
			t.Error(i+1, err)
		}
	}
}

func TestReads_nothingWithoutAnErrorIsProtocol(t *testing.T) {
	t.Parallel()
	c := client(t, &library{newFake(), true}, nil)
	ctx := t.Context()
	_, err1 := c.GetPatient(ctx, emr.NewPatientID("1"))
	_, err2 := c.GetAppointment(ctx, emr.NewAppointmentID("1"))
	_, err3 := c.Check(ctx)
	_, err4 := c.OpenSummary(ctx, emr.SummaryQuery{Patient: &emr.Patient{ID: emr.NewPatientID("1")}})
	for i, err := range []error{err1, err2, err3, err4} {
		if emr.KindOf(err) != emr.KindProtocol {
			t.Error(i+1, err)
		}
	}
}

// closer is a shared entry.
type closer struct{ err error }

func (c *closer) Close() error { return c.err }

func TestShared_buildsEachEntryOnceAndClosesIt(t *testing.T) {
	t.Parallel()
	s := emr.NewShared()
	built := 0
	fault := errors.New("x")
	for range 2 {
		s.Load("a", func() any { built++; return &closer{fault} })
	}
	s.Load("b", func() any { return 1 })
	if err := s.Close(); built != 1 || !errors.Is(err, fault) {
		t.Error(built, err)
	}
	if err := s.Close(); err != nil {
		t.Error("closed twice:", err)
	}
	var zero emr.Shared
	if zero.Load("a", func() any { return 1 }) != 1 {
		t.Error("the zero value does not work")
	}
}
