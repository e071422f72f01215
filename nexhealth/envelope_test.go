package nexhealth

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

func TestMessagesAreReadInEveryDocumentedForm(t *testing.T) {
	t.Parallel()
	for form, want := range map[string]vendorjson.Texts{
		`null`: nil, `""`: nil, `[]`: nil, `[null]`: nil, `"one"`: {"one"}, `["one","two"]`: {"one", "two"}, `[["one"],["two"]]`: {"one", "two"},
		`{"b":["two"],"a":"one"}`: {"one", "two"}, `[7]`: {"7"}, `true`: nil,
	} {
		for _, member := range []string{"description", "error"} {
			e, err := readEnvelope([]byte(`{"code":true,"data":[],"` + member + `":` + form + `}`))
			if err != nil {
				t.Errorf("%s %s: %v", member, form, err)
				continue
			}
			got := e.Description
			if member == "error" {
				got = e.Error
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s (-want +got)\n%s", member, form, diff)
			}
		}
	}
}

// TestAnAnswerWhoseEnvelopeIsNoneIsProtocolAndForAWriteAmbiguous covers F3, F4 and what
// NexHealth's envelope adds to them.
func TestFault_F3_F4_anAnswerWhoseEnvelopeIsNoneIsProtocolAndForAWriteAmbiguous(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`null`, `{}`, `[]`, `[{"id":1}]`, `{"data":[]}`, `{"code":null,"data":[]}`, `{"code":"true","data":[]}`, `{"code":1,"data":[]}`, `{"code":[],"data":[]}`,
		`{"code":true,"code":false,"data":[]}`, `{"code":true,"Code":false,"data":[]}`, `{"code":true,"data":[]}{}`, `{"code":true,"data":[`,
		`{"code":false}`, `{"code":false,"data":null,"error":[],"description":null}`, `{"code":false,"data":[{"id":1}],"error":[""]}`,
		`{"code":null,"data":null,"error":["rate limit"]}`, `{"code":"false","data":null,"error":["not available"]}`,
		`{"code":true,"data":null}`, `{"code":true}`, `{"code":true,"data":{"id":1}}`, `{"code":true,"data":"text"}`,
		"", "<html>sign in</html>",
	} {
		nx, r := connect(t, nil, step{body: body}, step{body: body}, step{body: body})
		_, err := nx.readTypes(t.Context())
		wantKind(t, err, emr.KindProtocol)
		r.drop()
		active := true
		nx, r = connect(t, nil, step{status: 201, body: body})
		_, err = nx.UpdateWorkingHour(t.Context(), "12", &WorkingHourUpdate{Active: &active})
		wantKind(t, err, emr.KindAmbiguous)
		if n := len(r.requests()); n != 1 {
			t.Errorf("%s: %d requests for a write", body, n)
		}
	}
}

// drop forgets steps that need not come.
func (r *replay) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.steps = nil
}

func TestARecordBesideAFailureIsAmbiguousForAWrite(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{status: 201, body: `{"code":false,"error":["not available"],"description":null,"data":{"appt":{"id":88001}}}`})
	e := wantKind(t, attempt(t.Context(), nx, opBook, http.MethodPost), emr.KindAmbiguous)
	if e.Detail() != "not available" {
		t.Errorf("detail %q", e.Detail())
	}
}

func TestAByteOrderMarkIsPassedOver(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{body: "\ufeff" + good(`[]`)})
	if _, err := nx.readTypes(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestFault_H11_anAnswerWithoutContentIsForDeletingOnly(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil, step{status: 204})
	if err := nx.DeleteWorkingHour(t.Context(), "12"); err != nil {
		t.Error(err)
	}
	nx, _ = connect(t, nil, step{status: 204})
	wantKind(t, attempt(t.Context(), nx, opBook, http.MethodPost), emr.KindAmbiguous)
	nx, _ = connect(t, nil, step{status: 200, body: good(`{"id":12}`)}) // appointment types answer 200 with the record
	if err := nx.DeleteWorkingHour(t.Context(), "12"); err != nil {
		t.Error(err)
	}
	nx, _ = connect(t, nil, step{status: 200}, step{status: 204})
	for range 2 {
		if err := nx.DeleteWebhookEndpoint(t.Context(), "12"); err != nil {
			t.Error(err)
		}
	}
}

func TestJSONIsToldByItsMediaType(t *testing.T) {
	t.Parallel()
	for media, want := range map[string]bool{
		"application/json": true, "Application/JSON; charset=utf-8": true, "application/vnd.Nexhealth+json;version=2": true, "application/json ;x=1": true,
		"application/pdf": false, "": false, "text/html": false, "application/jsonp": false,
	} {
		if isJSON(http.Header{"Content-Type": {media}}) != want {
			t.Errorf("%q: %v", media, !want)
		}
	}
}

