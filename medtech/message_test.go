package medtech

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestUserMessage_everyReasonHasWordsAndARowInTheDocumentation(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/medtech.md")
	if err != nil {
		t.Fatal(err)
	}
	known := UserMessages()
	for i := range refusals {
		r := &refusals[i]
		if !slices.ContainsFunc(known, func(w Words) bool { return w.Code == r.code && w.Kind == r.kind }) {
			t.Errorf("%s (%s) has no words", r.code, r.kind)
		}
	}
	for _, w := range known {
		if row := "| `" + w.Code + "` | " + string(w.Kind) + " | " + w.Words + " |\n"; !strings.Contains(string(page), row) {
			t.Errorf("docs/medtech.md lacks %s", row)
		}
		for _, word := range []string{"ALEX", "FHIR", "token", "HTTP", "request id", "PMS"} {
			if strings.Contains(w.Words, word) {
				t.Errorf("%s: %q is no word for a user", w.Code, word)
			}
		}
	}
}

func TestUserMessage(t *testing.T) {
	t.Parallel()
	at := func(kind emr.Kind, code string) error {
		return &emr.Error{Vendor: vendor, Kind: kind, Code: code, Status: 400, RequestID: "6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f"}
	}
	for want, err := range map[string]error{
		"": nil,
		"This practice is not connected to us, or its facility id is wrong. Please tell the support team. (reference 6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f)":   at(emr.KindConfig, codeFacility),
		"We could not confirm whether this went through. Please do not repeat it until it has been checked. (reference 6f1f3c1e-8f6a-4c1b-9d2e-0a1b2c3d4e5f)": at(emr.KindAmbiguous, codeOffline),
		"Something in the details is missing or not right. Please check them.":                                                                                invalid(opBook, "x"),
		"This was stopped before it was done.":                context.Canceled,
		"Something went wrong. Please tell the support team.": errors.New("other"),
	} {
		if got := UserMessage(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
