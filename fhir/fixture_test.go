package fhir

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// fixtures returns the files of a folder of the shared fixtures by name. They
// are not part of the repository.
func fixtures(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	root := os.Getenv("EMRKIT_FIXTURES")
	if root == "" {
		t.Skip("EMRKIT_FIXTURES is not set: the official examples are not checked")
	}
	paths, err := filepath.Glob(filepath.Join(root, folder, "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no fixtures in %s of EMRKIT_FIXTURES (%v)", folder, err)
	}
	files := make(map[string][]byte, len(paths))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(path)] = data
	}
	return files
}

// tree decodes JSON for comparing; numbers keep their text.
func tree(t testing.TB, data []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("not JSON: %v", err)
	}
	return v
}

func sameJSON(t testing.TB, what string, got, want []byte) {
	t.Helper()
	if !reflect.DeepEqual(tree(t, got), tree(t, want)) {
		t.Errorf("%s: JSON differs\n got: %s\nwant: %s", what, got, want)
	}
}

// encodeTyped writes a resource so that every known member comes from the Go
// field and only unknown ones from the source.
func encodeTyped(t testing.TB, r Resource) []byte {
	t.Helper()
	w := &writer{typed: true}
	w.object(r)
	if w.err != nil {
		t.Fatalf("encode: %v", w.err)
	}
	return w.buf
}

func encode(t testing.TB, r Resource) string {
	t.Helper()
	out, err := Encode(r, nil)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	return string(out)
}

// wantKind checks the kind of an error and that its text holds nothing of
// the secrets.
func wantKind(t testing.TB, err error, want Kind, secrets ...string) {
	t.Helper()
	if KindOf(err) != want {
		t.Errorf("got error %v of kind %v, want kind %v", err, KindOf(err), want)
	}
	for _, secret := range secrets {
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("error text holds input: %v", err)
		}
	}
}

// elementOf returns the element an error names.
func elementOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Element
	}
	return ""
}
