package nextech

import (
	"context"
	"net/http"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// FindPatients searches GET /Patient. Nextech matches the start of a name, so what comes
// back is only a filter's result; that the filter was obeyed at all is checked here.
func (p parts) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	more, err := emr.VendorOptions[PatientFilter](opFindPatients, q.Vendor)
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