func TestWarningsNameOurOwnParametersOnly(t *testing.T) {
	t.Parallel()
	call := &transport.Call{Query: "subdomain=x&location_id=1&lids%5B%5D=2&start=3&lids%5B%5D=4&zip=5&line_09=6"}
	for text, want := range map[string][]string{
		"":                    nil,
		"Success":             nil,
		"location_id is fine": nil,
		"Note that following parameters are ignored: location_id.":        {"location_id"},
		"Note that following parameters are ignored: start, lids":         {"lids", "start"},
		"Note that following parameters are ignored: Tessa Marlow, page.": nil,
		"Ignored: lids[], restart, started":                               {"lids"},
		"Ignored: start, start":                                           {"start"},
		"ignored\uff1alids\uff0cstart":                                    {"lids", "start"}, // full-width signs
		"ignored: zip; line_09":                                           {"zip", "line_09"},
	} {
		for _, e := range []*envelope{{Description: vendorjson.Texts{text}}, {Error: vendorjson.Texts{text}}} {
			e.readWarnings(call)
			if !slices.Equal(e.ignored, want) {
				t.Errorf("%q: %q, want %q", text, e.ignored, want)
			}
		}
	}
	twice := &envelope{Description: vendorjson.Texts{"ignored: start"}, Error: vendorjson.Texts{"start was ignored: start"}}
	if twice.readWarnings(call); !slices.Equal(twice.ignored, []string{"start"}) {
		t.Errorf("said twice: %q", twice.ignored)
	}
}

func TestAWarningIsLoggedOnceACallAndKeptForCheck(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	mock := httpmock.NewMockTransport()
	r := &replay{t: t, aside: map[string]string{}, steps: []step{
		{body: `{"code":true,"description":"Note that following parameters are ignored: location_id, Marlow.","error":[],"data":[]}`},
		{body: `{"code":true,"description":null,"error":["Tessa Marlow is late"],"data":[]}`},
	}}
	mock.RegisterNoResponder(r.answer)
	nx, err := New(testConfig(), &emr.Options{HTTPClient: &http.Client{Transport: mock}, Logger: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = nx.Close() }()
	for range 2 {
		if _, err := nx.readTypes(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if n := strings.Count(log.String(), "level=WARN"); n != 2 || strings.Contains(log.String(), "Marlow") || !strings.Contains(log.String(), "ignored=location_id") {
		t.Errorf("%d warnings in %s", n, log.String())
	}
	want := []string{opTypes + ": NexHealth ignored location_id", opTypes + ": NexHealth answered with a warning"}
	if diff := cmp.Diff(want, nx.warned.all()); diff != "" {
		t.Errorf("kept (-want +got)\n%s", diff)
	}
}

func TestAnIgnoredFilterMakesAListUnusable(t *testing.T) {
	t.Parallel()
	ignored := func(name, data string) string {
		return `{"code":true,"description":"Note that following parameters are ignored: ` + name + `.","error":[],"data":` + data + `,"page_info":{"has_next_page":false}}`
	}
	for name, do := range map[string]func(context.Context, parts) error{
		"location_id": operations()[opPractitioners], "pids": operations()[opFindSlots], "start_date": operations()[opFindSlots],
		"provider_id": func(ctx context.Context, p parts) error {
			_, err := p.WorkingHours(ctx, WorkingHourQuery{Practitioner: "501"})
			return err
		},
	} {
		nx, r := connect(t, nil, step{body: ignored(name, `[]`)})
		r.also("GET /locations", office)
		e := wantKind(t, do(t.Context(), parts{nx}), emr.KindProtocol)
		if !slices.Equal(e.Fields, []string{name}) {
			t.Errorf("%s: fields %q", name, e.Fields)
		}
	}
}

func TestWrappersAreTakenOff(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]string{
		`{"user":{"id":1}}`: `{"id":1}`, `{"patient":{"id":1}}`: `{"id":1}`, `{"id":1}`: `{"id":1}`, `[]`: `[]`, `null`: `null`, `{"user":null}`: `null`,
	} {
		if got := string(unwrap([]byte(data), "user", "patient")); got != want {
			t.Errorf("%s: %s, want %s", data, got, want)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	for _, name := range []string{"token/refused", "errors/403_access", "errors/400_missing_window"} {
		f.Add(readFixture(f, name+".response.json"))
	}
	f.Add([]byte(office))
	f.Add([]byte(`{"code":true,"description":[["a"],null,{"b":1}],"error":{"x":[1.5e9]},"data":{"appt":{}},"count":"7","page_info":{"has_next_page":"true","end_cursor":12}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := readEnvelope(body)
		if err != nil {
			return
		}
		e.readWarnings(&transport.Call{Query: "location_id=1"})
		if good, known := e.good(); good && !known {
			t.Error("good without being known")
		}
		_ = holdsRecord(e)
		_ = unwrap(e.Data, "appt")
		_ = elements(e.Data)
		for _, text := range sentences(body) {
			if text == "" {
				t.Error("an empty message")
			}
		}
	})
}
