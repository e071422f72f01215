package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// wantConfig fails the test unless err is a config error that names field and not canary.
func wantConfig(t *testing.T, err error, field string) {
	t.Helper()
	e, ok := errors.AsType[*emr.Error](err)
	if !ok || e.Kind != emr.KindConfig || len(e.Fields) != 1 || e.Fields[0] != field || e.Hint == "" {
		t.Fatalf("got %v, want kind config naming %s", err, field)
	}
	if s := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(s, "canary") {
		t.Fatalf("the value is shown: %s", s)
	}
}

func TestFault_C1_C2_baseURLIsCheckedAtConstruction(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{
		"", "http://canary.example", "http://10.0.0.1/canary", "http://localhost.canary.example", "HTTP://canary.example",
		"https://canary.example?x=1", "https://canary.example/?", "https://canary.example#x", "https://canary.example#",
		"https://user:canary@emr.example", "https://canary@emr.example", "https://", "https:///canary", "https:canary.example",
		"canary.example", "/canary", "ftp://canary.example", " https://canary.example", "https://canary.example\n",
		"https://canary.example/a/../b", "https://canary.example/a//b", "https://canary.example/%2e%2e/b", "https://canäry.example",
		"https://canary.example:port", "https://[canary", "https://canary.example/%zz", "https://can ary.example", "file:///canary", "https://:443/canary",
	} {
		_, err := New(Config{Vendor: "v", BaseURL: raw})
		wantConfig(t, err, "BaseURL")
		_, err = ParseBase("TokenURL", raw)
		wantConfig(t, err, "TokenURL")
	}
}

func TestFault_C2_bothSlashFormsAreTheSameBase(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://emr.example":          "https://emr.example",
		"https://emr.example/":         "https://emr.example",
		"https://emr.example/api":      "https://emr.example/api",
		"https://emr.example/api/":     "https://emr.example/api",
		"https://emr.example/api///":   "https://emr.example/api",
		"HTTPS://EMR.Example/Api":      "https://emr.example/Api",
		"https://emr.example:8443/api": "https://emr.example:8443/api",
		"http://127.0.0.1:80/x":        "http://127.0.0.1:80/x",
		"http://[::1]:80":              "http://[::1]:80",
		"http://localhost":             "http://localhost",
		"http://LOCALHOST:1/":          "http://localhost:1",
	} {
		u, err := ParseBase("BaseURL", raw)
		if err != nil || u.String() != want {
			t.Errorf("%s: %v, %v", raw, u, err)
		}
	}
	c := connect(t, "https://emr.example/api/")
	c.Base().Host = "canary.example"
	if c.Base().String() != "https://emr.example/api" {
		t.Error("Base is not a copy")
	}
}

func TestFault_C3_valuesThatCannotBeHeaders(t *testing.T) {
	t.Parallel()
	for _, v := range []string{"canary\r\nX: y", "canary\n", "canary\x00", "canäry", "canary\x7f"} {
		for field, cfg := range map[string]Config{
			"Vendor":            {Vendor: v},
			"Accept":            {Vendor: "v", Accept: v},
			"CorrelationHeader": {Vendor: "v", CorrelationHeader: v},
			"Options.Name":      {Vendor: "v", Options: &emr.Options{Name: v}},
		} {
			cfg.BaseURL = "https://emr.example"
			_, err := New(cfg)
			wantConfig(t, err, field)
		}
	}
}

func TestFault_C3_vendorHeaderThatCannotBeSentReachesNobody(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	c := connect(t, srv.URL, func(c *Config) {
		c.Headers = func(_ context.Context, h http.Header) { h["Nx-Practice-Id"] = []string{"canary\r\nX: y"} }
	})
	e := wantKind(t, errOf(c.Do(t.Context(), post("/Patient", "{}"))), emr.KindConfig)
	if e.Fields[0] != "Nx-Practice-Id" || strings.Contains(e.Error(), "canary") {
		t.Error(e)
	}
	wantHits(t, &srv.hits, 0)
}

