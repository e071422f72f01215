package transport

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// certificate makes a self-signed certificate for host, valid until end.
func certificate(t *testing.T, host string, end time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, NotBefore: end.AddDate(-1, 0, 0), NotAfter: end,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	if ip := net.ParseIP(host); ip != nil {
		tmpl.IPAddresses = []net.IP{ip}
	} else {
		tmpl.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// serveTLS counts handshakes and requests.
func serveTLS(t *testing.T, cert tls.Certificate) (base string, handshakes, hits *atomic.Int64) {
	handshakes, hits = &atomic.Int64{}, &atomic.Int64{}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		writeAnswer(w, 200, "{}")
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		handshakes.Add(1)
		return &cert, nil
	}}
	srv.StartTLS()
	srv.TLS.Certificates = nil
	t.Cleanup(srv.Close)
	return srv.URL, handshakes, hits
}

func TestFault_N7_untrustedCertificateIsNotRetried(t *testing.T) {
	t.Parallel()
	later := time.Now().AddDate(0, 6, 0)
	for _, c := range []struct {
		name, host string
		end        time.Time
		trusted    bool
	}{
		{"unknown CA", "127.0.0.1", later, false},
		{"expired", "127.0.0.1", time.Now().AddDate(0, 0, -1), true},
		{"wrong host", "emr.example", later, true},
	} {
		for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
			t.Run(c.name+" "+call.Method, func(t *testing.T) {
				t.Parallel()
				cert, pool := certificate(t, c.host, c.end)
				base, handshakes, hits := serveTLS(t, cert)
				var change []func(*Config)
				if c.trusted {
					change = append(change, through(&http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}))
				}
				wantKind(t, errOf(connect(t, base, change...).Do(t.Context(), call)), emr.KindUnavailable)
				wantHits(t, handshakes, 1)
				wantHits(t, hits, 0)
			})
		}
	}
}

func TestFault_N7_trustedCertificateWorks(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t, "127.0.0.1", time.Now().AddDate(0, 6, 0))
	base, _, hits := serveTLS(t, cert)
	c := connect(t, base, through(&http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}))
	noError(t)(c.Do(t.Context(), get("/Patient")))
	wantHits(t, hits, 1)
}

func TestFault_N7_plainServerBehindHTTPSIsNotRetried(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	e := wantKind(t, errOf(connect(t, "https"+srv.URL[len("http"):]).Do(t.Context(), post("/Patient", "{}"))), emr.KindUnavailable)
	wantHits(t, &srv.hits, 0)
	if e.Attempts != 1 {
		t.Error(e.Attempts)
	}
}

// serveHTTP2 is a server that speaks HTTP/2, and a client's transport for it.
func serveHTTP2(t *testing.T, h http.HandlerFunc) (base string, conns *http.Transport) {
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	conns = srv.Client().Transport.(*http.Transport)
	return srv.URL, conns
}

func TestFault_N3_brokenHTTP2StreamIsAmbiguousForWrites(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		for _, body := range []string{"", `{"a":1}`} {
			var hits atomic.Int64
			base, conns := serveHTTP2(t, func(_ http.ResponseWriter, r *http.Request) {
				hits.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				if r.ProtoMajor != 2 {
					t.Error("not HTTP/2")
				}
				panic(http.ErrAbortHandler)
			})
			wantKind(t, errOf(connect(t, base, through(conns)).Do(t.Context(), write(method, "/Appointment/1", body))), emr.KindAmbiguous)
			wantHits(t, &hits, 1)
		}
	}
}

func TestFault_N1_brokenHTTP2StreamIsRetriedForReads(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	base, conns := serveHTTP2(t, func(w http.ResponseWriter, _ *http.Request) {
		if hits.Add(1) < 3 {
			panic(http.ErrAbortHandler)
		}
		writeAnswer(w, 200, "{}")
	})
	noError(t)(connect(t, base, through(conns)).Do(t.Context(), get("/Patient")))
	wantHits(t, &hits, 3)
}

func TestFault_N9_HTTP2WithoutHeaders(t *testing.T) {
	t.Parallel()
	var hits atomic.Int64
	base, conns := serveHTTP2(t, func(_ http.ResponseWriter, r *http.Request) { hits.Add(1); <-r.Context().Done() })
	c := connect(t, base, through(conns), func(c *Config) { c.Options.Retry.HeaderTimeout = 100 * time.Millisecond })
	wantKind(t, errOf(c.Do(t.Context(), post("/Appointment", "{}"))), emr.KindAmbiguous)
	wantKind(t, errOf(c.Do(t.Context(), write("DELETE", "/Appointment/1", ""))), emr.KindAmbiguous)
	wantArrival(t, &hits, 2)
	wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindTimeout)
	wantArrival(t, &hits, 5)
}

// wantArrival is wantHits for requests whose handler may start a little later than the
// client gives up.
func wantArrival(t *testing.T, got *atomic.Int64, want int64) {
	t.Helper()
	for range 200 {
		if got.Load() >= want {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	wantHits(t, got, want)
}
