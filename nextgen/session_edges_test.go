package nextgen

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

func TestAnInjectedSessionIsItsConnectionsAloneAlsoWhereOthersShare(t *testing.T) {
	t.Parallel()
	shared := emr.NewShared()
	w := &wire{t: t, routes: map[string]reply{}, replies: []reply{{body: listed()}}}
	for i, edit := range []func(*Config){nil, func(c *Config) { c.SessionID = auth.NewSecret("injected-value") }, nil} {
		if err := types(t.Context(), w.connect(t, edit, shared)); err != nil {
			t.Fatal(err)
		}
		if want, got := []string{testSession, "injected-value", testSession}[i], w.seen[i].Header.Get(sessionHeader); got != want {
			t.Errorf("connection %d sends %q", i, got)
		}
	}
	if len(w.logins) != 1 {
		t.Errorf("%d selections", len(w.logins))
	}
}

func TestAClosedConnectionHoldsUpNobodyWhoShares(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := emr.NewShared()
		w := &wire{t: t, routes: map[string]reply{}, replies: []reply{{body: listed()}}}
		one, other := w.connect(t, nil, shared), w.connect(t, nil, shared)
		_ = one.Close()
		wantError(t, types(t.Context(), one), emr.KindConfig)
		if err := types(t.Context(), other); err != nil || len(w.logins) != 1 {
			t.Errorf("%v after %d selections", err, len(w.logins))
		}
		_ = other.Close()
		_ = shared.Close()
	})
}

// TestARefusedSelectionIsToldToAllAndNoPauseIsLongerThanAMinute: who comes in the pause
// gets the same error, and has sent nothing.
func TestARefusedSelectionIsToldToAllAndNoPauseIsLongerThanAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := connect(t, nil, reply{body: listed()})
		attempts := func(err error) int {
			e := wantError(t, err, emr.KindPermission)
			behind, ok := errors.AsType[*emr.Error](e.Err)
			if !ok || behind.Op != opSelect || e.Vendor != vendor {
				t.Fatalf("behind %v is %v", e, e.Err)
			}
			return behind.Attempts
		}
		for n := range 12 { // the pause doubles, and ends at a minute
			w.login = []reply{{status: 403}}
			if got := attempts(types(t.Context(), c)); got != 1 || len(w.logins) != n+1 {
				t.Fatalf("%d: %d attempts, %d selections", n, got, len(w.logins))
			}
			if got := attempts(types(t.Context(), c)); got != 0 || len(w.logins) != n+1 {
				t.Fatalf("%d: in the pause %d attempts, %d selections", n, got, len(w.logins))
			}
			time.Sleep(time.Minute)
		}
		w.login = nil
		if err := types(t.Context(), c); err != nil {
			t.Error(err)
		}
	})
}

// TestWhoWaitsInVainForTheSelectionHearsWhatItWas.
func TestWhoWaitsInVainForTheSelectionHearsWhatItWas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := connect(t, nil, reply{body: listed()})
		w.wait = make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := types(ctx, c)
		e := wantError(t, err, emr.KindTimeout)
		if e.Vendor != vendor || e.Op != opTypes || !errors.Is(err, context.DeadlineExceeded) || e.Hint == "" {
			t.Errorf("%+v", e)
		}
		if behind, ok := errors.AsType[*emr.Error](e.Err); !ok || behind.Op != opSelect || behind.Vendor != vendor {
			t.Errorf("behind it is %v", e.Err)
		}
		close(w.wait)
		synctest.Wait()
		if err := types(t.Context(), c); err != nil || len(w.logins) != 1 {
			t.Errorf("%v after %d selections", err, len(w.logins))
		}
	})
}

// TestASessionIsAskedForLikeAReadAndTakenFromTheHeaderAlone.
func TestASessionIsAskedForLikeAReadAndTakenFromTheHeaderAlone(t *testing.T) {
	t.Parallel()
	none := http.Header{sessionHeader: {""}}
	for name, c := range map[string]struct {
		login []reply
		kind  emr.Kind
		asked int
	}{
		"a gateway that is away": {[]reply{{status: 503}, {status: 502}, {header: http.Header{sessionHeader: {testSession}}}}, "", 3},
		"in the body only":       {[]reply{{body: `{"sessionId":"x"}`, header: none}}, emr.KindProtocol, 1},
		"no content":             {[]reply{{status: 204, header: http.Header{sessionHeader: {testSession}}}}, "", 1},
		"in plain text":          {[]reply{{kind: "text/plain", body: "200", header: http.Header{sessionHeader: {testSession}}}}, "", 1},
	} {
		client, w := connect(t, nil, reply{body: listed()})
		w.login = c.login
		if err := types(t.Context(), client); emr.KindOf(err) != c.kind || len(w.logins) != c.asked {
			t.Errorf("%s: %v after %d selections", name, err, len(w.logins))
		}
	}
}

func TestClosingAnotherConnectionLeavesASelectionUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := emr.NewShared()
		w := &wire{t: t, routes: map[string]reply{}, replies: []reply{{body: listed()}}, wait: make(chan struct{})}
		one, other := w.connect(t, nil, shared), w.connect(t, nil, shared)
		done := make(chan error, 1)
		go func() { done <- types(t.Context(), one) }()
		synctest.Wait()
		_ = other.Close() // returns, although the selection is not answered
		close(w.wait)
		if err := <-done; err != nil || len(w.logins) != 1 {
			t.Errorf("%v after %d selections", err, len(w.logins))
		}
		_ = one.Close()
		_ = shared.Close()
	})
}
