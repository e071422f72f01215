package nexhealth

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

// signIn is a NexHealth that answers token requests as a test wants, and keeps both kinds.
type signIn struct {
	mu     sync.Mutex
	answer func(n int) (int, string)
	tokens []*http.Request
	bodies []string
	data   []*http.Request
	refuse map[string]bool
}

func (s *signIn) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if req.URL.Path == "/authenticates" {
		var body []byte
		if req.Body != nil {
			body, _ = io.ReadAll(req.Body)
		}
		s.tokens, s.bodies = append(s.tokens, req), append(s.bodies, string(body))
		status, text := s.answer(len(s.tokens))
		return reply(req, status, text), nil
	}
	s.data = append(s.data, req)
	if s.refuse[req.Header.Get("Authorization")] {
		return reply(req, 401, `{"code":false,"error":["Signature has expired"],"data":null,"description":null}`), nil
	}
	return reply(req, 200, office), nil
}

func (s *signIn) connect(t *testing.T, edit func(*Config), o emr.Options) *emr.Client {
	t.Helper()
	cfg := testConfig()
	if edit != nil {
		edit(&cfg)
	}
	out := &vendortest.Outputs{}
	o.HTTPClient = &http.Client{Transport: s}
	c, err := New(cfg, out.Watch(&o))
	if err != nil {
		t.Fatal(err)
	}
	client := emr.NewClient(c, nil)
	t.Cleanup(func() {
		_ = client.Close()
		out.Check(t, 0, leak)
	})
	return client
}

func readOffice(t *testing.T, c *emr.Client) error {
	t.Helper()
	_, err := emr.Collect(c.Locations(t.Context()))
	return err
}

