package record_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/emrkit/emrkit/internal/record"
)

func TestFindsWhatMustNotBeCommitted(t *testing.T) {
	t.Parallel()
	at := "@" // written apart, so that this file passes its own rules
	for name, text := range map[string]string{
		"e-mail":        "write to ines.roy" + at + "gmail.com",
		"phone":         `{"value":"(813) ` + `222-4571"}`,
		"phone, dashes": "206-" + "444-1234",
		"SSN":           "123-" + "45-6789",
		"token":         "eyJ" + "hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln",
		"key":           "-----BEGIN RSA " + "PRIVATE KEY-----",
		"bearer":        "Authorization: Bearer " + "abcdefghijklmnopqrstuvwxyz012345",
		"path":          "see " + "/home/" + "someone/emrkit",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := record.CheckFile("testdata/x/a.json", []byte("fine\n"+text+"\n"))
			if len(found) != 1 || found[0].Line != 2 {
				t.Fatalf("findings = %v, want one in line 2", found)
			}
			if strings.Contains(found[0].String(), text) {
				t.Error("the report repeats the text")
			}
		})
	}
}

func TestAllowsInventedPeople(t *testing.T) {
	t.Parallel()
	text := "ines.roy@example.com (206) 555-0142 +1 206 555 0199 000-12-3456 nextech\n"
	if found := record.CheckFile("testdata/a.json", []byte(text)); len(found) != 0 {
		t.Errorf("findings = %v, want none", found)
	}
}

func TestWalksTheTree(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		"a/testdata/x.json": {Data: []byte("206-" + "444-1234")},
		"a/code.go":         {Data: []byte("206-" + "444-1234")}, // numbers in code are not phones
		".git/config":       {Data: []byte("someone" + "@" + "corp.com")},
		"b.bin":             {Data: []byte("\x00someone" + "@" + "corp.com")},
	}
	found, err := record.Check(tree)
	if err != nil || len(found) != 1 || found[0].Path != "a/testdata/x.json" {
		t.Errorf("findings = %v, %v; want the one in testdata", found, err)
	}
}

// TestThisTreeIsClean runs the rules over the whole project.
func TestThisTreeIsClean(t *testing.T) {
	t.Parallel()
	found, err := record.Check(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Error(f)
	}
}
