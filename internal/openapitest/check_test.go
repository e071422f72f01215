package openapitest

import (
	"net/http"
	"strings"
	"testing"
)

// tinyDocument is a document of our own, to test the checks themselves with.
const tinyDocument = `{"openapi":"3.0.0","paths":{
	"/login":{"post":{"responses":{"201":{}}}},
	"/pets":{"get":{"parameters":[
		{"in":"header","name":"Api-Version","required":true,"schema":{"type":"string"}},
		{"in":"query","name":"owner","required":true,"schema":{"type":"string"}},
		{"in":"query","name":"color","schema":{"type":"string","enum":["green","red"]}},
		{"in":"query","name":"since","schema":{"type":"string","format":"date-time"}},
		{"in":"query","name":"small","schema":{"type":"boolean"}},
		{"in":"query","name":"ids[]","schema":{"type":"array","items":{"type":"integer","format":"int32"}}}],
		"responses":{"200":{"content":{"application/json":{"schema":{"type":"object","properties":{"code":{"type":"boolean"},"data":{"type":"array","items":{"$ref":"#/components/schemas/Pet"}}}}}}}}},
	"post":{"requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/NewPet"}}}},"responses":{"201":{}}}},
	"/finds":{"post":{"parameters":[{"in":"query","name":"owner","required":true,"schema":{"type":"string"}}],
		"requestBody":{"content":{"application/json":{"schema":{"type":"object","properties":{"pet":{"type":"object","properties":{"stray":{"type":"boolean"},"legs":{"type":"integer","enum":[2,4]}}}}}}}},"responses":{"204":{}}}},
	"/pets/{id}":{"get":{"parameters":[{"in":"path","name":"id","required":true,"schema":{"type":"integer"}}],"responses":{"200":{}}}},
	"/pets/mine":{"get":{"responses":{"200":{}}}},
	"/pets/{id}/photos":{"post":{"parameters":[{"in":"path","name":"id","required":true,"schema":{"type":"integer"}}],
		"requestBody":{"required":true,"content":{"multipart/form-data":{"schema":{"type":"object","required":["file"],"properties":{"file":{"type":"string","format":"binary"},"kind":{"type":"integer"}}}}}},"responses":{"201":{}}}}},
	"components":{"schemas":{
		"Pet":{"type":"object","properties":{"id":{"type":"integer"},"name":{"type":"string","example":"Rex"}}},
		"NewPet":{"type":"object","required":["pet"],"properties":{"pet":{"type":"object","required":["name"],"properties":{
			"name":{"type":"string"},"born":{"type":"string","format":"date"},"legs":{"type":"integer","minimum":1,"maximum":5},
			"tags":{"type":"array","items":{"type":"string"}},"good":{"type":"boolean"},"note":{"type":"string","nullable":true}}}}}}}}`

// tinyRules are what tinyDocument does not say.
var tinyRules = Rules{
	Undocumented: []string{"GET /photos/*/content"},
	Headers: func(route string, h http.Header, report func(where, what string)) {
		if bearer := strings.HasPrefix(h.Get("Authorization"), "Bearer "); bearer == (route == "POST /login") {
			report("Authorization", "Bearer belongs to all routes but the login")
		}
	},
	Excused: func(route, parameter string, body []byte) bool {
		return route == "POST /finds" && parameter == "owner" && strings.Contains(string(body), "stray")
	},
}

