package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

const canary = "Canary0142"

// plant puts the canary into every string of a value, two levels of lists
// deep, so that a type added later is covered without a change here.
func plant(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() {
			v.SetString(canary)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				plant(v.Field(i), depth)
			}
		}
	case reflect.Slice:
		if depth > 0 && v.Type().Elem().Kind() != reflect.Interface {
			s := reflect.MakeSlice(v.Type(), 1, 1)
			plant(s.Index(0), depth-1)
			v.Set(s)
		}
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			plant(v.Elem(), depth-1)
		}
	}
}

// personal returns a value of every type that can hold personal data, full of
// canaries.
func personal(t *testing.T) []any {
	t.Helper()
	values := []any{
		&HumanName{}, &Identifier{}, &ContactPoint{}, &Address{}, &Reference{}, &CodeableConcept{}, &Coding{}, &Period{}, &Meta{}, &Attachment{},
		&Extension{}, &Position{}, &PatientContact{}, &PatientCommunication{}, &PatientLink{}, &AppointmentParticipant{}, &Qualification{},
		&DocumentContent{}, &DocumentContext{}, &EncounterParticipant{}, &EncounterLocation{}, &Issue{}, &Link{}, &EntryResponse{}, &Ref{}, &CommunicationPayload{}, &TaskRestriction{},
		&CapabilityRest{}, &CapabilitySecurity{}, &CapabilityResource{}, &CapabilityInteraction{}, &CapabilityParam{}, new(Date), new(DateTime),
	}
	for _, r := range everyResource() {
		values = append(values, r)
	}
	for _, v := range values {
		plant(reflect.ValueOf(v).Elem(), 3)
	}
	x := NewExtension(canary, canary)
	p := decodePatient(t, strings.NewReplacer("Roy", canary, "1991-05-17", canary, "vendorNote", canary).Replace(compact))
	b := parseBundle(t, `{"resourceType":"Bundle","link":[{"relation":"next","url":"`+canary+`"}],"entry":[{"fullUrl":"`+canary+`","resource":{"resourceType":"Patient","id":"`+canary+`"}}]}`)
	var q Query
	q.Add(canary, canary)
	return append(values, &x, p, b, &b.Entries()[0], b.Entries(), p.Raw(), &q, &Appointment{Contained: []Resource{p}},
		&Error{Kind: OutcomeError, Outcome: &OperationOutcome{ID: canary, Issue: []Issue{{Code: canary, Severity: canary, Diagnostics: canary, Details: CodeableConcept{Text: canary}}}}})
}

func TestNothingPersonalIsPrinted(t *testing.T) {
	t.Parallel()
	type holder struct {
		Value   any
		Pointer any
		List    []any
		Map     map[string]any
	}
	for _, v := range personal(t) {
		name := fmt.Sprintf("%T", v)
		elem := v
		if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer {
			elem = rv.Elem().Interface()
		}
		h := holder{elem, v, []any{v, elem}, map[string]any{"v": elem}}
		// A struct with the very type as an exported field, as user code has it.
		typed := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Field", Type: reflect.TypeOf(elem)}})).Elem()
		typed.Field(0).Set(reflect.ValueOf(elem))
		for _, arg := range []any{v, elem, h, &h, typed.Interface(), errors.Join(fmt.Errorf("wrapped: %v", v))} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "% x", "%08v", "%U"} {
				out := fmt.Sprintf(verb, arg)
				if hasCanary(out) {
					t.Errorf("%s: %s prints %s", name, verb, out)
				}
			}
			if out := fmt.Sprint(arg) + fmt.Sprintln(arg); hasCanary(out) {
				t.Errorf("%s: Print prints %s", name, out)
			}
			var log bytes.Buffer
			slog.New(slog.NewTextHandler(&log, nil)).Info("m", "k", arg, slog.Group("g", "k", arg))
			slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "k", arg, slog.Group("g", "k", arg))
			if hasCanary(log.String()) {
				t.Errorf("%s: logs %s", name, log.String())
			}
		}
	}
}

// hasCanary looks for the canary as text and in hexadecimal.
func hasCanary(s string) bool {
	s = strings.ToLower(s)
	hex := fmt.Sprintf("%x", canary)
	return strings.Contains(s, strings.ToLower(canary)) || strings.Contains(s, hex) ||
		strings.Contains(s, strings.ToLower(fmt.Sprintf("% x", canary)))
}

// fmt does not call methods on unexported fields. A resource behind a pointer
// is safe there with the usual verbs, Raw and Query with all of them.
func TestNothingPersonalIsPrintedFromUnexportedFieldsBehindPointers(t *testing.T) {
	t.Parallel()
	p := decodePatient(t, strings.ReplaceAll(compact, "Roy", canary))
	var q Query
	q.Add(canary, canary)
	raw := p.Raw()
	for _, holder := range []any{
		struct{ p *Patient }{p}, struct{ r Resource }{p}, struct{ r Raw }{raw}, struct{ q Query }{q},
		struct{ list []*Patient }{[]*Patient{p}}, &struct{ m map[string]*Patient }{map[string]*Patient{"a": p}},
	} {
		verbs := []string{"%v", "%+v", "%#v"}
		switch holder.(type) {
		case struct{ r Raw }, struct{ q Query }:
			verbs = append(verbs, "%s", "%q", "%x", "%d", "%t", "%U")
		}
		for _, verb := range verbs {
			if out := fmt.Sprintf(verb, holder); hasCanary(out) {
				t.Errorf("%s prints %s", verb, out)
			}
		}
	}
}

func TestPrintedFormsNameTypeAndCount(t *testing.T) {
	t.Parallel()
	p := decodePatient(t, compact)
	for want, got := range map[string]string{
		"fhir.Patient(16 members)":  fmt.Sprint(p),
		"fhir.HumanName(4 members)": fmt.Sprintf("%+v", p.Name[0]),
		"fhir.Raw(13 bytes)":        fmt.Sprintf("%#v", rawOf(`{"a":"bcdef"}`)),
		"fhir.Bundle(8 entries)":    fmt.Sprint(parseBundle(t, searchset)),
		"fhir.Query(0 parameters)":  fmt.Sprint(Query{}),
		"2026-03-02T14:00:00Z":      fmt.Sprint(Instant("2026-03-02T14:00:00Z")),
		"unknown":                   Kind(0).String(),
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestMarshallingFailsAndNamesTheWayOut(t *testing.T) {
	t.Parallel()
	for _, v := range personal(t) {
		switch v.(type) {
		case *Query, *Error:
			continue // no JSON form with content; an error has its text
		}
		if out, err := json.Marshal(v); err == nil || hasCanary(string(out)) || hasCanary(err.Error()) || !strings.Contains(err.Error(), "fhir.Encode") {
			t.Errorf("%T: json.Marshal gives %s, %v", v, out, err)
		}
		if err := json.Unmarshal([]byte(`{"id":"1"}`), v); err == nil && !strings.Contains(fmt.Sprintf("%T", v), "Date") {
			switch v.(type) {
			case []Entry, *Entry, *Ref, Raw:
			default:
				t.Errorf("%T: json.Unmarshal works and loses members", v)
			}
		}
	}
	if out, err := json.Marshal(struct{ Q Query }{*(&Query{}).Add(canary, canary)}); hasCanary(string(out)) {
		t.Errorf("a query gives %s, %v", out, err)
	}
}
