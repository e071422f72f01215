package nexhealth

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/internal/configure"
)

// WebhookConfig describes a Webhook. The zero value of a field is the default in its
// comment. Secrets, and one of Handle and Outcomes, are required.
type WebhookConfig struct {
	// Secrets are the secret_key of each endpoint that delivers here: several while one is
	// replaced by another, or for several endpoints. A delivery signed with any is good.
	Secrets []auth.Secret
	// Handle does the application's work; nil: only Outcomes is told. Its error, or a
	// panic, makes the webhook answer 500 and the vendor try again. It is called once for
	// each event as far as Replay can tell, and must bear being called again: a process
	// may die in the middle. It should be quick (put long work into a queue), and ends at
	// the latest after HandleTimeout; that the vendor hangs up does not end it.
	Handle func(ctx context.Context, e Event) error
	// Outcomes is told what became of bookings, before Handle. Give the same one to
	// Config.Outcomes.
	Outcomes *Outcomes
	// Replay remembers what was handled; nil: the memory of this process. Share one
	// between replicas.
	Replay ReplayStore
	// Remember is how long; 0: 72 hours, at least twice Freshness. The vendor tries for 48.
	Remember time.Duration
	// Freshness is how far the timestamp header may be off, both ways; 0: five minutes;
	// negative: any. Whether the vendor renews the header when it tries again, for up to
	// 48 hours, is not documented: if tries are refused as stale, allow 49 hours. Replay
	// then is what stops repetitions, so share it and keep it.
	Freshness time.Duration
	// MaxBody is the most a body may have; 0: 256 KiB.
	MaxBody int64
	// ReadTimeout is how long a body may take to arrive; 0: ten seconds.
	ReadTimeout time.Duration
	// HandleTimeout is the deadline of Handle; 0: 30 seconds.
	HandleTimeout time.Duration
	// LineBreaks accepts also signatures over base64 with a line break after each 60
	// characters and at the end. The documentation does not say which base64 it is; without
	// line breaks is the assumption.
	LineBreaks bool
	// Zone is what times of appointments are told in where the delivery names no zone;
	// nil: the offset that was sent.
	Zone *time.Location
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Logger gets a debug line per event and a warning for what was refused or failed: the
	// event's name and a reason of ours, no id and nothing of the body. nil: no lines.
	Logger *slog.Logger
}

// Webhook receives the deliveries of NexHealth. It is an http.Handler for one path.
//
// Source: docs.nexhealth.com/docs/webhooks. What it answers, always without a body:
//
//   - 200: handled, or a repetition of what was handled.
//   - 400: signed, but not one JSON object. A repetition will not help, but the vendor's
//     list of failed deliveries shows it; what is JSON is always delivered, with
//     Event.Problem where it is odd.
//   - 401: the signature is missing or wrong, or the timestamp missing, unreadable or not
//     fresh. It does not say which; the log does.
//   - 405: not POST. 408: the body took too long. 413: the body is too large.
//   - 500: Handle, Outcomes, Replay or a secret's function failed; the vendor tries again.
//   - 503: another replica is at the same event just now; the vendor tries again.
//
// The vendor tries for 48 hours and then switches the endpoint off: see
// Client.UpdateWebhookEndpoint. The Content-Type does not matter: the signature decides.
type Webhook struct {
	cfg WebhookConfig

	mu      sync.Mutex
	running map[string]*flight // by key
}

// flight is an event that is being handled here; repetitions wait for it.
type flight struct {
	done chan struct{}
	v    verdict
}

// verdict is what a delivery is answered with, and why.
type verdict struct {
	status int
	reason string // our own words, for the log
}

var _ http.Handler = (*Webhook)(nil)

