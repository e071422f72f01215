package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/emrkit/emrkit/emr/emrtest"
)

const (
	exitFail  = 1
	exitUsage = 2
)

// run starts the simulator, prints the lines and waits until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	p, err := parse(args, vendors())
	if errors.Is(err, flag.ErrHelp) {
		help(stdout, vendors())
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "simulator: %v\nsimulator -h says more\n", err)
		return exitUsage
	}
	l := &journal{w: stderr}
	p.choice.observe = l.request
	sim, err := p.vendor.start(p.choice)
	if err != nil {
		fmt.Fprintf(stderr, "simulator: %v\n", err)
		return exitFail
	}
	for _, f := range p.faults {
		sim.FailNext(f.fault, f.n)
	}
	var lines strings.Builder // one write: whoever waits for a line finds all of them
	fmt.Fprintf(&lines, "# %s %s, tokens by %s: paste these lines, or write them into .env\n", p.vendor.name, p.choice.product, p.choice.auth)
	for _, line := range sim.Env() {
		name, value, _ := strings.Cut(line, "=")
		fmt.Fprintf(&lines, "export %s=%s\n", name, quoted(value))
	}
	if _, err := io.WriteString(stdout, lines.String()); err != nil {
		_ = sim.Close()
		return exitFail
	}
	l.say("running, Ctrl-C ends it")
	<-ctx.Done()
	if err := sim.Close(); err != nil {
		l.say("stopping failed")
		return exitFail
	}
	l.say(fmt.Sprintf("stopped after %d requests; live bookings: %d; broken rules: %d",
		len(sim.Requests()), sim.Appointments(), len(sim.Violations())))
	return 0
}

// quoted makes value one word for a shell and for .env.
func quoted(value string) string {
	if value != "" && strings.IndexFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./:@", r)
	}) < 0 {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// journal writes what happens, one line at a time.
type journal struct {
	mu sync.Mutex
	w  io.Writer
}

func (j *journal) say(text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	fmt.Fprintf(j.w, "simulator: %s\n", text)
}

// request writes time, method, kind of resource and status: no id, no query, no body,
// because a developer may have typed a real name.
func (j *journal) request(r emrtest.Request, broken []string) {
	what := "an answer never sent"
	if r.Status != 0 {
		what = fmt.Sprint(r.Status)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	fmt.Fprintf(j.w, "%s %s %s %s\n", r.At.Format("15:04:05"), r.Method, resource(r), what)
	for _, b := range broken {
		fmt.Fprintf(j.w, "         rule broken: %s\n", b)
	}
}

// resource is the part of a path that names no record.
func resource(r emrtest.Request) string {
	if r.Token {
		return "(token)"
	}
	segments := strings.Split(strings.Trim(r.Path, "/"), "/")
	if len(segments) < 2 {
		return "(no path of the API)"
	}
	name := segments[1]
	if len(name) > 30 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != "" {
		return "(no path of the API)"
	}
	if len(segments) > 2 {
		name += "/..."
	}
	return name
}