func TestTheKeyBuysOneTokenWhichEveryCallSends(t *testing.T) {
	t.Parallel()
	token := jwt(1, time.Now(), time.Hour)
	s := &signIn{answer: func(int) (int, string) { return 201, tokenAnswer(token) }}
	c := s.connect(t, nil, emr.Options{})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := readOffice(t, c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(s.tokens) != 1 || len(s.data) != 20 {
		t.Fatalf("%d token and %d data requests", len(s.tokens), len(s.data))
	}
	req := s.tokens[0]
	vendortest.CheckRequest(t, readFixture(t, "token/authenticate.request.http"), req, []byte(s.bodies[0]))
	for _, req := range s.data {
		want := http.Header{"Authorization": {"Bearer " + token}, "Nex-Api-Version": {"v3.0.0"}, "Accept": {mediaType}}
		got := http.Header{}
		for name, v := range req.Header {
			if name != "User-Agent" && name != "Accept-Encoding" {
				got[name] = v
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("headers of a data call (-want +got)\n%s", diff)
		}
	}
}

func TestTheDocumentedAnswerGivesItsToken(t *testing.T) {
	t.Parallel()
	body := strings.Replace(string(readFixture(t, "token/authenticate.response.json")), "{token}", jwt(1, time.Unix(1628743279, 0), time.Hour), 1)
	got, err := granted(201, []byte(body), time.Minute)
	if err != nil || got.Access == "" || got.Life != time.Hour {
		t.Errorf("life %v, %v", got.Life, err)
	}
}

func TestATokenLivesAsLongAsItSays(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_900_000_000, 0)
	part := func(text string) string { return "h." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".s" }
	for name, c := range map[string]struct {
		token string
		life  time.Duration
		ok    bool
	}{
		"an hour":                          {jwt(1, now, time.Hour), time.Hour, true},
		"a day":                            {jwt(1, now, 24*time.Hour), 24 * time.Hour, true},
		"the server's clock is behind":     {jwt(1, now.Add(-5*time.Hour), time.Hour), time.Hour, true},
		"padded":                           {"h." + base64.URLEncoding.EncodeToString([]byte(`{"iat":1900000000,"exp":1900000060}`)) + ".s", time.Minute, true},
		"fractions":                        {part(`{"iat":1900000000.25,"exp":1900003600.75}`), time.Hour, true},
		"without a beginning":              {part(`{"exp":1900000600}`), 10 * time.Minute, true},
		"without an end":                   {part(`{"iat":1900000000}`), 0, false},
		"over before it began":             {part(`{"iat":1900000000,"exp":1890000000}`), 0, false},
		"an end in words":                  {part(`{"iat":1900000000,"exp":"tomorrow"}`), 0, false},
		"of a thousand years":              {part(`{"iat":1900000000,"exp":99900000000}`), 0, false},
		"an end that overflows":            {part(`{"iat":1,"exp":1e300}`), 0, false},
		"an end beyond all dates":          {part(`{"exp":9000000000000}`), 0, false},
		"an end before 1970":               {part(`{"iat":-5000,"exp":-1000}`), 0, false},
		"an end in 1970":                   {part(`{"iat":0,"exp":0}`), 0, false},
		"a fraction before 1970":           {part(`{"exp":-1.5}`), 0, false},
		"a beginning that is none":         {part(`{"iat":"x","exp":1900000600}`), 0, false},
		"a beginning of zero":              {part(`{"iat":0,"exp":1900000600}`), 10 * time.Minute, true},
		"over as it begins":                {part(`{"iat":1900000000,"exp":1900000000}`), 0, false},
		"of ten years":                     {part(`{"iat":1900000000,"exp":2215360000}`), 10 * 365 * 24 * time.Hour, true},
		"of ten years and a second":        {part(`{"iat":1900000000,"exp":2215360001}`), 0, false},
		"no JSON inside":                   {part(`tomorrow`), 0, false},
		"no base64":                        {"h.%%.s", 0, false},
		"not a JWT":                        {"opaque-token", 0, false},
		"five segments (an encrypted one)": {"a.b.c.d.e", 0, false},
	} {
		life, ok := lifeOf(c.token, now)
		if life != c.life || ok != c.ok {
			t.Errorf("%s: %v %v, want %v %v", name, life, ok, c.life, c.ok)
		}
	}
}

func TestATokenThatCannotBeReadIsUsedForTokenLife(t *testing.T) {
	t.Parallel()
	for life, want := range map[time.Duration]time.Duration{0: 55 * time.Minute, 20 * time.Minute: 20 * time.Minute} {
		cfg := testConfig()
		cfg.TokenLife = life
		cfg, bad := cfg.resolve()
		if bad != nil {
			t.Fatal(bad)
		}
		got, err := granted(201, []byte(tokenAnswer("opaque-token")), cfg.TokenLife)
		if err != nil || got.Life != want {
			t.Errorf("%v, %v; want %v", got.Life, err, want)
		}
	}
}

func TestTheTokenIsRenewedBeforeItEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &signIn{answer: func(n int) (int, string) { return 201, tokenAnswer(jwt(n, time.Now(), time.Hour)) }}
		c := s.connect(t, nil, emr.Options{})
		for range 30 { // two and a half hours
			if err := readOffice(t, c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(5 * time.Minute)
		}
		if n := len(s.tokens); n < 3 || n > 4 {
			t.Errorf("%d token requests in two and a half hours", n)
		}
		_ = c.Close()
	})
}

func TestFault_A9_revokedTokenIsRenewedOnceAndTheCallRepeatedOnce(t *testing.T) {
	t.Parallel()
	first := jwt(1, time.Now(), time.Hour)
	s := &signIn{refuse: map[string]bool{"Bearer " + first: true}, answer: func(n int) (int, string) { return 201, tokenAnswer(jwt(n, time.Now(), time.Hour)) }}
	s.refuse["Bearer "+jwt(1, time.Now().Add(time.Second), time.Hour)] = true // the clock's second may turn in between
	c := s.connect(t, nil, emr.Options{})
	if err := readOffice(t, c); err != nil || len(s.tokens) != 2 || len(s.data) != 2 {
		t.Errorf("%v, %d token and %d data requests", err, len(s.tokens), len(s.data))
	}
}

