package auth_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/auth/authtest"
	"github.com/emrkit/emrkit/emr"
)

// answering is an ExchangeConfig whose answers read is in charge of.
func answering(srv *authtest.Server, read func(status int, body []byte) (auth.Granted, error)) auth.Config {
	cfg := srv.ExchangeConfig()
	cfg.Exchange.Answer = read
	return cfg
}

func TestExchange_sendsOnePostWithTheVendorsHeadersAndNoBody(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		cfg := srv.ExchangeConfig()
		cfg.Exchange.Header = func(key string) http.Header {
			return http.Header{"authorization": {key}, "Accept": {"application/vnd.example+json;version=2"}, "Api-Version": {"v3"}}
		}
		var sent *http.Request
		rt := cfg.HTTPClient.Transport
		cfg.HTTPClient = &http.Client{Transport: carrier(func(r *http.Request) (*http.Response, error) {
			sent = r
			return rt.RoundTrip(r)
		})}
		tok := token(t, newCache(t, cfg))
		if !srv.Valid(access(t, tok)) || tok.Type != "Bearer" || !tok.Refresh.IsZero() || tok.Expires.Sub(tok.Issued) != time.Hour {
			t.Error("not the token of the endpoint")
		}
		if sent.Method != http.MethodPost || sent.Body != nil || sent.ContentLength != 0 || sent.URL.String() != srv.URL() {
			t.Errorf("%s, %d bytes", sent.Method, sent.ContentLength)
		}
		want := http.Header{
			"Authorization": {"secret-of-key-1"}, "Accept": {"application/vnd.example+json;version=2"}, "Api-Version": {"v3"}, "User-Agent": {"emrkit"},
		}
		if len(sent.Header) != len(want) {
			t.Errorf("headers %v", sent.Header)
		}
		for name := range want {
			if sent.Header.Get(name) != want.Get(name) || len(sent.Header[name]) != 1 {
				t.Errorf("%s: %q", name, sent.Header[name])
			}
		}
	})
}

func TestExchange_any2xxIsAnAnswer(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for _, status := range []int{200, 201, 202, 203} {
			srv.Fail(1, authtest.Answer(status, "application/json", `{"access_token":"abc"}`))
			if tok := token(t, newCache(t, srv.ExchangeConfig())); access(t, tok) != "abc" {
				t.Errorf("%d: not the token", status)
			}
		}
		srv.Fail(1, authtest.Answer(204, "", ""))
		wantKind(t, failure(t, newCache(t, srv.ExchangeConfig())), emr.KindProtocol)
	})
}

func TestFault_A5_A6_answersThatAreNotTheVendorPackages(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
		kind  emr.Kind
		count int
	}{
		{"redirect", authtest.Redirect(307, "https://elsewhere.example.test/?key=echo"), emr.KindUntrustedURL, 1},
		{"not modified", authtest.Answer(304, "", ""), emr.KindUntrustedURL, 1},
		{"too many", authtest.Answer(429, "", "", "Retry-After", "90"), emr.KindRateLimited, 1},
		{"down", authtest.Echo(500), emr.KindUnavailable, 2},
		{"unavailable", authtest.Answer(503, "", "", "Retry-After", "90"), emr.KindUnavailable, 1},
		{"long", authtest.Answer(200, "application/json", `{"access_token":"a"}`+strings.Repeat(" ", 64<<10)), emr.KindProtocol, 1},
		{"long refusal", authtest.Answer(401, "text/html", strings.Repeat("<p>", 64<<10)), emr.KindAuth, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
				srv.FailAll(tt.fault)
				e := failure(t, newCache(t, answering(srv, func(int, []byte) (auth.Granted, error) {
					t.Error("the vendor package was asked")
					return auth.Granted{Access: "a"}, nil
				})))
				wantKind(t, e, tt.kind)
				wantCount(t, srv, tt.count)
				if e.Hint == "" || e.Attempts != tt.count || strings.Contains(e.Error(), "echo") {
					t.Errorf("%v after %d attempts", e, e.Attempts)
				}
				noSecrets(t, srv, e)
			})
		})
	}
}

var errOfVendor = errors.New("secret-of-key-1 of the vendor package's own error")

func TestFault_A5_theVendorPackageSaysWhatARefusalMeans(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 400, 401, 403, 404, 408, 422} {
		inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
			srv.FailAll(authtest.Answer(status, "application/json", `{"code":false}`))
			e := failure(t, newCache(t, answering(srv, func(got int, body []byte) (auth.Granted, error) {
				if got != status || string(body) != `{"code":false}` {
					t.Errorf("asked about %d %q", got, body)
				}
				e := &emr.Error{Kind: emr.KindConfig, Op: "x", Vendor: "y", Status: 999, Code: "wrong_environment", Fields: []string{"Environment"}, Hint: "the key is one of the sandbox", Err: emr.ErrLoginRequired, Attempts: 99, RequestID: "z"}
				return auth.Granted{Access: "abc"}, e.WithDetail("words")
			})))
			wantKind(t, e, emr.KindConfig)
			wantCount(t, srv, 1)
			if e.Status != status || e.Code != "wrong_environment" || e.Hint != "the key is one of the sandbox" || e.Detail() != "words" ||
				len(e.Fields) != 1 || e.Fields[0] != "Environment" || !errors.Is(e, emr.ErrLoginRequired) ||
				e.Op != "get token" || e.Vendor != "authtest" || e.Attempts != 1 || e.RequestID != "" {
				t.Errorf("%#v, code %s", e, e.Code)
			}
		})
	}
}

