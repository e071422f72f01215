package nexhealth

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/people"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// seedRecords adds the records of our own fixtures, and nonsense.
func seedRecords(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		var e envelope
		if err := vendorjson.Decode(readFixture(f, name+".response.json"), &e); err != nil {
			f.Fatal(err)
		}
		rows := []json.RawMessage{unwrap(e.Data, "user", "appt")}
		var all []json.RawMessage
		if json.Unmarshal(e.Data, &all) == nil {
			rows = all
		}
		for _, r := range rows {
			f.Add([]byte(r))
		}
	}
	for _, s := range []string{"", "null", "{}", "[]", "7", `{"id":""}`, `{"id":{}}`, `{"id":1,"bio":7}`, `{"id":1e999}`, `{"id":1,"start_time":"24:00"}`, "\xff"} {
		f.Add([]byte(s))
	}
}

// quietly fails when an error of a decoder quotes what it read.
func quietly(t *testing.T, raw []byte, err error) {
	t.Helper()
	text := fmt.Sprintf("%v %+v %#v", err, err, err)
	for _, part := range strings.FieldsFunc(string(raw), func(r rune) bool { return strings.ContainsRune("{}[]\",: \n", r) }) {
		if len(part) > 8 && strings.Contains(text, part) {
			t.Errorf("the error quotes %q", part)
		}
	}
}

func FuzzPatient(f *testing.F) {
	seedRecords(f, "patient/find", "patient/get", "patient/create")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if vendorjson.Check(raw) != nil {
			return // an answer is checked as a whole
		}
		p, err := patientFrom(raw)
		if err != nil {
			quietly(t, raw, err)
			return
		}
		if p.ID.IsZero() || p.Write != emr.WriteAccepted && p.Write != emr.WriteDone {
			t.Errorf("%+v", p)
		}
		if !people.Fits(p, emr.PatientQuery{}) || !people.Fits(p, emr.PatientQuery{Family: p.Family, Given: p.Given, Born: p.Born}) {
			t.Error("a patient does not answer their own name and birth date")
		}
		for _, phone := range p.Phones {
			if people.Digits(phone.Number.Reveal()) != "" && !people.Fits(p, emr.PatientQuery{Phone: phone.Number}) {
				t.Error("a patient is not found by their own telephone")
			}
			if d, ok := nationalDigits(phone.Number.Reveal()); ok && len(d) != 10 {
				t.Errorf("%d digits", len(d))
			}
		}
		retirePlaceholders([]*emr.Patient{p, p})
	})
}

func FuzzAppointment(f *testing.F) {
	seedRecords(f, "appointment/get", "appointment/list", "appointment/book", "appointment/cancel")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if vendorjson.Check(raw) != nil {
			return
		}
		a, err := appointmentFrom(raw, nil, zoneMemo{})
		if err != nil {
			quietly(t, raw, err)
			return
		}
		states := []emr.Status{emr.StatusPending, emr.StatusBooked, emr.StatusArrived, emr.StatusFulfilled, emr.StatusCancelled, emr.StatusNoShow}
		if a.ID.IsZero() || !slices.Contains(states, a.Status) || a.Start.Location().String() == "Local" {
			t.Errorf("%+v", a)
		}
	})
}

func FuzzRecords(f *testing.F) {
	seedRecords(f, "document/list", "recall/list", "procedure/list", "insurance/plans", "insurance/coverage", "patient/alerts", "recall/types")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if vendorjson.Check(raw) != nil {
			return
		}
		if d, err := documentFrom(raw, tessaID); err != nil {
			quietly(t, raw, err)
		} else if d.ID.IsZero() {
			t.Error("a document without an id")
		}
		fuzzRecord(t, raw, recallOf)
		fuzzRecord(t, raw, procedureOf)
		fuzzRecord(t, raw, planOf)
		fuzzRecord(t, raw, coverageOf)
		fuzzRecord(t, raw, alertOf)
	})
}

func fuzzRecord[W, T any](t *testing.T, raw []byte, of func(json.RawMessage, *W) *T) {
	t.Helper()
	var w W
	if err := vendorjson.Into(raw, &w); err != nil {
		quietly(t, raw, err)
		return
	}
	of(raw, &w)
}

func FuzzDocumentAddress(f *testing.F) {
	for _, s := range []string{"/documents/18/download", "documents/18?x=1", "https://nexhealth.info/a", "//evil.example.com/", "https://nexhealth.info@evil.example.com/", "/../x", "/%2e%2e/", "\\\\evil.example.com", "https:evil.example.com", "/a\r\nHost: x"} {
		f.Add(s)
	}
	c, err := New(testConfig(), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = c.Close() })
	f.Fuzz(func(t *testing.T, address string) {
		path, query, err := c.ownAddress(address)
		if err != nil {
			if emr.KindOf(err) != emr.KindUntrustedURL && emr.KindOf(err) != emr.KindProtocol {
				t.Error(err)
			}
			return
		}
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.Contains(path, "/../") || strings.ContainsAny(path, "\r\n ") || strings.Contains(query, "#") {
			t.Errorf("%q leads to %q %q", address, path, query)
		}
	})
}
