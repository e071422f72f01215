package fhir

import (
	"strings"
	"testing"
	"time"
)

// The booking of the Nextech dossier, built in code.
func TestAResourceBuiltInCodeHasItsSetMembersInOrder(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 14, 0, 0, 0, time.FixedZone("", -5*3600))
	a := &Appointment{
		Contained: []Resource{&Patient{Name: []HumanName{{Family: "Roy", Given: []string{"Ines"}}}, BirthDate: NewDate(1991, 5, 17)}},
		Extension: []Extension{
			NewExtension("appointment-type", Reference{Reference: "appointment-type/12", Display: "Consult"}),
			NewExtension("appointment-schedule", "book"),
		},
		Status:  "proposed",
		Start:   NewInstant(start),
		End:     NewInstant(start.Add(30 * time.Minute)),
		Comment: "web booking",
		Participant: []AppointmentParticipant{
			{Actor: Reference{Reference: "location/7"}, Status: "accepted"},
			{}, // nothing set: left out
		},
	}
	want := `{"resourceType":"Appointment",` +
		`"contained":[{"resourceType":"Patient","name":[{"family":"Roy","given":["Ines"]}],"birthDate":"1991-05-17"}],` +
		`"extension":[{"url":"appointment-type","valueReference":{"reference":"appointment-type/12","display":"Consult"}},` +
		`{"url":"appointment-schedule","valueString":"book"}],` +
		`"status":"proposed","start":"2026-03-02T14:00:00-05:00","end":"2026-03-02T14:30:00-05:00","comment":"web booking",` +
		`"participant":[{"actor":{"reference":"location/7"},"status":"accepted"}]}`
	for range 3 {
		if got := encode(t, a); got != want {
			t.Fatalf("written as\n%s\nwant\n%s", got, want)
		}
	}
}

func TestEmptyResourcesHaveTheirTypeOnly(t *testing.T) {
	t.Parallel()
	for _, r := range everyResource() {
		want := `{"resourceType":"` + r.ResourceType() + `"}`
		if _, generic := r.(*Generic); generic {
			want = `{"resourceType":"appointment-type"}`
		}
		if got := encode(t, r); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if r.ResourceID() != "" || r.Raw().Len() != 0 || r.Raw().Bytes() != nil {
			t.Errorf("%s has something in it", r.ResourceType())
		}
	}
}

// everyResource returns a new value of each resource type.
func everyResource() []Resource {
	return []Resource{&Patient{}, &Appointment{}, &AppointmentResponse{}, &Slot{}, &Schedule{}, &Location{}, &Practitioner{},
		&DocumentReference{}, &Encounter{}, &OperationOutcome{}, &Binary{}, &Media{}, &Communication{}, &Task{}, &CapabilityStatement{},
		&Generic{Type: "appointment-type"}}
}

func TestADecodedPartCanBeUsedInANewResource(t *testing.T) {
	t.Parallel()
	p := decodePatient(t, compact)
	q := &Patient{Name: p.Name[:1], Link: []PatientLink{{Other: Reference{Reference: "Patient/1"}}}}
	got := encode(t, q)
	if !strings.Contains(got, `"_family":{"extension":[{"url":"x","valueCode":"VV"}]}`) || strings.Contains(got, "vendorNote") {
		t.Errorf("written as %s", got)
	}
}

func TestEncodeRefusesWhatIsNoResource(t *testing.T) {
	t.Parallel()
	id := &Identifier{Value: "Secret1"}
	id.Assigner = &Reference{Identifier: id}
	_, err := Encode(&Patient{Identifier: []Identifier{*id}}, nil)
	wantKind(t, err, Invalid, "Secret1")
	_, err = Encode(nil, nil)
	wantKind(t, err, Invalid)
	_, err = Encode(&Patient{Extension: []Extension{NewExtension("u", Reference{})}}, nil)
	wantKind(t, err, Invalid)
}

func TestBinaryData(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{
		"aGVsbG8=": "hello", "aGVsbG8": "hello", "aGVs\r\nbG8=\n": "hello", "aG Vs bG8=": "hello", "": "",
	} {
		b := &Binary{Content: content}
		if data, err := b.Data(); err != nil || string(data) != want {
			t.Errorf("%q: %q, %v", content, data, err)
		}
	}
	_, err := (&Binary{Content: "Secret1!"}).Data()
	wantKind(t, err, Invalid, "Secret1")
	if data, err := (&Attachment{Data: "aGVsbG8="}).Bytes(); err != nil || string(data) != "hello" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestCheckedDocumentsNeedNotBeFHIR(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`{"error":"insufficient_scope"}`, `"text"`, `[1,2]`, ` null `, `-1.5e-7`, `true`} {
		if err := Check([]byte(doc), nil); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
	}
	for _, doc := range []string{``, ` `, `Not Found`, `<html>`, `{"a":1}}`, `]`, `"`} {
		wantKind(t, Check([]byte(doc), nil), Malformed)
	}
}
