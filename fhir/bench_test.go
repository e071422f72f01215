package fhir

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// plainDecode reads a Bundle of samples(i) the plain way. It knows which type
// comes next, so it need not look at resourceType first.
func plainDecode(data []byte) (n int, err error) {
	var b plainBundle
	if err := json.Unmarshal(data, &b); err != nil {
		return 0, err
	}
	for i, e := range b.Entry {
		var r any
		switch i % 5 {
		case 0:
			r = new(plainPatient)
		case 1:
			r = new(plainAppointment)
		case 2:
			r = new(plainSlot)
		case 3:
			r = new(plainLocation)
		case 4:
			r = new(plainPractitioner)
		}
		if err := json.Unmarshal(e.Resource, r); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// sdkDecode splits, decodes and reads every extension, because the plain way
// has their values too.
func sdkDecode(data []byte) (n int, err error) {
	b, err := ParseBundle(data, nil)
	if err != nil {
		return 0, err
	}
	for e := range b.Matches() {
		r, err := e.Resource()
		if err != nil {
			return n, err
		}
		n++
		switch r := r.(type) {
		case *Patient:
			readExtensions(r.Extension)
			for i := range r.Telecom {
				readExtensions(r.Telecom[i].Extension)
			}
			for i := range r.Contact {
				readExtensions(r.Contact[i].Extension)
			}
		case *Appointment:
			readExtensions(r.Extension)
		case *Slot:
			readExtensions(r.Extension)
		case *Location:
			readExtensions(r.Extension)
		}
	}
	return n, nil
}

func readExtensions(all []Extension) {
	for i := range all {
		switch x := &all[i]; x.ValueType() {
		case "String":
			_, _ = x.ValueString()
		case "Boolean":
			_, _ = x.ValueBoolean()
		case "Integer":
			_, _ = x.ValueInteger()
		case "Reference":
			_, _ = x.ValueReference()
		case "CodeableConcept":
			_, _ = x.ValueCodeableConcept()
		}
	}
}

// mixed is a page of 100 resources, 20 of each type.
func mixed() []byte {
	var all []string
	for i := range 20 {
		all = append(all, patientSample(i), appointmentSample(i), slotSample(i), locationSample(i), practitionerSample(i))
	}
	return bundleOf(all)
}

func bundleOf(resources []string) []byte {
	entries := make([]string, len(resources))
	for i, r := range resources {
		entries[i] = fmt.Sprintf(`{"fullUrl":"https://clinic.example/api/r/%d","resource":%s,"search":{"mode":"match"}}`, i, r)
	}
	return []byte(`{"resourceType":"Bundle","id":"page-1","type":"searchset","total":` + fmt.Sprint(len(entries)) +
		`,"link":[{"relation":"self","url":"https://clinic.example/api/r?_count=100"}],"entry":[` + strings.Join(entries, ",") + `]}`)
}

func benchmark(b *testing.B, data []byte, want int, decode func([]byte) (int, error)) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if n, err := decode(data); err != nil || n != want {
			b.Fatalf("%d resources, %v", n, err)
		}
	}
}

func BenchmarkMixedBundle(b *testing.B) {
	data := mixed()
	b.Run("fhir", func(b *testing.B) { benchmark(b, data, 100, sdkDecode) })
	b.Run("plain", func(b *testing.B) { benchmark(b, data, 100, plainDecode) })
}

// BenchmarkMixedBundleRatio measures both in turns and reports what the
// project promises: time at most 0.5, allocations at most 0.9 of the plain
// way.
func BenchmarkMixedBundleRatio(b *testing.B) {
	data := mixed()
	var ours, plain time.Duration
	for b.Loop() {
		t0 := time.Now()
		_, err1 := sdkDecode(data)
		t1 := time.Now()
		_, err2 := plainDecode(data)
		ours, plain = ours+t1.Sub(t0), plain+time.Since(t1)
		if err1 != nil || err2 != nil {
			b.Fatal(err1, err2)
		}
	}
	b.ReportMetric(float64(ours)/float64(plain), "time-ratio")
	b.ReportMetric(allocationRatio(data), "alloc-ratio")
}

func allocationRatio(data []byte) float64 {
	ours := testing.AllocsPerRun(5, func() { _, _ = sdkDecode(data) })
	return ours / testing.AllocsPerRun(5, func() { _, _ = plainDecode(data) })
}

// BenchmarkPatients decodes 100 full Patients one by one, each from its own
// document.
func BenchmarkPatients(b *testing.B) {
	var docs [][]byte
	for i := range 100 {
		docs = append(docs, []byte(patientSample(i)))
	}
	b.Run("fhir", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, doc := range docs {
				if _, err := Decode[Patient](doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, doc := range docs {
				if err := json.Unmarshal(doc, new(plainPatient)); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// Allocations do not depend on the machine, so this promise is a test.
//
//nolint:paralleltest // counts allocations
func TestMixedBundleAllocatesLessThanThePlainWay(t *testing.T) {
	if ratio := allocationRatio(mixed()); ratio > 0.9 {
		t.Errorf("%.2f of the allocations of the plain way, want at most 0.9", ratio)
	}
}
