package emrkit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/emrkit/emrkit"

// vendors lists the vendor packages; each must keep the house rules below.
var vendors = []string{"nextech", "nextechsaas", "nexhealth", "medtech", "nextgen"}

// pkg is what `go list -json` tells of a package.
type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Standard   bool
}

// list runs go list and returns the packages by import path.
func list(t *testing.T, args ...string) map[string]pkg {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list", "-json=ImportPath,Imports,Deps,Standard"}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	got := map[string]pkg{}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return got
		} else if err != nil {
			t.Fatal(err)
		}
		got[p.ImportPath] = p
	}
}

// TestArrowsPointTheRightWay checks who may import whom (DESIGN.md, "The house").
func TestArrowsPointTheRightWay(t *testing.T) {
	t.Parallel()
	std := list(t, "std")
	all := list(t, "./...")
	ours := func(p pkg) []string {
		var in []string
		for _, i := range p.Imports {
			if rest, ok := strings.CutPrefix(i, module+"/"); ok {
				in = append(in, rest)
			}
		}
		return in
	}
	for dir, allowed := range map[string][]string{
		"emr":                 {},
		"emr/emrtest":         {"emr"},
		"fhir":                {},
		"internal/peer":       {},
		"auth":                {"emr", "internal/peer"},
		"auth/signin":         {"emr", "auth", "internal/peer"},
		"internal/transport":  {"emr", "auth", "internal/peer"},
		"internal/configure":  {"emr", "auth", "internal/peer"},
		"internal/cursor":     {"emr"},
		"internal/jsonstream": {},
		"internal/people":     {"emr"},
		"internal/reference":  {"emr"},
		"internal/upload":     {"emr"},
		"internal/vendorjson": {"fhir"},

		"internal/openapitest": {},
		"internal/vendortest":  {"auth", "emr", "emr/emrtest"},

		"nexhealth/bulkcsv":           {"emr", "nexhealth", "nexhealth/internal/practice"},
		"nexhealth/internal/practice": {},

		"nextgen/patientaccess": {"emr", "auth", "auth/signin", "fhir", "internal/configure", "internal/peer", "internal/reference", "internal/transport"},
	} {
		p, ok := all[module+"/"+dir]
		if !ok {
			t.Errorf("package %s is missing", dir)
			continue
		}
		for _, in := range ours(p) {
			if !slices.Contains(allowed, in) {
				t.Errorf("%s imports %s", dir, in)
			}
		}
	}
	for _, i := range all[module+"/emr"].Imports {
		if _, ok := std[i]; !ok {
			t.Errorf("emr imports %s, which is not the standard library", i)
		}
	}
	for _, v := range vendors {
		for _, in := range ours(all[module+"/"+v]) {
			if top, _, _ := strings.Cut(in, "/"); top != v && !slices.Contains([]string{"emr", "auth", "fhir", "internal"}, top) {
				t.Errorf("%s imports %s: vendors never import each other", v, in)
			} else if top == v && !strings.HasPrefix(in, v+"/internal/") {
				t.Errorf("%s imports %s: what lies in its folder imports it, never the other way", v, in)
			}
		}
	}
	for name, p := range all {
		for _, in := range ours(p) {
			if strings.HasPrefix(in, "examples/") && !strings.HasPrefix(name, module+"/examples/") {
				t.Errorf("%s imports %s: nothing imports an example", name, in)
			}
			if in == "internal/openapitest" || in == "internal/vendortest" {
				t.Errorf("%s imports %s: it is for tests only", name, in)
			}
		}
	}
}

// TestDependenciesAreTheListedOnes keeps Redis, JWT, imaging and the like out of what
// every application links.
func TestDependenciesAreTheListedOnes(t *testing.T) {
	t.Parallel()
	allowed := []string{
		"golang.org/x/oauth2", "golang.org/x/time", "github.com/hashicorp/go-retryablehttp",
		"github.com/hashicorp/go-cleanhttp", // by way of go-retryablehttp
	}
	roots := []string{"./emr", "./auth", "./auth/signin", "./fhir", "./internal/transport", "./nexhealth/bulkcsv", "./nextgen/patientaccess"}
	for _, v := range vendors {
		roots = append(roots, "./"+v)
	}
	for name, p := range list(t, append([]string{"-deps"}, roots...)...) {
		if p.Standard || strings.HasPrefix(name, module) || strings.HasPrefix(name, "vendor/") {
			continue
		}
		if !slices.ContainsFunc(allowed, func(a string) bool { return name == a || strings.HasPrefix(name, a+"/") }) {
			t.Errorf("the core or a vendor package links %s", name)
		}
	}
}

// TestVendorFoldersLookAlike checks file names: a reader of one vendor knows them all.
func TestVendorFoldersLookAlike(t *testing.T) {
	t.Parallel()
	for _, v := range append([]string{"nextgen/patientaccess"}, vendors...) {
		for _, want := range []string{"doc.go", "config.go", "client.go", "info.go", "errors.go", "wire.go"} {
			if _, err := os.Stat(filepath.Join(v, want)); err != nil {
				t.Errorf("%s has no %s", v, want)
			}
		}
		if v == "nextgen/patientaccess" { // its simulator is in nextgentest
			continue
		}
		if _, err := os.Stat(filepath.Join(v, v+"test")); err != nil {
			t.Errorf("%s has no simulator in %stest", v, v)
		}
	}
}

// TestTopLevelIsTheDesignedOne checks the folders a newcomer sees first.
func TestTopLevelIsTheDesignedOne(t *testing.T) {
	t.Parallel()
	designed := []string{
		"emr", "auth", "fhir", "internal", "examples", "testdata", "docs",
		"nextech", "nextechsaas", "nextgen", "medtech", "nexhealth",
	}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !slices.Contains(designed, e.Name()) {
			t.Errorf("folder %s is not in the design", e.Name())
		}
	}
}

// TestTheLibraryReadsNoEnvironmentAndNoFile: what it is configured with is what it was
// given. Examples, tests and simulators may; ConfigFromEnv is the one door.
func TestTheLibraryReadsNoEnvironmentAndNoFile(t *testing.T) {
	t.Parallel()
	reads := regexp.MustCompile(`\bos\.(Getenv|LookupEnv|Environ|ExpandEnv|Open|OpenFile|ReadFile|ReadDir)\b`)
	for _, dir := range append([]string{"emr", "auth", "auth/signin", "fhir", "internal/peer", "internal/transport", "nexhealth/bulkcsv", "nexhealth/internal/practice", "medtech/clinicalimage", "auth/redisstore", "nextgen/patientaccess"}, vendors...) {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %d files", dir, err, len(files))
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for n, line := range strings.Split(string(data), "\n") {
				if reads.MatchString(line) && !strings.HasPrefix(line, "func ConfigFromEnv(") && !strings.HasPrefix(strings.TrimSpace(line), "//") {
					t.Errorf("%s:%d reads the environment or a file", name, n+1)
				}
			}
		}
	}
}

// TestFilesStaySmall: nobody reads a file of a thousand lines.
func TestFilesStaySmall(t *testing.T) {
	t.Parallel()
	const most = 500
	err := filepath.WalkDir(".", func(name string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if strings.HasPrefix(d.Name(), ".") && name != "." {
				return filepath.SkipDir
			}
			switch d.Name() {
			case "util", "utils", "common", "helpers", "misc":
				t.Errorf("folder %s: name it after what it does", name)
			}
			return nil
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if n := bytes.Count(data, []byte("\n")); n > most {
			t.Errorf("%s has %d lines, most is %d", name, n, most)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
