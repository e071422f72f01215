package nexhealth

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func TestWebhookDeliversWhatIsSigned(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	w := newTestWebhook(t, b, func(c *WebhookConfig) { c.Secrets = []auth.Secret{auth.NewSecret(vectorSecret)} })
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(vectorBody))
	r.Header.Set("timestamp", vectorTimestamp)
	r.Header.Set("signature", vectorSignature)
	wantStatus(t, deliver(t, w, r), http.StatusOK)
	wantHandled(t, b, 1)
	e := b.events[0]
	if e.Name != AppointmentInsertion || e.Outcome != OutcomeComplete || e.Resource != ResourceAppointment || e.Problem != nil {
		t.Errorf("got %q %q %q, problem %v", e.Name, e.Outcome, e.Resource, e.Problem)
	}
	if len(e.Appointments) != 1 || e.Appointments[0].ID.Reveal() != "88001" || e.Appointments[0].Write != emr.WriteDone {
		t.Errorf("got %d appointments", len(e.Appointments))
	}
	if string(e.Source.Reveal()) != vectorBody {
		t.Error("Source is not the body")
	}
}

func TestWebhookTakesAnyOfItsSecretsAndNoOther(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	w := newTestWebhook(t, b, func(c *WebhookConfig) {
		c.Secrets = []auth.Secret{auth.NewSecret("old"), auth.NewSecret(secretA), auth.NewSecret(secretB)}
	})
	for i, secret := range []string{secretA, secretB, "old"} {
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(i+1, "a"), secret, sentNow)), http.StatusOK)
	}
	wantHandled(t, b, 3)
	for _, secret := range []string{"", "other", secretA + " ", strings.ToLower(secretA)} {
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(9, "a"), secret, sentNow)), http.StatusUnauthorized)
	}
	wantHandled(t, b, 3)
}

func TestWebhookRefusesWhatIsAltered(t *testing.T) {
	t.Parallel()
	body := appointmentEvent(1, "a")
	for name, alter := range map[string]func(*http.Request){
		"no signature":                 func(r *http.Request) { r.Header.Del(HeaderSignature) },
		"no timestamp":                 func(r *http.Request) { r.Header.Del(HeaderTimestamp) },
		"empty signature":              func(r *http.Request) { r.Header.Set(HeaderSignature, "") },
		"half a signature":             func(r *http.Request) { r.Header.Set(HeaderSignature, r.Header.Get(HeaderSignature)[:32]) },
		"two signatures":               func(r *http.Request) { r.Header.Add(HeaderSignature, r.Header.Get(HeaderSignature)) },
		"two timestamps":               func(r *http.Request) { r.Header.Add(HeaderTimestamp, r.Header.Get(HeaderTimestamp)) },
		"another word before it":       func(r *http.Request) { r.Header.Set(HeaderSignature, "sha256="+r.Header.Get(HeaderSignature)) },
		"base64 in place of hex":       func(r *http.Request) { r.Header.Set(HeaderSignature, strings.Repeat("A", 43)+"=") },
		"a second later":               func(r *http.Request) { r.Header.Set(HeaderTimestamp, sentNow.Add(time.Second).Format(time.RFC3339)) },
		"the same time, other letters": func(r *http.Request) { r.Header.Set(HeaderTimestamp, sentNow.Format("2006-01-02T15:04:05+00:00")) },
		"a signature of the bare body": func(r *http.Request) {
			r.Header.Set("X-NexHealth-Signature", r.Header.Get(HeaderSignature))
			r.Header.Del(HeaderSignature)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &inbox{}
			r := delivery(body, secretA, sentNow)
			alter(r)
			wantStatus(t, deliver(t, newTestWebhook(t, b, nil), r), http.StatusUnauthorized)
			wantHandled(t, b, 0)
		})
	}
}

func TestWebhookRefusesABodyWithAnyByteChanged(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	w := newTestWebhook(t, b, nil)
	body := appointmentEvent(1, "a")
	good := delivery(body, secretA, sentNow).Header
	for i := range len(body) {
		changed := body[:i] + string(body[i]^1) + body[i+1:]
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(changed))
		r.Header = good.Clone()
		wantStatus(t, deliver(t, w, r), http.StatusUnauthorized)
	}
	for _, changed := range []string{body + "\n", " " + body, body[:len(body)-1], ""} {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(changed))
		r.Header = good.Clone()
		wantStatus(t, deliver(t, w, r), http.StatusUnauthorized)
	}
	wantHandled(t, b, 0)
}

func TestWebhookTakesFreshTimestampsOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		freshness, off time.Duration
		want           int
	}{
		"now":                          {0, 0, 200},
		"five minutes ago":             {0, -5 * time.Minute, 200},
		"a second more":                {0, -5*time.Minute - time.Second, 401},
		"in five minutes":              {0, 5 * time.Minute, 200},
		"in a second more":             {0, 5*time.Minute + time.Second, 401},
		"two days ago":                 {0, -48 * time.Hour, 401},
		"two days ago, allowed":        {49 * time.Hour, -48 * time.Hour, 200},
		"an hour ago, a narrow window": {time.Minute, -time.Hour, 401},
		"a year ago, any time allowed": {-1, -365 * 24 * time.Hour, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &inbox{}
			w := newTestWebhook(t, b, func(cfg *WebhookConfig) { cfg.Freshness = c.freshness })
			wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow.Add(c.off))), c.want)
		})
	}
}

func TestWebhookTakesLineBreaksOnlyWhereAsked(t *testing.T) {
	t.Parallel()
	body := appointmentEvent(1, "a")
	stamp := sentNow.Format(time.RFC3339)
	withBreaks := func() *http.Request {
		r := delivery(body, secretA, sentNow)
		s := newSigned(stamp, nil, []byte(body), true)
		r.Header.Set(HeaderSignature, hexOf(signature([]byte(secretA), stamp, s.encodings[1])))
		return r
	}
	b := &inbox{}
	wantStatus(t, deliver(t, newTestWebhook(t, b, nil), withBreaks()), http.StatusUnauthorized)
	lenient := newTestWebhook(t, b, func(c *WebhookConfig) { c.LineBreaks = true })
	wantStatus(t, deliver(t, lenient, withBreaks()), http.StatusOK)
	wantStatus(t, deliver(t, lenient, delivery(appointmentEvent(2, "a"), secretA, sentNow)), http.StatusOK)
	wantHandled(t, b, 2)
}

func TestWebhookAnswersOtherMethodsWith405(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodOptions, http.MethodDelete} {
		b := &inbox{}
		r := delivery(appointmentEvent(1, "a"), secretA, sentNow)
		r.Method = method
		rec := httptest.NewRecorder()
		newTestWebhook(t, b, nil).ServeHTTP(rec, r)
		if rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != "POST" {
			t.Errorf("%s: %d, Allow %q", method, rec.Code, rec.Header().Get("Allow"))
		}
		wantHandled(t, b, 0)
	}
}

func TestWebhookAnswers400ToWhatIsSignedAndNoJSONObject(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", "null", "[]", `"x"`, "7", "{", `{"a":1}{"b":2}`, `{"event_name":"a","event_name":"b"}`, "<html></html>", "\xff", strings.Repeat("[", 5000)} {
		b := &inbox{}
		wantStatus(t, deliver(t, newTestWebhook(t, b, nil), delivery(body, secretA, sentNow)), http.StatusBadRequest)
		wantHandled(t, b, 0)
	}
}

func TestWebhookDoesNotCareAboutTheContentType(t *testing.T) {
	t.Parallel()
	for i, kind := range []string{"", "text/plain", "application/vnd.Nexhealth+json;version=2", "application/json; charset=utf-8"} {
		b := &inbox{}
		r := delivery(appointmentEvent(i+1, "a"), secretA, sentNow)
		r.Header.Set("Content-Type", kind)
		wantStatus(t, deliver(t, newTestWebhook(t, b, nil), r), http.StatusOK)
		wantHandled(t, b, 1)
	}
}

func TestWebhookIsNotMadeWithoutWhatItNeeds(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	good := WebhookConfig{Secrets: []auth.Secret{auth.NewSecret(secretA)}, Handle: b.handle}
	for name, spoil := range map[string]func(*WebhookConfig){
		"no secret":        func(c *WebhookConfig) { c.Secrets = nil },
		"an empty secret":  func(c *WebhookConfig) { c.Secrets = append(c.Secrets, auth.Secret{}) },
		"a line end":       func(c *WebhookConfig) { c.Secrets[0] = auth.NewSecret(secretA + "\n") },
		"a printed secret": func(c *WebhookConfig) { c.Secrets[0] = auth.NewSecret(c.Secrets[0].String()) },
		"nothing to do":    func(c *WebhookConfig) { c.Handle = nil },
		"a negative limit": func(c *WebhookConfig) { c.MaxBody = -1 },
	} {
		cfg := good
		cfg.Secrets = slices.Clone(good.Secrets)
		spoil(&cfg)
		if w, err := NewWebhook(cfg); w != nil || !errors.Is(err, emr.ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	good.Handle, good.Outcomes = nil, NewOutcomes(OutcomesConfig{})
	w, err := NewWebhook(good)
	if err != nil {
		t.Fatal(err)
	}
	if got := deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, time.Now())); got != http.StatusOK {
		t.Errorf("without Handle: %d", got)
	}
}
