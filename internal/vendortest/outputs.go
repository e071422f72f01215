package vendortest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// Outputs collects everything a client says about its calls: log, spans and audit.
type Outputs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write takes the log.
func (o *Outputs) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

// Start takes the spans.
func (o *Outputs) Start(ctx context.Context, c emr.CallInfo) (context.Context, func(emr.CallResult)) {
	_, _ = fmt.Fprintf(o, "%+v\n", c)
	return ctx, func(r emr.CallResult) { _, _ = fmt.Fprintf(o, "%+v\n", r) }
}

// Watch sets the hooks of options.
func (o *Outputs) Watch(options *emr.Options) *emr.Options {
	options.Logger = slog.New(slog.NewJSONHandler(o, &slog.HandlerOptions{Level: slog.LevelDebug}))
	options.Observer = o
	options.Audit = func(_ context.Context, e emr.AuditEvent) { _, _ = fmt.Fprintf(o, "%+v\n", e) }
	return options
}

// Check fails the test where leak finds something in a line, and where requests were made
// and nothing was said of them. leak returns what a text must not hold, "" for a clean one.
func (o *Outputs) Check(t testing.TB, requests int, leak func(text string) string) {
	t.Helper()
	o.mu.Lock()
	said := o.buf.String()
	o.mu.Unlock()
	if requests > 0 && (!strings.Contains(said, `"msg"`) || !strings.Contains(said, "Route:")) {
		t.Error("nothing was said about the requests: there is nothing to look through")
	}
	for line := range strings.Lines(said) {
		if c := leak(line); c != "" {
			t.Errorf("the output holds %q: %s", c, line)
		}
	}
}

// CheckError looks through each way to print err and each error in it.
func CheckError(t testing.TB, err error, leak func(text string) string) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		text := fmt.Sprintf("%v %+v %#v %q %s", e, e, e, e, slog.AnyValue(e).Resolve())
		if c := leak(text); c != "" {
			t.Errorf("the error holds %q: %s", c, text)
		}
	}
}
