package fhir

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

const failing = `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"code-invalid","diagnostics":"Secret1 Quillfeather"}]}`

func TestFault_F9_anOutcomeInPlaceOfDataIsRecognised(t *testing.T) {
	t.Parallel()
	_, err := Decode[Patient]([]byte(failing), nil)
	wantKind(t, err, OutcomeError, "Secret1")
	var e *Error
	if !errors.As(err, &e) || e.Outcome == nil || !strings.Contains(e.Outcome.Detail(), "Secret1") {
		t.Error("the outcome is not at hand")
	}
	if !strings.Contains(err.Error(), "error code-invalid") {
		t.Errorf("severity and code are missing: %v", err)
	}
	_, err = ParseBundle([]byte(failing), nil)
	wantKind(t, err, OutcomeError, "Secret1")
	fatal := strings.Replace(failing, `"error"`, `"Fatal"`, 1)
	_, err = Decode[Generic]([]byte(fatal), nil) // Generic takes everything
	if err != nil {
		t.Error(err)
	}
	r, err := DecodeAny([]byte(fatal), nil)
	if o, ok := r.(*OperationOutcome); err != nil || !ok || !o.Failed() {
		t.Errorf("%v", err)
	}
	o, err := Decode[OperationOutcome]([]byte(strings.Replace(failing, `"error"`, `"warning"`, 1)), nil)
	if err != nil || o.Failed() {
		t.Errorf("a warning fails: %v", err)
	}
}

func TestFault_F9_anOutcomeInsideABundleIsRecognised(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"Bundle","type":"searchset","entry":[{"resource":` + slotSample(1) + `},{"search":{"mode":"outcome"},"resource":%s}]}`
	b, err := ParseBundle(fmt.Appendf(nil, doc, failing), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, b.Err(), OutcomeError, "Secret1")
	for s, err := range Resources[Slot](b) {
		if err != nil || s.Status != "free" {
			t.Errorf("the outcome counts as a match: %v", err)
		}
	}
	b, err = ParseBundle(fmt.Appendf(nil, doc, strings.Replace(failing, `"error"`, `"information"`, 1)), nil)
	if err != nil || b.Err() != nil {
		t.Errorf("%v, %v", err, b.Err())
	}
	if all, err := b.Outcomes(); err != nil || len(all) != 1 {
		t.Errorf("%d outcomes, %v", len(all), err)
	}
	b, err = ParseBundle(fmt.Appendf(nil, doc, `{"resourceType":"Slot"}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, b.Err(), WrongResource)
}

func TestFault_F10_anyOutcomeGivesASafeSummary(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("Secret1 <b>x</b> ", 1<<16)
	for name, tc := range map[string]struct{ issues, summary string }{
		"no issue member":          {``, "no issues"},
		"no issues":                {`,"issue":[]`, "no issues"},
		"null":                     {`,"issue":null`, "no issues"},
		"issue as an object":       {`,"issue":{"severity":"error","code":"invalid"}`, "error invalid"},
		"no code":                  {`,"issue":[{"severity":"error"}]`, "error"},
		"no severity":              {`,"issue":[{"code":"invalid"}]`, "issue invalid"},
		"empty issue":              {`,"issue":[{}]`, "issue"},
		"null issue":               {`,"issue":[null]`, "issue"},
		"a name as code":           {`,"issue":[{"severity":"Secret1","code":"Secret1 Quillfeather"}]`, "issue"},
		"a number as code":         {`,"issue":[{"severity":"error","code":2065550142}]`, "error"},
		"a long code":              {`,"issue":[{"severity":"error","code":"` + strings.Repeat("x", 33) + `"}]`, "error"},
		"1 MB of diagnostics":      {`,"issue":[{"severity":"error","code":"processing","diagnostics":"` + huge + `"}]`, "error processing"},
		"HTML in the text":         {`,"issue":[{"severity":"fatal","code":"exception","details":{"text":"<script>alert('Secret1')</script>"}}]`, "fatal exception"},
		"many issues":              {`,"issue":[` + strings.Repeat(`{"severity":"warning","code":"value"},`, 900) + `{}]`, "warning value; warning value; warning value; warning value; warning value; more"},
		"diagnostics of no string": {`,"issue":[{"severity":"error","code":"value","diagnostics":17}]`, "error value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := Decode[OperationOutcome]([]byte(`{"resourceType":"OperationOutcome"`+tc.issues+`}`), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := o.Summary(); got != tc.summary {
				t.Errorf("summary %q, want %q", got, tc.summary)
			}
			if d := o.Detail(); utf8.RuneCountInString(d) > 200 || strings.ContainsAny(d, "<>") {
				t.Errorf("detail of %d characters", utf8.RuneCountInString(d))
			}
		})
	}
	for _, body := range []string{`Not Found`, `{"error":"insufficient_scope"}`, `<html>Secret1</html>`, ``, `{"Message":"Secret1"}`} {
		_, err := Decode[OperationOutcome]([]byte(body), nil)
		if KindOf(err) == 0 {
			t.Errorf("%q: got %v", body, err)
		}
		wantKind(t, err, KindOf(err), "Secret1")
	}
}

func TestFault_F10_detailIsShortAndWithoutValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"The request took too long":                                "The request took too long",
		"The selected time is no longer available.":                "The selected time is no longer available.",
		`The code "W" is not known and not legal`:                  `The code "…" is not known and not legal`,
		"value 'Quillfeather' isn't valid, can't find 'it'":        "value '…' isn't valid, can't find '…'",
		"name “Roy” twice":                                         "name “…” twice",
		"no such patient 4711, born 1991-05-17, tel (206)555-0142": "no such patient ####, born ####-##-##, tel (###)###-####",
		"mail ines@quill.example please":                           "mail … please",
		"at 14:00 in room 12":                                      "at ##:## in room 12",
		"  <p>No\n<b>slot</b></p>\t<br/> 1 < 2 > 0 ":               "No slot 1 < 2 > 0",
		"cut <b":            "cut",
		"tab\x00zero\u202e": "tabzero",
		"":                  "",
		`an open " quote`:   `an open " quote`,
	} {
		if got := Excerpt(text); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
	long := Excerpt(strings.Repeat("é ", 1<<20))
	if utf8.RuneCountInString(long) != 200 || !utf8.ValidString(long) {
		t.Errorf("%d characters", utf8.RuneCountInString(long))
	}
	o := &OperationOutcome{Issue: []Issue{
		{Details: CodeableConcept{Text: "first"}, Diagnostics: "second"},
		{Details: CodeableConcept{Coding: []Coding{{Display: "third"}}}},
	}}
	if got := o.Detail(); got != "first; second; third" {
		t.Errorf("detail %q", got)
	}
	if got := (&OperationOutcome{}).Detail(); got != "" {
		t.Errorf("detail %q", got)
	}
}
