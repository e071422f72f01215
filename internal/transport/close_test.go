package transport

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// bodies makes answers whose bodies count how often they are closed.
type bodies struct{ made, closed atomic.Int64 }

type countedBody struct {
	io.Reader
	of   *bodies
	over atomic.Bool
}

func (b *countedBody) Close() error {
	if !b.over.Swap(true) {
		b.of.closed.Add(1)
	}
	return nil
}

func (b *bodies) answer(r *http.Request, status int, src io.Reader, headers ...string) *http.Response {
	b.made.Add(1)
	h := http.Header{"Content-Type": {"application/json"}}
	for i := 0; i+1 < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: &countedBody{Reader: src, of: b}, ContentLength: -1, Request: r}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errors.New("broken") }

// Whatever way an attempt ends, its body is closed: else its connection is lost.
func TestFault_X6_bodyIsClosedOnEveryPath(t *testing.T) {
	t.Parallel()
	text := func(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }
	broken := func() io.Reader { return io.MultiReader(strings.NewReader("{"), brokenReader{}) }
	for name, x := range map[string]struct {
		status  int
		body    func() io.Reader
		headers []string
	}{
		"answer":                    {200, text("{}"), nil},
		"nothing":                   {204, text(""), nil},
		"switched protocols":        {101, text("x"), nil},
		"early hints as an answer":  {103, text("x"), nil},
		"tolerated":                 {299, text("x"), nil},
		"page":                      {200, text("<html>"), []string{"Content-Type", "text/html"}},
		"too large":                 {200, text(strings.Repeat("x", 5000)), nil},
		"cut":                       {200, broken, nil},
		"cut with an id":            {201, broken, []string{"Location", "Patient/7"}},
		"refused":                   {400, text("{}"), nil},
		"refused, cut":              {400, broken, nil},
		"refused, large":            {400, text(strings.Repeat("x", maxErrorBody+1)), nil},
		"unauthorized and replayed": {401, text("{}"), nil},
		"slow down":                 {429, text("{}"), nil},
		"server error":              {500, text("{}"), nil},
		"server error, cut":         {503, broken, nil},
		"moved here":                {302, text("x"), []string{"Location", "/elsewhere"}},
		"moved there":               {307, text("x"), []string{"Location", "https://other.example/"}},
		"moved nowhere":             {302, text("x"), nil},
		"beyond all":                {999, text("x"), nil},
		"error inside":              {200, text(`{"code":false}`), nil},
		"panic inside":              {200, text(`{"code":7}`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &bodies{}
			c := connect(t, "https://emr.example", func(c *Config) {
				c.Tokens, c.Options.Retry.MaxResponse = &tokens{}, 4000
				c.Check = func(_ *Call, a *Answer) *emr.Error {
					switch string(a.Body) {
					case `{"code":false}`:
						return &emr.Error{Kind: emr.KindRateLimited}
					case `{"code":7}`:
						panic("theirs")
					}
					return nil
				}
			}, through(roundTripper(func(r *http.Request) (*http.Response, error) {
				return b.answer(r, x.status, x.body(), x.headers...), nil
			})))
			for _, method := range []string{"GET", "HEAD", "POST", "DELETE"} {
				call := write(method, "/Patient", "")
				call.Safe, call.Tolerate = method == "GET" || method == "HEAD", []int{299}
				_, _ = c.Do(t.Context(), call)
				if made, closed := b.made.Load(), b.closed.Load(); made == 0 || made != closed {
					t.Errorf("%s: %d bodies, %d closed", method, made, closed)
				}
			}
			_, body, err := c.Open(t.Context(), get("/Binary/1"))
			if err == nil {
				_, _ = io.Copy(io.Discard, body)
				_ = body.Close()
			}
			if made, closed := b.made.Load(), b.closed.Load(); made != closed {
				t.Errorf("stream: %d bodies, %d closed", made, closed)
			}
		})
	}
}
