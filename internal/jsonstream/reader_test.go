package jsonstream_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/emrkit/emrkit/internal/jsonstream"
)

// whole reads a document of one value.
func whole(r io.Reader, limit int) (json.RawMessage, error) {
	d := jsonstream.New(r)
	raw, err := d.Raw(limit)
	if err != nil {
		return nil, err
	}
	return raw, d.End()
}

func TestRawIsTheValueAsEncodingJSONReadsIt(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{
		`{}`, `[]`, ` [ ] `, `null`, `-1.5e+10`, `"a"`, `{"a":[1,{"b":"c"},[]],"d":null,"e":true}`,
		`"\"\\\/\b\f\n\r\t"`, `"\u00e9\ud83d\ude00 \ud83d \ude00 \ud83dx"`, `"Māori Ω 😀"`, "\"\xff\xc3\"", "\ufeff{\"a\":1}",
		`{"long":"` + strings.Repeat(`x\n\u00e9é`, 20000) + `"}`,
	} {
		for name, r := range map[string]io.Reader{"at once": strings.NewReader(doc), "byte by byte": iotest.OneByteReader(strings.NewReader(doc))} {
			raw, err := whole(r, 1<<20)
			if err != nil {
				t.Errorf("%s: %.60q: %v", name, doc, err)
				continue
			}
			var got, want any
			if err := json.Unmarshal(raw, &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(strings.TrimPrefix(doc, "\ufeff")), &want); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %.60q became %.60q", name, doc, raw)
			}
		}
	}
}

