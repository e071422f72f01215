package signin_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// localFlow is a Flow for Local on a free port, with a server on sockets.
func localFlow(t *testing.T, redirect string) (*authtest.Server, *signin.Flow) {
	t.Helper()
	srv := authtest.New(t, nil)
	cfg := srv.SignInConfig(redirect)
	cfg.Keys = nil
	return srv, newFlow(t, cfg)
}

// visit makes a request without following redirects, on a connection of its own.
func visit(t testing.TB, method, target, host string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = host
	resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req)
	if err != nil {
		t.Errorf("%s: %v", method, err)
		return 0, nil, ""
	}
	defer func() { _ = resp.Body.Close() }()
	body, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(body)
}

// back is where the server sends the browser.
func back(t testing.TB, srv *authtest.Server, authorize string) string {
	t.Helper()
	u, err := srv.Agree(authorize)
	if err != nil {
		t.Error(err)
		return ""
	}
	return u.String()
}

func TestLocalSignsIn(t *testing.T) {
	t.Parallel()
	for name, redirect := range map[string]string{
		"address": "http://127.0.0.1:0/callback/", "name": "http://localhost:0/callback", "no path": "http://127.0.0.1:0", "with a query": "http://127.0.0.1:0/cb?x=1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv, f := localFlow(t, redirect)
			var target string
			var page string
			g, err := f.Local(t.Context(), func(authorize string) {
				_, h, _ := visit(t, http.MethodGet, authorize, "") // as a browser: the server redirects
				target = h.Get("Location")
				var status int
				status, h, page = visit(t, http.MethodGet, target, "")
				if status != http.StatusOK || h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" {
					t.Errorf("status %d, headers %v", status, h)
				}
			}, nil)
			wantSignedIn(t, srv, g, err)
			if !strings.Contains(page, "Signed in") {
				t.Errorf("page %q", page)
			}
			u, _ := url.Parse(target)
			if conn, err := net.Dial("tcp", u.Host); err == nil {
				_ = conn.Close()
				t.Error("somebody still listens")
			}
			wantCount(t, srv, 1)
		})
	}
}

func TestLocalShowsTheApplicationsPage(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	var got *signin.Grant
	g, err := f.Local(t.Context(), func(authorize string) {
		if _, _, page := visit(t, http.MethodGet, back(t, srv, authorize), ""); page != "hello" {
			t.Errorf("page %q", page)
		}
	}, func(w http.ResponseWriter, g *signin.Grant, err error) {
		if got = g; err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, "hello")
	})
	wantSignedIn(t, srv, g, err)
	if got != g {
		t.Error("the page got another grant")
	}
}

func TestFault_A15_localIsNotEndedByStrayRequests(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	g, err := f.Local(t.Context(), func(authorize string) {
		good := back(t, srv, authorize)
		u, _ := url.Parse(good)
		_, port, _ := net.SplitHostPort(u.Host)
		forged := *u
		forged.RawQuery = with(u.Query(), "state", "AAAAAAAAAAAAAAAAAAAAAAAAAA").Encode()
		for _, tt := range []struct {
			method, target, host string
			status               int
		}{
			{http.MethodGet, forged.String(), "", http.StatusBadRequest},
			{http.MethodGet, "http://" + u.Host + "/cb?error=access_denied", "", http.StatusBadRequest},
			{http.MethodGet, "http://" + u.Host + "/cb", "", http.StatusBadRequest},
			{http.MethodGet, good + ";", "", http.StatusBadRequest},
			{http.MethodGet, good + "&state=x", "", http.StatusBadRequest},
			{http.MethodGet, "http://" + u.Host + "/favicon.ico", "", http.StatusNotFound},
			{http.MethodGet, strings.Replace(good, "/cb", "/cb/", 1), "", http.StatusNotFound},
			{http.MethodGet, strings.Replace(good, "/cb", "/CB", 1), "", http.StatusNotFound},
			{http.MethodPost, good, "", http.StatusMethodNotAllowed},
			{http.MethodHead, good, "", http.StatusMethodNotAllowed},
			{http.MethodGet, good, "rebind.example.test:" + port, http.StatusMisdirectedRequest},
			{http.MethodGet, good, "localhost:" + port, http.StatusMisdirectedRequest},
			{http.MethodGet, good, "127.0.0.1", http.StatusMisdirectedRequest},
		} {
			if status, _, page := visit(t, tt.method, tt.target, tt.host); status != tt.status {
				t.Errorf("%s with host %q: status %d, want %d", tt.method, tt.host, status, tt.status)
			} else {
				wantWithout(t, page, u.Query().Get("code"), u.Query().Get("state"))
			}
		}
		wantCount(t, srv, 0)
		visit(t, http.MethodGet, good, "")
	}, nil)
	wantSignedIn(t, srv, g, err)
}