func TestATokenThatIsRefusedAgainIsAnAuthErrorThatNamesTheKey(t *testing.T) {
	t.Parallel()
	s := &signIn{refuse: map[string]bool{}, answer: func(n int) (int, string) { return 201, tokenAnswer("opaque-token") }}
	s.refuse["Bearer opaque-token"] = true
	c := s.connect(t, nil, emr.Options{})
	e := wantKind(t, readOffice(t, c), emr.KindAuth)
	if len(s.data) > 2 || len(s.tokens) > 2 || !strings.Contains(e.Hint, "NEXHEALTH_API_KEY") {
		t.Errorf("%d token and %d data requests, hint %q", len(s.tokens), len(s.data), e.Hint)
	}
}

func TestEachAnswerToTheKeyHasItsKind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status int
		body   string
		kind   emr.Kind
		hint   string
	}{
		"401 as documented":    {401, string(readFixture(t, "token/refused.response.json")), emr.KindAuth, "NEXHEALTH_API_KEY"},
		"401 without a body":   {401, "", emr.KindAuth, "NEXHEALTH_API_KEY"},
		"code false with 200":  {200, string(readFixture(t, "token/refused.response.json")), emr.KindAuth, "NEXHEALTH_API_KEY"},
		"403":                  {403, `{"code":false,"error":["You don't have access to perform this action."]}`, emr.KindAuth, "NEXHEALTH_API_KEY"},
		"400":                  {400, "", emr.KindAuth, "NEXHEALTH_API_KEY"},
		"422":                  {422, "", emr.KindAuth, "NEXHEALTH_API_KEY"},
		"404":                  {404, "Not Found", emr.KindConfig, "NEXHEALTH_BASE_URL"},
		"405":                  {405, "", emr.KindConfig, "NEXHEALTH_BASE_URL"},
		"406":                  {406, "", emr.KindConfig, "NEXHEALTH_BASE_URL"},
		"415":                  {415, "", emr.KindConfig, "NEXHEALTH_BASE_URL"},
		"410":                  {410, tokenAnswer("of-a-failure"), emr.KindProtocol, "NEXHEALTH_BASE_URL"},
		"300":                  {300, tokenAnswer("of-a-choice"), emr.KindUntrustedURL, ""},
		"a code that is none":  {201, `{"code":"yes","data":{"token":"t"}}`, emr.KindProtocol, "NEXHEALTH_BASE_URL"},
		"a page":               {200, "<html>" + testKey + "</html>", emr.KindProtocol, "NEXHEALTH_BASE_URL"},
		"no code":              {201, `{"data":{"token":"t"}}`, emr.KindProtocol, "NEXHEALTH_BASE_URL"},
		"no token":             {201, `{"code":true,"data":{}}`, emr.KindProtocol, "NEXHEALTH_BASE_URL"},
		"a token of two lines": {201, tokenAnswer(`one\ntwo`), emr.KindProtocol, "NEXHEALTH_BASE_URL"},
		"null":                 {201, `{"code":true,"data":null}`, emr.KindProtocol, "NEXHEALTH_BASE_URL"},
	} {
		s := &signIn{answer: func(int) (int, string) { return c.status, c.body }}
		client := s.connect(t, nil, emr.Options{})
		err := readOffice(t, client)
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != c.kind || !strings.Contains(e.Hint, c.hint) || e.Vendor != vendor {
			t.Errorf("%s: %v, want %s and %q", name, err, c.kind, c.hint)
		}
		if len(s.tokens) != 1 || len(s.data) != 0 {
			t.Errorf("%s: %d token and %d data requests", name, len(s.tokens), len(s.data))
		}
		if err != nil && leak(err.Error()) != "" {
			t.Errorf("%s: the error says too much: %v", name, err)
		}
	}
}

