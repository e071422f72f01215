package patientaccess

import (
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func listPractices(t *testing.T, listURL string, answer func(*http.Request) reply) ([]Practice, *fakeServer, error) {
	t.Helper()
	g := &fakeServer{t: t, answer: answer}
	all, err := Practices(t.Context(), listURL, &emr.Options{HTTPClient: &http.Client{Transport: g}, Retry: &emr.Retry{Attempts: 1}})
	return all, g, err
}

func TestTheListOfPracticesIsRead(t *testing.T) {
	t.Parallel()
	all, g, err := listPractices(t, "", always(own(t, "practices.json")))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "practices", all)
	if r := g.seen[0]; r.URL.String() != PracticesURL || r.Header.Get("Authorization") != "" || len(g.tokens) != 0 {
		t.Errorf("asked %s", r.URL)
	}
}

func TestAListOfPracticesThatIsNoneIsAnError(t *testing.T) {
	t.Parallel()
	for body, kind := range map[string]emr.Kind{`{"resourceType":"Patient"}`: emr.KindProtocol, `[]`: emr.KindProtocol, `{`: emr.KindProtocol} {
		_, _, err := listPractices(t, "", always(body))
		wantKind(t, err, kind)
	}
	for _, bad := range []string{"http://list.example/x", "https://list.example", "://", "https://u@list.example/x"} {
		_, g, err := listPractices(t, bad, always("{}"))
		wantKind(t, err, emr.KindConfig)
		if len(g.seen) != 0 {
			t.Errorf("%s was asked", bad)
		}
	}
	all, _, err := listPractices(t, "https://list.example/all?x=1", always(`{"resourceType":"Bundle"}`))
	if err != nil || len(all) != 0 {
		t.Errorf("%v (%v)", all, err)
	}
}

func TestAPracticeOfAnAddressThatCannotBeUsedIsLeftOut(t *testing.T) {
	t.Parallel()
	for _, address := range []string{`"http://practice.example.com/r4"`, `"not an address"`, `1`, `null`, `["x"]`, `""`} {
		all, _, err := listPractices(t, "", always(`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Endpoint","id":"1","name":"x","address":`+address+`}}]}`))
		if err != nil || len(all) != 0 {
			t.Errorf("%s: %v (%v)", address, all, err)
		}
	}
	if strings.Contains(PracticesURL, "http://") {
		t.Error("the vendor's list is asked for in plain http")
	}
}
