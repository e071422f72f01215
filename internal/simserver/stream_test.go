package simserver

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestAStreamIsSentWithoutALengthAndCutWhereItFails(t *testing.T) {
	t.Parallel()
	s, part := New(Config{InMemory: true}), strings.Repeat("0123456789", 1000)
	t.Cleanup(func() { _ = s.Close() })
	origin, err := s.Serve("", &Host{
		Classify: func(*http.Request) Class { return Class{} },
		Handle: func(c *Call) *Reply {
			return &Reply{Status: http.StatusOK, ContentType: "text/plain", Stream: func(w io.Writer) error {
				for range 10 {
					if _, err := io.WriteString(w, part); err != nil {
						return err
					}
				}
				if c.URL.Path == "/broken" {
					return errors.New("no more")
				}
				return nil
			}}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, whole := range map[string]bool{"/": true, "/broken": false} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := s.HTTPClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if (err == nil) != whole || whole && n != 100_000 || resp.ContentLength != -1 {
			t.Errorf("%s: %d bytes, length %d, %v", path, n, resp.ContentLength, err)
		}
	}
}
