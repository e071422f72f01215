package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestThePageSaysWhatHappened(t *testing.T) {
	t.Parallel()
	failed := func(kind emr.Kind, code string) error {
		return &emr.Error{Kind: kind, Vendor: "nextgen", Op: "sign in", Code: code, Hint: "<b>hint</b>"}
	}
	refused := func(kind emr.Kind, code string, cause error) error { // by the token endpoint
		return &emr.Error{Kind: kind, Vendor: "nextgen", Op: "sign in", Status: 400, Code: code, Err: cause}
	}
	for _, tc := range []struct {
		err    error
		status int
		title  string
	}{
		{nil, http.StatusOK, "You are signed in"},
		{failed(emr.KindPermission, "access_denied"), http.StatusForbidden, "Nothing was allowed"},
		{failed(emr.KindAuth, "invalid_grant"), http.StatusBadRequest, "This sign-in cannot be used"},
		{failed(emr.KindAuth, ""), http.StatusBadRequest, "This sign-in cannot be used"},
		{failed(emr.KindProtocol, ""), http.StatusBadRequest, "This sign-in cannot be used"},
		{failed(emr.KindConfig, "invalid_client"), http.StatusBadGateway, "The app is not set up correctly"},
		{refused(emr.KindAuth, "unauthorized_client", nil), http.StatusBadGateway, "The app is not set up correctly"},
		{refused(emr.KindUntrustedURL, "", nil), http.StatusBadGateway, "The app is not set up correctly"},
		{refused(emr.KindAuth, "invalid_grant", emr.ErrLoginRequired), http.StatusBadRequest, "This sign-in cannot be used"},
		{refused(emr.KindProtocol, "", emr.ErrLoginRequired), http.StatusBadGateway, "The server could not finish"},
		{failed(emr.KindUnavailable, ""), http.StatusBadGateway, "The server could not finish"},
		{failed(emr.KindTimeout, ""), http.StatusBadGateway, "The server could not finish"},
		{context.Canceled, http.StatusInternalServerError, "The sign-in did not work"},
		{errors.New("s3cret"), http.StatusInternalServerError, "The sign-in did not work"},
	} {
		w := httptest.NewRecorder()
		showPage(w, nil, tc.err)
		body, h := w.Body.String(), w.Header()
		if w.Code != tc.status || !strings.Contains(body, "<h1>"+tc.title+"</h1>") || !strings.Contains(body, "<title>"+tc.title+"</title>") {
			t.Errorf("%v: %d %s", tc.err, w.Code, body)
		}
		csp := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; style-src 'sha256-") || strings.Contains(csp, "unsafe") || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("headers: %v", h)
		}
		for _, never := range []string{"<script", "://", "src=", "s3cret", "<b>"} {
			if strings.Contains(body, never) {
				t.Errorf("%v: the page has %s", tc.err, never)
			}
		}
	}
}
