package nexhealth

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/internal/openapitest"
)

// documentRules are what NexHealth's OpenAPI document does not say in its schemas.
var documentRules = openapitest.Rules{
	// The url member of a patient's document leads there.
	Undocumented: []string{"GET /documents/*/download"},
	Headers: func(route string, h http.Header, report func(where, what string)) {
		auth := h.Get("Authorization")
		switch bearer := strings.HasPrefix(auth, "Bearer "); {
		case auth == "":
			report("Authorization", "missing")
		case bearer == (route == "POST /authenticates"):
			report("Authorization", "the bare key belongs to /authenticates, Bearer to all others")
		}
		if !slices.Contains([]string{"v3.0.0", "v20240412"}, h.Get("Nex-Api-Version")) {
			report("Nex-Api-Version", "missing, or another version than that of the document")
		}
	},
	// The document's own text: required, and "must be omitted" for Onboarding.
	Excused: func(_, parameter string, body []byte) bool {
		return parameter == "subdomain" && bytes.Contains(body, []byte(`"resource_type":"Onboarding"`))
	},
}

// vendorDocument reads the document once for all tests. It is not in this repository.
var vendorDocument = sync.OnceValues(func() (*openapitest.Document, error) {
	data, err := os.ReadFile(filepath.Join(os.Getenv("EMRKIT_FIXTURES"), "nexhealth", "openapi.json"))
	if err != nil {
		return nil, err
	}
	return openapitest.Parse(data, documentRules)
})

// OfficialDocument is the vendor's document, or the test is skipped and says so.
func OfficialDocument(t *testing.T) *openapitest.Document {
	t.Helper()
	if os.Getenv("EMRKIT_FIXTURES") == "" {
		t.Skip("EMRKIT_FIXTURES is not set: the vendor's OpenAPI document was not read")
	}
	d, err := vendorDocument()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTheRulesBesideTheDocumentCanFail needs no document.
func TestTheRulesBesideTheDocumentCanFail(t *testing.T) {
	t.Parallel()
	good := http.Header{"Authorization": {"Bearer t"}, "Nex-Api-Version": {"v3.0.0"}}
	for name, c := range map[string]struct {
		route, header, value, want string
	}{
		"all is well":   {"GET /patients", "Authorization", "Bearer t", ""},
		"the key":       {"POST /authenticates", "Authorization", "nhk-1", ""},
		"dated version": {"GET /patients", "Nex-Api-Version", "v20240412", ""},
		"no token":      {"GET /patients", "Authorization", "", "Authorization"},
		"key as token":  {"GET /patients", "Authorization", "nhk-1", "Authorization"},
		"token as key":  {"POST /authenticates", "Authorization", "Bearer t", "Authorization"},
		"version 2":     {"GET /patients", "Nex-Api-Version", "v2", "Nex-Api-Version"},
		"no version":    {"GET /patients", "Nex-Api-Version", "", "Nex-Api-Version"},
	} {
		h := good.Clone()
		h.Set(c.header, c.value)
		var found []string
		documentRules.Headers(c.route, h, func(where, _ string) { found = append(found, where) })
		if got := strings.Join(found, " "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if !documentRules.Excused("POST /x", "subdomain", []byte(`{"resource_type":"Onboarding"}`)) ||
		documentRules.Excused("POST /x", "subdomain", []byte(`{"resource_type":"Patient"}`)) ||
		documentRules.Excused("POST /x", "location_id", []byte(`{"resource_type":"Onboarding"}`)) {
		t.Error("only the subdomain of subscriptions to onboardings may be left out")
	}
}
