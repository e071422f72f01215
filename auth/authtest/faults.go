package authtest

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"time"
)

// Fault is a way for a token request to fail, or to be answered oddly.
type Fault struct {
	before func(w http.ResponseWriter, r *http.Request, form url.Values) (done bool)
	amend  func(members map[string]json.RawMessage)
	lose   bool
}

// Slow answers as usual after d.
func Slow(d time.Duration) Fault {
	return Fault{before: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
			return false
		case <-r.Context().Done():
			return true
		}
	}}
}

// Hang never answers.
func Hang() Fault {
	return Fault{before: func(_ http.ResponseWriter, r *http.Request, _ url.Values) bool {
		<-r.Context().Done()
		return true
	}}
}

// Drip sends the first line of a good answer, and then one byte each d for ever.
func Drip(d time.Duration) Fault {
	return Fault{before: func(w http.ResponseWriter, r *http.Request, _ url.Values) bool {
		w.WriteHeader(http.StatusOK)
		for {
			_, _ = io.WriteString(w, " ")
			w.(http.Flusher).Flush()
			t := time.NewTimer(d)
			select {
			case <-t.C:
			case <-r.Context().Done():
				t.Stop()
				return true
			}
		}
	}}
}

// Answer sends this instead. headers are name, value pairs.
func Answer(status int, contentType, body string, headers ...string) Fault {
	return Fault{before: func(w http.ResponseWriter, _ *http.Request, _ url.Values) bool {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
		return true
	}}
}

// Refuse answers with an OAuth error whose description repeats the request.
func Refuse(status int, code string) Fault {
	return Fault{before: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		refuse(w, status, code, "refused: "+form.Encode()+" "+r.Header.Get("Authorization"))
		return true
	}}
}

// Echo answers with an HTML page that repeats the request, credentials included.
func Echo(status int) Fault {
	return Fault{before: func(w http.ResponseWriter, r *http.Request, form url.Values) bool {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<html><title>Error</title><pre>%s %s\n%s</pre></html>",
			html.EscapeString(r.URL.String()), html.EscapeString(r.Header.Get("Authorization")), html.EscapeString(form.Encode()))
		return true
	}}
}

// Redirect sends the client to another URL.
func Redirect(status int, to string) Fault {
	return Fault{before: func(w http.ResponseWriter, _ *http.Request, _ url.Values) bool {
		w.Header().Set("Location", to)
		w.WriteHeader(status)
		return true
	}}
}

// Cut closes the connection without doing or answering anything.
func Cut() Fault {
	return Fault{before: func(http.ResponseWriter, *http.Request, url.Values) bool { panic(http.ErrAbortHandler) }}
}

// LoseAnswer does what was asked, then closes the connection without an answer.
func LoseAnswer() Fault { return Fault{lose: true} }

// Member replaces a member of the answer by raw JSON; "" leaves it out.
func Member(name, raw string) Fault {
	return Fault{amend: func(members map[string]json.RawMessage) {
		delete(members, name)
		if raw != "" {
			members[name] = json.RawMessage(raw)
		}
	}}
}

// ExpiresIn is Member for expires_in: `"3599"`, `-1`, `null`, "".
func ExpiresIn(raw string) Fault { return Member("expires_in", raw) }