func TestFault_A4_theVendorPackageKnowsARateLimitTheStatusHides(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for said, want := range map[time.Duration]time.Duration{0: 90 * time.Second, time.Minute: time.Minute, -time.Hour: 90 * time.Second} {
			srv.Fail(1, authtest.Answer(403, "", "", "Retry-After", "90"))
			before := srv.Count()
			c := newCache(t, answering(srv, func(int, []byte) (auth.Granted, error) {
				return auth.Granted{}, &emr.Error{Kind: emr.KindRateLimited, RetryAfter: said}
			}))
			e := failure(t, c)
			wantKind(t, e, emr.KindRateLimited)
			if e.RetryAfter != want {
				t.Errorf("wait %v, want %v", e.RetryAfter, want)
			}
			time.Sleep(want - time.Second)
			failure(t, c)
			wantCount(t, srv, before+1)
		}
	})
}

func TestFault_A5_whatTheVendorPackageSaysIsScrubbedOfTheKey(t *testing.T) {
	t.Parallel()
	inBubble(t, &authtest.Options{Key: "secret-of +/="}, func(t *testing.T, srv *authtest.Server) {
		basic := base64.StdEncoding.EncodeToString([]byte("user:secret-of +/="))
		cfg := answering(srv, func(int, []byte) (auth.Granted, error) {
			e := &emr.Error{
				Kind: emr.KindAuth, Code: "secret-of +/=", Fields: []string{"secret-of +/="},
				Hint: "you sent secret-of +/= as secret-of+%2B%2F%3D as Basic " + basic + " as " + basic + " for access-1", Err: errOfVendor,
			}
			return auth.Granted{Access: "access-1"}, e.WithDetail("key=secret-of +/=")
		})
		cfg.Exchange.Header = func(string) http.Header { return http.Header{"Authorization": {"Basic " + basic}} }
		e := failure(t, newCache(t, cfg))
		if want := "you sent [redacted] as [redacted] as [redacted] as [redacted] for [redacted]"; e.Hint != want {
			t.Errorf("hint %q, want %q", e.Hint, want)
		}
		if e.Code != "" || e.Fields[0] != "[redacted]" || e.Detail() != "key=[redacted]" || !errors.Is(e, errOfVendor) {
			t.Errorf("%v, code %q, detail %q", e, e.Code, e.Detail())
		}
		noSecrets(t, srv, e)
	})
}

func TestFault_A5_withoutAWordOfTheVendorPackageTheStatusCounts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		status int
		kind   emr.Kind
	}{
		{200, emr.KindProtocol}, {201, emr.KindProtocol}, {400, emr.KindAuth}, {401, emr.KindAuth}, {403, emr.KindAuth},
		{404, emr.KindConfig}, {405, emr.KindConfig}, {408, emr.KindUnavailable}, {410, emr.KindConfig}, {422, emr.KindAuth}, {425, emr.KindUnavailable},
	} {
		for name, said := range map[string]error{
			"other error": errOfVendor, "no kind": &emr.Error{}, "nil error": (*emr.Error)(nil), "nothing": nil,
		} {
			if said == nil && tt.status < 300 {
				continue // a token then
			}
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
				srv.FailAll(authtest.Echo(tt.status))
				e := failure(t, newCache(t, answering(srv, func(int, []byte) (auth.Granted, error) { return auth.Granted{Access: "abc"}, said })))
				if e.Kind != tt.kind || e.Status != tt.status || e.Hint == "" || strings.Contains(e.Hint, "client") && tt.status != 403 {
					t.Errorf("%d %s: %v", tt.status, name, e)
				}
				noSecrets(t, srv, e)
			})
		}
	}
}

// trap is an error whose methods must not be called where a panic ends the program.
type trap struct{ error }

func (trap) As(any) bool { panic("secret-of-key-1") }

func TestFault_X7_functionsOfTheVendorPackageThatPanicOrBlock(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(*auth.Exchange, chan struct{})
		kind   emr.Kind
		count  int
	}{
		"header panics": {func(x *auth.Exchange, _ chan struct{}) { x.Header = func(key string) http.Header { panic(key) } }, emr.KindConfig, 0},
		"header blocks": {func(x *auth.Exchange, c chan struct{}) { x.Header = func(string) http.Header { <-c; return nil } }, emr.KindTimeout, 0},
		"answer panics": {func(x *auth.Exchange, _ chan struct{}) {
			x.Answer = func(_ int, b []byte) (auth.Granted, error) { panic(string(b)) }
		}, emr.KindProtocol, 1},
		"answer blocks": {func(x *auth.Exchange, c chan struct{}) {
			x.Answer = func(int, []byte) (auth.Granted, error) { <-c; return auth.Granted{}, nil }
		}, emr.KindTimeout, 1},
		"error of answer bad": {func(x *auth.Exchange, _ chan struct{}) {
			x.Answer = func(int, []byte) (auth.Granted, error) { return auth.Granted{}, trap{} }
		}, emr.KindProtocol, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
				release := make(chan struct{})
				cfg := srv.ExchangeConfig()
				tt.change(cfg.Exchange, release)
				e := failure(t, newCache(t, cfg))
				wantKind(t, e, tt.kind)
				wantCount(t, srv, tt.count)
				if e.Hint == "" {
					t.Error("no hint")
				}
				noSecrets(t, srv, e)
				close(release)
			})
		})
	}
}

