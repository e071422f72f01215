package transport

import (
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestARawCallIsWhatTheCallerWrote(t *testing.T) {
	t.Parallel()
	own := http.Header{"Content-Type": {"text/plain"}, "X-Own": {"1"}}
	c, err := RawCall("raw", &emr.RawRequest{Method: "post", Path: "/things/7/", Route: "/things/{id}/", Query: url.Values{"b": {"2"}, "a": {"1 "}}, Header: own, Body: []byte("text")})
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(c.Body)
	if c.Method != http.MethodPost || c.Safe || c.Path != "/things/7/" || c.Route != "/things/{id}/" || c.Query != "a=1+&b=2" || c.ContentType != "text/plain" ||
		string(body) != "text" || c.BodySize != 4 || c.Header.Get("X-Own") != "1" || c.Header.Get("Content-Type") != "" || c.Op != "raw" {
		t.Errorf("%+v", c)
	}
	if own.Get("Content-Type") != "text/plain" {
		t.Error("the caller's own header was changed")
	}
	if c, err = RawCall("raw", &emr.RawRequest{Path: "/things"}); err != nil || c.Method != http.MethodGet || !c.Safe || c.Body != nil || c.ContentType != "" {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = RawCall("raw", &emr.RawRequest{Path: "/things", Method: "PUT", Body: []byte("{}")}); err != nil || c.ContentType != "application/json" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFault_F14_rawPathsStayBelowTheBase(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/", "things", "/../token", "/things/..", "/things/%2e%2e/x", "/./x", "//evil.example.com/x", "/things?x=1", "/things#x", "/things//7", "/a%2fb", "/a\\b", "/a%5cb", "/%zz"} {
		if _, err := RawCall("raw", &emr.RawRequest{Path: path}); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%q: %v", path, err)
		}
	}
	if _, err := RawCall("raw", nil); emr.KindOf(err) != emr.KindInvalid {
		t.Error(err)
	}
}
