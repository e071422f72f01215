package nextech

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// saying are answers that say word in every place where Nextech or a proxy puts text.
func saying(word string) map[string]step {
	outcome := `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":%q,"details":{"text":"` + word +
		`","coding":[{"code":"` + word + `"}]},"diagnostics":"` + word + `"}]}`
	all := map[string]step{
		"outcome":            {body: fmt.Sprintf(outcome, "invalid")},
		"outcome of a scope": {body: fmt.Sprintf(outcome, "insufficient_scope")},
		"outcome with code":  {body: fmt.Sprintf(outcome, word)},
		"response":           {body: `{"resourceType":"AppointmentResponse","participantStatus":"declined","comment":"` + word + `"}`},
		"response with code": {body: `{"resourceType":"AppointmentResponse","participantStatus":"` + word + `"}`},
		"OAuth":              {body: `{"error":"insufficient_scope","error_description":"` + word + `"}`},
		"OAuth with code":    {body: `{"error":"` + word + `","error_description":"` + word + `"}`},
		"message":            {body: `{"Message":"` + word + ` is missing and required"}`},
		"text":               {body: word},
		"page":               {body: "<html><title>" + word + "</title></html>", header: http.Header{"Content-Type": {"text/html"}}},
	}
	for name, challenge := range map[string]string{
		"scope in a header":  `Bearer error="insufficient_scope", scope="` + word + `/` + word + `.read"`,
		"reason in a header": `Bearer error="insufficient_scope", error_description="` + word + `", scope="` + word + `"`,
		"error in a header":  `Bearer error="` + word + `"`,
	} {
		all[name] = step{header: http.Header{"Www-Authenticate": {challenge}}}
	}
	return all
}

func TestNothingThatNextechWritesIsEverInAHint(t *testing.T) {
	t.Parallel()
	const word = "Quillfeather"
	for _, product := range []Product{Select, PracticePlus} {
		edit, mappings := func(*Config) {}, selectMappings
		if product == PracticePlus {
			edit, mappings = plusConfig, plusMappings
		}
		for _, m := range mappings(func(string) []step { return nil }) {
			t.Run(string(product)+" "+m.name, func(t *testing.T) {
				t.Parallel()
				for _, status := range []int{200, 400, 401, 403, 404, 409, 412, 422, 500} {
					for where, answer := range saying(word) {
						answer.status = status
						nx, r := connect(t, product, edit, slices.Repeat([]step{answer}, 9)...)
						ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
						_, err := m.do(ctx, parts{nx})
						cancel()
						r.mu.Lock()
						r.steps = nil
						r.mu.Unlock()
						for e := err; e != nil; e = errors.Unwrap(e) {
							var known *emr.Error
							if errors.As(e, &known) && strings.Contains(known.Hint+known.Code+strings.Join(known.Fields, ""), word) {
								t.Errorf("%d, %s: the hint is %q, code %q", status, where, known.Hint, known.Code)
							}
							if text := fmt.Sprintf("%v %+v %#v %s", e, e, e, slog.AnyValue(e).Resolve()); strings.Contains(text, word) {
								t.Errorf("%d, %s: the error says %s", status, where, text)
							}
						}
					}
				}
			})
		}
	}
}

// variable matches the names of variables in hints.
var variable = regexp.MustCompile(`NEXTECH_[A-Z_]+`)

func TestHintsNameVariablesThatConfigFromReads(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	_, _ = ConfigFrom(func(key string) string { known[key] = true; return "" })
	for field, name := range variables {
		if !known[name] {
			t.Errorf("%s is read from %s, which ConfigFrom does not ask for", field, name)
		}
	}
	if len(known) != len(variables)+1 { // the zone is no field that resolve can refuse
		t.Errorf("ConfigFrom asks for %d names, %d are known for errors", len(known), len(variables))
	}
	seen := map[string]bool{}
	note := func(err error) {
		var e *emr.Error
		if !errors.As(err, &e) {
			t.Fatalf("got %v", err)
		}
		for _, name := range variable.FindAllString(e.Hint, -1) {
			seen[name] = true
			if !known[name] {
				t.Errorf("the hint names %s, which ConfigFrom does not ask for", name)
			}
		}
	}
	for _, status := range []int{401, 403, 404, 409, 422} {
		for _, answer := range saying("x") {
			answer.status = status
			nx, _ := connect(t, Select, nil, answer)
			_, err := parts{nx}.GetPatient(t.Context(), emr.NewPatientID(ines))
			note(err)
		}
	}
	for _, name := range []string{"NEXTECH_BASE_URL", "NEXTECH_PRACTICE_ID", "NEXTECH_SCOPES"} {
		if !seen[name] {
			t.Errorf("no hint names %s", name)
		}
	}
}
