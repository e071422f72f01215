package patientaccess

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// documents answers the two discovery documents; "" is 404.
func documents(smart, metadata string) func(*http.Request) reply {
	return func(req *http.Request) reply {
		body := metadata
		if strings.HasSuffix(req.URL.Path, "/.well-known/smart-configuration") {
			body = smart
		}
		if body == "" {
			return reply{status: 404, kind: "text/html", body: "<html>no such page</html>"}
		}
		return reply{body: body}
	}
}

func discover(t *testing.T, cfg Config, answer func(*http.Request) reply) (Config, *fakeServer, error) {
	t.Helper()
	g := &fakeServer{t: t, answer: answer}
	got, err := cfg.Discover(t.Context(), &emr.Options{HTTPClient: &http.Client{Transport: g}, Retry: &emr.Retry{Attempts: 1}})
	for _, r := range g.seen {
		if r.Header.Get("Authorization") != "" || strings.Contains(r.URL.String(), "kit-") {
			t.Error("a credential was sent for discovery")
		}
	}
	return got, g, err
}

const elsewhere = `{"authorization_endpoint":"https://evil.example/authorize","token_endpoint":"https://evil.example/token"}`

func TestDiscoveryFindsWhereToSignIn(t *testing.T) {
	t.Parallel()
	practice := "https://practice.example.com/fhir/r4"
	for name, row := range map[string]struct {
		version         Version
		base            string
		smart, metadata string
		want            string // of both addresses, before /authorize and /token
		requests        int
	}{
		"smart-configuration":                {R4, "", own(t, "smart-configuration.json"), "", gateway1, 1},
		"metadata of R4":                     {R4, "", "", own(t, "metadata.r4.json"), gateway1, 2},
		"metadata of DSTU2":                  {DSTU2, "", "", own(t, "metadata.dstu2.json"), gateway1, 2},
		"a document that says nothing":       {R4, "", `{}`, own(t, "metadata.r4.json"), gateway1, 2},
		"a document that is none":            {R4, "", `{"authorization_endpoint":1}`, own(t, "metadata.r4.json"), gateway1, 2},
		"a member twice":                     {R4, "", `{"token_endpoint":"https://evil.example/t","token_endpoint":"https://fhir.nextgen.com/t"}`, own(t, "metadata.r4.json"), gateway1, 2},
		"nothing at NextGen's gateway":       {R4, "", "", "", gateway1, 2},
		"another host of NextGen's":          {R4, "", strings.ReplaceAll(own(t, "smart-configuration.json"), "fhir.nextgen.com", "login.nextgen.com"), "", strings.Replace(gateway1, "fhir.", "login.", 1), 1},
		"a practice's own server":            {R4, practice, strings.ReplaceAll(own(t, "smart-configuration.json"), "fhir.nextgen.com", "practice.example.com:443"), "", strings.Replace(gateway1, "fhir.nextgen.com", "practice.example.com:443", 1), 1},
		"a practice at the gateway":          {R4, practice, own(t, "smart-configuration.json"), "", gateway1, 1},
		"another name of this machine":       {R4, "http://127.0.0.1:9001/r4", `{"authorization_endpoint":"http://localhost:9001/o/authorize","token_endpoint":"http://localhost:9001/o/token"}`, "", "http://localhost:9001/o", 1},
		"a server beside it on this machine": {R4, "http://127.0.0.1:9001/r4", `{"authorization_endpoint":"http://127.0.0.1:9002/o/authorize","token_endpoint":"http://127.0.0.1:9002/o/token"}`, "", "http://127.0.0.1:9002/o", 1},
		"blanks around":                      {R4, "", strings.ReplaceAll(own(t, "smart-configuration.json"), `": "https`, `": " https`), "", gateway1, 1},
		"half here and half in metadata":     {R4, "", `{"authorization_endpoint":"` + gateway1 + `/authorize"}`, own(t, "metadata.r4.json"), gateway1, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(row.version)
			cfg.BaseURL = row.base
			got, g, err := discover(t, cfg, documents(row.smart, row.metadata))
			if err != nil || got.AuthorizeURL != row.want+"/authorize" || got.TokenURL != row.want+"/token" {
				t.Fatalf("%s, %s (%v)", got.AuthorizeURL, got.TokenURL, err)
			}
			if n := len(g.requests()); n != row.requests {
				t.Errorf("%d requests, want %d: %v", n, row.requests, g.requests())
			}
		})
	}
}

const gateway1 = "https://fhir.nextgen.com/nge/prod/patient-oauth"

