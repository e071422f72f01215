package simserver

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestWhatWasAnnouncedIsNoSurpriseAndMustHappen(t *testing.T) {
	t.Parallel()
	s := New(Config{InMemory: true})
	defer func() { _ = s.Close() }()
	origin, err := s.ServeTrap("a host that links lead to")
	if err != nil {
		t.Fatal(err)
	}
	ask := func() {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+"/x", nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.HTTPClient().Do(req)
		if err != nil || resp.StatusCode != http.StatusNotFound {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	const broken = "GET (a host that links lead to): a link to another host was followed"
	ask()
	if got := s.Unexpected(); s.Trapped() != 1 || !slices.Equal(got, []string{broken}) {
		t.Errorf("%d, %q", s.Trapped(), got)
	}
	s.ExpectViolation("link to another")
	s.ExpectViolation("something else")
	ask()
	if got := s.Unexpected(); !slices.Equal(got, []string{"no violation with the text something else"}) {
		t.Errorf("%q", got)
	}
}

func TestABodyIsOneObjectAndNothingElse(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{`{"a":12345678901234567890}`: true, ` {} `: true, ``: false, `[]`: false, `null`: false, `{}{}`: false, `{"a":`: false, `{} x`: false} {
		if _, err := Object([]byte(text)); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestMembersOfABodyAreReadOnlyAsWhatTheyShouldBe(t *testing.T) {
	t.Parallel()
	o := map[string]any{"text": " a ", "object": map[string]any{"b": 1}, "list": []any{" c ", 1, " ", "d"}}
	if StringIn(o, "text") != "a" || StringIn(o, "object") != "" || ObjectIn(o, "object")["b"] != 1 || ObjectIn(o, "text") != nil {
		t.Error("text and object")
	}
	if got := strings.Join(StringsIn(o, "list"), ","); got != "c,d" || StringsIn(o, "text") != nil {
		t.Errorf("%q", got)
	}
}
