package transport

import (
	"io"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Call is one operation at the vendor. It may hold personal data in every part but Op,
// Method, Route and Endpoint, so it prints those only.
type Call struct {
	Op       string // "book appointment"
	Method   string
	Path     string // below the base, starts with "/", segments already escaped: see Path
	Route    string // template for logs: "/Patient/{id}"
	Endpoint string // what the vendor's limit counts; "" is the first segment of Path: see Class
	Query    string // raw, encoded

	Body        io.ReadSeeker // sent from its start; nil: none. Not read after Do returned
	BodySize    int64         // 0 or less: found by seeking
	ContentType string

	// Safe says that the call may be repeated: GET, HEAD, and searches by POST. All
	// others are writes and sent once.
	Safe bool
	// Patient is whose data the call reaches for, for the audit hook; none for searches.
	Patient emr.PatientID
	// Impersonal says that the call reaches for no patient's data (directory, slots):
	// it is not audited.
	Impersonal bool

	MaxResponse int64 // bytes after decompression; 0: the connection's limit
	// AcceptTypes are the media types of a good answer besides JSON: "application/pdf",
	// "image/*", "*/*". HTML counts as a stray page unless "text/html" is listed.
	AcceptTypes []string
	// AllowEmpty says that 2xx without a body is an answer even to a read: Config.Check and
	// the caller decide what it means.
	AllowEmpty bool
	// Tolerate lists statuses outside 2xx that come back as an Answer, not as an error.
	Tolerate []int
	// Header holds further headers of the caller (raw requests).
	Header http.Header
}

// Answer is what the vendor sent. It prints its status only: the rest may be personal.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte // read to the end; a byte order mark is kept. Nil from Open
	RequestID string // correlation id of the call
	Attempts  int    // requests made
}

// write reports whether the call must not be sent twice.
func (c *Call) write() bool { return !c.Safe }

// Class is Endpoint or its default, for Config.Rates.
func (c *Call) Class() string {
	if c.Endpoint != "" {
		return c.Endpoint
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
	return first
}

// tolerates reports whether status is an answer to this call.
func (c *Call) tolerates(status int) bool {
	if status >= 200 && status <= 299 {
		return true
	}
	for _, s := range c.Tolerate {
		if s == status {
			return true
		}
	}
	return false
}
