package fhir

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// A transport that reads a body to its end notices a short one (F1); a body
// whose length nobody announced is noticed here.
func TestFault_F1_aDocumentCutAnywhereIsRefused(t *testing.T) {
	t.Parallel()
	whole := string(bundleOf([]string{patientSample(1), slotSample(2)}))
	for i := range len(whole) {
		if _, err := ParseBundle([]byte(whole[:i]), nil); KindOf(err) != Malformed && i > 0 {
			t.Fatalf("cut at %d of %d: got %v", i, len(whole), err)
		}
	}
	patient := patientSample(1)
	for i := 1; i < len(patient); i++ {
		_, err := Decode[Patient]([]byte(patient[:i]), nil)
		wantKind(t, err, Malformed, "Quillfeather")
	}
}

func TestFault_F3_nothingAndWrongResourcesAreErrors(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"null":                    `null`,
		"empty object":            `{}`,
		"array":                   `[]`,
		"array of a resource":     `[{"resourceType":"Patient"}]`,
		"string":                  `"Patient"`,
		"another resource":        `{"resourceType":"Slot","comment":"Quillfeather"}`,
		"another letter case":     `{"resourceType":"patient","id":"1"}`,
		"resourceType no string":  `{"resourceType":{"Patient":1}}`,
		"harmless outcome":        `{"resourceType":"OperationOutcome","issue":[{"severity":"warning","diagnostics":"Quillfeather"}]}`,
		"resourceType of a child": `{"contained":[{"resourceType":"Patient"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Decode[Patient]([]byte(doc), nil)
			wantKind(t, err, WrongResource, "Quillfeather")
			if p != nil {
				t.Error("got a value beside the error")
			}
			_, err = ParseBundle([]byte(doc), nil)
			wantKind(t, err, WrongResource, "Quillfeather")
		})
	}
	_, err := Decode[Patient](nil, nil)
	wantKind(t, err, Malformed)
	for _, entry := range []string{`{}`, `{"resourceType":""}`, `{"resourceType":"Slot"}`} {
		b, err := ParseBundle([]byte(`{"resourceType":"Bundle","entry":[{"resource":`+entry+`}]}`), nil)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for p, err := range Resources[Patient](b) {
			n++
			wantKind(t, err, WrongResource)
			if p != nil {
				t.Error("got a value beside the error")
			}
		}
		if n != 1 {
			t.Errorf("entry %s: %d steps, want 1 with an error", entry, n)
		}
	}
}

func TestFault_F4_whatCanBeReadTwoWaysIsRefused(t *testing.T) {
	t.Parallel()
	many := func(last string) string {
		var b strings.Builder
		b.WriteString(`{"resourceType":"Patient"`)
		for i := range 200 {
			fmt.Fprintf(&b, `,"member%d":%d`, i, i)
		}
		return b.String() + `,` + last + `}`
	}
	for name, doc := range map[string]string{
		"twice":                         `{"resourceType":"Patient","id":"Secret1","id":"2"}`,
		"two letter cases":              `{"resourceType":"Patient","id":"Secret1","ID":"2"}`,
		"two letter cases, far apart":   many(`"Member7":1`),
		"twice, far apart":              many(`"member7":1`),
		"twice by escape":               `{"resourceType":"Patient","id":"Secret1","\u0069d":"2"}`,
		"case by escape":                `{"resourceType":"Patient","id":"Secret1","\u0049d":"2"}`,
		"Kelvin sign for k":             "{\"resourceType\":\"Patient\",\"kind\":1,\"\u212Aind\":2}",
		"k for Kelvin sign":             "{\"resourceType\":\"Patient\",\"\u212Aind\":2,\"kind\":1}",
		"long s for s":                  "{\"resourceType\":\"Patient\",\"status\":1,\"\u017Ftatus\":2}",
		"in an unknown member":          `{"resourceType":"Patient","x":{"y":[{"a":1,"A":"Secret1"}]}}`,
		"in an extension value":         `{"resourceType":"Patient","extension":[{"url":"u","valueReference":{"display":"Secret1","Display":""}}]}`,
		"resourceType twice":            `{"resourceType":"Patient","resourceType":"Patient"}`,
		"second document":               `{"resourceType":"Patient"}{"resourceType":"Patient","id":"Secret1"}`,
		"something behind":              `{"resourceType":"Patient"} Secret1`,
		"a NUL behind":                  "{\"resourceType\":\"Patient\"}\x00",
		"trailing comma":                `{"resourceType":"Patient","id":"Secret1",}`,
		"trailing comma in an array":    `{"resourceType":"Patient","x":["Secret1",]}`,
		"leading comma":                 `{,"resourceType":"Patient"}`,
		"missing comma":                 `{"resourceType":"Patient" "id":"Secret1"}`,
		"missing colon":                 `{"resourceType":"Patient","id" "Secret1"}`,
		"single quotes":                 `{"resourceType":"Patient",'id':"Secret1"}`,
		"comment":                       `{"resourceType":"Patient"/*Secret1*/}`,
		"NaN":                           `{"resourceType":"Patient","x":NaN}`,
		"leading zero":                  `{"resourceType":"Patient","x":01}`,
		"lonely minus":                  `{"resourceType":"Patient","x":-}`,
		"no digits behind the point":    `{"resourceType":"Patient","x":1.}`,
		"no digits in the exponent":     `{"resourceType":"Patient","x":1e+}`,
		"plus sign":                     `{"resourceType":"Patient","x":+1}`,
		"half a word":                   `{"resourceType":"Patient","x":tru}`,
		"word with a tail":              `{"resourceType":"Patient","x":nullSecret1}`,
		"UTF-16":                        "\xff\xfe{\x00}\x00",
		"byte order mark in the middle": "{\"resourceType\":\"Patient\",\ufeff\"id\":\"Secret1\"}",
		"two byte order marks":          "\ufeff\ufeff{\"resourceType\":\"Patient\"}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Decode[Patient]([]byte(doc), nil)
			wantKind(t, err, Malformed, "Secret1")
			wantKind(t, Check([]byte(doc), nil), Malformed, "Secret1")
			_, err = ParseBundle([]byte(`{"resourceType":"Bundle","entry":[{"resource":`+doc+`}]}`), nil)
			wantKind(t, err, Malformed, "Secret1")
		})
	}
}

func TestFault_F4_aByteOrderMarkIsSkipped(t *testing.T) {
	t.Parallel()
	p, err := Decode[Patient]([]byte("\ufeff {\"resourceType\":\"Patient\",\"id\":\"1\"}\r\n"), nil)
	if err != nil || p.ID != "1" {
		t.Errorf("got %v", err)
	}
}

func TestNamesThatOnlyLookAlikeAreAccepted(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{"id":1,"_id":2,"iD2":3,"di":4,"":5,"é":6,"É2":7}`,
		`{"a":{"id":1},"b":{"id":1},"c":[{"id":1},{"id":1}]}`,
		`{"a@b":1,"a` + "`" + `b":2}`, // differ by 0x20 but are no letters
	} {
		if err := Check([]byte(doc), nil); err != nil {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

func TestArraysMayComeTwiceWhereAllowed(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"Practitioner","identifier":[{"value":"15"}],"active":true,"identifier":[{"use":"http://hl7.org/fhir/sid/us-npi","value":"1999999984"}]}`
	_, err := Decode[Practitioner]([]byte(doc), nil)
	wantKind(t, err, Malformed)
	opts := &Options{JoinArrays: []string{"identifier"}}
	p, err := Decode[Practitioner]([]byte(doc), opts)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Identifier) != 2 || p.Identifier[1].Value != "1999999984" {
		t.Errorf("%d identifiers", len(p.Identifier))
	}
	want := `{"resourceType":"Practitioner","identifier":[{"value":"15"},{"use":"http://hl7.org/fhir/sid/us-npi","value":"1999999984"}],"active":true}`
	if got := encode(t, p); got != want {
		t.Errorf("encoded as %s", got)
	}
	b, err := ParseBundle([]byte(`{"resourceType":"Bundle","entry":[{"resource":`+doc+`}]}`), opts)
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range Resources[Practitioner](b) {
		if err != nil || len(p.Identifier) != 2 {
			t.Errorf("in a Bundle: %v", err)
		}
	}
	for _, doc := range []string{
		`{"resourceType":"Practitioner","identifier":[{"value":"15"}],"identifier":{"value":"16"}}`,
		`{"resourceType":"Practitioner","identifier":{"value":"15"},"identifier":[{"value":"16"}]}`,
		`{"resourceType":"Practitioner","identifier":[],"Identifier":[]}`,
		`{"resourceType":"Practitioner","name":[],"name":[]}`,
	} {
		_, err := Decode[Practitioner]([]byte(doc), opts)
		wantKind(t, err, Malformed)
	}
}

//nolint:paralleltest // measures memory
func TestFault_F5_deepAndLongDocumentsAreRefusedCheaply(t *testing.T) {
	deep := func(open string) string { return strings.Repeat(open, 100_000) }
	members := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `"member%05d":0,`, i)
		}
		return b.String()
	}
	long := strings.Repeat("{},", 1_000_000) + "{}" // 3 MB
	big := members(9_000)
	for name, doc := range map[string]string{
		"deep arrays":           deep("["),
		"deep objects":          deep(`{"a":`),
		"deep unknown member":   `{"resourceType":"Patient","x":` + deep("["),
		"deep extensions":       `{"resourceType":"Patient",` + deep(`"extension":[{`),
		"deep contained":        `{"resourceType":"Patient",` + deep(`"contained":[{`),
		"long unknown array":    `{"resourceType":"Patient","x":[` + long + `]}`,
		"long typed array":      `{"resourceType":"Patient","name":[` + long + `]}`,
		"long strings":          `{"resourceType":"Patient","name":[{"given":[` + strings.Repeat(`"",`, 100_000) + `""]}]}`,
		"long lists inside":     `{"resourceType":"Patient","contact":[` + strings.Repeat(`{"telecom":[{},{},{},{}]},`, 9_000) + `{}]}`,
		"too many members":      `{"resourceType":"Patient",` + members(11_000) + `"end":0}`,
		"entries":               `{"resourceType":"Bundle","entry":[` + long + `]}`,
		"many large objects":    `{"resourceType":"Patient","x":[` + strings.Repeat(`{`+big+`"e":0},`, 50) + `[` + deep("["),
		"over-nested reference": `{"resourceType":"Patient","managingOrganization":` + deep(`{"identifier":{"assigner":`),
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			c := newCursor([]byte(doc), nil)
			_, err := c.any()
			if name == "entries" {
				c = newCursor([]byte(doc), nil)
				_, err = c.bundle()
			}
			runtime.ReadMemStats(&after)
			wantKind(t, err, TooLarge)
			if used := after.TotalAlloc - before.TotalAlloc; used > 12*uint64(len(doc))+16<<20 {
				t.Errorf("used %d MiB for %d KiB", used>>20, len(doc)>>10)
			}
			// The cursor goes forward only, so this is all that could grow with the square.
			if c.again > 4*len(doc) {
				t.Errorf("%d looks back for %d bytes", c.again, len(doc))
			}
		})
	}
}

// TestFault_F5_repeatedNamesCostNoMoreThanOthers: names that may come twice are looked up, too.
func TestFault_F5_repeatedNamesCostNoMoreThanOthers(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 4_900 {
		fmt.Fprintf(&b, `"member%05d":0,`, i)
	}
	doc := `{"resourceType":"Patient",` + b.String() + strings.Repeat(`"identifier":[],`, 4_900) + `"end":0}`
	c := newCursor([]byte(doc), &Options{JoinArrays: []string{"identifier"}})
	if _, err := c.any(); err != nil {
		t.Fatal(err)
	}
	if c.again > 4*len(doc) {
		t.Errorf("%d looks back for %d bytes", c.again, len(doc))
	}
	doc = `{"resourceType":"Patient",` + b.String() + `"Member00001":0}`
	_, err := DecodeAny([]byte(doc), nil)
	wantKind(t, err, Malformed)
}

func TestLimitsCanBeSet(t *testing.T) {
	t.Parallel()
	nested := []byte(`{"a":[{"b":[1]}]}`)
	if err := Check(nested, &Options{MaxDepth: 4}); err != nil {
		t.Error(err)
	}
	wantKind(t, Check(nested, &Options{MaxDepth: 3}), TooLarge)
	three := []byte(`{"a":[1,2,3]}`)
	if err := Check(three, &Options{MaxItems: 3}); err != nil {
		t.Error(err)
	}
	wantKind(t, Check(three, &Options{MaxItems: 2}), TooLarge)
	entries := []byte(`{"resourceType":"Bundle","entry":[{},{},{}]}`)
	if _, err := ParseBundle(entries, &Options{MaxItems: 3}); err != nil {
		t.Error(err)
	}
	_, err := ParseBundle(entries, &Options{MaxItems: 2})
	wantKind(t, err, TooLarge)
}

func TestFault_F15_textIsNeverSilentlyAltered(t *testing.T) {
	t.Parallel()
	read := func(quoted string) (*Patient, error) {
		return Decode[Patient]([]byte(`{"resourceType":"Patient","name":[{"family":`+quoted+`}]}`), nil)
	}
	for name, quoted := range map[string]string{
		"not UTF-8":             "\"Quill\xff\"",
		"cut UTF-8":             "\"Quill\xc3\"",
		"UTF-8 surrogate":       "\"\xed\xa0\x80\"",
		"overlong":              "\"\xc0\xaf\"",
		"half a pair":           `"\ud83d"`,
		"half a pair and text":  `"\ud83dx"`,
		"second half first":     `"\ude00\ud83d"`,
		"pair with two firsts":  `"\ud83d\ud83d"`,
		"bare line break":       "\"Quill\nfeather\"",
		"bare NUL":              "\"Quill\x00\"",
		"unknown escape":        `"Quill\x41"`,
		"escape without digits": `"Quill\u00g0"`,
	} {
		_, err := read(quoted)
		if KindOf(err) != Malformed {
			t.Errorf("%s: got %v", name, err)
		}
		wantKind(t, err, Malformed, "Quill")
	}
	for name, family := range map[string]string{
		"accents and other scripts": "Bénédicte Çelik 李小龍 Ægir",
		"right-to-left mark":        "\u202eFeather\u202c \u200fמשה",
		"decomposed":                "Be\u0301ne\u0301dicte",
		"escape-worthy":             "a\"b\\c/d\b\f\n\r\t\u0001\u007f\u2028<&>",
		"not on the basic plane":    "😀𝒵",
		"replacement character":     "Quill\ufffd",
		"noncharacter":              "\uffff",
	} {
		out := encode(t, &Patient{Name: []HumanName{{Family: family}}})
		p, err := Decode[Patient]([]byte(out), nil)
		if err != nil || p.Name[0].Family != family {
			t.Errorf("%s: sent and read again as %q (%v)", name, p.Name[0].Family, err)
		}
	}
	p, err := read(`"\u0042\u00e9\ud83d\ude00\/"`)
	if err != nil || p.Name[0].Family != "Bé😀/" {
		t.Errorf("escapes: %v", err)
	}
	_, err = Encode(&Patient{Name: []HumanName{{Family: "Quill\xff"}}}, nil)
	wantKind(t, err, Invalid, "Quill")
	_, err = Encode(&Patient{Extension: []Extension{NewExtension("u", "Quill\xff")}}, nil)
	wantKind(t, err, Invalid, "Quill")
}
