package transport

import (
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// receive turns an answer into a reply. The body is read to its end inside the attempt,
// so that a cut one counts as a failed attempt and the connection can be used again.
func (a *attempt) receive(resp *http.Response) reply {
	r := a.run
	p := reply{status: resp.StatusCode, header: resp.Header}
	if p.header == nil {
		p.header = http.Header{}
	}
	if p.status < 200 && resp.Body != nil { // 101: the body is the open connection
		_ = resp.Body.Close()
		resp.Body = nil
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	good := r.call.tolerates(p.status)
	if good && r.stream {
		if p.fault = r.wrongType(p, nil); p.fault != nil {
			_ = resp.Body.Close()
			return p
		}
		p.live = &live{attempt: a, src: resp.Body, left: r.maxResponse()}
		return p
	}
	most := r.maxResponse()
	if !good {
		most = min(most, maxErrorBody)
	}
	var err error
	p.body, err = readBody(resp.Body, resp.ContentLength, most)
	_ = resp.Body.Close()
	r.received += int64(len(p.body))
	switch {
	case !good && err != nil && r.over() != nil:
		p.fault = r.interrupted(p)
	case !good && p.status >= 300 && p.status < 400:
		p.fault = r.redirected(p.status, p.header)
	case !good:
		p.fault = faultOf(p.status, p.header, r.call.write()) // what was read of the body will do
	case err != nil:
		p.fault = a.unread(err)
	default:
		p.fault = r.wrongType(p, p.body)
	}
	if p.fault == nil && p.status >= 200 && p.status < 300 {
		p.fault = r.checked(p)
		return p
	}
	if p.fault != nil && good && r.call.write() && p.status < 300 {
		// The write was accepted and its answer cannot be read: the id may be in Location.
		p.body = nil
		if p.header.Get("Location") != "" {
			p.fault = nil
		} else {
			p.fault.kind, p.fault.repeat, p.fault.hint = emr.KindAmbiguous, false, hintAmbiguous
		}
	}
	return p
}

// interrupted is the fault of a refusal whose body was still coming when the context ended.
// What the status says about a write stays.
func (r *run) interrupted(p reply) *fault {
	e := ended(r.over())
	if r.call.Safe {
		return e
	}
	f := faultOf(p.status, p.header, true)
	f.join(e.cause)
	f.repeat = false
	return f
}

var errTooLarge = errors.New("transport: answer larger than the limit")

// readBody reads to the end, at most most bytes. The announced size is not believed
// beyond 64 KiB.
func readBody(src io.Reader, announced, most int64) ([]byte, error) {
	if src == http.NoBody {
		return nil, nil
	}
	first := int64(2048)
	if announced >= 0 {
		first = min(announced, 64<<10-1) + 1 // in this order: announced may be the largest number
	}
	b := make([]byte, 0, first)
	for {
		n, err := src.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > most:
			return b[:most], errTooLarge
		case err == io.EOF:
			return b, nil
		case err != nil:
			return b, err
		}
		if len(b) == cap(b) {
			grown := make([]byte, len(b), min(int64(2*cap(b)), most+1))
			copy(grown, b)
			b = grown
		}
	}
}

// unread is the fault of a body that broke off.
func (a *attempt) unread(err error) *fault {
	r := a.run
	over := r.over()
	switch {
	case over != nil:
		return ended(over)
	case errors.Is(err, errTooLarge):
		return &fault{kind: emr.KindTooLarge, hint: "the answer is larger than the limit; narrow the request or raise Retry.MaxResponse"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &fault{kind: emr.KindProtocol, repeat: true, hint: "the answer was cut off"}
	}
	f := a.failed(err)
	if f.kind == emr.KindUnavailable && !is[interface {
		error
		Timeout() bool
	}](err) {
		f.kind, f.hint = emr.KindProtocol, "the answer was cut off or cannot be unpacked"
	}
	f.repeat = !r.call.write()
	return f
}

// wrongType is the fault of a page that is no answer: the login page of a captive portal
// with status 200, HTML where JSON was asked for, nothing at all.
func (r *run) wrongType(p reply, body []byte) *fault {
	if p.status < 200 || p.status > 299 {
		return nil // tolerated: the vendor package looks at it
	}
	if !r.stream && len(body) == 0 {
		if r.call.Safe && !r.call.AllowEmpty && r.call.Method != http.MethodHead && len(r.call.AcceptTypes) == 0 {
			return &fault{kind: emr.KindProtocol, hint: "the answer has no body"}
		}
		return nil
	}
	media, _, _ := strings.Cut(p.header.Get("Content-Type"), ";")
	if !r.accepts(strings.ToLower(strings.TrimSpace(media)), body) {
		return &fault{kind: emr.KindProtocol, hint: "the answer is not of the type asked for, perhaps a login or proxy page; check the base URL and the network"}
	}
	return nil
}

// accepts reports whether a body of type media may be an answer.
func (r *run) accepts(media string, body []byte) bool {
	for _, want := range r.call.AcceptTypes {
		want = strings.ToLower(want)
		kind, star := strings.CutSuffix(want, "/*")
		if want == media || media != "text/html" && media != "application/xhtml+xml" && star && (kind == "*" || strings.HasPrefix(media, kind+"/")) {
			return true
		}
	}
	switch {
	case media == "application/json", media == "text/json", strings.HasSuffix(media, "+json"):
		return true
	case media == "", media == "text/plain", media == "application/octet-stream":
		return r.stream || looksLikeJSON(body) // servers forget to say what they send
	}
	return false
}

// looksLikeJSON reports whether the first character begins an object or array.
func looksLikeJSON(b []byte) bool {
	s := strings.TrimLeft(strings.TrimPrefix(string(b[:min(len(b), 64)]), "\ufeff"), " \t\r\n")
	return s != "" && (s[0] == '{' || s[0] == '[')
}
