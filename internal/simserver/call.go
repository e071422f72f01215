package simserver

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// Class is what a Host says of a request before it is answered.
type Class struct {
	Token     bool   // asks for a token
	Write     bool   // would change something
	Endpoint  string // what the vendor's rate limit counts, "Slot"
	PerSecond int    // most requests of Endpoint in any rolling second; 0: no limit
	Limits    []Limit
	Route     string // template for messages, "/Patient/{uid}": never a value of the request
}

// Call is one request on its way through a Host.
type Call struct {
	*http.Request
	Body     []byte // as far as Host.MaxBody
	TooLarge bool   // there was more
	Class    Class
	Now      time.Time // the clinic's

	server *Server
	broken []string
	step   emrtest.Step
	met    emrtest.Fault // "": none
	lost   int           // status of the answer that the fault kept back
}

// Violate records that the request breaks a rule of the vendor. Say which in own words
// and without a value of the request: messages are printed.
func (c *Call) Violate(format string, args ...any) {
	text := c.Method + " " + c.Class.Route + ": " + fmt.Sprintf(format, args...)
	c.broken = append(c.broken, text)
	c.server.log.violated(text)
}

// Take reports whether the call shall meet fault f, and uses it up. Ask only where the
// fault can be carried out. A call that has met another fault meets no second.
func (c *Call) Take(f emrtest.Fault) bool {
	return c.meet(func(have emrtest.Fault) bool { return have == f })
}

// meet takes the first waiting fault that fits.
func (c *Call) meet(fits func(emrtest.Fault) bool) bool {
	if c.met != "" {
		return false
	}
	f, ok := c.server.faults.first(c.step, fits)
	c.met = f
	return ok
}

// Path is the path as it was sent, not unescaped.
func (c *Call) Path() string {
	path, _, _ := strings.Cut(c.RequestURI, "?")
	return path
}

// Bearer returns the bearer token, "" without one.
func (c *Call) Bearer() string {
	scheme, token, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return token
}

// plainHeaders are those any HTTP client sends.
var plainHeaders = []string{"Accept", "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "User-Agent"}

// CheckHeaders records each header that is neither a plain one nor allowed, and each
// that came twice.
func (c *Call) CheckHeaders(allowed ...string) {
	names := make([]string, 0, len(c.Header))
	for name := range c.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	known := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(a string) bool { return strings.EqualFold(a, name) })
	}
	for _, name := range names {
		if !known(plainHeaders, name) && !known(allowed, name) {
			c.Violate("unknown header %s", name)
		}
		if len(c.Header[name]) > 1 {
			c.Violate("header %s sent %d times", name, len(c.Header[name]))
		}
	}
}

// MediaType is the content type of the request without parameters, in lower case.
func (c *Call) MediaType() string {
	media, _, _ := strings.Cut(c.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(media))
}

// Form reads a form body. An unreadable one is empty.
func (c *Call) Form() url.Values {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil {
		return url.Values{}
	}
	return form
}

// Reply is an answer. Nil stands for a cut connection.
type Reply struct {
	Status      int
	ContentType string
	Header      http.Header // further headers; may be nil
	Body        []byte
	// Stream writes the body in the place of Body, for one that no memory shall hold. Its
	// length is not announced. It must end when a write fails.
	Stream func(w io.Writer) error
}

// JSON answers with v.
func JSON(status int, contentType string, v any) *Reply {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return Text(http.StatusInternalServerError, "the simulator cannot write this answer")
	}
	return &Reply{Status: status, ContentType: contentType, Body: []byte(b.String())}
}

// Text answers with plain text.
func Text(status int, text string) *Reply {
	return &Reply{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}

// isJSON reports whether the reply has a JSON body that can be cut in the middle.
func (r *Reply) isJSON() bool {
	return r != nil && len(r.Body) > 1 && strings.Contains(r.ContentType, "json")
}