func tiny(t *testing.T) *Document {
	t.Helper()
	d, err := Parse([]byte(tinyDocument), tinyRules)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestTheCheckSeesEveryKindOfMistake shows that the check can fail: on its own
// small document, with one mistake at a time.
func TestTheCheckSeesEveryKindOfMistake(t *testing.T) {
	t.Parallel()
	d := tiny(t)
	const form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\nx\r\n"
	for _, c := range []struct {
		name, line, body string
		header           http.Header // replaces
		want             string      // where; "" for no violation
	}{
		{"all is well", "GET /pets?owner=s&color=red&since=2026-01-01T00%3A00%3A00Z&small=true&ids%5B%5D=1&ids%5B%5D=5000000000", "", nil, ""},
		{"no such path", "GET /cats?owner=s", "", nil, "path"},
		{"no such method", "DELETE /pets?owner=s", "", nil, "path"},
		{"required parameter", "GET /pets", "", nil, "query owner"},
		{"empty parameter", "GET /pets?owner=", "", nil, "query owner"},
		{"unknown parameter", "GET /pets?owner=s&colour=red", "", nil, "query colour"},
		{"word", "GET /pets?owner=s&color=blue", "", nil, "query color"},
		{"twice", "GET /pets?owner=s&color=red&color=red", "", nil, "query color"},
		{"instant", "GET /pets?owner=s&since=2026-01-01", "", nil, "query since"},
		{"boolean", "GET /pets?owner=s&small=1", "", nil, "query small"},
		{"array", "GET /pets?owner=s&ids%5B%5D=x", "", nil, "query ids[]"},
		{"id", "GET /pets/x", "", nil, "path id"},
		{"fixed before placeholder", "GET /pets/mine", "", nil, ""},
		{"no token", "GET /pets/1", "", http.Header{"Authorization": nil}, "Authorization"},
		{"key as token", "GET /pets/1", "", http.Header{"Authorization": {"key-1"}}, "Authorization"},
		{"token as key", "POST /login", "", nil, "Authorization"},
		{"key", "POST /login", "", http.Header{"Authorization": {"key-1"}}, ""},
		{"no header", "GET /pets?owner=s", "", http.Header{"Api-Version": nil}, "header Api-Version"},
		{"excused", "POST /finds", `{"pet":{"stray":true}}`, nil, ""},
		{"not excused", "POST /finds", `{"pet":{}}`, nil, "query owner"},
		{"number of an enum", "POST /finds?owner=s", `{"pet":{"legs":4}}`, nil, ""},
		{"no number of an enum", "POST /finds?owner=s", `{"pet":{"legs":5}}`, nil, "body.pet.legs"},
		{"good body", "POST /pets", `{"pet":{"name":"Rex","born":"2026-01-02","legs":4,"tags":["a"],"good":true,"note":null}}`, nil, ""},
		{"no body", "POST /pets", "", nil, "body"},
		{"body where none belongs", "GET /pets/1", `{}`, nil, "body"},
		{"content type", "POST /pets", `{"pet":{"name":"Rex"}}`, http.Header{"Content-Type": {"text/plain"}}, "body"},
		{"not wrapped", "POST /pets", `{}`, nil, "body.pet"},
		{"required member", "POST /pets", `{"pet":{}}`, nil, "body.pet.name"},
		{"unknown member", "POST /pets", `{"pet":{"name":"Rex","colour":"red"}}`, nil, "body.pet.colour"},
		{"type", "POST /pets", `{"pet":{"name":7}}`, nil, "body.pet.name"},
		{"null", "POST /pets", `{"pet":{"name":null}}`, nil, "body.pet.name"},
		{"date", "POST /pets", `{"pet":{"name":"Rex","born":"2.1.2026"}}`, nil, "body.pet.born"},
		{"range", "POST /pets", `{"pet":{"name":"Rex","legs":6}}`, nil, "body.pet.legs"},
		{"number as text", "POST /pets", `{"pet":{"name":"Rex","legs":"4"}}`, nil, "body.pet.legs"},
		{"fraction", "POST /pets", `{"pet":{"name":"Rex","legs":4.5}}`, nil, "body.pet.legs"},
		{"element", "POST /pets", `{"pet":{"name":"Rex","tags":[1]}}`, nil, "body.pet.tags[]"},
		{"two values", "POST /pets", `{"pet":{"name":"Rex"}}{}`, nil, "body"},
		{"form", "POST /pets/1/photos", form + "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n7\r\n--b--\r\n", http.Header{"Content-Type": {"multipart/form-data; boundary=b"}}, ""},
		{"form without file", "POST /pets/1/photos", "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\n7\r\n--b--\r\n", http.Header{"Content-Type": {"multipart/form-data; boundary=b"}}, "body.file"},
		{"form with more", "POST /pets/1/photos", form + "--b\r\nContent-Disposition: form-data; name=\"size\"\r\n\r\n7\r\n--b--\r\n", http.Header{"Content-Type": {"multipart/form-data; boundary=b"}}, "body.size"},
		{"an undocumented route", "GET /photos/7/content", "", nil, ""},
	} {
		method, target, _ := strings.Cut(c.line, " ")
		r, err := http.NewRequest(method, "https://pets.example.com"+target, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Authorization": {"Bearer t"}, "Api-Version": {"v1"}}
		if c.body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		for name, values := range c.header {
			if r.Header.Del(name); len(values) > 0 {
				r.Header[name] = values
			}
		}
		found := d.CheckRequest(r, []byte(c.body))
		switch {
		case c.want == "" && len(found) > 0, c.want != "" && len(found) != 1:
			t.Errorf("%s: %v", c.name, found)
		case c.want != "" && !strings.Contains(found[0], ": "+c.want+": "):
			t.Errorf("%s: %v, want %s", c.name, found, c.want)
		}
	}
}

func TestTheCheckLooksAtAnswersToo(t *testing.T) {
	t.Parallel()
	d := tiny(t)
	r, err := http.NewRequest(http.MethodGet, "https://pets.example.com/pets", nil)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{
		`{"code":true,"data":[{"id":1,"name":null}]}`: 0,
		`{"code":true,"data":[{"id":"1","x":2}]}`:     2,
		`{"code":true`: 1,
	} {
		if found := d.CheckAnswer(r, 200, "application/json; charset=utf-8", []byte(body)); len(found) != want {
			t.Errorf("%s: %v", body, found)
		}
	}
	if found := d.CheckAnswer(r, 202, "", nil); len(found) != 1 {
		t.Errorf("a status that is not documented: %v", found)
	}
}
