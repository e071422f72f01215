package patientaccess

import (
	"context"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/reference"
)

type patientKey struct{}

// WithPatient makes the calls with the returned context be about another record than the
// one of the sign-in, for people who see several: one of Client.Patients.
func WithPatient(ctx context.Context, id emr.PatientID) context.Context {
	return context.WithValue(ctx, patientKey{}, id)
}

// Patient says whose record is read: WithPatient of ctx, Config.Patient, the patient the
// sign-in was for, or the one patient the token sees, who is then asked for once an hour at
// most. Kinds: precondition, Fields "patient", when the token sees several: choose one of
// Patients, with WithPatient or Config.Patient; not_found when it sees nobody; invalid for
// an id that cannot be one.
func (c *Client) Patient(ctx context.Context) (emr.PatientID, error) {
	chosen, _ := ctx.Value(patientKey{}).(emr.PatientID)
	for _, id := range []emr.PatientID{chosen, c.cfg.Patient, c.signedIn} {
		switch {
		case id.IsZero():
		case !fhir.ValidID(id.Reveal()):
			return emr.PatientID{}, invalid(opPatients, "this cannot be the id of a patient", "patient")
		default:
			return id, nil
		}
	}
	seen, err := c.patients.Get(ctx, vendor, opPatients, c.seen)
	switch {
	case err != nil:
		return emr.PatientID{}, err
	case len(seen) == 0:
		return emr.PatientID{}, &emr.Error{Kind: emr.KindNotFound, Vendor: vendor, Name: c.name, Op: opPatients,
			Hint: "the sign-in did not say whose record it is for, and the token sees no patient: the practice may have none of this person"}
	case len(seen) > 1:
		return emr.PatientID{}, &emr.Error{Kind: emr.KindPrecondition, Vendor: vendor, Name: c.name, Op: opPatients, Fields: []string{"patient"},
			Hint: "this person sees several records: let them choose one of Client.Patients, and say so with WithPatient or Config.Patient"}
	}
	return seen[0].ID, nil
}

// Patients reads the records that the token sees: the person's own, and those the person is
// a proxy for. They are read anew each time. Kinds: those of any read.
func (c *Client) Patients(ctx context.Context) ([]*emr.Patient, error) { return c.seen(ctx) }

func (c *Client) seen(ctx context.Context) ([]*emr.Patient, error) {
	return reference.Collect(ctx, vendor, opPatients, "report it with the request id: one person sees fewer records", c.patientPage)
}

func (c *Client) patientPage(ctx context.Context, at emr.Cursor) (emr.Page[emr.Patient], error) {
	var page emr.Page[emr.Patient]
	call, err := c.searchOf(opPatients, "Patient")
	if err != nil {
		return page, err
	}
	found, next, err := listOf[fhir.Patient](ctx, c, call, new(fhir.Query), at)
	if err != nil {
		return page, err
	}
	for _, r := range found {
		p := patientOf(r)
		if p == nil {
			return page, c.http.Error(call, nil, emr.KindProtocol, "NextGen sent a patient without an id")
		}
		page.Items = append(page.Items, p)
	}
	page.Next = next
	return page, nil
}

// GetPatient reads GET /Patient/{id}.
func (p parts) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	r, call, err := p.read(ctx, opGetPatient, "Patient", id.Reveal())
	if err != nil {
		return nil, err
	}
	found, ok := r.(*fhir.Patient)
	if !ok {
		return nil, p.http.Error(call, nil, emr.KindProtocol, hintAnswer)
	}
	return patientOf(found), nil
}

// patientOf maps one, nil for one without an id. Identifiers are all but social security
// numbers; a medical record number comes first.
func patientOf(r *fhir.Patient) *emr.Patient {
	if r.ID == "" {
		return nil
	}
	state := r.OutOfUse()
	p := &emr.Patient{ID: emr.NewPatientID(r.ID), Sex: emr.Sex(r.Gender), Status: state, Inactive: state != "", Source: emr.NewSource(r.Raw().Bytes())}
	name := nameOf(r.Name)
	p.Family = emr.NewPHI(name.Family)
	if len(name.Given) > 0 {
		p.Given = emr.NewPHI(name.Given[0])
		p.Middle = emr.NewPHI(strings.TrimSpace(strings.Join(name.Given[1:], " ")))
	}
	if y, m, d, err := r.BirthDate.YMD(); err == nil && d != 0 && y > noYear {
		p.Born = emr.NewBirthDate(y, m, d)
	}
	for _, t := range r.Telecom {
		switch {
		case t.Value == "" || t.Use == "old":
		case t.System == "phone" || t.System == "sms":
			p.Phones = append(p.Phones, emr.Phone{Number: emr.NewPHI(t.Value), Use: t.Use})
		case t.System == "email":
			p.Emails = append(p.Emails, emr.NewPHI(t.Value))
		}
	}
	p.Address = addressOf(r.Address)
	var others []emr.Identifier
	for _, i := range r.Identifier {
		one := emr.Identifier{System: i.System, Use: i.Use, Value: emr.NewPHI(i.Value)}
		switch {
		case i.Value == "" || i.IsSSN():
		case isRecordNumber(i):
			p.Identifiers = append(p.Identifiers, one)
		default:
			others = append(others, one)
		}
	}
	p.Identifiers = append(p.Identifiers, others...)
	if len(r.GeneralPractitioner) > 0 {
		p.Practitioner = emr.PractitionerID(idOf(r.GeneralPractitioner[0], "Practitioner"))
	}
	return p
}

// nameOf takes the official name, else the usual one, else the first that is in use.
func nameOf(names []fhir.HumanName) (chosen fhir.HumanName) {
	best := -1
	for _, n := range names {
		rank := map[string]int{"official": 3, "usual": 2, "old": 0, "maiden": 0, "nickname": 0, "anonymous": 0, "temp": 0}
		r, known := rank[n.Use]
		if !known {
			r = 1
		}
		if n.Family == "" && len(n.Given) == 0 {
			continue
		}
		if r > best {
			best, chosen = r, n
		}
	}
	return chosen
}

// addressOf takes the address at home, else the first that is in use.
func addressOf(all []fhir.Address) emr.Address {
	var a *fhir.Address
	for i := range all {
		if all[i].Use != "old" && (a == nil || all[i].Use == "home" && a.Use != "home") {
			a = &all[i]
		}
	}
	if a == nil {
		return emr.Address{}
	}
	to := emr.Address{City: emr.NewPHI(a.City), State: emr.NewPHI(a.State), PostalCode: emr.NewPHI(a.PostalCode), Country: emr.NewPHI(a.Country)}
	for _, l := range a.Line {
		if l = strings.TrimSpace(l); l != "" {
			to.Lines = append(to.Lines, emr.NewPHI(l))
		}
	}
	return to
}

// isRecordNumber recognises the practice's number of a patient by its type: the system of it
// is not reliable. Source: public code.
func isRecordNumber(i fhir.Identifier) bool {
	for _, c := range i.Type.Coding {
		if c.Code == "MR" || c.Code == "MRT" {
			return true
		}
	}
	text := strings.ToLower(i.Type.Text)
	return text == "medical record number" || text == "temporary medical record number"
}
