package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

const outcome = `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing","diagnostics":"canary"}]}`

func TestFault_H1_serverErrorIsRetriedForReadsAndExplained(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(500, outcome))
	explained := 0
	c := connect(t, srv.URL, func(c *Config) {
		c.Explain = func(a *Answer, e *emr.Error) {
			explained++
			if string(a.Body) != outcome || a.Status != 500 || a.Attempts != 3 || a.RequestID != e.RequestID || e.Kind != emr.KindUnavailable {
				t.Errorf("explain got %v %q, %v", a, a.Body, e)
			}
			e.Code = "processing"
			e.WithDetail("canary")
		}
	})
	e := wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindUnavailable)
	wantHits(t, &srv.hits, 3)
	if explained != 1 || e.Code != "processing" || e.Detail() != "canary" || e.Status != 500 || e.Attempts != 3 {
		t.Errorf("explained %d times: %#v", explained, e)
	}
	if strings.Contains(fmt.Sprintf("%v %+v %#v", e, e, e), "canary") {
		t.Error("diagnostics are in the text")
	}
}

func TestFault_H1_secondAttemptSucceeds(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
		if n == 1 {
			writeAnswer(w, 503, "")
			return
		}
		writeAnswer(w, 200, "{}")
	})
	if a := noError(t)(connect(t, srv.URL).Do(t.Context(), get("/Patient"))); a.Attempts != 2 {
		t.Error(a.Attempts)
	}
}

func TestFault_H2_serverErrorOnWriteIsAmbiguous(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(500, outcome))
	e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), post("/Appointment", `{"canary":1}`))), emr.KindAmbiguous)
	wantHits(t, &srv.hits, 1)
	if e.Status != 500 || e.Attempts != 1 || strings.Contains(e.Error(), "canary") {
		t.Error(e)
	}
}

func TestFault_H3_gatewayErrorOnWriteIsAmbiguous(t *testing.T) {
	t.Parallel()
	for _, status := range []int{502, 503, 504, 520, 523} {
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			srv := serve(t, answerWith(status, "", "Retry-After", "1"))
			wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), write(method, "/Appointment/1", "{}"))), emr.KindAmbiguous)
			wantHits(t, &srv.hits, 1)
		}
	}
}

func TestFault_H4_refusalIsFinal(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]emr.Kind{
		400: emr.KindInvalid, 402: emr.KindPermission, 403: emr.KindPermission, 404: emr.KindNotFound,
		405: emr.KindProtocol, 406: emr.KindProtocol, 409: emr.KindConflict, 410: emr.KindNotFound,
		412: emr.KindPrecondition, 413: emr.KindTooLarge, 415: emr.KindProtocol, 418: emr.KindProtocol,
		422: emr.KindInvalid, 451: emr.KindPermission, 501: emr.KindUnsupported, 505: emr.KindProtocol,
	} {
		for _, call := range []*Call{get("/Patient"), post("/Patient", "{}")} {
			srv := serve(t, answerWith(status, outcome))
			e := wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), call)), kind)
			wantHits(t, &srv.hits, 1)
			if e.Status != status || strings.Contains(e.Error(), "canary") {
				t.Error(e)
			}
		}
	}
}

func TestFault_H4_toleratedStatusIsAnAnswer(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(404, outcome))
	call := get("/Patient")
	call.Tolerate = []int{404}
	a := noError(t)(connect(t, srv.URL).Do(t.Context(), call))
	if a.Status != 404 || string(a.Body) != outcome {
		t.Error(a, string(a.Body))
	}
}

func TestFault_H5_timeoutAndTooEarly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status int
		call   *Call
		kind   emr.Kind
		hits   int64
	}{
		{408, get("/Patient"), emr.KindTimeout, 3},
		{408, post("/Appointment", "{}"), emr.KindAmbiguous, 1},
		{425, get("/Patient"), emr.KindUnavailable, 3},
		{425, post("/Appointment", "{}"), emr.KindUnavailable, 3},
		{429, post("/Appointment", "{}"), emr.KindRateLimited, 3},
	} {
		srv := serve(t, answerWith(c.status, ""))
		wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), c.call)), c.kind)
		wantHits(t, &srv.hits, c.hits)
	}
}

