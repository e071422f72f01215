package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// ourWords are the string constants of this package: the only words an error
// may be made of.
var ourWords = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	files, err := filepath.Glob("*.go")
	if err != nil {
		panic(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			panic(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				s, _ := strconv.Unquote(lit.Value)
				for _, word := range strings.FieldsFunc(s, notLetter) {
					words[word] = true
				}
			}
			return true
		})
	}
	return words
})

func notLetter(r rune) bool { return r|0x20 < 'a' || r|0x20 > 'z' }

// safeError checks that an error is ours and says nothing of the input.
func safeError(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind == 0 {
		t.Fatalf("error of type %T", err)
	}
	text := err.Error()
	if e.Outcome != nil { // the codes of an outcome are its own
		text = strings.Replace(text, "("+e.Outcome.Summary()+")", "", 1)
		for _, word := range strings.Fields(e.Outcome.Summary()) {
			if strings.ContainsAny(word, "0123456789@/\"<") {
				t.Fatalf("summary with more than codes: %s", word)
			}
		}
	}
	for _, word := range strings.FieldsFunc(text, notLetter) {
		if !ourWords()[word] {
			t.Fatalf("error text with a word that is not ours: %q", text)
		}
	}
}

func addSeeds(f *testing.F) {
	for _, doc := range []string{
		compact, searchset, failing, patientSample(1), appointmentSample(2), slotSample(3), locationSample(4), practitionerSample(5),
		`{"resourceType":"DocumentReference","masterIdentifier":{"value":"8"},"author":[{"reference":"","display":"web"}],"content":[{"attachment":{"contentType":"application/pdf","size":3654,"data":"aGk="},"format":{"code":"x"}}],"context":{"encounter":[{"reference":"Encounter/1"}],"period":{"start":"2026"}}}`,
		`{"resourceType":"Encounter","class":{"code":"AMB"},"subject":{"reference":"Patient/45822"},"participant":[{"individual":{"reference":"Practitioner/9"}}],"period":{"start":"2026-05-03","end":"2026-05-03"}}`,
		`{"resourceType":"AppointmentResponse","participantStatus":"declined","comment":"The selected time is no longer available."}`,
		`{"resourceType":"Binary","contentType":"text/xml","content":"aGVsbG8="}`,
		`{"resourceType":"Media","identifier":[{"value":"i1"}],"status":"completed","type":{"coding":[{"code":"image"}]},"createdDateTime":"2030-03-04T09:05:00+13:00","duration":1.50,"height":3,"content":{"data":"aGk="}}`,
		`{"resourceType":"Media","type":"photo","subtype":{"text":"x"}}`,
		`{"resourceType":"Communication","category":[{"text":"x"}],"sent":"2030-03-04T09:05:00+13:00","payload":[{"contentString":"x"},{"contentReference":{"reference":"Media/1"}}]}`,
		`{"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/1"},"restriction":{"repetitions":1,"period":{"end":"2030-03-11"}},"note":[{"text":"kept"}]}`,
		`{"resourceType":"appointment-type","id":"4","extension":[{"url":"appointment-type","valueString":"Dry Eye Visit"}]}`,
		`{"resourceType":"Patient","name":{"given":"x","family":["a","b"]},"contact":{"name":[null,{"family":"y"}]},"link":[{"other":{"identifier":{"assigner":[]}}}]}`,
		"\ufeff[null,{\"a\":1e5,\"A\":\"\\ud83d\\ude00\"}]",
		string(bundleOf([]string{slotSample(1), failing})),
	} {
		f.Add([]byte(doc))
	}
	files, err := filepath.Glob("testdata/dstu2-*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no examples of DSTU2 (%v)", err)
	}
	for _, file := range files {
		f.Add(own(f, filepath.Base(file)))
	}
	f.Add([]byte(`{"resourceType":"Encounter","class":"a","docStatus":{"coding":[null,{}],"text":"t"},"status":1,"freeBusyType":2,"family":[["x"]],"name":{"family":["a",null,"b"]}}`))
}

