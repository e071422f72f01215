package emr

// patientWire is the stored form of Patient and NewPatient.
type patientWire struct {
	ID           string           `json:"id,omitempty"`
	Given        string           `json:"given,omitempty"`
	Middle       string           `json:"middle,omitempty"`
	Family       string           `json:"family,omitempty"`
	Born         string           `json:"birth_date,omitempty"`
	Sex          Sex              `json:"sex,omitempty"`
	Phones       []phoneWire      `json:"phones,omitempty"`
	Emails       []string         `json:"emails,omitempty"`
	Address      addressWire      `json:"address,omitzero"`
	Identifiers  []identifierWire `json:"identifiers,omitempty"`
	Practitioner PractitionerID   `json:"practitioner,omitempty"`
	Status       string           `json:"status,omitempty"`
	Inactive     bool             `json:"inactive,omitempty"`
	Write        WriteState       `json:"write,omitempty"`
	Source       []byte           `json:"source,omitempty"`
}

type phoneWire struct {
	Number string `json:"number"`
	Use    string `json:"use,omitempty"`
}

type identifierWire struct {
	System string `json:"system,omitempty"`
	Use    string `json:"use,omitempty"`
	Value  string `json:"value"`
}

type addressWire struct {
	Lines      []string `json:"lines,omitempty"`
	City       string   `json:"city,omitempty"`
	State      string   `json:"state,omitempty"`
	PostalCode string   `json:"postal_code,omitempty"`
	Country    string   `json:"country,omitempty"`
}

// IsZero is for omitzero.
func (a addressWire) IsZero() bool {
	return len(a.Lines) == 0 && a.City == "" && a.State == "" && a.PostalCode == "" && a.Country == ""
}

// foundWire is the stored form of Found.
type foundWire struct {
	Patient *patientWire `json:"patient,omitempty"`
	Created bool         `json:"created,omitempty"`
	AskFor  []Field      `json:"ask_for,omitempty"`
}

func (w *wire) patient(p *Patient) *patientWire {
	n := NewPatient{Given: p.Given, Middle: p.Middle, Family: p.Family, Born: p.Born, Sex: p.Sex, Phones: p.Phones,
		Emails: p.Emails, Address: p.Address, Identifiers: p.Identifiers, Practitioner: p.Practitioner}
	out := w.newPatient(&n)
	out.ID, out.Status, out.Source = p.ID.Reveal(), p.Status, p.Source.Reveal()
	out.Inactive, out.Write = p.Inactive, p.Write
	return out
}

func (u *unwire) patient(w *patientWire) Patient {
	n := u.newPatient(w)
	return Patient{ID: NewPatientID(w.ID), Given: n.Given, Middle: n.Middle, Family: n.Family, Born: n.Born, Sex: n.Sex,
		Phones: n.Phones, Emails: n.Emails, Address: n.Address, Identifiers: n.Identifiers, Practitioner: n.Practitioner,
		Status: w.Status, Inactive: w.Inactive, Write: w.Write, Source: NewSource(w.Source)}
}

func (w *wire) newPatient(n *NewPatient) *patientWire {
	w.vendor(n.Vendor)
	out := &patientWire{
		Given: w.text(n.Given), Middle: w.text(n.Middle), Family: w.text(n.Family), Born: w.date(n.Born.Reveal()),
		Sex: n.Sex, Emails: w.texts(n.Emails), Practitioner: n.Practitioner,
		Address: addressWire{Lines: w.texts(n.Address.Lines), City: w.text(n.Address.City), State: w.text(n.Address.State),
			PostalCode: w.text(n.Address.PostalCode), Country: w.text(n.Address.Country)},
	}
	for _, p := range n.Phones {
		out.Phones = append(out.Phones, phoneWire{Number: w.text(p.Number), Use: p.Use})
	}
	for _, id := range n.Identifiers {
		out.Identifiers = append(out.Identifiers, identifierWire{System: id.System, Use: id.Use, Value: w.text(id.Value)})
	}
	return out
}

func (u *unwire) newPatient(w *patientWire) NewPatient {
	n := NewPatient{
		Given: NewPHI(w.Given), Middle: NewPHI(w.Middle), Family: NewPHI(w.Family), Sex: w.Sex,
		Emails: hidden(w.Emails), Practitioner: w.Practitioner,
		Address: Address{Lines: hidden(w.Address.Lines), City: NewPHI(w.Address.City), State: NewPHI(w.Address.State),
			PostalCode: NewPHI(w.Address.PostalCode), Country: NewPHI(w.Address.Country)},
	}
	if d := u.date(w.Born); !d.IsZero() {
		n.Born = NewBirthDate(d.Year, d.Month, d.Day)
	}
	for _, p := range w.Phones {
		n.Phones = append(n.Phones, Phone{Number: NewPHI(p.Number), Use: p.Use})
	}
	for _, id := range w.Identifiers {
		n.Identifiers = append(n.Identifiers, Identifier{System: id.System, Use: id.Use, Value: NewPHI(id.Value)})
	}
	return n
}

func (w *wire) found(f *Found) *foundWire {
	out := &foundWire{Created: f.Created, AskFor: f.AskFor}
	if f.Patient != nil {
		out.Patient = w.patient(f.Patient)
	}
	return out
}

func (u *unwire) found(w *foundWire) Found {
	out := Found{Created: w.Created, AskFor: w.AskFor}
	if w.Patient != nil {
		p := u.patient(w.Patient)
		out.Patient = &p
	}
	return out
}

func (w *wire) texts(all []PHI) []string {
	var out []string
	for _, p := range all {
		out = append(out, w.text(p))
	}
	return out
}

func hidden(all []string) []PHI {
	var out []PHI
	for _, s := range all {
		out = append(out, NewPHI(s))
	}
	return out
}
