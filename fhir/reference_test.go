package fhir

import (
	"strings"
	"testing"
)

func TestFault_F13_referencesInEveryForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Ref{
		"Patient/1":                           {Type: "Patient", ID: "1"},
		"patient/4AAE9E3C-B1E4-46EA":          {Type: "patient", ID: "4AAE9E3C-B1E4-46EA"},
		"/Patient/1":                          {Type: "Patient", ID: "1"},
		"Patient/1/_history/2":                {Type: "Patient", ID: "1", Version: "2"},
		"appointment-type/12":                 {Type: "appointment-type", ID: "12"},
		"schedule/location_1_practitioner_9":  {Type: "schedule", ID: "location_1_practitioner_9"},
		"https://h.example/fhir/Patient/1":    {Base: "https://h.example/fhir/", Type: "Patient", ID: "1"},
		"https://h.example/Patient/1":         {Base: "https://h.example/", Type: "Patient", ID: "1"},
		"http://h:8080/a/b/Patient/1":         {Base: "http://h:8080/a/b/", Type: "Patient", ID: "1"},
		"https://h/r4/Patient/1/_history/v.2": {Base: "https://h/r4/", Type: "Patient", ID: "1", Version: "v.2"},
		"#p1":                                 {Fragment: "p1"},
		"Patient/1#p1":                        {Type: "Patient", ID: "1", Fragment: "p1"},
		"urn:uuid:0b6f2c1e-0000-4000-8000-01": {URN: "urn:uuid:0b6f2c1e-0000-4000-8000-01"},
		"URN:oid:1.2.3":                       {URN: "URN:oid:1.2.3"},
	} {
		got, err := Reference{Reference: text}.Parse()
		if err != nil || got != want {
			t.Errorf("%s: parts differ (%v)", text, err)
		}
		if got.Contained() != (text == "#p1") || got.Absolute() != strings.Contains(text, "://") {
			t.Errorf("%s: contained %v, absolute %v", text, got.Contained(), got.Absolute())
		}
	}
	for _, text := range []string{
		"", "#", "Secret1", "Secret1/", "/Secret1", "//evil.example/Patient/Secret1", "Patient//Secret1", "Patient/../Secret1", "Patient/.", "Patient/..",
		"a/Patient/Secret1", "Patient/Secret1?x=1", "Patient?identifier=Secret1", "Patient/%2e%2e", "Patient/1 2", "Patient/1\n",
		"Patient\\Secret1", "https://", "https://h.example", "https://h.example/", "https://h.example/Patient", "ftp://h/Patient/Secret1", "javascript://h/Patient/1",
		"Patient/1/_history/", "Patient/_history/2", "https:///Patient/1", "Patient/1/Secret1/2", "https://h/Patient/../Secret1", "://Patient/1",
	} {
		ref, err := ParseReference(text)
		wantKind(t, err, Invalid, "Secret1", "evil")
		if ref != (Ref{}) {
			t.Errorf("%s: parts beside the error", text)
		}
	}
}

func TestFault_F13_typesAreComparedWithoutCase(t *testing.T) {
	t.Parallel()
	ref, _ := ParseReference("patient/1")
	if !ref.Is("Patient") || ref.Is("Practitioner") || (Ref{}).Is("") {
		t.Error("Is")
	}
}

func TestFault_F13_otherServersAreRecognised(t *testing.T) {
	t.Parallel()
	const base = "https://select.example/api"
	for text, want := range map[string]bool{
		"Patient/1":                                  true,
		"https://select.example/api/Patient/1":       true,
		"HTTPS://SELECT.example:443/other/Patient/1": true,
		"http://select.example/api/Patient/1":        false,
		"https://select.example:8443/api/Patient/1":  false,
		"https://evil.example/api/Patient/1":         false,
		"https://select.example.evil/api/Patient/1":  false,
		"https://user@select.example/api/Patient/1":  false,
		"#p1":        false,
		"urn:uuid:1": false,
	} {
		ref, err := ParseReference(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if ref.At(base) != want {
			t.Errorf("%s: At is %v", text, !want)
		}
	}
	ref, _ := ParseReference("https://select.example/api/Patient/1")
	if ref.At("") || ref.At("::") || ref.At("/api") {
		t.Error("At without a base URL")
	}
}

func TestFault_F14_idsThatCouldMeanSomethingElseAreRefused(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"1": true, "a": true, "0b6f2c1e-0000-4000-8000-000000000001": true, "A.b-9": true, "...": true, "-": true, strings.Repeat("x", 64): true,
		"": false, ".": false, "..": false, "../Practitioner/1": false, "a/b": false, "a?b": false, "a#b": false, "%2e": false, "a%2Fb": false,
		"a b": false, "a_b": false, "a+b": false, "é": false, "a\x00": false, "a\n": false, "١": false, strings.Repeat("x", 65): false, "a@b": false, "a[": false, "a`": false, "a{": false,
	} {
		if ValidID(id) != want {
			t.Errorf("ValidID(%q) is %v", id, !want)
		}
	}
}

func TestFault_H11_locationHeadersInEveryForm(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		"https://h.example/api/Appointment/12", "http://h.example/api/appointment/12/", "3_0_1/Appointment/12", "/api/Appointment/12",
		"Appointment/12", "https://h.example/api/Appointment/12/_history/1", "Appointment/12/_history/1/", "3_0_1/Appointment/12/_history",
		" https://h.example/api/Appointment/12?_format=json ", "https://h.example/api/Appointment/12#x", "//h.example/Appointment/12", "/api/appointment/12", "Appointment/12?x=1",
	} {
		if id, err := LocationID(header, "Appointment"); err != nil || id != "12" {
			t.Errorf("%s: %q, %v", header, id, err)
		}
	}
	for _, header := range []string{
		"", "/", "Secret1", "Appointment", "Appointment/", "https://h.example/api/Appointment/", "https://h.example/api/Appointment",
		"Patient/Secret1", "Appointment/Secret1/x", "Appointment/..", "Appointment/%2e%2e", "Appointment/a b", "Appointment/_history/1", "Appointment//", "_history/1",
	} {
		id, err := LocationID(header, "Appointment")
		wantKind(t, err, Invalid, "Secret1")
		if id != "" {
			t.Errorf("%s: id %q", header, id)
		}
	}
}