func TestWhatIsNoDocumentIsAnError(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("[", 65) + strings.Repeat("]", 65)
	for _, doc := range []string{
		``, ` `, `{`, `[1`, `[1,`, `[1,]`, `[,1]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{a:1}`, `[1 2]`, `{"a":1 "b":2}`, `]`, `}`,
		`{"a":1]`, `[1}`, `nul`, `truefalse`, `01`, `+1`, `--`, `"`, `"a`, `"\`, `"\x"`, `"\u12"`, `"\u12g4"`, `"\u+123"`, "\"a\nb\"",
		`{} {}`, `1 2`, `<html>`, `{"a":1,"A":2}`, `{"":1,"":2}`, deep,
	} {
		if raw, err := whole(strings.NewReader(doc), 1<<20); err == nil {
			t.Errorf("%.40q passed as %.40q", doc, raw)
		} else if !errors.Is(err, jsonstream.ErrBroken) && !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%.40q: %v", doc, err)
		}
		d := jsonstream.New(strings.NewReader(doc))
		if err := errors.Join(d.Skip(), d.End()); err == nil {
			t.Errorf("%.40q is passed over", doc)
		}
	}
}

func TestWhatIsKeptIsBounded(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`"` + strings.Repeat("x", 101) + `"`, `[` + strings.Repeat(`1,`, 101) + `1]`, `{"a":{"b":"` + strings.Repeat("x", 95) + `"}}`} {
		if _, err := whole(strings.NewReader(doc), 100); !errors.Is(err, jsonstream.ErrBroken) {
			t.Errorf("%.20q: %v", doc, err)
		}
	}
}

// The names of open objects are kept for as long as these are: together they are bounded.
func TestNamesOfOpenObjectsAreBounded(t *testing.T) {
	t.Parallel()
	name := func(n int) string { return fmt.Sprintf(`"%04d%s":`, n, strings.Repeat("n", 4000)) }
	var nested, one, many strings.Builder
	for n := range 300 { // 1.2 MB of names
		nested.WriteString(name(n) + "1,")
		if n%50 == 49 {
			nested.WriteString(name(n+1000) + "{")
		}
	}
	for n := range 200 {
		one.WriteString(name(n) + "1,")
	}
	for range 3 {
		many.WriteString("{" + one.String() + `"z":1},`)
	}
	d := jsonstream.New(strings.NewReader("{" + nested.String()))
	if err := d.Skip(); !errors.Is(err, jsonstream.ErrBroken) {
		t.Error(err)
	}
	d = jsonstream.New(strings.NewReader("[" + many.String() + "1]")) // closed ones do not count
	if err := errors.Join(d.Skip(), d.End()); err != nil {
		t.Error(err)
	}
}

func TestNoNameComesTwiceInAnySpelling(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{`{"summary":1,"Summary":2}`, `{"summary":1,"\u017fummary":2}`, `{"key":1,"\u212aey":2}`, `{"\u03a3":1,"\u03c2":2}`} {
		d := jsonstream.New(strings.NewReader(doc))
		if err := d.Skip(); !errors.Is(err, jsonstream.ErrBroken) {
			t.Errorf("%s: %v", doc, err)
		}
	}
}

func TestABrokenTextStaysBroken(t *testing.T) {
	t.Parallel()
	text, err := jsonstream.New(strings.NewReader("\"ab\x01cd\"")).Stream()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if all, err := io.ReadAll(text); !errors.Is(err, jsonstream.ErrBroken) || strings.Contains(string(all), "c") {
			t.Errorf("%q, %v", all, err)
		}
	}
}

func TestTheStreamsOwnErrorIsPassedOn(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	for _, doc := range []string{``, `[`, `[1`, `["a`, `["a\`, `{"a":`} {
		d := jsonstream.New(io.MultiReader(strings.NewReader(doc), iotest.ErrReader(broken)))
		if err := d.Skip(); !errors.Is(err, broken) {
			t.Errorf("%q: %v", doc, err)
		}
		if err := d.End(); !errors.Is(err, broken) { // it stays
			t.Errorf("%q: End says %v", doc, err)
		}
	}
}

func TestALongTextIsReadInTheMiddleOfADocument(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	doc := io.MultiReader(strings.NewReader(`[{"id":7,"skip":{"x":[1,2]},"text":"`), &repeat{[]byte("<p>\\u00e9\\n"), size}, strings.NewReader(`","after":true}]`))
	d := jsonstream.New(doc)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(d.Begin('['))
	if more, err := d.Element(); !more || err != nil {
		t.Fatal(more, err)
	}
	check(d.Begin('{'))
	var names []string
	read := int64(0)
	for {
		name, more, err := d.Member()
		check(err)
		if !more {
			break
		}
		names = append(names, name)
		if name != "text" {
			check(d.Skip())
			continue
		}
		text, err := d.Stream()
		check(err)
		read, err = io.Copy(io.Discard, text)
		check(err)
	}
	if more, err := d.Element(); more || err != nil {
		t.Fatal(more, err)
	}
	check(d.End())
	if want := int64(size / 11 * len("<p>é\n")); read != want || strings.Join(names, " ") != "id skip text after" {
		t.Errorf("%d bytes of %d, members %v", read, want, names)
	}
}

// Not parallel: it counts what the whole process allocates.
func TestPassingOverALongTextAllocatesNothingForItsLength(t *testing.T) { //nolint:paralleltest // see above
	count := testing.AllocsPerRun(1, func() {
		d := jsonstream.New(io.MultiReader(strings.NewReader(`"`), &repeat{[]byte("<p>\\u00e9\\n"), 4 << 20}, strings.NewReader(`"`)))
		if err := errors.Join(d.Skip(), d.End()); err != nil {
			t.Fatal(err)
		}
	})
	if count > 50 {
		t.Errorf("%v allocations", count)
	}
}

// repeat gives whole copies of a text, as many as fit into left bytes.
type repeat struct {
	text []byte
	left int
}

func (r *repeat) Read(to []byte) (int, error) {
	if r.left < len(r.text) {
		return 0, io.EOF
	}
	n := 0
	for n+len(r.text) <= len(to) && r.left >= len(r.text) {
		n += copy(to[n:], r.text)
		r.left -= len(r.text)
	}
	if n == 0 {
		return 0, io.ErrShortBuffer
	}
	return n, nil
}

// anything reads a document and keeps numbers as they are written.
func anything(doc []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func FuzzReader(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\u00e9",null]}`, `"\ud83d\ude00"`, `[{"summary":{},"ccd":"<html>"}]`, `{"a":1,"A":2}`, "\ufeff[]", `1E800`, `{"s":1,"ſ":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		raw, err := whole(bytes.NewReader(doc), 1<<20)
		skipped := jsonstream.New(iotest.OneByteReader(bytes.NewReader(doc)))
		if bad := errors.Join(skipped.Skip(), skipped.End()); (bad == nil) != (err == nil) && len(doc) < 1<<18 {
			t.Fatalf("read: %v, passed over: %v", err, bad)
		}
		plain := bytes.TrimPrefix(doc, []byte("\ufeff"))
		if err != nil {
			return
		}
		got, bad1 := anything(raw)
		want, bad2 := anything(plain)
		if bad1 != nil || bad2 != nil {
			t.Fatalf("%q was taken as %q", doc, raw)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q became %q", doc, raw)
		}
	})
}