// NewWebhook checks cfg. It fails with kind config, naming the field.
func NewWebhook(cfg WebhookConfig) (*Webhook, error) {
	if len(cfg.Secrets) == 0 {
		return nil, configError("Secrets", "give the secret_key of the webhook endpoint: without it anybody could deliver")
	}
	for _, s := range cfg.Secrets {
		if s.IsZero() {
			return nil, configError("Secrets", "a secret is empty: without it anybody could deliver")
		}
		if !configure.GoesIntoHeader(s) { // it goes into none, and is of the same letters
			return nil, configError("Secrets", "a secret is the secret_key alone: without blanks and line ends, and not a printed [redacted]")
		}
	}
	if cfg.Handle == nil && cfg.Outcomes == nil {
		return nil, configError("Handle", "give Handle, Outcomes or both: deliveries would be answered and lost")
	}
	if cfg.MaxBody < 0 || cfg.ReadTimeout < 0 || cfg.HandleTimeout < 0 || cfg.Remember < 0 {
		return nil, configError("MaxBody, ReadTimeout, HandleTimeout, Remember", "limits are above zero; 0 is the default")
	}
	cfg.MaxBody = cmp.Or(cfg.MaxBody, 256<<10)
	cfg.ReadTimeout = cmp.Or(cfg.ReadTimeout, 10*time.Second)
	cfg.HandleTimeout = cmp.Or(cfg.HandleTimeout, 30*time.Second)
	cfg.Freshness = cmp.Or(cfg.Freshness, 5*time.Minute)
	cfg.Remember = max(cmp.Or(cfg.Remember, 72*time.Hour), 2*cfg.Freshness)
	if cfg.Replay == nil {
		cfg.Replay = NewReplayMemory(0)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	return &Webhook{cfg: cfg, running: map[string]*flight{}}, nil
}

// ServeHTTP takes one delivery.
func (w *Webhook) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	name, v := w.serve(rw, r)
	level := slog.LevelDebug
	if v.status != http.StatusOK {
		level = slog.LevelWarn
	}
	w.cfg.Logger.Log(r.Context(), level, "nexhealth webhook: "+v.reason, "event", printableName(name), "status", v.status)
	switch v.status {
	case http.StatusMethodNotAllowed:
		rw.Header().Set("Allow", http.MethodPost)
	case http.StatusServiceUnavailable:
		rw.Header().Set("Retry-After", "10")
	}
	rw.Header().Set("Content-Length", "0")
	rw.WriteHeader(v.status)
}

// serve does everything but the answer. What comes back is for the log and the status.
func (w *Webhook) serve(rw http.ResponseWriter, r *http.Request) (name string, v verdict) {
	if r.Method != http.MethodPost {
		return "", verdict{http.StatusMethodNotAllowed, "not a POST"}
	}
	// The deadline also bounds the server's own reading of what is left of a refused body.
	// Where the writer knows no deadlines (a test recorder), the server's own hold.
	control := http.NewResponseController(rw)
	_ = control.SetReadDeadline(time.Now().Add(w.cfg.ReadTimeout))
	given, timestamp, v := w.headers(r.Header)
	if v.status != 0 {
		return "", v
	}
	body, v := w.read(rw, r)
	if v.status != 0 {
		return "", v
	}
	_ = control.SetReadDeadline(time.Time{})
	if v = w.verify(r.Context(), timestamp, given, body); v.status != 0 {
		return "", v
	}
	e, env, err := parseEvent(body, w.cfg.Zone)
	if err != nil {
		return "", verdict{http.StatusBadRequest, "signed, but not one JSON object"}
	}
	return env.full, w.once(r.Context(), e.key(env), e)
}

// read reads the body within its limits of size and time.
func (w *Webhook) read(rw http.ResponseWriter, r *http.Request) ([]byte, verdict) {
	tooLarge := verdict{http.StatusRequestEntityTooLarge, "the body is too large"}
	if r.ContentLength > w.cfg.MaxBody {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, w.cfg.MaxBody))
	switch {
	case err == nil:
		return body, verdict{}
	case isTooLarge(err):
		return nil, tooLarge
	case isTimeout(err):
		return nil, verdict{http.StatusRequestTimeout, "the body took too long"}
	}
	return nil, verdict{http.StatusBadRequest, "the body broke off"}
}

// printableName is what may be logged of a name: the vendor's words have this shape.
func printableName(name string) string {
	if len(name) > 64 {
		return ""
	}
	for _, r := range []byte(name) {
		if r != '_' && r != '.' && (r < 'a' || r > 'z') {
			return ""
		}
	}
	return name
}
