package nextech

import (
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// checkBooking refuses what Nextech would, before anything is sent.
func (p parts) checkBooking(op string, b *emr.Booking) (BookingOptions, error) {
	var none BookingOptions
	if b == nil || b.Slot == nil {
		return none, invalid(op, "give the slot to book", "slot")
	}
	o, err := emr.VendorOptions[BookingOptions](op, b.Vendor)
	if err != nil {
		return none, err
	}
	var fields []string
	need := func(ok bool, field string) {
		if !ok {
			fields = append(fields, field)
		}
	}
	who := b.Patient
	switch {
	case who == nil:
		need(false, "patient")
	case !o.Prospect:
		need(fhir.ValidID(who.ID.Reveal()), "patient")
	case !p.d.prospects:
		return none, &emr.Error{Kind: emr.KindUnsupported, Vendor: vendor, Op: op, Hint: "Practice+ books for known patients only: create the patient first"}
	default:
		need(who.ID.IsZero(), "patient")
		need(!who.Given.IsZero(), string(emr.FieldGiven))
		need(!who.Family.IsZero(), string(emr.FieldFamily))
		need(slices.ContainsFunc(who.Phones, func(t emr.Phone) bool { return !t.Number.IsZero() }), string(emr.FieldPhone))
		need(slices.ContainsFunc(who.Emails, func(e emr.PHI) bool { return !e.IsZero() }), string(emr.FieldEmail))
	}
	s := b.Slot
	need(!s.Start.IsZero() && s.End.After(s.Start), "start")
	need(fhir.ValidID(string(s.Location)), "location")
	need(fhir.ValidID(string(s.Practitioner)), "practitioner")
	need(s.Type == "" && p.cfg.Product == Select || fhir.ValidID(string(s.Type)), "type")
	need(!badID(o.Purposes...) && !badID(s.Purposes...), "purposes")
	if len(fields) > 0 {
		return none, invalid(op, "Nextech books only with a patient, a time, a location and a practitioner; Practice+ also wants the appointment type", fields...)
	}
	return o, nil
}

// booking builds the resource. Its status is always proposed; whether it is booked or
// held stands in an extension. The patient's name is not needed and not sent.
func (p parts) booking(b *emr.Booking, o BookingOptions, schedule string) *fhir.Appointment {
	s := b.Slot
	r := &fhir.Appointment{
		Status: "proposed", Comment: b.Note.Reveal(),
		Start: p.offsetTime(s.Start), End: p.offsetTime(s.End),
	}
	add := func(name string, v fhir.Reference) {
		r.Extension = append(r.Extension, fhir.NewExtension(p.appointmentURL(name), v))
	}
	if s.Type != "" {
		add(extType, fhir.Reference{Reference: extType + "/" + string(s.Type), Display: s.TypeName})
	}
	for _, id := range o.Purposes {
		add(extPurpose, fhir.Reference{Reference: extPurpose + "/" + string(id)})
	}
	if schedule != "" {
		r.Extension = append(r.Extension, fhir.NewExtension(p.appointmentURL(extSchedule), schedule))
	}
	if author := firstText(o.Author, p.cfg.Author); author != "" && p.cfg.Product == PracticePlus {
		r.Extension = append(r.Extension, fhir.NewExtension(extAuthor, fhir.Identifier{ID: extAuthor, Value: author}))
	}
	if o.Prospect {
		r.Contained = []fhir.Resource{p.prospect(b.Patient)}
	} else {
		r.Participant = append(r.Participant, p.participant(p.d.patientRef+b.Patient.ID.Reveal(), ""))
	}
	r.Participant = append(r.Participant,
		p.participant(p.d.locationRef+string(s.Location), s.LocationName),
		p.participant(p.d.practitionerRef+string(s.Practitioner), s.PractitionerName))
	return r
}

// participant carries a status because STU3 demands one and Practice+ documents it;
// Select's published examples leave it out.
func (p parts) participant(reference, display string) fhir.AppointmentParticipant {
	return fhir.AppointmentParticipant{Actor: fhir.Reference{Reference: reference, Display: display}, Status: "accepted"}
}

// prospect is the person who travels with a booking.
func (p parts) prospect(n *emr.Patient) *fhir.Patient {
	r := &fhir.Patient{
		Name:      []fhir.HumanName{{Family: n.Family.Reveal(), Given: givenNames(n.Given, n.Middle)}},
		Telecom:   p.telecom(n.Phones, n.Emails),
		BirthDate: fhir.Date(n.Born.Reveal().String()),
	}
	if !n.Address.PostalCode.IsZero() {
		r.Address = []fhir.Address{{Use: "home", PostalCode: n.Address.PostalCode.Reveal()}}
	}
	return r
}

// offsetTime writes an instant with an offset, never Z: the slot's own, or the clinic's
// when the slot has been through a store that keeps UTC.
func (p parts) offsetTime(t time.Time) fhir.Instant {
	if t.Location() == time.UTC {
		t = p.local(t)
	}
	return fhir.NewInstant(t)
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
