package patientaccess

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func text(t testing.TB, c *emr.Content) string {
	t.Helper()
	if c == nil {
		return ""
	}
	data, err := io.ReadAll(c.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func attached(url, kind string) string {
	return fmt.Sprintf(`{"resourceType":"DocumentReference","id":%q,"content":[{"attachment":{"url":%q,"contentType":%q}}]}`, letter, url, kind)
}

func TestContentElsewhereOnTheServerIsOpened(t *testing.T) {
	t.Parallel()
	binary := `{"resourceType":"Binary","contentType":"text/plain","data":"V2VsbC4K"}`
	for name, row := range map[string]struct {
		version Version
		url     string
		kind    string // of the attachment
		answer  reply
		want    string // path, content, media type
	}{
		"relative":           {R4, "Binary/b1", "text/plain", reply{body: binary}, "/Binary/b1 Well.\n text/plain"},
		"leading blank":      {R4, " " + baseR4 + "/Binary/b1", "", reply{body: binary}, "/Binary/b1 Well.\n text/plain"},
		"upper case":         {R4, strings.TrimSuffix(baseR4, "r4") + "R4/Binary/b1?x=1", "", reply{body: binary}, "/Binary/b1?x=1 Well.\n text/plain"},
		"bytes":              {R4, "Binary/b1", "application/pdf", reply{body: "%PDF-", kind: "application/pdf"}, "/Binary/b1 %PDF- application/pdf"},
		"bytes of no type":   {R4, "Binary/b1", "application/pdf", reply{body: "%PDF-", kind: "application/octet-stream"}, "/Binary/b1 %PDF- application/pdf"},
		"a document of XML":  {R4, "Binary/b1", "text/xml", reply{body: "<x/>", kind: "text/xml"}, "/Binary/b1 <x/> text/xml"},
		"a page that is one": {R4, "Binary/b1", "text/html", reply{body: "<p>x</p>", kind: "text/html"}, "/Binary/b1 <p>x</p> text/html"},
		"Binary of DSTU2":    {DSTU2, "Binary/b1", "", reply{body: strings.Replace(binary, "data", "content", 1), kind: "application/json+fhir"}, "/Binary/b1 Well.\n text/plain"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, g := open(t, row.version, func(req *http.Request) reply {
				if strings.Contains(req.URL.Path, "DocumentReference") {
					return reply{body: attached(row.url, row.kind)}
				}
				return row.answer
			})
			content, err := parts{c}.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID(letter)})
			if err != nil {
				t.Fatal(err)
			}
			if got := g.requests()[1] + " " + text(t, content) + " " + content.ContentType; got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestContentOfAnotherHostIsNotFetched(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"https://evil.example/Binary/1", "//evil.example/Binary/1", "http://fhir.nextgen.com/nge/prod/fhir-api-r4/fhir/r4/Binary/1",
		"https://fhir.nextgen.com:8443/nge/prod/fhir-api-r4/fhir/r4/Binary/1", "https://u" + "@fhir.nextgen.com/nge/prod/fhir-api-r4/fhir/r4/Binary/1",
		"Binary/..%2f..%2f..%2fadmin", "Binary/a%5C..%5Cb", "Binary/%2e%2e/x", "https://fhir.nextgen.com/other/Binary/1", "/Binary/1", "../../Binary/1", baseR4 + "x/Binary/1", baseR4,
	} {
		c, g := open(t, R4, always(attached(url, "text/plain")))
		_, err := parts{c}.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID(letter)})
		wantKind(t, err, emr.KindUntrustedURL)
		if len(g.requests()) != 1 {
			t.Errorf("%s: %v", url, g.requests())
		}
	}
}

func TestContentThatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		document string
		answer   reply
		kind     emr.Kind
	}{
		"no content":         {`{"resourceType":"DocumentReference","id":"` + letter + `","content":[{"attachment":{"title":"x"}}]}`, reply{}, emr.KindNotFound},
		"no base64":          {`{"resourceType":"DocumentReference","id":"` + letter + `","content":[{"attachment":{"data":"?"}}]}`, reply{}, emr.KindProtocol},
		"another document":   {`{"resourceType":"DocumentReference","id":"x"}`, reply{}, emr.KindProtocol},
		"another patient's":  {`{"resourceType":"DocumentReference","id":"` + letter + `","subject":{"reference":"Patient/other"},"content":[{"attachment":{"data":"eA=="}}]}`, reply{}, emr.KindProtocol},
		"an address of none": {attached("https://[::1", ""), reply{}, emr.KindProtocol},
		"an empty answer":    {attached("Binary/1", "text/plain"), reply{kind: "text/plain"}, emr.KindQuota},
		"an empty Binary":    {attached("Binary/1", "text/plain"), reply{body: `{"resourceType":"Binary"}`}, emr.KindProtocol},
		"nothing as a type":  {attached("Binary/1", "text/plain"), reply{}, emr.KindQuota},
		"a stray page":       {attached("Binary/1", "text/plain"), reply{body: "<p>sign in</p>", kind: "text/html"}, emr.KindProtocol},
		"no Binary":          {attached("Binary/1", "text/plain"), reply{body: `{"resourceType":"Patient"}`}, emr.KindProtocol},
		"denied":             {attached("Binary/1", "text/plain"), reply{status: 403, body: `["Access denied"]`}, emr.KindPermission},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := open(t, R4, func(req *http.Request) reply {
				if strings.Contains(req.URL.Path, "DocumentReference") {
					return reply{body: row.document}
				}
				return row.answer
			})
			_, err := parts{c}.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID(letter), Patient: emr.NewPatientID(zelda)})
			wantKind(t, err, row.kind)
		})
	}
}
