package emrtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// capture collects what a driver prints during a sub-test (log lines, hook events,
// error texts) and the personal values and secrets that must not be in it.
type capture struct {
	mu       sync.Mutex
	printed  map[string]*bytes.Buffer // by where it was printed
	canaries map[string]string        // value to what it is
}

func newCapture() *capture {
	return &capture{printed: map[string]*bytes.Buffer{}, canaries: map[string]string{}}
}

// canary notes a value that must not be printed, also as part of a URL or JSON text.
// Short values are left out: they would be found by chance.
func (c *capture) canary(what, value string) {
	if len(value) < 4 {
		return
	}
	quoted, _ := json.Marshal(value)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, form := range []string{value, url.QueryEscape(value), url.PathEscape(value), strings.Trim(string(quoted), `"`)} {
		c.canaries[form] = what
	}
}

// person makes everything of n canaries.
func (c *capture) person(n emr.NewPatient) {
	c.canary("given name", n.Given.Reveal())
	c.canary("family name", n.Family.Reveal())
	c.canary("birth date", n.Born.Reveal().String())
	for _, p := range n.Phones {
		c.canary("phone", p.Number.Reveal())
		c.canary("phone", digits(p.Number))
	}
	for _, e := range n.Emails {
		c.canary("e-mail", e.Reveal())
	}
	for _, l := range n.Address.Lines {
		c.canary("street", l.Reveal())
	}
	for _, id := range n.Identifiers {
		c.canary("identifier", id.Value.Reveal())
	}
}

// id makes a patient's or appointment's id a canary. Ids of few characters would be
// found by chance.
func (c *capture) id(what, id string) {
	if len(id) >= 8 {
		c.canary(what, id)
	}
}

// wrote adds text printed at a place.
func (c *capture) wrote(where, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b := c.printed[where]
	if b == nil {
		b = &bytes.Buffer{}
		c.printed[where] = b
	}
	b.WriteString(text + "\n")
}

// error prints err in all the ways an application may, with all it wraps.
func (c *capture) error(err error) {
	if err == nil {
		return
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		c.wrote("an error's "+verb, fmt.Sprintf(verb, err))
		c.wrote("a struct's "+verb+" that holds an error", fmt.Sprintf(verb, struct{ err error }{err}))
	}
	for _, log := range c.loggers("an error in slog") {
		log.Error("failed", "err", err, slog.Group("inner", slog.Any("err", err)))
	}
	text, _ := json.Marshal(err) //nolint:errchkjson // an encoder that refuses prints nothing
	c.wrote("an error's JSON", string(text))
	var e *emr.Error
	if errors.As(err, &e) && e.Err != nil {
		c.wrote("an error's cause", fmt.Sprintf("%v %+v %#v", e.Err, e.Err, e.Err))
	}
}

// loggers prints what is logged as text and as JSON.
func (c *capture) loggers(where string) []*slog.Logger {
	o := &slog.HandlerOptions{Level: slog.LevelDebug - 4, AddSource: false}
	return []*slog.Logger{
		slog.New(slog.NewTextHandler(place{c, where}, o)),
		slog.New(slog.NewJSONHandler(place{c, where}, o)),
	}
}

// place is a writer into the capture.
type place struct {
	c     *capture
	where string
}

func (p place) Write(text []byte) (int, error) {
	p.c.wrote(p.where, string(text))
	return len(text), nil
}

// options are what the driver is made with: every hook prints.
func (c *capture) options() *emr.Options {
	both := c.loggers("a log line")
	return &emr.Options{
		Logger:   slog.New(twice{both[0].Handler(), both[1].Handler()}),
		Observer: watcher{c},
		Audit: func(_ context.Context, e emr.AuditEvent) {
			c.wrote("an audit event", fmt.Sprintf("%+v %#v", e, e))
		},
		Name: "conformance",
	}
}

// watcher prints what an observer is told.
type watcher struct{ c *capture }

func (w watcher) Start(ctx context.Context, call emr.CallInfo) (context.Context, func(emr.CallResult)) {
	w.c.wrote("an observer's call", fmt.Sprintf("%+v", call))
	return ctx, func(r emr.CallResult) { w.c.wrote("an observer's result", fmt.Sprintf("%+v", r)) }
}

// twice hands each record to two handlers.
type twice [2]slog.Handler

func (t twice) Enabled(ctx context.Context, l slog.Level) bool { return t[0].Enabled(ctx, l) }

func (t twice) Handle(ctx context.Context, r slog.Record) error {
	return errors.Join(t[0].Handle(ctx, r.Clone()), t[1].Handle(ctx, r))
}

func (t twice) WithAttrs(attrs []slog.Attr) slog.Handler {
	return twice{t[0].WithAttrs(attrs), t[1].WithAttrs(attrs)}
}

func (t twice) WithGroup(name string) slog.Handler {
	return twice{t[0].WithGroup(name), t[1].WithGroup(name)}
}

// report fails the test for each canary that was printed. It does not repeat the value.
func (c *capture) report(t testing.TB) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	told := map[string]bool{}
	for where, b := range c.printed {
		for form, what := range c.canaries {
			message := "personal data or a secret is printed: " + what + " in " + where
			if strings.Contains(b.String(), form) && !told[message] {
				told[message] = true
				t.Error(message)
			}
		}
	}
}
