package transport

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// What httptrace proves about a write whose attempt failed or was cancelled. On HTTP/2 a
// cancelled request may still be on its way out when RoundTrip returns.
func TestFault_N2_whatTheTraceProvesAboutAWrite(t *testing.T) {
	t.Parallel()
	conn := httptrace.GotConnInfo{}
	for _, x := range []struct {
		name    string
		told    func(*httptrace.ClientTrace)
		cancels bool
		kind    emr.Kind
		tries   int64
	}{
		{"no trace", func(*httptrace.ClientTrace) {}, false, emr.KindAmbiguous, 1},
		{"no trace, cancelled", func(*httptrace.ClientTrace) {}, true, emr.KindAmbiguous, 1},
		{"no connection", func(c *httptrace.ClientTrace) { c.GetConn("") }, false, emr.KindUnavailable, 3},
		{"no connection, cancelled", func(c *httptrace.ClientTrace) { c.GetConn("") }, true, emr.KindCanceled, 1},
		{"connected", func(c *httptrace.ClientTrace) { c.GetConn(""); c.GotConn(conn) }, false, emr.KindUnavailable, 3},
		{"connected, cancelled", func(c *httptrace.ClientTrace) { c.GetConn(""); c.GotConn(conn) }, true, emr.KindAmbiguous, 1},
		{"headers sent", func(c *httptrace.ClientTrace) { c.GetConn(""); c.GotConn(conn); c.WroteHeaders() }, false, emr.KindAmbiguous, 1},
		{"headers sent, cancelled", func(c *httptrace.ClientTrace) { c.GetConn(""); c.GotConn(conn); c.WroteHeaders() }, true, emr.KindAmbiguous, 1},
		{"many connections, nothing sent", func(c *httptrace.ClientTrace) {
			for range mostConns + 1 {
				c.GetConn("")
				c.GotConn(conn)
			}
		}, false, emr.KindUnavailable, 3},
	} {
		for _, method := range []string{"POST", "DELETE"} {
			t.Run(x.name+" "+method, func(t *testing.T) {
				t.Parallel()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				var tries atomic.Int64
				c := connect(t, "https://emr.example", through(roundTripper(func(r *http.Request) (*http.Response, error) {
					tries.Add(1)
					x.told(httptrace.ContextClientTrace(r.Context()))
					if x.cancels {
						cancel()
						return nil, r.Context().Err()
					}
					return nil, errors.New("broken")
				})))
				wantKind(t, errOf(c.Do(ctx, write(method, "/Appointment/1", ""))), x.kind)
				wantHits(t, &tries, x.tries)
			})
		}
	}
}

// The last guard: whatever made the URL of an attempt, nothing leaves for another origin.
func TestFault_H7_attemptForAnotherOriginIsNotSent(t *testing.T) {
	t.Parallel()
	home, other := serve(t, answerWith(200, "{}")), serve(t, answerWith(200, "{}"))
	for _, base := range []string{other.URL, "http://user@" + home.Listener.Addr().String(), "https://" + home.Listener.Addr().String()} {
		c := connect(t, home.URL, vendorHeaders, limits(emr.Rate{Most: 1}))
		r, bad := c.start(t.Context(), get("/Patient"), false)
		if bad != nil {
			t.Fatal(bad)
		}
		u, err := r.url.Parse(base + "/Patient")
		if err != nil {
			t.Fatal(err)
		}
		r.url = u
		e := r.loop()
		r.finish(e)
		wantKind(t, e, emr.KindUntrustedURL)
		if r.tries != 0 || held(c) != 0 {
			t.Errorf("%s: %d tries, %d places held", base, r.tries, held(c))
		}
	}
	wantHits(t, &home.hits, 0)
	wantHits(t, &other.hits, 0)
}
