package nextechtest

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

var utc = time.UTC

// referralSources are the practice's; the vendor has no endpoint for them.
var referralSources = map[string]string{"2": "Word of Mouth", "3": "Website"}

// updated is meta.lastUpdated: UTC, written +00:00 with up to three digits (recorded).
func updated(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999+00:00") }

// patient dresses p as the vendor's published sample.
func (s *Sim) patient(p simserver.Patient) object {
	o := object{
		"resourceType": "Patient", "id": p.ID, "meta": object{"lastUpdated": updated(p.Updated)},
		"extension":  s.patientExtensions(p),
		"identifier": s.patientIdentifiers(p),
		"name":       patientNames(p),
		"address":    s.patientAddress(p),
		"communication": []object{{
			"language": coded("BCP-47", "en", "English"), "preferred": true,
		}},
	}
	o.with("telecom", s.patientTelecom(p)).with("gender", p.Gender).with("birthDate", p.Born)
	if d, ok := s.clinic.Practitioner(p.Practitioner); ok {
		o["generalPractitioner"] = []object{reference("practitioner/"+d.ID, d.Family+", "+d.Given)}
	}
	return o
}

func (s *Sim) patientIdentifiers(p simserver.Patient) []object {
	all := append(official(p.ID), object{"use": "usual", "value": p.Chart})
	if p.SSN == "" {
		return all
	}
	ssn := "###-##-" + p.SSN[max(0, len(p.SSN)-4):] // Select masks it, Practice+ sends it in full (documented)
	if s.d.plus() {
		ssn = strings.ReplaceAll(p.SSN, "-", "")
	}
	return append(all, object{"system": "http://hl7.org/fhir/sid/us-ssn", "value": ssn})
}

func patientNames(p simserver.Patient) []object {
	n := object{
		"use": "official", "text": fullName(p.Prefix, p.Given, p.Middle, p.Family), "family": p.Family,
		"given": []string{p.Given, p.Middle}, // the second is often ""
	}
	if p.Prefix != "" {
		n["prefix"] = []string{p.Prefix}
	}
	names := []object{n}
	if p.Nickname != "" {
		names = append(names, object{"use": "nickname", "text": p.Nickname, "given": []string{p.Nickname}})
	}
	return names
}

// patientTelecom: the first telephone is the preferred one. Select hides the private
// ones and says only that they are (documented).
func (s *Sim) patientTelecom(p simserver.Patient) []object {
	var all []object
	for _, e := range p.Emails {
		all = append(all, object{"system": "email", "value": e})
	}
	for i, t := range p.Phones {
		if t.Private && !s.d.plus() {
			all = append(all, object{"system": "sms", "extension": []object{ext(s.d.url("method-privacy"), "valueBoolean", true)}})
			continue
		}
		o := object{"system": "phone", "value": t.Number}.with("use", t.Use)
		if i == 0 {
			o["rank"] = 1
		}
		all = append(all, o)
	}
	return all
}

func (s *Sim) patientAddress(p simserver.Patient) []object {
	a := object{"use": "home", "type": "both"}
	a.with("line", p.Lines).with("city", p.City).with("state", p.State).with("postalCode", p.Zip)
	if !s.d.plus() {
		a.with("country", p.Country) // three letters (documented)
	}
	return []object{a}
}

func (s *Sim) patientExtensions(p simserver.Patient) []object {
	all := []object{ext(s.d.url("patient-status"), "valueString", s.patientStatus(p))}
	if name, ok := referralSources[p.Referral]; ok {
		all = append(all, ext(s.d.url("referral-source"), "valueReference", reference("referral-source/"+p.Referral, name)))
	}
	if p.Note != "" {
		all = append(all, ext(s.d.url("patient-note"), "valueString", p.Note))
	}
	if l := s.clinic.Locations[0]; p.Practitioner != "" {
		all = append(all, ext(s.d.url("patient-location"), "valueReference", reference("location/"+l.ID, l.Name)))
	}
	if s.d.plus() {
		return append(all, ext(s.d.url("patients-referred"), "valueDecimal", 0)) // a decimal, as published
	}
	if t, ok := patientType(p.Type); ok {
		all = append(all, ext(s.d.url("patient-type"), "valueReference", reference("patient-type/"+t.ID, t.Name)))
	}
	return append(all,
		ext(s.d.url("patients-referred"), "valueInteger", 0),
		ext(s.d.url("exclude-from-mailings"), "valueBoolean", false))
}

// patientStatus: Select's documentation has lower case, real data title case (seen in
// public code).
func (s *Sim) patientStatus(p simserver.Patient) string {
	if s.d.plus() {
		if p.Status == "" {
			return "Active"
		}
		return p.Status
	}
	switch strings.ToLower(fullName(p.Status, p.Marker)) {
	case "prospect":
		return "Prospect"
	case "patientprospect":
		return "Patient Prospect"
	}
	return "Patient"
}

func joined(names []string) string { return strings.Join(names, ", ") }
