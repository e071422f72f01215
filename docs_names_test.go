package emrkit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocsNameWhatIsThere looks up each Go name of the pages in the packages they are
// about: `Client.Setups`, `bulkcsv.Read`, `Config.Zone`.
func TestDocsNameWhatIsThere(t *testing.T) {
	t.Parallel()
	dirs := map[string]string{
		"emr": "emr", "emrtest": "emr/emrtest", "auth": "auth", "authtest": "auth/authtest", "signin": "auth/signin", "fhir": "fhir",
		"nextech": "nextech", "nextechtest": "nextech/nextechtest",
		"nexhealth": "nexhealth", "bulkcsv": "nexhealth/bulkcsv", "nexhealthtest": "nexhealth/nexhealthtest",
		"patientaccess": "nextgen/patientaccess",
		"medtech":       "medtech", "medtechtest": "medtech/medtechtest", "clinicalimage": "medtech/clinicalimage",
		"nextechsaas": "nextechsaas", "nextechsaastest": "nextechsaas/nextechsaastest",
		"redisstore": "auth/redisstore",
		"nextgen":    "nextgen", "nextgentest": "nextgen/nextgentest",
	}
	names, anywhere := map[string]map[string]bool{}, map[string]bool{}
	for pkg, dir := range dirs {
		names[pkg] = exported(t, dir)
		for n := range names[pkg] {
			anywhere[n] = true
		}
	}
	pages, err := filepath.Glob("docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(err, pages)
	}
	quoted := regexp.MustCompile("`([^`\n]+)`")
	goName := regexp.MustCompile(`^(?:([a-z]+)\.)?([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)*)$`)
	for _, page := range append(pages, "README.md", "SECURITY.md") {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range quoted.FindAllStringSubmatch(string(data), -1) {
			m := goName.FindStringSubmatch(q[1])
			if m == nil || strings.HasPrefix(m[2], "Test") {
				continue
			}
			known := anywhere
			if m[1] != "" {
				if known = names[m[1]]; known == nil {
					continue // another library's
				}
			}
			for name := range strings.SplitSeq(m[2], ".") {
				if !known[name] {
					t.Errorf("%s: %s is not there", page, q[1])
				}
			}
		}
	}
}

// exported returns what a package exports, with methods and fields.
func exported(t *testing.T, dir string) map[string]bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(dir, err)
	}
	names := map[string]bool{}
	add := func(ids ...*ast.Ident) {
		for _, id := range ids {
			if id.IsExported() {
				names[id.Name] = true
			}
		}
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				add(n.Name)
				return false
			case *ast.TypeSpec:
				add(n.Name)
			case *ast.ValueSpec:
				add(n.Names...)
				return false
			case *ast.Field:
				add(n.Names...)
			}
			return true
		})
	}
	return names
}