func TestFault_A6_redirectedSignInIsNotFollowed(t *testing.T) {
	t.Parallel()
	s := &signIn{}
	s.answer = func(int) (int, string) { return 307, "" }
	client := s.connect(t, nil, emr.Options{})
	if kind := emr.KindOf(readOffice(t, client)); kind != emr.KindUntrustedURL && kind != emr.KindProtocol || len(s.tokens) != 1 {
		t.Errorf("%s, %d token requests", kind, len(s.tokens))
	}
}

func TestAKeyOfTheOtherEnvironmentIsRefusedBeforeAnyData(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		environment string
		life        time.Duration
		refused     bool
	}{
		{Production, 24 * time.Hour, true}, {Sandbox, time.Hour, true},
		{Production, time.Hour, false}, {Sandbox, 24 * time.Hour, false}, {"", 24 * time.Hour, false},
		{Production, sandboxLife, true}, {Sandbox, sandboxLife, false}, {Sandbox, sandboxLife - time.Second, true},
		{Production, 0, false}, {Sandbox, 0, false}, // a token that cannot be read tells nothing
	} {
		token := "opaque-token"
		if c.life > 0 {
			token = jwt(1, time.Now(), c.life)
		}
		s := &signIn{answer: func(int) (int, string) { return 201, tokenAnswer(token) }}
		client := s.connect(t, func(cfg *Config) { cfg.Environment = c.environment }, emr.Options{})
		err := readOffice(t, client)
		if (err != nil) != c.refused || c.refused && (emr.KindOf(err) != emr.KindConfig || len(s.data) != 0) {
			t.Errorf("%q with a life of %v: %v, %d data requests", c.environment, c.life, err, len(s.data))
		}
		if e, ok := errors.AsType[*emr.Error](err); ok && (e.Vendor != vendor || !slices.Equal(e.Fields, []string{"Environment"}) || !strings.Contains(e.Hint, "NEXHEALTH_ENVIRONMENT")) {
			t.Errorf("%q with a life of %v: %+v", c.environment, c.life, e)
		}
	}
}

func TestTheEnvironmentOfAKeyIsTold(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]string{
		jwt(1, time.Now(), time.Hour): Production, jwt(1, time.Now(), 24*time.Hour): Sandbox, "opaque-token": "",
	} {
		s := &signIn{answer: func(int) (int, string) { return 201, tokenAnswer(token) }}
		client := s.connect(t, func(c *Config) { c.Environment = Sandbox }, emr.Options{})
		nx, _ := emr.As[*Client](client)
		if got, err := nx.KeyEnvironment(t.Context()); err != nil || got != want || len(s.data) != 0 {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
}

func TestInstitutionsOfOneKeyShareItsTokenAndStillKnowTheirEnvironment(t *testing.T) {
	t.Parallel()
	s := &signIn{answer: func(int) (int, string) { return 201, tokenAnswer(jwt(1, time.Now(), 24*time.Hour)) }}
	shared := emr.NewShared()
	defer func() { _ = shared.Close() }()
	one := s.connect(t, nil, emr.Options{Shared: shared})
	other := s.connect(t, func(c *Config) { c.Location, c.Environment = "9002", Production }, emr.Options{Shared: shared})
	if err := readOffice(t, one); err != nil {
		t.Fatal(err)
	}
	wantKind(t, readOffice(t, other), emr.KindConfig)
	if len(s.tokens) != 1 {
		t.Errorf("%d token requests", len(s.tokens))
	}
}

func TestAKeyFromAFunctionIsReadForEachToken(t *testing.T) {
	t.Parallel()
	s := &signIn{answer: func(n int) (int, string) { return 201, tokenAnswer(jwt(n, time.Now(), time.Hour)) }}
	c := s.connect(t, func(c *Config) {
		c.APIKey = auth.SecretFunc(func(context.Context) (string, error) { return testKey, nil })
	}, emr.Options{})
	if err := readOffice(t, c); err != nil || s.tokens[0].Header.Get("Authorization") != testKey {
		t.Errorf("%v", err)
	}
}
