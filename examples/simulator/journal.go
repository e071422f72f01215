package main

import (
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// journal writes what happens, one line at a time.
type journal struct {
	mu   sync.Mutex
	w    io.Writer
	base string // path of the API
}

func (j *journal) say(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	fmt.Fprintf(j.w, "simulator: %s\n", text)
}

// request writes time, method, kind of resource and what became of it: no id, no query,
// no body, because a developer may have typed a real name.
func (j *journal) request(r emrtest.Request, broken []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	fmt.Fprintf(j.w, "%s %s %s %s\n", r.At.Format("15:04:05"), r.Method, j.resource(r), outcome(r))
	for _, b := range broken {
		fmt.Fprintf(j.w, "         rule broken: %s\n", b)
	}
}

// outcome is the status, or why there was none, and the fault that was met.
func outcome(r emrtest.Request) string {
	text := fmt.Sprint(r.Status)
	switch {
	case r.Status == 0 && r.Lost != 0:
		text = fmt.Sprintf("%d, answer lost", r.Lost)
	case r.Status == 0 && r.Fault == emrtest.FaultWriteNeverCompleted:
		text = "not done, connection cut"
	case r.Status == 0:
		text = "an answer never sent"
	}
	if r.Fault != "" {
		text += fmt.Sprintf(" (fault %s)", r.Fault)
	}
	return text
}

// grant is the grant type of a token request, where it is one of OAuth's: anything else
// may be a secret in the wrong field.
func grant(r emrtest.Request) string {
	if len(r.Body) == 0 && r.Header.Get("Authorization") != "" {
		return "for a key"
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return "(unreadable)"
	}
	switch g := form.Get("grant_type"); g {
	case "client_credentials", "password", "refresh_token", "authorization_code":
		return g
	case "":
		return "(no grant type)"
	}
	return "(another grant type)"
}

// resource is the part of a path that names no record; for a token its grant type.
func (j *journal) resource(r emrtest.Request) string {
	if r.Token {
		return "(token) " + grant(r)
	}
	if strings.HasSuffix(r.Path, "/oauth2/authorize") || strings.HasSuffix(r.Path, "/sign-in") {
		return "(sign-in)"
	}
	below, ok := strings.CutPrefix(r.Path, j.base+"/")
	segments := strings.Split(strings.Trim(below, "/"), "/")
	before := ""
	if len(segments) > 1 && segments[0] != "" && strings.Trim(segments[0], "0123456789") == "" {
		before, segments = ".../", segments[1:] // of the patient with that number
	}
	name := segments[0]
	if !ok || name == "" || len(name) > 30 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") != "" {
		return "(no path of the API)"
	}
	if len(segments) > 1 {
		name += "/..."
	}
	return before + name
}
