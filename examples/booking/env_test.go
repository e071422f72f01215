package main

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestAllMissingVariablesAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env     map[string]string
		missing []string
	}{
		"nothing set": {nil, []string{"NEXTECH_CLIENT_ID", "NEXTECH_USERNAME", "NEXTECH_PASSWORD", "NEXTECH_PRACTICE_ID"}},
		"a base URL only": {map[string]string{"NEXTECH_BASE_URL": "https://emr.example.com"},
			[]string{"NEXTECH_CLIENT_ID", "NEXTECH_CLIENT_SECRET"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := call(t, t.Context(), vendors(), c.env, "-vendor", "nextech", "-live", "-json").wantFailure(t, emr.KindConfig, "")
			shown := call(t, t.Context(), vendors(), c.env, "-vendor", "nextech", "-live")
			if shown.code != exitFail {
				t.Errorf("exit code %d", shown.code)
			}
			for _, variable := range c.missing {
				if !strings.Contains(o.Error.Message, variable) {
					t.Errorf("-json does not name %s: %s", variable, o.Error.Message)
				}
				if !strings.Contains(shown.stdout, variable) {
					t.Errorf("the table does not name %s:\n%s", variable, shown.stdout)
				}
			}
			if !strings.Contains(o.Error.Hint, "client id") {
				t.Errorf("hint %q", o.Error.Hint)
			}
		})
	}
}
