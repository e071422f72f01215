package configure

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func TestNamedValuesAreReadWithoutGuessing(t *testing.T) {
	t.Parallel()
	values := Values(func(name string) string {
		return map[string]string{"TEXT": "  acme ", "KEY": "secret\n", "ZONE": " America/New_York "}[name]
	})
	if got := values.Text("TEXT"); got != "acme" {
		t.Errorf("%q", got)
	}
	if key, err := values.Secret("KEY").Reveal(t.Context()); err != nil || key != "secret\n" {
		t.Errorf("%q, %v", key, err)
	}
	if !values.Secret("NONE").IsZero() {
		t.Error("a secret out of nothing")
	}
	if zone, err := values.Zone("acme", "ZONE"); err != nil || zone.String() != "America/New_York" {
		t.Errorf("%v, %v", zone, err)
	}
	if zone, err := values.Zone("acme", "NONE"); err != nil || zone != nil {
		t.Errorf("%v, %v", zone, err)
	}
}

func TestAZoneThatIsNoneNamesItsVariableAndNotItsValue(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Local", "Mars/Olympus"} {
		_, err := Values(func(string) string { return text }).Zone("acme", "ACME_TIME_ZONE")
		e, ok := err.(*emr.Error) //nolint:errorlint // returned as it is
		if !ok || e.Kind != emr.KindConfig || e.Vendor != "acme" || !slices.Equal(e.Fields, []string{"ACME_TIME_ZONE"}) ||
			!strings.Contains(e.Hint, "IANA") || strings.Contains(e.Error(), "Mars") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAllThatIsMissingIsOneErrorThatNamesTheVariables(t *testing.T) {
	t.Parallel()
	var m Missing
	m.Need(true, "A", "a thing")
	if err := m.Err("acme", ""); err != nil {
		t.Fatal(err)
	}
	m.Need(false, "Key", "the key")
	m.Need(false, "Place", "the place")
	e := Renamed(m.Err("acme", "; ask"), map[string]string{"Key": "ACME_KEY"})
	if !slices.Equal(e.Fields, []string{"ACME_KEY", "Place"}) || e.Hint != "set the key, the place; ask" || e.Kind != emr.KindConfig {
		t.Errorf("%+v", e)
	}
}

func TestASecretThatFitsNoHeaderIsSeenBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{"k-1": true, "": true, "k 1": false, "k\n": false, "[redacted]": false, "ключ": false} {
		if got := GoesIntoHeader(auth.NewSecret(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if !GoesIntoHeader(auth.Secret{}) {
		t.Error("none")
	}
	asked := false
	GoesIntoHeader(auth.SecretFunc(func(context.Context) (string, error) { asked = true; return "", nil }))
	if asked {
		t.Error("the function was asked")
	}
}
