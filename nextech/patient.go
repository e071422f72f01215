package nextech

import (
	"context"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// PatientFilter is the Vendor part of an emr.PatientQuery: what only Nextech can ask.
// Values match from their start, ignoring case.
type PatientFilter struct {
	Name       emr.PHI // any name; Family and Given are more exact
	City       emr.PHI
	State      emr.PHI
	PostalCode emr.PHI
}

// FindPatients searches GET /Patient. Nextech matches the start of a name, so what comes
// back is only a filter's result; that the filter was obeyed at all is checked here.
func (p parts) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	more, err := vendorOptions[PatientFilter](opFindPatients, q.Vendor)
	if err != nil {
		return emr.Page[emr.Patient]{}, err
	}
	var filter fhir.Query
	add := func(name string, v emr.PHI) {
		if !v.IsZero() {
			filter.Add(name, v.Reveal())
		}
	}
	add("family", q.Family)
	add("given", q.Given)
	if !q.Born.IsZero() {
		filter.Add("birthdate", q.Born.Reveal().String())
	}
	add("phone", q.Phone)
	add("email", q.Email)
	add("identifier", q.Identifier.Value)
	add("name", more.Name)
	add("address-city", more.City)
	add("address-state", more.State)
	add("address-postalcode", more.PostalCode)
	if filter.Encode() == "" {
		return emr.Page[emr.Patient]{}, invalid(opFindPatients, "a search for everybody is not what you want: give a name, birth date, telephone, e-mail or identifier")
	}
	search := call(opFindPatients, http.MethodGet, "/Patient", "/Patient")
	bundle, next, answer, err := p.page(ctx, search, &filter, at)
	if err != nil {
		return emr.Page[emr.Patient]{}, err
	}
	page := emr.Page[emr.Patient]{Next: next}
	ignored := ignoredParameter(bundle, &filter)
	for r, err := range fhir.Resources[fhir.Patient](bundle) {
		if err != nil {
			return page, p.unreadable(search, answer, err)
		}
		if ignored || !obeys(r, q, more) {
			return page, p.http.Error(search, answer, emr.KindProtocol,
				"Nextech ignored a search parameter: these are not the people asked for")
		}
		found, err := p.patient(search, answer, r)
		if err != nil {
			return page, err
		}
		page.Items = append(page.Items, found)
	}
	return page, nil
}

// subjectID is the id of the patient asked for, none for nil.
func subjectID(p *emr.Patient) emr.PatientID {
	if p == nil {
		return emr.PatientID{}
	}
	return p.ID
}

// GetPatient reads GET /Patient/{id}. On Select the chart number is an id too.
func (p parts) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	return p.getPatient(ctx, opGetPatient, id)
}

func (p parts) getPatient(ctx context.Context, op string, id emr.PatientID) (*emr.Patient, error) {
	path, err := transport.FHIRPath("Patient", id.Reveal())
	if err != nil {
		return nil, err
	}
	read := call(op, http.MethodGet, path, "/Patient/{id}")
	read.Patient = id
	answer, err := p.http.Do(ctx, read)
	if err != nil {
		return nil, err
	}
	r, err := fhir.Decode[fhir.Patient](answer.Body, decoding)
	if err != nil {
		return nil, p.unreadable(read, answer, err)
	}
	if !isIdentified(r, id.Reveal()) {
		return nil, p.http.Error(read, answer, emr.KindProtocol, "Nextech answered with another patient than the one asked for")
	}
	return p.patient(read, answer, r)
}

// CreatePatient posts to /Patient/. Nextech compares first and last name, e-mail,
// birth date, postal code and a telephone; a hit is ErrDuplicatePatient.
func (p parts) CreatePatient(ctx context.Context, n *emr.NewPatient) (*emr.Patient, error) {
	resource, err := p.newPatient(n)
	if err != nil {
		return nil, err
	}
	create := call(opCreatePatient, http.MethodPost, "/Patient/", "/Patient/")
	answer, err := p.write(ctx, create, resource)
	if err != nil {
		return nil, err
	}
	id, _ := fhir.LocationID(answer.Header.Get("Location"), "Patient")
	if hasBody(answer) {
		r, err := fhir.Decode[fhir.Patient](answer.Body, decoding)
		switch {
		case err == nil && patientID(r) != "":
			return p.patient(create, answer, r)
		case fhir.KindOf(err) == fhir.OutcomeError, err != nil && id == "":
			return nil, p.unreadable(create, answer, err)
		}
	}
	if id == "" {
		return nil, p.http.Error(create, answer, emr.KindAmbiguous, "Nextech took the new patient and told no id: look for the person before creating again")
	}
	if made, err := p.getPatient(ctx, opCreatePatient, emr.NewPatientID(id)); err == nil {
		return made, nil
	}
	return asCreated(n, id), nil // created it is; what cannot be read back is what was sent
}

// UpdatePatient puts the changed fields to /Patient/ (no id in the path) and reads the
// patient back, because Nextech ignores what it does not like with a success status.
//
// Kind invalid, nothing sent: fields Nextech is documented to ignore (Select: names,
// birth date, clearing the postal code). Kind invalid after sending: nothing of the
// change was taken; kind partial: some of it. Fields names what was not taken, and the
// patient as it is now comes with the error.
func (p parts) UpdatePatient(ctx context.Context, u *emr.PatientUpdate) (*emr.Patient, error) {
	resource, err := p.changedPatient(u)
	if err != nil {
		return nil, err
	}
	put := call(opUpdatePatient, http.MethodPut, "/Patient/", "/Patient/")
	put.Patient = u.ID
	answer, err := p.write(ctx, put, resource)
	if err != nil {
		return nil, err
	}
	if hasBody(answer) {
		if _, err := fhir.DecodeAny(answer.Body, decoding); fhir.KindOf(err) == fhir.OutcomeError {
			return nil, p.unreadable(put, answer, err)
		}
	}
	now, err := p.getPatient(ctx, opUpdatePatient, u.ID)
	if err != nil {
		e := p.http.Error(put, answer, emr.KindAmbiguous, "Nextech took the change, but may ignore values in silence, and the patient could not be read back: compare before changing again")
		e.Err = err
		return nil, e
	}
	asked, ignored := compareUpdate(u, now)
	if len(ignored) == 0 {
		return now, nil
	}
	kind := emr.KindPartial
	if len(ignored) == asked {
		kind = emr.KindInvalid
	}
	e := p.http.Error(put, answer, kind, "Nextech answered with success and ignored these values: check how they are written")
	e.Fields = ignored
	return now, e
}
