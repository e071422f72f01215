package medtech

import (
	"context"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// FuzzAnswers gives every operation an answer of any form: none panics, none repeats the
// answer in its error, and what is refused is of a kind.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{
		patientBody, appointmentBody, bundle(doctors), bundle(patientBody, appointmentBody), bundle(), outcome("error", "not-found", "Patient not found."),
		outcome("information", "informational", "Request processed successfully."), `{"statusCode":404,"message":"Resource not found"}`, ``, `{}`, `[]`, `<html>`,
		`{"resourceType":"Slot","id":"s1","status":"free","start":"2030-03-04T09:00:00.123+13:00","end":"2030-03-04T09:15"}`,
		`{"resourceType":"Bundle","link":[{"relation":"next","url":"?page=2&patient.identifier=x"}],"entry":[{"resource":{"resourceType":"OperationOutcome"}}]}`,
	} {
		for _, status := range []int{200, 201, 400, 404, 422} {
			f.Add(status, seed)
		}
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		if status < 200 || status > 499 || status == 401 || status == 408 || status == 425 || status == 429 || status >= 300 && status < 400 {
			return // pauses and redirects are transport's
		}
		c, _ := connect(t, nil, reply{status: status, body: body})
		c.retry.Attempts = 1
		for name, do := range operations(parts{c}) {
			err := do(context.Background())
			if err != nil && emr.KindOf(err) == "" {
				t.Errorf("%s: %v", name, err)
			}
			if e := asError(err); e != nil && len(body) > 40 && strings.Contains(e.Error(), body) {
				t.Errorf("%s: the error repeats the answer", name)
			}
		}
	})
}

// FuzzNHI: a number that is valid is of seven characters, and stays so when folded.
func FuzzNHI(f *testing.F) {
	for _, seed := range []string{"ZZZ0016", "zbn77vl", "", "ABC12AY", "ŽŽŽ0016"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if ValidNHI(text) && (len(FoldNHI(text)) != 7 || NHIFormatOf(text) == "" || !ValidNHI(FoldNHI(text))) {
			t.Errorf("%q", text)
		}
		_ = IsTestNHI(text)
	})
}

// FuzzReference: what a reference leads to is one segment, or is refused as an id.
func FuzzReference(f *testing.F) {
	for _, seed := range []string{"Patient/1", "https://a.example/fhir/Patient/x%3D%3D/_history/2", "#p", "urn:uuid:1", "a//", "/", "Patient/..", "Patient/a?b#c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, ref string) {
		resource, id := target(ref)
		if strings.ContainsAny(resource+id, "/?#") {
			t.Errorf("%q leads to %q %q", ref, resource, id)
		}
		if refersTo(fhir.Reference{Reference: ref}, "Patient") != "" && id == "" {
			t.Errorf("%q", ref)
		}
		if isID(id) != (isID(id) && !strings.ContainsAny(id, " /\\?#;")) || !isSame(id, id) && id != "" {
			t.Errorf("%q", id)
		}
	})
}

// FuzzRoles: the claims of any token are read without harm.
func FuzzRoles(f *testing.F) {
	f.Add(token(1, []string{"a"}))
	f.Add("a.b.c")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		roles, ok := rolesIn(staticToken(text))
		if !ok && roles != nil || len(roles) > 200 {
			t.Errorf("%d roles, %v", len(roles), ok)
		}
	})
}