// FuzzResources reads any text with every decoder. Whatever is accepted must
// be the same JSON after a round trip.
func FuzzResources(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := DecodeAny(data, nil)
		safeError(t, err)
		checked := Check(data, nil)
		safeError(t, checked)
		if err == nil && checked != nil {
			t.Fatalf("decoded what the guard refuses: %v", checked)
		}
		if checked == nil && !json.Valid(bytes.TrimPrefix(data, []byte("\ufeff"))) {
			t.Fatal("the guard accepts what is not JSON")
		}
		for i, r := range append(everyResource(), everyResource()...) {
			opts := &Options{}
			if i >= len(everyResource()) {
				opts.Version = DSTU2
			}
			if !typedIn(r) {
				r = new(Generic)
			}
			c := newCursor(data, opts)
			r.decode(c)
			if err := c.end(); err != nil {
				safeError(t, err)
				continue
			}
			if newCursor(data, opts).space() != '{' {
				continue // null, or an array in place of the resource
			}
			useAll(r)
			out, err := Encode(r, opts)
			safeError(t, err)
			if err != nil || Check(out, nil) != nil {
				t.Fatalf("%s: cannot be written back: %v", r.ResourceType(), err)
			}
			want, _ := tree(t, bytes.TrimPrefix(data, []byte("\ufeff"))).(map[string]any)
			got, _ := tree(t, out).(map[string]any)
			if typedIn(r) { // we forced the type on it
				for _, m := range []map[string]any{want, got} {
					maps.DeleteFunc(m, func(k string, _ any) bool { return strings.EqualFold(k, "resourceType") })
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: changed by a round trip\n%s\n%s", r.ResourceType(), data, out)
			}
		}
	})
}

// useAll calls what user code calls on a decoded resource.
func useAll(r Resource) {
	describe("x", r)
	r.Raw().Bytes()
	switch r := r.(type) {
	case *Patient:
		_, _ = r.BirthDate.In(time.UTC)
		readExtensions(r.Extension)
	case *Slot:
		_, _ = r.Start.Time()
		_, _ = r.Schedule.Parse()
	case *OperationOutcome:
		r.Summary()
		r.Detail()
	case *Binary:
		_, _ = r.Data()
	case *Generic:
		readExtensions(r.Extension)
		r.Member("id")
	}
}

// FuzzBundle splits any text and decodes what comes out.
func FuzzBundle(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, opts := range []*Options{nil, {JoinArrays: []string{"identifier", "entry"}, MaxDepth: 20, MaxItems: 50}} {
			b, err := ParseBundle(data, opts)
			if safeError(t, err); err != nil {
				continue
			}
			if b.Link("next"); b.Type == "" {
				b.Link("prev")
			}
			safeError(t, b.Err())
			for e := range b.Matches() {
				r, err := e.Resource()
				safeError(t, err)
				if err == nil && Check(e.Raw().Bytes(), opts) != nil {
					t.Fatalf("%s: an entry that the guard refuses", r.ResourceType())
				}
			}
			for _, err := range Resources[Patient](b) {
				safeError(t, err)
			}
			for _, err := range Included[Generic](b) {
				safeError(t, err)
			}
		}
	})
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2026", "2026-03", "2026-03-02", "2026-03-02T14:00:00Z", "2026-03-02T14:00:00.123456789+13:45", "2026-03-02T24:00:00Z",
		"2026-03-02T14:00:60-00:00", "2026-03-02t14:00:00z", "2026-03-02T14:00-0500", "9999-12-31T23:59:59-14:00", "0001-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := ParseDate(s); err == nil {
			if string(d) != s {
				t.Fatal("text changed")
			}
			y, m, day, _ := d.YMD()
			at, err := d.In(time.UTC)
			if err != nil || at.Year() != y || m != 0 && at.Month() != m || day != 0 && at.Day() != day {
				t.Fatalf("%q begins at %v", s, at)
			}
		} else {
			safeError(t, err)
		}
		i, err := ParseInstant(s)
		safeError(t, err)
		_, err = ParseDateTime(s)
		safeError(t, err)
		_, err = DateTime(s).In(time.UTC)
		safeError(t, err)
		if i == "" {
			return
		}
		at, err := i.Time()
		if err != nil {
			t.Fatal(err)
		}
		std, err := time.Parse(time.RFC3339Nano, s)
		if err != nil || !std.Equal(at) {
			t.Fatalf("%q is %v, the standard library says %v (%v)", s, at, std, err)
		}
		back, err := NewInstant(at).Time()
		if err != nil || !back.Equal(at) || back.Format("-07:00") != at.Format("-07:00") {
			t.Fatalf("%q became %v (%v)", s, back, err)
		}
	})
}

func FuzzReferences(f *testing.F) {
	for _, s := range []string{"Patient/1", "patient/1/_history/2", "https://h.example/fhir/Patient/1", "#c", "urn:uuid:0b6f", "3_0_1/Appointment/12", "../Practitioner/1", "//h/Patient/1", "Patient/%2e%2e", "https://h.example/api/Patient/1/_history/1?x#y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ref, err := ParseReference(s)
		safeError(t, err)
		ref.At("https://h.example/api")
		if err == nil && !ref.Contained() && ref.URN == "" && (ref.Type == "" || ref.ID == "" || ref.ID == "..") {
			t.Fatalf("%q: no type or id", s)
		}
		id, err := LocationID(s, "Patient")
		safeError(t, err)
		if (err == nil) != ValidID(id) {
			t.Fatalf("%q: id %q, %v", s, id, err)
		}
	})
}
