package nextgen

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// types is the smallest call for data.
func types(ctx context.Context, c *Client) error {
	_, err := parts{c}.ListAppointmentTypes(ctx, "")
	return err
}

func TestOneTokenAndOnePracticeSelectionServeAllCalls(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: listed()})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := types(t.Context(), c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(w.tokens) != 1 || len(w.logins) != 1 || len(w.seen) != 20 {
		t.Fatalf("%d tokens, %d selections, %d calls", len(w.tokens), len(w.logins), len(w.seen))
	}
	if want := "client_id=kit&client_secret=" + testSecret + "&grant_type=client_credentials&site_id=" + testSite; w.tokens[0] != want {
		t.Errorf("the form is %s", w.tokens[0])
	}
	login := w.logins[0]
	if w.chosen[0] != `{"enterpriseId":"00002","practiceId":"0006"}` || login.Method != http.MethodPut || login.Header.Get(sessionHeader) != "" || login.Header.Get("Authorization") == "" {
		t.Errorf("%s %v %s", login.Method, login.Header, w.chosen[0])
	}
	for _, r := range w.seen {
		if r.Header.Get("X-NG-SessionId") != testSession || !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer eyJ") {
			t.Errorf("%v", r.Header)
		}
	}
}

func TestARenewedTokenKeepsThePracticeSelection(t *testing.T) {
	t.Parallel()
	t.Run("after 401", func(t *testing.T) {
		t.Parallel()
		c, w := connect(t, nil, reply{body: listed()}, reply{status: 401, body: "invalid access token", kind: "text/plain"}, reply{body: listed()})
		for range 3 {
			if err := types(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		if len(w.tokens) != 2 || len(w.logins) != 1 {
			t.Errorf("%d tokens, %d selections", len(w.tokens), len(w.logins))
		}
	})
	t.Run("after an hour", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			c, w := connect(t, nil, reply{body: listed()})
			for range 3 {
				if err := types(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Hour)
			}
			if len(w.tokens) != 3 || len(w.logins) != 1 {
				t.Errorf("%d tokens, %d selections", len(w.tokens), len(w.logins))
			}
		})
	})
}

func TestTokenOnlyRoutesSelectNoPractice(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: listed(`{"id":"0006","enterpriseId":"00002","name":"North","isDeleted":false}`)})
	found, err := c.Practices(t.Context())
	if err != nil || len(found) != 1 || found[0].ID != "0006" || found[0].Enterprise != "00002" {
		t.Errorf("%v, %v", found, err)
	}
	if len(w.logins) != 0 || w.seen[0].Header.Get(sessionHeader) != "" {
		t.Errorf("%d selections, header %q", len(w.logins), w.seen[0].Header.Get(sessionHeader))
	}
}

