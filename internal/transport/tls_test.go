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