func TestFault_A15_localOnceEndsAtTheFirstCallbackAndSendsNoCode(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(url.Values){
		"another state": func(q url.Values) { q.Set("state", "AAAAAAAAAAAAAAAAAAAAAAAAAA") },
		"no state":      func(q url.Values) { q.Del("state") },
		"two states":    func(q url.Values) { q.Add("state", "x") },
	} {
		srv, f := localFlow(t, "http://127.0.0.1:0/cb")
		var shown error
		g, err := f.LocalOnce(t.Context(), func(authorize string) {
			u, _ := url.Parse(back(t, srv, authorize))
			for _, beside := range []string{"/favicon.ico", "/cb/"} { // no callbacks
				visit(t, http.MethodGet, "http://"+u.Host+beside, "")
			}
			q := u.Query()
			change(q)
			u.RawQuery = q.Encode()
			visit(t, http.MethodGet, u.String(), "")
		}, func(_ http.ResponseWriter, _ *signin.Grant, err error) { shown = err })
		e, ok := errors.AsType[*emr.Error](err)
		if g != nil || !ok || e.Kind != emr.KindAuth || !slices.Equal(e.Fields, []string{"state"}) || !errors.Is(err, emr.ErrLoginRequired) || !errors.Is(shown, err) {
			t.Errorf("%s: %v, and the page got %v", name, err, shown)
		}
		wantCount(t, srv, 0)
	}
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	g, err := f.LocalOnce(t.Context(), func(authorize string) { visit(t, http.MethodGet, back(t, srv, authorize), "") }, nil)
	wantSignedIn(t, srv, g, err)
}

func TestFault_A15_ofManyLocalCallbacksOneSendsTheCode(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	pages := 0
	g, err := f.Local(t.Context(), func(authorize string) {
		good := back(t, srv, authorize)
		srv.FailAll(authtest.Slow(20 * time.Millisecond))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() { visitQuietly(t.Context(), good) })
		}
		wg.Wait()
	}, func(http.ResponseWriter, *signin.Grant, error) { pages++ })
	wantSignedIn(t, srv, g, err)
	wantCount(t, srv, 1)
	if pages != 1 {
		t.Errorf("%d pages", pages)
	}
}

func TestLocalDoesNotNeedTheBrowserOnceTheCodeIsThere(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	srv.FailAll(authtest.Slow(30 * time.Millisecond))
	var wg sync.WaitGroup
	g, err := f.Local(t.Context(), func(authorize string) {
		ctx, leave := context.WithCancel(t.Context())
		good := back(t, srv, authorize)
		wg.Go(func() { visitQuietly(ctx, good) })
		awaitRequest(srv)
		leave()
	}, nil)
	wg.Wait()
	wantSignedIn(t, srv, g, err)
}

func TestLocalWaitsForTheTokenBeyondTheLifetime(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	signin.Hurry(f, 300*time.Millisecond)
	srv.FailAll(authtest.Slow(500 * time.Millisecond))
	var wg sync.WaitGroup
	g, err := f.Local(t.Context(), func(authorize string) {
		good := back(t, srv, authorize)
		wg.Go(func() { visitQuietly(t.Context(), good) })
		awaitRequest(srv)
	}, nil)
	wg.Wait()
	wantSignedIn(t, srv, g, err)
}

// awaitRequest waits until the code is on its way.
func awaitRequest(srv *authtest.Server) {
	for limit := time.Now().Add(5 * time.Second); srv.Count() == 0 && time.Now().Before(limit); {
		runtime.Gosched()
	}
}

func visitQuietly(ctx context.Context, target string) {
	req, _ := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if resp, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req); err == nil {
		_ = resp.Body.Close()
	}
}

