package medtech_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// Calls from the one address that Medtech lets in: a forward proxy takes tokens and data.
func TestProxy_tokensAndDataGoThroughIt(t *testing.T) {
	t.Parallel()
	sim := medtechtest.New(t)
	var tokens, data atomic.Int32
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		if strings.HasSuffix(r.In.URL.Path, "/token") {
			tokens.Add(1)
		} else {
			data.Add(1)
		}
		r.Out.URL, r.Out.Host = r.In.URL, r.In.Host
	}})
	t.Cleanup(proxy.Close)
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{Proxy: http.ProxyURL(at)}
	t.Cleanup(transport.CloseIdleConnections)
	c := emr.NewClient(dial(t, sim.Config(), &emr.Options{HTTPClient: &http.Client{Transport: transport}}), nil)
	if all, err := emr.Collect(c.Practitioners(t.Context())); err != nil || len(all) == 0 || tokens.Load() != 1 || data.Load() != 1 {
		t.Errorf("%d practitioners, %v; %d tokens and %d calls through the proxy", len(all), err, tokens.Load(), data.Load())
	}
}

// A relay of one's own, with a path of its own: it is the base URL, links of answers that
// name another host are not followed there, and every header arrives.
func TestProxy_aRelayIsTheBaseURL(t *testing.T) {
	t.Parallel()
	sim := medtechtest.New(t, &medtechtest.Options{PageSize: 2, AbsoluteReferences: true, FullBundles: true})
	cfg := sim.Config()
	alex, err := url.Parse(cfg.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	relay := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		calls.Add(1)
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = alex.Scheme, alex.Host, alex.Host
		r.Out.URL.Path = alex.Path + strings.TrimPrefix(r.In.URL.Path, "/relay/alex")
	}})
	t.Cleanup(relay.Close)
	cfg.BaseURL = relay.URL + "/relay/alex"
	p := &practice{t, sim, dial(t, cfg, nil), nil}
	p.c = emr.NewClient(p.mt, nil)
	a := p.book()
	if gone, err := p.c.Cancel(t.Context(), a.ID, nil); err != nil || gone.Status != emr.StatusCancelled {
		t.Error(gone, err)
	}
	if stored, err := p.mt.StoreImage(t.Context(), &medtech.Image{Patient: p.person(0), Identifier: "i", ContentType: "image/jpeg", Content: strings.NewReader("x")}); err != nil || stored.MediaID.IsZero() {
		t.Error(stored, err)
	}
	if n := len(p.sent()); n != int(calls.Load()) || n < 8 {
		t.Errorf("%d requests arrived, %d through the relay", n, calls.Load())
	}
}