// A search by POST is safe: Safe decides, not the method.
func TestFault_H5_searchByPostIsSafe(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(500, ""))
	call := post("/Patient/_search", "family=canary")
	call.Safe = true
	wantKind(t, errOf(connect(t, srv.URL).Do(t.Context(), call)), emr.KindUnavailable)
	wantHits(t, &srv.hits, 3)
}

func TestFault_H9_pageInPlaceOfAnAnswer(t *testing.T) {
	t.Parallel()
	const page = "<html><title>canary login</title></html>"
	for _, media := range []string{"text/html", "text/html; charset=utf-8", "application/xhtml+xml", "", "text/plain", "image/png"} {
		srv := serve(t, answerWith(200, page, "Content-Type", media))
		c := connect(t, srv.URL)
		e := wantKind(t, errOf(c.Do(t.Context(), get("/Patient"))), emr.KindProtocol)
		wantHits(t, &srv.hits, 1)
		if strings.Contains(e.Error(), "canary") {
			t.Error(e)
		}
		wantKind(t, errOf(c.Do(t.Context(), post("/Appointment", "{}"))), emr.KindAmbiguous)
		wantHits(t, &srv.hits, 2)
		if _, body, err := c.Open(t.Context(), get("/Patient")); media == "text/html" {
			wantKind(t, err, emr.KindProtocol)
			if body != nil {
				t.Error("a body came with the error")
			}
		} else if err == nil {
			_ = body.Close()
		}
	}
}

func TestFault_H9_jsonUnderOtherNamesIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, media := range []string{"application/json", "application/fhir+json; charset=utf-8", "text/json", "APPLICATION/FHIR+JSON", "text/plain", ""} {
		srv := serve(t, answerWith(200, "\ufeff {}", "Content-Type", media))
		if a := noError(t)(connect(t, srv.URL).Do(t.Context(), get("/Patient"))); string(a.Body) != "\ufeff {}" {
			t.Errorf("%s: %q", media, a.Body)
		}
	}
}

func TestFault_H9_listedTypesAreAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		media, accept string
		ok            bool
	}{
		{"application/pdf", "application/pdf", true},
		{"image/png", "image/*", true},
		{"image/png", "*/*", true},
		{"application/pdf", "image/*", false},
		{"text/html", "*/*", false},
		{"text/html", "text/*", false},
		{"text/html", "text/html", true},
	} {
		srv := serve(t, answerWith(200, "<x>", "Content-Type", c.media))
		call := get("/Binary/1")
		call.AcceptTypes = []string{c.accept}
		_, err := connect(t, srv.URL).Do(t.Context(), call)
		if (err == nil) != c.ok {
			t.Errorf("%s with %s accepted: %v", c.media, c.accept, err)
		}
	}
}

func TestFault_H11_emptyAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 204} {
		srv := serve(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
			w.Header().Set("Location", "Appointment/7/_history/1")
			w.WriteHeader(status)
		})
		c := connect(t, srv.URL)
		a := noError(t)(c.Do(t.Context(), post("/Appointment/", "{}")))
		if a.Header.Get("Location") != "Appointment/7/_history/1" || a.Status != status || len(a.Body) != 0 {
			t.Error(a)
		}
		wantHits(t, &srv.hits, 1)
		wantKind(t, errOf(c.Do(t.Context(), get("/Appointment/7"))), emr.KindProtocol)
		wantHits(t, &srv.hits, 2)
	}
}

func TestErrorForAGoodLookingAnswer(t *testing.T) {
	t.Parallel()
	c := connect(t, "http://127.0.0.1:1")
	a := &Answer{Status: 200, RequestID: "id", Attempts: 1}
	for _, x := range []struct {
		call *Call
		a    *Answer
		kind emr.Kind
		want emr.Kind
	}{
		{get("/x"), a, emr.KindProtocol, emr.KindProtocol},
		{post("/x", ""), a, emr.KindProtocol, emr.KindAmbiguous},
		{post("/x", ""), a, emr.KindTooLarge, emr.KindAmbiguous},
		{post("/x", ""), a, emr.KindConflict, emr.KindConflict},
		{post("/x", ""), nil, emr.KindProtocol, emr.KindProtocol},
	} {
		e := c.Error(x.call, x.a, x.kind, "hint")
		if e.Kind != x.want || e.Hint != "hint" || !errors.Is(e, e) || e.Vendor != "testvendor" || e.Op != x.call.Op {
			t.Errorf("got %v, want %s", e, x.want)
		}
	}
}