func TestDiscoveryTrustsNoForeignHost(t *testing.T) {
	t.Parallel()
	at := func(token string) string {
		return `{"authorization_endpoint":"` + gateway1 + `/authorize","token_endpoint":"` + token + `"}`
	}
	for name, row := range map[string]struct{ base, smart string }{
		"another host":               {"", elsewhere},
		"token elsewhere":            {"", at("https://evil.example/token")},
		"plain http":                 {"", at("http://fhir.nextgen.com/token")},
		"a user in the address":      {"", at("https://x" + "@fhir.nextgen.com/token")},
		"a name that only looks it":  {"", at("https://fhir.nextgen.com.evil.example/token")},
		"a suffix without a point":   {"", at("https://evilnextgen.com/token")},
		"another port":               {"", at("https://fhir.nextgen.com:8443/token")},
		"this machine for NextGen":   {"", at("http://127.0.0.1:9002/t")},
		"this machine by https":      {"", at("https://localhost/t")},
		"another port for the token": {"http://127.0.0.1:9001/r4", `{"authorization_endpoint":"http://127.0.0.1:9001/a","token_endpoint":"http://127.0.0.1:9002/t"}`},
		"another port for the code":  {"http://127.0.0.1:9001/r4", `{"authorization_endpoint":"http://127.0.0.1:9002/a","token_endpoint":"http://127.0.0.1:9001/t"}`},
		"a host beside this machine": {"http://127.0.0.1:9001/r4", `{"authorization_endpoint":"http://127.0.0.1:9001/a","token_endpoint":"https://login.example.com/t"}`},
		"NextGen for a simulator":    {"http://127.0.0.1:9001/r4", at(gateway1 + "/token")},
		"no address at all":          {"", at("javascript:alert(1)")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := testConfig(R4)
			cfg.BaseURL = row.base
			got, _, err := discover(t, cfg, documents(row.smart, ""))
			e := wantKind(t, err, emr.KindUntrustedURL)
			if got.TokenURL != "" || len(e.Fields) != 1 || strings.Contains(err.Error(), "evil") {
				t.Errorf("%v, fields %v", err, e.Fields)
			}
		})
	}
}

func TestDiscoveryUsesWhatIsConfigured(t *testing.T) {
	t.Parallel()
	cfg := testConfig(R4)
	cfg.AuthorizeURL, cfg.TokenURL = "https://login.example.com/a", "https://login.example.com/t"
	got, g, err := discover(t, cfg, documents(elsewhere, ""))
	if err != nil || got.TokenURL != cfg.TokenURL || len(g.seen) != 0 {
		t.Errorf("%s after %d requests (%v)", got.TokenURL, len(g.seen), err)
	}
	cfg.AuthorizeURL = ""
	got, _, err = discover(t, cfg, documents(own(t, "smart-configuration.json"), ""))
	if err != nil || got.TokenURL != cfg.TokenURL || got.AuthorizeURL != authorizeURL {
		t.Errorf("%s and %s (%v)", got.AuthorizeURL, got.TokenURL, err)
	}
}

func TestDiscoveryFailsWhereNothingIsKnown(t *testing.T) {
	t.Parallel()
	cfg := testConfig(R4)
	cfg.BaseURL = "https://practice.example.com/fhir/r4"
	_, _, err := discover(t, cfg, documents("", ""))
	wantKind(t, err, emr.KindConfig)
	_, _, err = discover(t, testConfig(R4), func(*http.Request) reply { return reply{status: 503} })
	wantKind(t, err, emr.KindUnavailable)
	_, _, err = discover(t, testConfig(R4), func(req *http.Request) reply {
		if strings.HasSuffix(req.URL.Path, "/metadata") {
			return reply{status: 503}
		}
		return reply{status: 404}
	})
	wantKind(t, err, emr.KindUnavailable)
}

func TestTheRecordedDiscoveryDocumentsAreRead(t *testing.T) {
	t.Parallel()
	smart := vendortest.Published(t, "nextgen/fhir-r4-smart-configuration.json")
	if got := readSmart(smart); got.authorize != authorizeURL || got.token != tokenURL {
		t.Errorf("smart-configuration: %+v", got)
	}
	metadata := vendortest.Published(t, "nextgen/fhir-r4-capabilitystatement.json")
	if got := readOAuthURIs(metadata, R4); got.authorize != authorizeURL || got.token != tokenURL {
		t.Errorf("metadata: %+v", got)
	}
	statement, err := fhir.Decode[fhir.CapabilityStatement](metadata, &fhir.Options{Version: fhir.R4})
	if err != nil || statement.Version != "5.0.1.698" || statement.FHIRVersion != "4.0.1" {
		t.Fatalf("%v", err)
	}
	var advertised []resourceType
	for _, r := range statement.Rest[0].Resource {
		has := func(name string) bool {
			return slices.ContainsFunc(r.SearchParam, func(p fhir.CapabilityParam) bool { return p.Name == name })
		}
		advertised = append(advertised, resourceType{r.Type, has("patient"), has(sizeParam)})
	}
	slices.SortFunc(advertised, func(a, b resourceType) int { return strings.Compare(a.name, b.name) })
	if !slices.Equal(advertised, typesR4) {
		t.Errorf("the gateway advertises\n%v, we know\n%v", advertised, typesR4)
	}
	office := vendortest.Published(t, "nextgen/office-r4-smart-configuration.json")
	if got := readSmart(office); !got.complete() {
		t.Errorf("another product of the vendor: %+v", got)
	}
}
