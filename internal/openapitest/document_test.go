package openapitest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestADocumentThatIsNotUnderstoodIsRefused: a keyword that is passed over would make
// every check a little weaker, and nobody would notice.
func TestADocumentThatIsNotUnderstoodIsRefused(t *testing.T) {
	t.Parallel()
	operation := func(s string) string { return `{"openapi":"3.0.3","paths":{"/a":{"get":` + s + `}}}` }
	answer := func(schema string) string {
		return operation(`{"responses":{"200":{"content":{"application/json":{"schema":` + schema + `}}}}}`)
	}
	for name, c := range map[string]struct{ text, want string }{
		"no JSON":            {`{`, "unexpected end"},
		"Swagger":            {`{"swagger":"2.0"}`, "not OpenAPI 3.0"},
		"3.1":                {`{"openapi":"3.1.0"}`, "not OpenAPI 3.0"},
		"path parameters":    {`{"openapi":"3.0.0","paths":{"/a":{"parameters":[]}}}`, "not understood"},
		"cookie":             {operation(`{"parameters":[{"in":"cookie","name":"c","schema":{}}]}`), `"cookie"`},
		"parameter by name":  {operation(`{"parameters":[{"$ref":"#/components/parameters/P"}]}`), "reference"},
		"no schema":          {operation(`{"parameters":[{"in":"query","name":"q"}]}`), "no schema"},
		"body by name":       {operation(`{"requestBody":{"$ref":"#/components/requestBodies/B"}}`), "reference"},
		"response by name":   {operation(`{"responses":{"200":{"$ref":"#/components/responses/R"}}}`), "reference"},
		"allOf":              {answer(`{"allOf":[{"type":"object"}]}`), `"allOf"`},
		"pattern, nested":    {answer(`{"type":"array","items":{"type":"object","properties":{"a":{"type":"string","pattern":"x"}}}}`), `"pattern"`},
		"type":               {answer(`{"type":"file"}`), `"file"`},
		"no such schema":     {answer(`{"type":"array","items":{"$ref":"#/components/schemas/S"}}`), "leads nowhere"},
		"another file":       {answer(`{"$ref":"other.json"}`), "leads nowhere"},
		"names in a circle":  {`{"openapi":"3.0.0","components":{"schemas":{"A":{"$ref":"#/components/schemas/B"},"B":{"$ref":"#/components/schemas/A"}}}}`, "circle"},
		"in a schema itself": {`{"openapi":"3.0.0","components":{"schemas":{"A":{"oneOf":[]}}}}`, `"oneOf"`},
	} {
		if d, err := Parse([]byte(c.text), Rules{}); d != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := Parse([]byte(answer(`{"type":"string","maxLength":3}`)), Rules{}); err == nil {
		t.Error("a length would not be checked")
	}
	recursive := `{"openapi":"3.0.0","components":{"schemas":{"A":{"type":"object","x-note":1,"properties":{"a":{"$ref":"#/components/schemas/A"}}}}}}`
	if _, err := Parse([]byte(recursive), Rules{}); err != nil {
		t.Errorf("a schema may hold itself: %v", err)
	}
}

func TestRoutesAreFoundTheMostFixedFirst(t *testing.T) {
	t.Parallel()
	d := tiny(t)
	for sent, want := range map[string]string{
		"GET /pets/mine": "GET /pets/mine", "GET /pets/7": "GET /pets/{id}", "POST /pets/a%2Fb/photos": "POST /pets/{id}/photos",
		"DELETE /pets": "", "GET /pets/": "", "GET /": "", "GET /pets/7/8": "",
	} {
		method, path, _ := strings.Cut(sent, " ")
		if route, ok := d.Route(method, path); ok != (want != "") || ok && route != want {
			t.Errorf("%s: %q, %v", sent, route, ok)
		}
	}
	want := []string{"GET /pets", "GET /pets/mine", "GET /pets/{id}", "POST /finds", "POST /login", "POST /pets", "POST /pets/{id}/photos"}
	if diff := cmp.Diff(want, d.Routes()); diff != "" {
		t.Error(diff)
	}
	for _, route := range d.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if got, ok := d.Route(method, path); !ok || got != route {
			t.Errorf("%s is found as %s", route, got)
		}
	}
}

func TestSamplesAreMadeOfExamples(t *testing.T) {
	t.Parallel()
	d := tiny(t)
	status, answer, ok := d.Sample("GET /pets")
	data, err := json.Marshal(answer)
	if err != nil || !ok || status != 200 || string(data) != `{"code":null,"data":[{"id":null,"name":"Rex"}]}` {
		t.Errorf("%d, %s, %v", status, data, ok)
	}
	for _, route := range []string{"POST /login", "GET /cats", ""} {
		if _, _, ok := d.Sample(route); ok {
			t.Errorf("%q has no content", route)
		}
	}
	for body, want := range map[string]int{`{"pet":{"name":"Rex","born":null}}`: 0, `{"pet":{"nome":"Rex"}}`: 2, `{`: 1} {
		if found := d.CheckSample("POST /pets", []byte(body)); len(found) != want {
			t.Errorf("%s: %v", body, found)
		}
	}
	for _, route := range []string{"GET /pets", "POST /cats"} {
		if found := d.CheckSample(route, []byte(`{}`)); len(found) != 1 {
			t.Errorf("%s takes no body: %v", route, found)
		}
	}
}
