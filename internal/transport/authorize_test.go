package transport

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// refuse answers 401 to the tokens listed and 200 to others.
func refuse(refused ...string) func(http.ResponseWriter, *http.Request, int64) {
	return func(w http.ResponseWriter, r *http.Request, _ int64) {
		for _, t := range refused {
			if r.Header.Get("Authorization") == "Bearer "+t {
				writeAnswer(w, 401, `{"error":"invalid_token"}`)
				return
			}
		}
		writeAnswer(w, 200, "{}")
	}
}

func TestFault_A9_refusedTokenIsRenewedAndTheCallReplayedOnce(t *testing.T) {
	t.Parallel()
	for _, call := range []*Call{get("/Patient"), post("/Appointment", `{"a":1}`)} {
		// Attempts: 1 switches retries off; the replay is none.
		once := func(c *Config) { c.Options.Retry = &emr.Retry{Attempts: 1} }
		src := &tokens{}
		srv := serve(t, refuse("token-1"))
		a := noError(t)(connect(t, srv.URL, once, func(c *Config) { c.Tokens = src }).Do(t.Context(), call))
		wantHits(t, &srv.hits, 2)
		if a.Attempts != 2 || len(src.dropped) != 1 {
			t.Error(a.Attempts, len(src.dropped))
		}

		src = &tokens{}
		srv = serve(t, refuse("token-1", "token-2"))
		e := wantKind(t, errOf(connect(t, srv.URL, once, func(c *Config) { c.Tokens = src }).Do(t.Context(), call)), emr.KindAuth)
		wantHits(t, &srv.hits, 2)
		if e.Status != 401 || src.n != 2 {
			t.Error(e, src.n)
		}
	}
}

func TestFault_A9_replayedWriteSendsItsWholeBody(t *testing.T) {
	t.Parallel()
	var bodies []string
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		var b [100]byte
		k, _ := r.Body.Read(b[:])
		bodies = append(bodies, string(b[:k]))
		refuse("token-1")(w, r, n)
	})
	noError(t)(connect(t, srv.URL, func(c *Config) { c.Tokens = &tokens{} }).Do(t.Context(), post("/Appointment", `{"a":1}`)))
	if len(bodies) != 2 || bodies[0] != bodies[1] || bodies[1] != `{"a":1}` {
		t.Errorf("%q", bodies)
	}
}

func TestFault_A9_sourceThatCannotDropATokenIsNotReplayed(t *testing.T) {
	t.Parallel()
	srv := serve(t, refuse("static"))
	wantKind(t, errOf(connect(t, srv.URL, func(c *Config) { c.Tokens = auth.Static(auth.NewSecret("static")) }).Do(t.Context(), get("/Patient"))), emr.KindAuth)
	wantHits(t, &srv.hits, 1)
}

func TestFault_A10_parallelRefusalsReplayEachCallOnce(t *testing.T) {
	t.Parallel()
	src := &tokens{}
	srv := serve(t, refuse("token-1"))
	c := connect(t, srv.URL, func(c *Config) { c.Tokens = src })
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { noError(t)(c.Do(t.Context(), get("/Patient"))) })
	}
	all.Wait()
	if n := srv.hits.Load(); n > 100 || src.n != 2 {
		t.Errorf("%d requests, %d tokens", n, src.n)
	}
}

func TestFault_A11_forbiddenIsNotReplayed(t *testing.T) {
	t.Parallel()
	src := &tokens{}
	srv := serve(t, answerWith(403, `{"error":"insufficient_scope"}`))
	wantKind(t, errOf(connect(t, srv.URL, func(c *Config) { c.Tokens = src }).Do(t.Context(), get("/Patient"))), emr.KindPermission)
	wantHits(t, &srv.hits, 1)
	if len(src.dropped) != 0 {
		t.Error("the token was dropped")
	}
}

func TestFault_A16_tokenThatIsNoHeaderIsNeverSent(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	for _, token := range []string{"", "canary\r\nX: y", "canary\n", "canäry"} {
		e := wantKind(t, errOf(connect(t, srv.URL, func(c *Config) { c.Tokens = auth.Static(auth.NewSecret(token)) }).Do(t.Context(), get("/Patient"))), emr.KindProtocol)
		if strings.Contains(fmt.Sprintf("%+v", e), "can") && strings.Contains(e.Error(), "canary") {
			t.Error(e)
		}
	}
	wantHits(t, &srv.hits, 0)
}

func TestTokenSourceFailureIsTheCallsFailure(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	inner := &emr.Error{Kind: emr.KindAuth, Op: "get token", Code: "invalid_client", Hint: "check id and secret", Err: emr.ErrLoginRequired}
	for _, c := range []struct {
		err  error
		kind emr.Kind
	}{
		{inner, emr.KindAuth},
		{fmt.Errorf("canary: %w", inner), emr.KindAuth},
		{&emr.Error{Kind: emr.KindUnavailable, Op: "get token", Hint: "canary-free"}, emr.KindUnavailable},
		{errors.New("canary"), emr.KindAuth},
	} {
		for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
			e := wantKind(t, errOf(connect(t, srv.URL, func(cfg *Config) { cfg.Tokens = &tokens{err: c.err} }).Do(t.Context(), call)), c.kind)
			if strings.Contains(e.Error(), "canary:") || e.Attempts != 0 || e.Op != call.Op {
				t.Error(e)
			}
			if errors.Is(c.err, emr.ErrLoginRequired) && (!errors.Is(e, emr.ErrLoginRequired) || e.Code != "invalid_client" || e.Hint != "check id and secret") {
				t.Errorf("what the source said is lost: %v", e)
			}
			for err := error(e); err != nil; err = errors.Unwrap(err) {
				if strings.Contains(err.Error(), "canary:") {
					t.Errorf("the chain holds foreign text: %v", err)
				}
			}
		}
	}
	wantHits(t, &srv.hits, 0)
}

func TestHeadersAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	var got http.Header
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
		got = r.Header.Clone()
		writeAnswer(w, 200, "{}")
	})
	c := connect(t, srv.URL, vendorHeaders, func(c *Config) {
		c.Accept = "application/fhir+json"
		c.CorrelationHeader = "x-request-id"
	})
	ctx := emr.WithCorrelationID(context.Background(), "my-id")
	a := noError(t)(c.Do(ctx, post("/Appointment", "{}")))
	want := http.Header{
		"Accept": {"application/fhir+json"}, "Accept-Encoding": {"gzip"}, "Authorization": {"Bearer token-1"}, "Content-Length": {"2"},
		"Content-Type": {"application/json"}, "Nx-Practice-Id": {"practice-canary"}, "User-Agent": {"emrkit/" + Version}, "X-Request-Id": {"my-id"},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) || a.RequestID != "my-id" {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	call := get("/Patient")
	call.Header = http.Header{"accept": {"text/csv"}, "X-Other": {"a", "b"}}
	a = noError(t)(c.Do(context.Background(), call))
	if got.Get("Accept") != "text/csv" || len(got["X-Other"]) != 2 || got.Get("Content-Type") != "" || a.RequestID == "" || got.Get("X-Request-Id") != a.RequestID {
		t.Errorf("%v", got)
	}
}
