package signin_test

import (
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

const redirectURL = "https://app.example.test/signin/callback"

// inBubble runs f with a server in memory, in a bubble where time is free.
func inBubble(t *testing.T, o *authtest.Options, f func(t *testing.T, srv *authtest.Server, cfg signin.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var opts authtest.Options
		if o != nil {
			opts = *o
		}
		opts.InMemory = true
		srv := authtest.New(t, &opts)
		cfg := srv.SignInConfig(redirectURL)
		cfg.Scopes = []string{"openid", "patient/*.read"}
		f(t, srv, cfg)
	})
}

func newFlow(t testing.TB, cfg signin.Config) *signin.Flow {
	t.Helper()
	f, err := signin.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func begin(t testing.TB, f *signin.Flow) *signin.Attempt {
	t.Helper()
	a, err := f.Begin()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// agreed is the callback after the person agreed.
func agreed(t testing.TB, srv *authtest.Server, authorizeURL string) url.Values {
	t.Helper()
	u, err := srv.Agree(authorizeURL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// with returns v with name set to values, without it for none.
func with(v url.Values, name string, values ...string) url.Values {
	v = maps.Clone(v)
	if delete(v, name); len(values) > 0 {
		v[name] = values
	}
	return v
}

// browser keeps cookies; it does not look at paths.
type browser struct{ cookies map[string]string }

func newBrowser() *browser { return &browser{cookies: map[string]string{}} }

func (b *browser) request(method, target string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for _, name := range slices.Sorted(maps.Keys(b.cookies)) {
		r.AddCookie(&http.Cookie{Name: name, Value: b.cookies[name]})
	}
	return r
}

func (b *browser) keep(w *httptest.ResponseRecorder) []*http.Cookie {
	set := w.Result().Cookies()
	for _, c := range set {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return set
}

// start begins a sign-in and returns the authorize URL and the cookie.
func (b *browser) start(t testing.TB, f *signin.Flow) (string, *http.Cookie) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := f.Start(w, b.request(http.MethodGet, "https://app.example.test/signin")); err != nil {
		t.Fatal(err)
	}
	set := b.keep(w)
	if w.Code != http.StatusFound || len(set) != 1 {
		t.Fatalf("status %d, %d cookies", w.Code, len(set))
	}
	return w.Header().Get("Location"), set[0]
}

// callback is the browser coming back.
func (b *browser) callback(f *signin.Flow, query url.Values) (*signin.Grant, error) {
	w := httptest.NewRecorder()
	g, err := f.Callback(w, b.request(http.MethodGet, redirectURL+"?"+query.Encode()))
	b.keep(w)
	return g, err
}

// failure checks what every error of this package is.
func failure(t testing.TB, err error, kind emr.Kind, fields ...string) *emr.Error {
	t.Helper()
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		t.Fatalf("want an *emr.Error, got %v", err)
	}
	if e.Kind != kind || e.Op != "sign in" || e.Hint == "" || !slices.Equal(e.Fields, fields) {
		t.Errorf("kind %q, op %q, fields %v, want %q, sign in, %v (%v)", e.Kind, e.Op, e.Fields, kind, fields, e)
	}
	return e
}

// wantCount checks how many token requests arrived.
func wantCount(t testing.TB, srv *authtest.Server, want int) {
	t.Helper()
	if got := srv.Count(); got != want {
		t.Errorf("%d token requests arrived, want %d", got, want)
	}
}

// wantSignedIn checks that g is a grant of srv.
func wantSignedIn(t testing.TB, srv *authtest.Server, g *signin.Grant, err error) {
	t.Helper()
	if err != nil || g == nil {
		t.Fatalf("not signed in: %v", err)
	}
	if access, _ := g.Token.Access.Reveal(t.Context()); !srv.Valid(access) {
		t.Error("the access token is not the server's")
	}
}

func wantWithout(t testing.TB, text string, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if s != "" && strings.Contains(text, s) {
			t.Errorf("%q is in %q", s, text)
		}
	}
}