func TestFault_C4_negativeSettingsAreRefusedAndZeroIsTheDefault(t *testing.T) {
	t.Parallel()
	for field, o := range map[string]*emr.Options{
		"Retry.Attempts":      {Retry: &emr.Retry{Attempts: -1}},
		"Retry.BaseDelay":     {Retry: &emr.Retry{BaseDelay: -1}},
		"Retry.MaxDelay":      {Retry: &emr.Retry{MaxDelay: -1}},
		"Retry.MaxRetryAfter": {Retry: &emr.Retry{MaxRetryAfter: -1}},
		"Retry.Timeout":       {Retry: &emr.Retry{Timeout: -1}},
		"Retry.DialTimeout":   {Retry: &emr.Retry{DialTimeout: -1}},
		"Retry.HeaderTimeout": {Retry: &emr.Retry{HeaderTimeout: -1}},
		"Retry.MaxResponse":   {Retry: &emr.Retry{MaxResponse: -1}},
		"HTTPClient.Timeout":  {HTTPClient: &http.Client{Timeout: -1}},
	} {
		_, err := New(Config{Vendor: "v", BaseURL: "https://emr.example", Options: o})
		wantConfig(t, err, field)
	}
	got, field := settle(&emr.Options{Retry: &emr.Retry{}})
	want := settings{3, 300 * time.Millisecond, 10 * time.Second, 30 * time.Second, 30 * time.Second, 0, 10 * time.Second, 15 * time.Second, 10 << 20}
	if got != want || field != "" {
		t.Errorf("defaults %+v", got)
	}
}

func TestFault_C5_timeoutOfTheCallersClient(t *testing.T) {
	t.Parallel()
	soon, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for _, c := range []struct {
		client, retry   time.Duration
		without, within time.Duration // what a call may take, without and with a deadline of its own
	}{
		{0, 0, 30 * time.Second, 0},
		{60 * time.Second, 0, 60 * time.Second, 60 * time.Second},
		{60 * time.Second, 10 * time.Second, 10 * time.Second, 60 * time.Second},
		{5 * time.Second, 10 * time.Second, 5 * time.Second, 5 * time.Second},
	} {
		s, _ := settle(&emr.Options{HTTPClient: &http.Client{Timeout: c.client}, Retry: &emr.Retry{Timeout: c.retry}})
		if s.limit(t.Context()) != c.without || s.limit(soon) != c.within {
			t.Errorf("%+v: %v and %v", c, s.limit(t.Context()), s.limit(soon))
		}
	}
}

// A caller whose transport retries multiplies the attempts; Attempts: 1 is the way out.
func TestFault_C6_oneAttemptOnRequest(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(500, ""))
	one := func(c *Config) { c.Options.Retry = &emr.Retry{Attempts: 1} }
	wantKind(t, errOf(connect(t, srv.URL, one).Do(t.Context(), get("/Patient"))), emr.KindUnavailable)
	wantHits(t, &srv.hits, 1)
	base, dials, change := refusing(t)
	wantKind(t, errOf(connect(t, base, change, func(c *Config) { c.Options.Retry = &emr.Retry{Attempts: 1} }).Do(t.Context(), post("/Patient", "{}"))), emr.KindUnavailable)
	wantHits(t, dials, 1)
}

func TestFault_C7_nothingPrintsWhatItHolds(t *testing.T) {
	t.Parallel()
	cfg := Config{
		Vendor: "v", BaseURL: "https://emr.example/canary", Credential: "canary", Tokens: auth.Static(auth.NewSecret("canary")),
		Options: &emr.Options{HTTPClient: &http.Client{}},
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	call := post("/canary", "canary")
	call.Query, call.Header, call.Patient = "canary", http.Header{"A": {"canary"}}, emr.NewPatientID("canary")
	a := &Answer{Status: 200, Header: http.Header{"Location": {"canary"}}, Body: []byte("canary")}
	type holder struct {
		Client *Client
		Call   *Call
		Answer *Answer
		c      *Client
	}
	var b strings.Builder
	logText, logJSON := slog.New(slog.NewTextHandler(&b, nil)), slog.New(slog.NewJSONHandler(&b, nil))
	for _, v := range []any{cfg, &cfg, c, call, *call, a, *a, holder{c, call, a, c}} {
		fmt.Fprintf(&b, "%v %+v %#v %s %q %d %x\n", v, v, v, v, v, v, v)
		logText.Info("x", "v", v)
		logJSON.Info("x", "v", v)
	}
	j, err := json.Marshal([]any{cfg, c, call, *call, a, *a})
	if err != nil {
		t.Fatal(err)
	}
	b.Write(j)
	hex := fmt.Sprintf("%x", "canary")
	for _, mark := range []string{"canary", hex, decimal("canary"), "Y2FuYXJ5"} {
		if strings.Contains(b.String(), mark) {
			t.Errorf("%q is shown in\n%s", mark, b.String())
		}
	}
}
