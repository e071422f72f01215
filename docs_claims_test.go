package emrkit_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// pages are all texts for people.
func pages(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, name := range append(names, "README.md", "SECURITY.md", "CONTRIBUTING.md", "DESIGN.md", "CHANGELOG.md", "BENCHMARKS.md") {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(data)
	}
	return texts
}

// TestDocsLinkToWhatIsThere follows the links between pages and looks for the programs
// that they tell to run.
func TestDocsLinkToWhatIsThere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	program := regexp.MustCompile(`go run \./([a-z/-]+)`)
	for name, text := range pages(t) {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s, which is not there", name, m[1])
			}
		}
		for _, m := range program.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.FromSlash(m[1]), "main.go")); err != nil {
				t.Errorf("%s runs %s, which is no program", name, m[1])
			}
		}
	}
}

// TestDocsNameVariablesThatAreRead compares the environment variables of the pages with
// those that ConfigFrom asks for, both ways.
func TestDocsNameVariablesThatAreRead(t *testing.T) {
	t.Parallel()
	read := map[string]bool{}
	get := func(name string) string { read[name] = true; return "" }
	_, _ = nextech.ConfigFrom(get) // empty values: all fail, after reading all
	_, _ = nexhealth.ConfigFrom(get)
	_, _ = medtech.ConfigFrom(get)
	_, _ = nextechsaas.ConfigFrom(get)
	_, _ = patientaccess.ConfigFrom(get)
	_, _ = nextgen.ConfigFrom(get)
	texts := pages(t)
	for name, text := range texts {
		for _, v := range regexp.MustCompile(`\b(?:NEXTECH|NEXTECHSAAS|NEXHEALTH|MEDTECH|NEXTGEN)_[A-Z_]*[A-Z]\b`).FindAllString(text, -1) {
			if !read[v] {
				t.Errorf("%s names %s, which nobody reads", name, v)
			}
		}
	}
	for v := range read {
		page, _, _ := strings.Cut(strings.ToLower(v), "_")
		if strings.HasPrefix(v, "NEXTGEN_FHIR_") {
			page = "patient-access"
		}
		if !strings.Contains(texts["docs/"+page+".md"], v) {
			t.Errorf("docs/%s.md does not name %s", page, v)
		}
	}
}

// TestDocsNameTestsThatExist looks for the tests that SECURITY.md promises by name.
func TestDocsNameTestsThatExist(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	err := filepath.WalkDir(".", func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := os.ReadFile(name)
		all.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range pages(t) {
		for _, test := range regexp.MustCompile(`\bTest[A-Z][A-Za-z0-9_]+`).FindAllString(text, -1) {
			if !strings.Contains(all.String(), "func "+test) {
				t.Errorf("%s names %s, which is no test", name, test)
			}
		}
	}
}
