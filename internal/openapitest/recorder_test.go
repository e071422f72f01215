package openapitest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// watched is a test that runs its cleanups when told, and keeps what it is told.
type watched struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (w *watched) Cleanup(f func())  { w.cleanups = append(w.cleanups, f) }
func (w *watched) Helper()           {}
func (w *watched) Error(args ...any) { w.errors = append(w.errors, args[0].(string)) }

type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheRecorderFailsItsTestAndPassesEverythingOn(t *testing.T) {
	t.Parallel()
	var got []string
	next := answers(func(r *http.Request) (*http.Response, error) {
		body := ""
		if r.Body != nil {
			data, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			body = string(data)
		}
		got = append(got, r.Method+" "+r.URL.Path+" "+body)
		if r.URL.Path == "/pets/mine" {
			return nil, errors.New("no line")
		}
		w := httptest.NewRecorder()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusOK)
		_, _ = w.WriteString(`{"code":"yes"}`)
		return w.Result(), nil
	})
	w := &watched{}
	r := NewRecorder(w, tiny(t), next)
	r.Answers = true
	client := &http.Client{Transport: r}
	send := func(method, path, body string) (string, error) {
		req, err := http.NewRequestWithContext(t.Context(), method, "https://pets.example.com"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Authorization": {"Bearer t"}, "Api-Version": {"v1"}}
		if body != "" {
			req.Header.Set("Content-Type", "application/json")
		}
		res, err := client.Do(req)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		data, err := io.ReadAll(res.Body)
		return string(data), err
	}
	for range 2 {
		if body, err := send("GET", "/pets?owner=s&zebra=1", ""); err != nil || body != `{"code":"yes"}` {
			t.Errorf("%q, %v", body, err)
		}
	}
	if _, err := send("POST", "/finds?owner=s", `{"pet":{"stray":true}}`); err != nil {
		t.Error(err)
	}
	if _, err := send("GET", "/pets/mine", ""); err == nil {
		t.Error("an error is an error")
	}
	if diff := cmp.Diff([]string{"GET /pets ", "GET /pets ", `POST /finds {"pet":{"stray":true}}`, "GET /pets/mine "}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"GET /pets", "GET /pets/mine", "POST /finds"}, r.Routes()); diff != "" {
		t.Error(diff)
	}
	for _, f := range w.cleanups {
		f()
	}
	want := []string{
		"GET /pets: answer 200: body.code: no boolean",
		"GET /pets: query zebra: not in the document",
		"POST /finds: answer 200: status: not in the document",
	}
	if diff := cmp.Diff(want, w.errors); diff != "" {
		t.Error(diff)
	}
}
