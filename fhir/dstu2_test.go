package fhir

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// own returns a document of testdata.
func own(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readDSTU2[T any, P resourcePointer[T]](t testing.TB, name string) *T {
	t.Helper()
	x, err := Decode[T, P](own(t, name), &Options{Version: DSTU2})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return x
}

func TestDSTU2_MembersHaveOneMeaningInAllReleases(t *testing.T) {
	t.Parallel()
	equal := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	p := readDSTU2[Patient](t, "dstu2-patient.json")
	equal("family names", p.Name[0].Family, "van der Quillfeather")
	equal("family name of a contact", p.Contact[0].Name.Family, "Quillfeather")
	equal("careProvider", p.GeneralPractitioner[0].Reference, "Practitioner/15")
	doctor := readDSTU2[Practitioner](t, "dstu2-practitioner.json")
	equal("the one name", doctor.Name[0].Family, "Okafor")
	visit := readDSTU2[Encounter](t, "dstu2-encounter.json")
	equal("class", visit.Class.Code, "ambulatory")
	equal("patient", visit.Subject.Reference, "Patient/0b6f")
	equal("reason", visit.Reason[0].Text, "Mole review")
	document := readDSTU2[DocumentReference](t, "dstu2-documentreference.json")
	equal("indexed", string(document.Indexed), "2026-03-02T14:00:00-05:00")
	equal("docStatus", document.DocStatus, "final")
	equal("class", document.Class.Text, "Letter")
	equal("context", document.Context.Encounter.Reference, "Encounter/e1")
	equal("format", document.Content[0].FormatCode.Code, "urn:example:letter")
	slot := readDSTU2[Slot](t, "dstu2-slot.json")
	equal("freeBusyType", slot.Status, "free")
	equal("type of a slot", slot.ServiceType[0].Text, "Consult")
	booking := readDSTU2[Appointment](t, "dstu2-appointment.json")
	equal("type", booking.ServiceType[0].Text, "Consult")
	equal("reason", booking.Reason[0].Text, "Mole review")
	calendar := readDSTU2[Schedule](t, "dstu2-schedule.json")
	equal("actor", calendar.Actor[0].Reference, "Practitioner/15")
	server := readDSTU2[CapabilityStatement](t, "dstu2-conformance.json")
	equal("Conformance", server.FHIRVersion+" "+server.Rest[0].Resource[0].Type+" "+server.Rest[0].Resource[0].SearchParam[0].Name, "1.0.2 Patient _id")
	order := readDSTU2[Generic](t, "dstu2-medicationorder.json")
	equal("a type without a Go type", order.Type+"/"+order.ID, "MedicationOrder/m1")
}

func TestDSTU2_OwnExamplesRoundTripUnchanged(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/dstu2-*.json")
	if err != nil || len(files) < 9 {
		t.Fatalf("%d examples (%v)", len(files), err)
	}
	for _, file := range files {
		officialFile(t, file, own(t, filepath.Base(file)), DSTU2, map[string]int{})
	}
}

func TestDSTU2_ResourcesBuiltInCodeAreWrittenAsTheReleaseHasThem(t *testing.T) {
	t.Parallel()
	concept := []CodeableConcept{{Text: "x"}}
	for _, row := range []struct {
		r    Resource
		want string
	}{
		{&Patient{Name: []HumanName{{Family: "Quillfeather"}}, GeneralPractitioner: []Reference{{Reference: "Practitioner/15"}}},
			`{"resourceType":"Patient","name":[{"family":["Quillfeather"]}],"careProvider":[{"reference":"Practitioner/15"}]}`},
		{&Practitioner{Name: []HumanName{{Family: "Okafor"}}}, `{"resourceType":"Practitioner","name":{"family":["Okafor"]}}`},
		{&Encounter{Class: Coding{System: "s", Code: "ambulatory"}, Subject: Reference{Reference: "Patient/1"}},
			`{"resourceType":"Encounter","class":"ambulatory","patient":{"reference":"Patient/1"}}`},
		{&DocumentReference{DocStatus: "final", Content: []DocumentContent{{FormatCode: Coding{Code: "f"}}}},
			`{"resourceType":"DocumentReference","docStatus":{"coding":[{"code":"final"}]},"content":[{"format":[{"code":"f"}]}]}`},
		{&Appointment{Status: "booked", ServiceType: concept, Reason: concept},
			`{"resourceType":"Appointment","status":"booked","type":{"text":"x"},"reason":{"text":"x"}}`},
		{&Slot{Status: "free", ServiceType: concept}, `{"resourceType":"Slot","type":{"text":"x"},"freeBusyType":"free"}`},
		{&Schedule{ServiceType: concept, Actor: []Reference{{Reference: "Practitioner/15"}}},
			`{"resourceType":"Schedule","type":[{"text":"x"}],"actor":{"reference":"Practitioner/15"}}`},
		{&Communication{Category: concept, ReasonCode: concept}, `{"resourceType":"Communication","category":{"text":"x"},"reason":[{"text":"x"}]}`},
	} {
		out, err := Encode(row.r, &Options{Version: DSTU2})
		if err != nil || string(out) != row.want {
			t.Errorf("%s (%v)\nwant %s", out, err, row.want)
		}
		again, err := DecodeAny(out, &Options{Version: DSTU2})
		if err != nil {
			t.Errorf("%s: %v", row.want, err)
			continue
		}
		back, err := Encode(again, &Options{Version: DSTU2})
		if err != nil || string(back) != row.want {
			t.Errorf("read and written: %s (%v)", back, err)
		}
	}
}

func TestDSTU2_AnEditChangesItsOwnMemberAndKeepsTheShape(t *testing.T) {
	t.Parallel()
	opts := &Options{Version: DSTU2}
	doc := `{"resourceType":"Encounter","class":"inpatient","patient":{"reference":"Patient/1"},"indication":[{"reference":"Condition/2"}]}`
	e, err := Decode[Encounter]([]byte(doc), opts)
	if err != nil {
		t.Fatal(err)
	}
	e.Class.Code = "ambulatory"
	out, err := Encode(e, opts)
	if want := strings.Replace(doc, "inpatient", "ambulatory", 1); err != nil || string(out) != want {
		t.Errorf("%s (%v)", out, err)
	}
	e.Class = Coding{}
	out, err = Encode(e, opts)
	if want := strings.Replace(doc, `"class":"inpatient",`, "", 1); err != nil || string(out) != want {
		t.Errorf("%s (%v)", out, err)
	}
	doc = `{"resourceType":"DocumentReference","docStatus":{"coding":[{"system":"s","code":"preliminary","display":"d"}]}}`
	d, err := Decode[DocumentReference]([]byte(doc), opts)
	if err != nil {
		t.Fatal(err)
	}
	if out, err = Encode(d, opts); err != nil || string(out) != doc {
		t.Errorf("unchanged: %s (%v)", out, err)
	}
	d.DocStatus = "final"
	if out, err = Encode(d, opts); err != nil || string(out) != `{"resourceType":"DocumentReference","docStatus":{"coding":[{"code":"final"}]}}` {
		t.Errorf("%s (%v)", out, err)
	}
	doc = `{"resourceType":"Patient","name":[{"family":["van der","Quill"],"_family":[null,{"extension":[{"url":"u","valueCode":"VV"}]}],"given":["Zelda"]}]}`
	p, err := Decode[Patient]([]byte(doc), opts)
	if err != nil {
		t.Fatal(err)
	}
	p.Name[0].Given[0] = "Zee"
	if out, err = Encode(p, opts); err != nil || string(out) != strings.Replace(doc, "Zelda", "Zee", 1) {
		t.Errorf("%s (%v)", out, err)
	}
	p.Name[0].Family = "Moss"
	if out, err = Encode(p, opts); err != nil || !strings.Contains(string(out), `"family":["Moss"]`) {
		t.Errorf("%s (%v)", out, err)
	}
}

func TestDSTU2_AConformanceIsACapabilityStatement(t *testing.T) {
	t.Parallel()
	doc := own(t, "dstu2-conformance.json")
	for _, version := range []Version{DSTU2, STU3, R4} {
		x, err := Decode[CapabilityStatement](doc, &Options{Version: version})
		if err != nil {
			t.Fatalf("%v: %v", version, err)
		}
		out, err := Encode(x, &Options{Version: version})
		if err != nil || !strings.Contains(string(out), `"resourceType":"Conformance"`) {
			t.Errorf("%v: %s (%v)", version, out, err)
		}
	}
	_, err := Decode[Patient](doc, nil)
	wantKind(t, err, WrongResource)
}

func TestReleasesHaveNamesAndMediaTypes(t *testing.T) {
	t.Parallel()
	for version, want := range map[Version]string{
		DSTU2: "DSTU2 application/json+fhir", STU3: "STU3 application/fhir+json", R4: "R4 application/fhir+json", 9: "unknown application/fhir+json",
	} {
		if got := version.String() + " " + version.MediaType(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