func TestFault_A7_livesOfGrantedTokens(t *testing.T) {
	t.Parallel()
	for said, want := range map[time.Duration]time.Duration{
		0: 5 * time.Minute, time.Hour: time.Hour, 1500 * time.Millisecond: 1500 * time.Millisecond,
		24 * time.Hour: 24 * time.Hour, 25 * time.Hour: 24 * time.Hour, 1<<63 - 1: 24 * time.Hour, -1: 0, -1 << 63: 0,
	} {
		inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
			c := newCache(t, answering(srv, func(int, []byte) (auth.Granted, error) { return auth.Granted{Access: "abc", Life: said}, nil }))
			tok := token(t, c)
			if got := tok.Expires.Sub(tok.Issued); got != want {
				t.Errorf("life %v: %v, want %v", said, got, want)
			}
			if again := token(t, c); (again == tok) != (want > 0) {
				t.Errorf("life %v: the token is used again: %v", said, again == tok)
			}
		})
	}
}

func TestFault_A16_grantedTokensThatNoHeaderTakesAreNotUsed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "a b", "abc\r\nX-Evil: 1", "tök", "a\x00", " a", "a\n"} {
		inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
			e := failure(t, newCache(t, answering(srv, func(int, []byte) (auth.Granted, error) { return auth.Granted{Access: text}, nil })))
			wantKind(t, e, emr.KindProtocol)
			wantCount(t, srv, 1)
		})
	}
}

func TestExchange_headersOfTheConnectionAreRefused(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		for _, h := range []http.Header{
			{"Host": {"elsewhere.example.test"}}, {"content-length": {"7"}}, {"Transfer-Encoding": {"chunked"}}, {"Cookie": {"a=b"}},
			{"idempotency-key": {"1"}}, {"X-A": {"b\r\nX-Evil: 1"}}, {"X-A": {"fine", "tök"}}, {"X A": {"b"}}, {"": {"b"}},
		} {
			cfg := srv.ExchangeConfig()
			cfg.Exchange.Header = func(string) http.Header { return h }
			e := failure(t, newCache(t, cfg))
			if e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != "Exchange.Header" || e.Attempts != 0 {
				t.Errorf("%v: %v", h, e)
			}
		}
		wantCount(t, srv, 0)
	})
}

func TestExchange_aReplacedKeyIsReadAgainOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, nil, func(t *testing.T, srv *authtest.Server) {
		keys := []string{"secret-of-old", "secret-of-key-1", "secret-of-new", "secret-of-n\u00e9w"}
		cfg := srv.ExchangeConfig()
		asked := 0
		cfg.Exchange.Key = auth.SecretFunc(func(context.Context) (string, error) {
			asked++
			return keys[min(asked, len(keys))-1], nil
		})
		c := newCache(t, cfg)
		tok := token(t, c) // refused, read again, granted
		wantCount(t, srv, 2)
		srv.SetKey("secret-of-nobody")
		c.Invalidate(tok)
		e := failure(t, c) // refused; the next one is odd and not sent
		wantKind(t, e, emr.KindAuth)
		wantCount(t, srv, 3)
		time.Sleep(time.Minute)
		e = failure(t, c)
		if e.Kind != emr.KindConfig || e.Fields[0] != "Exchange.Key" {
			t.Errorf("%v", e)
		}
		wantCount(t, srv, 3)
	})
}

// endless is a body that counts what is read of it.
type endless struct{ read int }

func (b *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	b.read += len(p)
	return len(p), nil
}

func (b *endless) Close() error { return nil }

func TestFault_A16_anAnswerEndsAt64KiB(t *testing.T) {
	t.Parallel()
	eachWay(t, nil, func(t *testing.T, srv *authtest.Server, cfg auth.Config) {
		const most = 64 << 10
		body := `{"access_token":"abc"}`
		for size, good := range map[int]bool{most: true, most + 1: false} {
			srv.Fail(1, authtest.Answer(200, "application/json", body+strings.Repeat(" ", size-len(body))))
			_, err := newCache(t, cfg).Token(t.Context())
			if (err == nil) != good {
				t.Errorf("%d bytes: %v", size, err)
			}
		}
		long := &endless{}
		cfg.HTTPClient = &http.Client{Transport: carrier(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(long)}, nil
		})}
		wantKind(t, failure(t, newCache(t, cfg)), emr.KindProtocol)
		if long.read > 2*most {
			t.Errorf("%d bytes were read", long.read)
		}
	})
}
