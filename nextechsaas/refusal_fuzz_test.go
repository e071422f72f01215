package nextechsaas

import (
	"errors"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// FuzzRefusals: a refusal of any form has a kind and a hint, and is told behind Detail only.
func FuzzRefusals(f *testing.F) {
	for _, name := range []string{"400_message.json", "400_oauth_form.json", "403_plain.txt", "429_page.html", "500_operationoutcome.json"} {
		f.Add(404, []byte(fixture(f, "errors/"+name)))
	}
	f.Add(400, []byte(`{"message":["Marisol",{"x":1}],"issue":[{"details":7}]}`))
	f.Add(599, []byte(`{"issue":[null,{"diagnostics":"Marisol"}]}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 400 || status > 599 || status == 429 || status == 401 {
			t.Skip()
		}
		c, w := dial(t, func(cfg *Config) { cfg.PerSecond = 1e6 }, reply{status: status, body: string(body)})
		_, err := emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Quint")}))
		e, ok := errors.AsType[*emr.Error](err)
		if !ok || e.Kind == "" || e.Hint == "" || e.Status != status || len(e.Detail()) > 800 || status < 500 && len(w.seen) != 1 && status != 408 && status != 425 {
			t.Fatalf("%d: %v after %d requests, %d bytes of detail", status, err, len(w.seen), len(e.Detail()))
		}
		if len(body) > 20 && leak(e.Error()) != "" {
			t.Errorf("%d: the error repeats the answer", status)
		}
	})
}
