package transport

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestEveryKindHasAHint(t *testing.T) {
	t.Parallel()
	c := connect(t, "https://emr.example")
	for _, kind := range emr.Kinds() {
		if hints[kind] == "" {
			t.Errorf("no hint for %s", kind)
		}
		if e := c.Error(get("/x"), nil, kind, ""); e.Hint == "" {
			t.Errorf("Error of kind %s has no hint", kind)
		}
		if e := c.Error(get("/x"), nil, kind, "ours"); e.Hint != "ours" {
			t.Errorf("Error of kind %s says %q", kind, e.Hint)
		}
	}
	if len(hints) != len(emr.Kinds()) {
		t.Error("hints for kinds that do not exist")
	}
}

// Every way to fail says what to do next; together they give every kind a call can end with.
func TestFault_X8_everyErrorHasAHint(t *testing.T) {
	t.Parallel()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	over, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	ways := failures()
	for name, f := range map[string]func(c *Config){
		"answer":      func(*Config) {},
		"no rate":     limits(emr.Rate{}),
		"no deadline": limits(emr.Rate{Most: 1, Per: time.Hour}),
	} {
		ways[name] = func(t *testing.T, c *Config) string {
			f(c)
			return serve(t, answerWith(200, "{}")).URL
		}
	}
	for _, kind := range append(emr.Kinds(), "") {
		ways["check says "+string(kind)] = func(t *testing.T, c *Config) string {
			c.Check = func(*Call, *Answer) *emr.Error { return &emr.Error{Kind: kind} }
			return serve(t, answerWith(200, "{}")).URL
		}
		ways["explain says "+string(kind)] = func(t *testing.T, c *Config) string {
			c.Explain = func(_ *Answer, e *emr.Error) { e.Kind, e.Hint = cmp.Or(kind, emr.KindInvalid), "" }
			return serve(t, answerWith(400, "{}")).URL
		}
		ways["token source says "+string(kind)] = func(t *testing.T, c *Config) string {
			c.Tokens = &tokens{err: &emr.Error{Kind: cmp.Or(kind, emr.KindAuth)}}
			return serve(t, answerWith(200, "{}")).URL
		}
	}
	seen := map[emr.Kind]bool{}
	for name, setup := range ways {
		cfg := Config{Vendor: "testvendor", Options: &emr.Options{Retry: &emr.Retry{Attempts: 2, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}}}
		cfg.BaseURL = setup(t, &cfg)
		c, err := New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		look := func(_ *Answer, err error) {
			e, ok := errors.AsType[*emr.Error](err)
			if err != nil && !ok {
				t.Errorf("%s: %T", name, err)
			}
			if e != nil {
				seen[e.Kind] = true
				if e.Hint == "" || e.Kind == "" || e.Op == "" {
					t.Errorf("%s: %v", name, e)
				}
			}
		}
		open := func(ctx context.Context, call *Call) {
			a, body, err := c.Open(ctx, call)
			look(a, err)
			if err == nil {
				_, err = io.Copy(io.Discard, body)
				look(nil, err)
				_ = body.Close()
			}
		}
		soon, stop := context.WithTimeout(t.Context(), time.Second)
		for _, ctx := range []context.Context{soon, cancelled, over} {
			look(c.Do(ctx, get("/x")))
			look(c.Do(ctx, post("/x", "{}")))
			open(ctx, get("/x"))
		}
		open(soon, post("/x", "{}"))
		unsendable := get("/x")
		unsendable.Method = "G T"
		look(c.Do(soon, unsendable))
		look(c.Do(soon, &Call{Op: "upload", Method: http.MethodPost, Path: "/x", Body: brokenSeeker{}}))
		_ = c.Close()
		look(c.Do(soon, get("/x")))
		stop()
	}
	for _, kind := range emr.Kinds() {
		if !seen[kind] {
			t.Errorf("no way to kind %s was tried", kind)
		}
	}
}

type brokenSeeker struct{}

func (brokenSeeker) Read([]byte) (int, error)       { return 0, io.ErrClosedPipe }
func (brokenSeeker) Seek(int64, int) (int64, error) { return 0, io.ErrClosedPipe }
