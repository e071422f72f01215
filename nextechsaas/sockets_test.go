package nextechsaas_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
)

// at connects to a server on a socket and counts its open connections.
func at(t *testing.T, o *emr.Options, handle http.HandlerFunc) (*emr.Client, *atomic.Int32) {
	t.Helper()
	var live atomic.Int32
	srv := httptest.NewUnstartedServer(handle)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			live.Add(1)
		case http.StateClosed, http.StateHijacked:
			live.Add(-1)
		}
	}
	srv.Start()
	nx := connect(t, nextechsaas.Config{PracticeID: "PRACTICE-7", BaseURL: srv.URL, Tokens: auth.Static(auth.NewSecret("token")), PerSecond: 1000, MostBytes: 4 << 20}, o)
	c := emr.NewClient(nx, nil)
	t.Cleanup(func() { _ = c.Close(); srv.Close() })
	return c, &live
}

var seven = &emr.Patient{ID: emr.NewPatientID("7")}

func firstVisit(ctx context.Context, c *emr.Client) (*emr.Content, error) {
	return c.OpenSummary(ctx, emr.SummaryQuery{Patient: seven, Encounter: emr.NewEncounterID("1")})
}

const opened = `[{"summary":{"encounterId":1},"ccd":"<p>`

// drip sends the beginning of a document, then a letter now and then, until the caller
// has gone.
func drip(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, opened)
	for r.Context().Err() == nil {
		if _, err := io.WriteString(w, "a"); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func TestFault_N10_aDocumentThatDripsEndsWithTheCallsTime(t *testing.T) {
	t.Parallel()
	c, _ := at(t, &emr.Options{Retry: &emr.Retry{Timeout: 100 * time.Millisecond}}, drip)
	content, err := firstVisit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if _, err = io.Copy(io.Discard, content.Body); emr.KindOf(err) != emr.KindTimeout || time.Since(begin) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begin))
	}
	if err := content.Body.Close(); err != nil {
		t.Error(err)
	}
	if _, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: seven})); emr.KindOf(err) != emr.KindTimeout {
		t.Errorf("the list: %v", err)
	}
}

// Not parallel: it counts the goroutines of the whole process.
func TestFault_X5_nothingIsLeftOfDocumentsThatAreNotReadToTheirEnd(t *testing.T) { //nolint:paralleltest // see above
	c, live := at(t, nil, drip)
	before := runtime.NumGoroutine()
	for n := range 40 {
		ctx, cancel := context.WithCancel(t.Context())
		content, err := firstVisit(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, content.Body, 4); err != nil {
			t.Fatal(err)
		}
		switch n % 3 {
		case 0: // closed before the end, twice
			err = errors.Join(content.Body.Close(), content.Body.Close())
			if _, late := content.Body.Read(make([]byte, 1)); late == nil || errors.Is(late, io.EOF) {
				t.Errorf("read after Close: %v", late)
			}
		case 1: // the caller goes away, and closes
			cancel()
			if _, gone := io.Copy(io.Discard, content.Body); emr.KindOf(gone) != emr.KindCanceled || !errors.Is(gone, context.Canceled) {
				t.Errorf("%v", gone)
			}
			err = content.Body.Close()
		case 2: // closed by another goroutine while it is read
			go func() { _ = content.Body.Close() }()
			if _, gone := io.Copy(io.Discard, content.Body); gone == nil {
				t.Error("a closed document has an end")
			}
		}
		if err != nil {
			t.Error(err)
		}
		cancel()
	}
	deadline := time.Now().Add(10 * time.Second)
	for runtime.NumGoroutine() > before+5 || live.Load() > 5 {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before; %d connections", runtime.NumGoroutine(), before, live.Load())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestFault_H10_aBombIsCut(t *testing.T) {
	t.Parallel()
	bomb := func(begin string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			z, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			_, _ = io.WriteString(z, begin)
			blanks := strings.Repeat(" ", 1<<20)
			for range 12 {
				if _, err := io.WriteString(z, blanks); err != nil || r.Context().Err() != nil {
					return
				}
			}
			_ = z.Close()
		}
	}
	for name, begin := range map[string]string{"blanks": "", "a document": opened, "a name": `[{"`, "a summary": `[{"summary":"`, "another member": `[{"x":"`} {
		c, _ := at(t, nil, bomb(begin))
		kind := emr.KindTooLarge
		if name == "a name" || name == "a summary" {
			kind = emr.KindProtocol // far earlier
		}
		_, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: seven}))
		if emr.KindOf(err) != kind {
			t.Errorf("%s: %v", name, err)
		}
		if name != "blanks" {
			continue
		}
		_, err = emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Roy")}))
		if emr.KindOf(err) != emr.KindTooLarge {
			t.Errorf("patients: %v", err)
		}
	}
}

// A redirect does not carry the practice, the token or the query to another host, nor the
// document of somebody else back.
func TestFault_H7_noRedirectLeadsToAnotherHost(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	trap := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		_, _ = io.WriteString(w, opened+`"}]`)
	}))
	t.Cleanup(trap.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		c, _ := at(t, nil, func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, trap.URL+r.URL.Path, status)
		})
		_, opening := firstVisit(t.Context(), c)
		_, listing := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: seven}))
		_, finding := emr.Collect(c.FindPatients(t.Context(), emr.PatientQuery{Family: emr.NewPHI("Quint")}))
		for _, err := range []error{opening, listing, finding} {
			if emr.KindOf(err) != emr.KindUntrustedURL || strings.Contains(fmt.Sprintf("%+v", err), "Quint") {
				t.Errorf("%d: %v", status, err)
			}
		}
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("%d requests reached the other host", n)
	}
}

func TestFault_R3_R4_waitsOfTheVendorAreBounded(t *testing.T) {
	t.Parallel()
	for _, wait := range []string{"86400", "9223372037", "1e100", "-5", "soon"} {
		var n atomic.Int32
		c, _ := at(t, &emr.Options{Retry: &emr.Retry{BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}}, func(w http.ResponseWriter, _ *http.Request) {
			n.Add(1)
			w.Header().Set("Retry-After", wait)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		begin := time.Now()
		_, err := firstVisit(t.Context(), c)
		if emr.KindOf(err) != emr.KindRateLimited || n.Load() > 3 || time.Since(begin) > 5*time.Second {
			t.Errorf("%s: %v, %d requests in %v", wait, err, n.Load(), time.Since(begin))
		}
	}
}

func TestFault_X8_aClosedConnectionAsksForNothingMore(t *testing.T) {
	t.Parallel()
	c, _ := at(t, nil, drip)
	content, err := firstVisit(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, content.Body, 10); err != nil {
		t.Errorf("a document that is being read goes on: %v", err)
	}
	if err := content.Body.Close(); err != nil {
		t.Error(err)
	}
	if _, err := firstVisit(t.Context(), c); emr.KindOf(err) != emr.KindConfig {
		t.Errorf("later: %v", err)
	}
}