func TestLocalEndsWithTheErrorOfTheCallback(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	_, err := f.Local(t.Context(), func(authorize string) {
		u, _ := url.Parse(back(t, srv, authorize))
		u.RawQuery = with(with(with(u.Query(), "code"), "error", "access_denied"), "error_description", "<b>canary</b>").Encode()
		status, _, page := visit(t, http.MethodGet, u.String(), "")
		if status != http.StatusBadRequest || !strings.Contains(page, "did not work") {
			t.Errorf("status %d, page %q", status, page)
		}
		wantWithout(t, page, "canary")
	}, nil)
	if e := failure(t, err, emr.KindPermission, "error"); e.Code != "access_denied" {
		t.Errorf("code %q", e.Code)
	}
	wantCount(t, srv, 0)
}

func TestLocalEndsWhenNobodyComes(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	signin.Hurry(f, 20*time.Millisecond)
	_, err := f.Local(t.Context(), func(authorize string) {
		u, _ := url.Parse(back(t, srv, authorize))
		visit(t, http.MethodGet, "http://"+u.Host+"/cb?state=x", "")
	}, nil)
	if e := failure(t, err, emr.KindTimeout); !errors.Is(err, emr.ErrLoginRequired) || !strings.Contains(e.Hint, "refused: 1") {
		t.Errorf("%v", err)
	}
}

func TestLocalEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		kind  emr.Kind
		cause error
		end   func(context.Context) (context.Context, context.CancelFunc)
		early bool
	}{
		"canceled": {emr.KindCanceled, context.Canceled, context.WithCancel, false},
		"deadline": {emr.KindTimeout, context.DeadlineExceeded, func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 10*time.Millisecond)
		}, false},
		"before": {emr.KindCanceled, context.Canceled, context.WithCancel, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, f := localFlow(t, "http://127.0.0.1:0/cb")
			ctx, cancel := tt.end(t.Context())
			defer cancel()
			if tt.early {
				cancel()
			}
			_, err := f.Local(ctx, func(string) {
				if tt.kind == emr.KindCanceled {
					cancel()
				}
			}, nil)
			if failure(t, err, tt.kind); !errors.Is(err, tt.cause) {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestLocalLeavesNothingBehind cancels while the token request hangs.
func TestLocalLeavesNothingBehind(t *testing.T) { //nolint:paralleltest // it counts goroutines
	srv, f := localFlow(t, "http://localhost:0/cb")
	srv.FailAll(authtest.Hang())
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	_, err := f.Local(ctx, func(authorize string) {
		good := back(t, srv, authorize)
		wg.Go(func() { visitQuietly(t.Context(), good) })
		awaitRequest(srv)
		cancel()
	}, nil)
	wg.Wait()
	if failure(t, err, emr.KindCanceled); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	srv.Close()
	for range 1_000_000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
	}
	buf := make([]byte, 1<<16)
	t.Errorf("goroutines: %d, then %d\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
}

func TestLocalSurvivesAPageThatPanics(t *testing.T) {
	t.Parallel()
	srv, f := localFlow(t, "http://127.0.0.1:0/cb")
	g, err := f.Local(t.Context(), func(authorize string) { visitQuietly(t.Context(), back(t, srv, authorize)) },
		func(http.ResponseWriter, *signin.Grant, error) { panic("canary") })
	wantSignedIn(t, srv, g, err)
}

func TestLocalNeedsALoopbackPortOfItsOwn(t *testing.T) {
	t.Parallel()
	_, f := localFlow(t, "https://app.example.test/cb")
	_, err := f.Local(t.Context(), func(string) { t.Error("shown") }, nil)
	failure(t, err, emr.KindConfig, "RedirectURL")

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, f = localFlow(t, "http://"+l.Addr().String()+"/cb")
	_, err = f.Local(t.Context(), func(string) { t.Error("shown") }, nil)
	failure(t, err, emr.KindConfig, "RedirectURL")

	_, port, _ := net.SplitHostPort(l.Addr().String())
	_, f = localFlow(t, "http://localhost:"+port+"/cb") // somebody sits at one of its addresses
	_, err = f.Local(t.Context(), func(string) { t.Error("shown") }, nil)
	failure(t, err, emr.KindConfig, "RedirectURL")

	_, err = f.Local(t.Context(), nil, nil)
	failure(t, err, emr.KindConfig, "show")
}

func TestLocalTakesBothAddressesOfLocalhost(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("this machine has no IPv6: %v", err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	_, f := localFlow(t, "http://localhost:"+port+"/cb")
	_, err = f.Local(t.Context(), func(string) { t.Error("shown, while somebody else sits at [::1]") }, nil)
	failure(t, err, emr.KindConfig, "RedirectURL")
}