func TestAnInjectedSessionIsUsedAndNothingIsAsked(t *testing.T) {
	t.Parallel()
	c, w := connect(t, func(c *Config) { c.SessionID = auth.NewSecret("injected-value") }, reply{body: listed()})
	if err := types(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if len(w.logins) != 0 || w.seen[0].Header.Get(sessionHeader) != "injected-value" {
		t.Errorf("%d selections, %q", len(w.logins), w.seen[0].Header.Get(sessionHeader))
	}
}

func TestFault_X1_tenantsAreNeverMixed(t *testing.T) {
	t.Parallel()
	shared := emr.NewShared()
	w := &wire{t: t, replies: []reply{{body: listed()}}, routes: map[string]reply{}}
	for i := range 8 {
		w.login = append(w.login, reply{header: http.Header{sessionHeader: {fmt.Sprintf("session-%d", i)}}})
	}
	for i, edit := range []func(*Config){
		nil,
		func(c *Config) { c.PracticeID = "0007" },
		func(c *Config) { c.PracticeID = "006" },
		func(c *Config) { c.EnterpriseID = "00001" },
		func(c *Config) { c.SiteID = "5e1d0c1a-0b1c-4a52-9d3e-7f60a1b2c3d5" },
		func(c *Config) { c.LocationID = testPerson },
		func(c *Config) { c.ProviderID = testPerson },
		func(c *Config) { c.SendZone = true },
	} {
		for range 2 { // the second one shares with the first
			c := w.connect(t, edit, shared)
			if err := types(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			if got := w.seen[len(w.seen)-1].Header.Get(sessionHeader); got != fmt.Sprintf("session-%d", i) {
				t.Errorf("connection %d sends %s", i, got)
			}
		}
	}
	if len(w.logins) != 8 || len(w.tokens) != 2 {
		t.Errorf("%d selections, %d tokens for two sites", len(w.logins), len(w.tokens))
	}
	if got := w.chosen[7]; got != `{"enterpriseId":"00002","practiceId":"0006","timeZone":"America/New_York"}` {
		t.Errorf("the zone is sent as %s", got)
	}
}

func TestFault_A3_whoLeavesTakesNobodyWithHim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := connect(t, nil, reply{body: listed()})
		w.wait = make(chan struct{})
		first, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() { wantError(t, types(first, c), emr.KindCanceled) })
		synctest.Wait()
		for range 5 {
			all.Go(func() {
				if err := types(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		hasty, stop := context.WithTimeout(t.Context(), time.Millisecond)
		defer stop()
		wantError(t, types(hasty, c), emr.KindTimeout)
		cancel()
		synctest.Wait()
		close(w.wait)
		all.Wait()
		if len(w.logins) != 1 || len(w.seen) != 5 {
			t.Errorf("%d selections, %d calls", len(w.logins), len(w.seen))
		}
	})
}

func TestFault_A4_aFailedSelectionIsAskedOncePerCoolDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := connect(t, nil, reply{body: listed()})
		for range 6 {
			w.login = append(w.login, reply{status: 403})
		}
		try := func(want int) {
			t.Helper()
			e := wantError(t, types(t.Context(), c), emr.KindPermission)
			if e.Op != opTypes || !strings.Contains(e.Hint, "NEXTGEN_PRACTICE_ID") || len(w.logins) != want {
				t.Errorf("%v after %d selections, want %d", e, len(w.logins), want)
			}
		}
		for range 5 {
			try(1)
		}
		time.Sleep(time.Second)
		try(2) // the pause after refusals in a row doubles
		time.Sleep(time.Second)
		try(2)
		time.Sleep(time.Second)
		try(3)
		time.Sleep(time.Hour)
		w.login = nil
		if err := types(t.Context(), c); err != nil {
			t.Error(err)
		}
	})
}

func TestASelectionThatFailsBeforeAWriteSentNothingOfIt(t *testing.T) {
	t.Parallel()
	for _, r := range []reply{{status: 403}, {body: "200"}, {header: http.Header{sessionHeader: {"two words"}}}, {body: "<html>", kind: "text/html"}} {
		c, w := connect(t, nil)
		w.login = []reply{r}
		call, err := c.call(opBook, http.MethodPost, "/appointments")
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.send(t.Context(), call, nil, map[string]string{})
		if kind := emr.KindOf(err); kind != emr.KindPermission && kind != emr.KindProtocol || len(w.seen) != 0 {
			t.Errorf("%+v: %v after %d requests", r, err, len(w.seen))
		}
	}
}

func TestClosingEndsASelectionUnderWayAndOthersGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := emr.NewShared()
		w := &wire{t: t, replies: []reply{{body: listed()}}, routes: map[string]reply{}, wait: make(chan struct{})}
		one, other := w.connect(t, nil, shared), w.connect(t, nil, shared)
		var all sync.WaitGroup
		all.Go(func() {
			if types(t.Context(), one) == nil {
				t.Error("a call of a closed connection succeeds")
			}
		})
		synctest.Wait()
		all.Go(func() {
			if err := types(t.Context(), other); err != nil {
				t.Errorf("the other connection: %v", err)
			}
		})
		synctest.Wait()
		_ = one.Close()
		synctest.Wait()
		close(w.wait)
		all.Wait()
		wantError(t, types(t.Context(), one), emr.KindConfig)
		_ = other.Close()
		_ = shared.Close()
	})
}

func TestFault_C7_printingShowsNothingOfAConnection(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, func(c *Config) { c.SessionID = auth.NewSecret(testSession) }, reply{body: listed()})
	if err := types(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{c, c.cfg, c.session, c.tokens, parts{c}} {
		text := fmt.Sprintf("%v %+v %#v %s", v, v, v, v)
		for _, secret := range []string{testSecret, testSession, "kit", testSite} {
			if strings.Contains(text, secret) {
				t.Errorf("%T prints %q", v, secret)
			}
		}
	}
}
