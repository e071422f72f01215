package emr_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// FindPatients matches by the start of a name, as Nextech does.
func (f *fake) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (page emr.Page[emr.Patient], err error) {
	if f.people != nil {
		return f.people(ctx, q, at)
	}
	starts := func(have, want emr.PHI) bool {
		return want.IsZero() || strings.HasPrefix(strings.ToLower(strings.TrimSpace(have.Reveal())), strings.ToLower(want.Reveal()))
	}
	err = f.step(ctx, "search", func() error {
		for _, p := range f.patients {
			ok := starts(p.Given, q.Given) && starts(p.Family, q.Family) && (q.Born.IsZero() || q.Born.Equal(p.Born))
			if !q.Email.IsZero() {
				ok = ok && len(p.Emails) > 0 && p.Emails[0].EqualFold(q.Email)
			}
			if !q.Phone.IsZero() {
				ok = ok && len(p.Phones) > 0 && p.Phones[0].Number.Equal(q.Phone)
			}
			if ok {
				c := *p
				page.Items = append(page.Items, &c)
			}
		}
		return nil
	})
	return page, err
}

func (f *fake) GetPatient(ctx context.Context, id emr.PatientID) (out *emr.Patient, err error) {
	err = f.step(ctx, "get patient", func() error {
		for _, p := range f.patients {
			if p.ID == id {
				out = p
				return nil
			}
		}
		return &emr.Error{Kind: emr.KindNotFound}
	})
	return out, err
}

func (f *fake) CreatePatient(ctx context.Context, n *emr.NewPatient) (out *emr.Patient, err error) {
	err = f.step(ctx, "create", func() error {
		out = f.addPatient(n)
		return nil
	})
	return out, err
}

func (f *fake) addPatient(n *emr.NewPatient) *emr.Patient {
	p := &emr.Patient{ID: emr.NewPatientID("p-" + strconv.Itoa(len(f.patients)+1)), Given: n.Given, Middle: n.Middle, Family: n.Family,
		Born: n.Born, Sex: n.Sex, Phones: n.Phones, Emails: n.Emails, Address: n.Address, Identifiers: n.Identifiers}
	f.patients = append(f.patients, p)
	return p
}

func (f *fake) UpdatePatient(ctx context.Context, u *emr.PatientUpdate) (out *emr.Patient, err error) {
	err = f.step(ctx, "update", func() error { out = &emr.Patient{ID: u.ID}; return nil })
	return out, err
}

func (f *fake) FindSlots(ctx context.Context, q emr.SlotQuery, at emr.Cursor) (emr.Page[emr.Slot], error) {
	var page emr.Page[emr.Slot]
	err := f.step(ctx, "slots", func() (err error) {
		if f.slots != nil {
			page, err = f.slots(ctx, q, at)
			return err
		}
		for d := q.From; d.Before(q.To); d = d.AddDays(1) {
			page.Items = append(page.Items, slotOn(d, 10))
		}
		return nil
	})
	return page, err
}

func (f *fake) UploadDocument(ctx context.Context, d *emr.NewDocument) (out *emr.Document, err error) {
	err = f.step(ctx, "upload", func() error { out = &emr.Document{ID: emr.NewDocumentID("d-1")}; return nil })
	return out, err
}

func (f *fake) Check(ctx context.Context) (*emr.Health, error) {
	return &emr.Health{OK: true}, f.step(ctx, "check", func() error { return nil })
}

func (f *fake) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	return &emr.RawResponse{Status: 200}, f.step(ctx, "raw", func() error { return nil })
}

// slotOn is a half-hour slot in New York.
func slotOn(d emr.Date, hour int) *emr.Slot {
	start := time.Date(d.Year, d.Month, d.Day, hour, 0, 0, 0, newYork())
	s := &emr.Slot{Start: start, End: start.Add(30 * time.Minute), Location: "7", Practitioner: "15", Type: "12"}
	s.Key = s.MakeKey()
	return s
}

// inDays is a free slot n days from now, at ten.
func inDays(n int) *emr.Slot { return slotOn(emr.Today(newYork()).AddDays(n), 10) }

// ines is the invented patient of these tests.
func ines() *emr.NewPatient {
	return &emr.NewPatient{Given: emr.NewPHI("Ines"), Family: emr.NewPHI("Roy"), Born: emr.NewBirthDate(1991, 5, 17),
		Phones: []emr.Phone{{Number: emr.NewPHI("(206) 555-0142"), Use: "mobile"}}, Emails: []emr.PHI{emr.NewPHI("ines@example.com")}}
}

// booking asks for a slot in three days.
func booking() *emr.Booking {
	return &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID("p-1")}, Slot: inDays(3)}
}

func wantKind(t *testing.T, err error, kind emr.Kind) {
	t.Helper()
	if emr.KindOf(err) != kind {
		t.Fatalf("kind %q, want %q (error: %v)", emr.KindOf(err), kind, err)
	}
}
