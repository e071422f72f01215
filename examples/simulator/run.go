package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
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
	l := &journal{w: stderr, base: p.vendor.base}
	p.choice.observe = l.request
	sim, err := p.vendor.start(p.choice)
	if err != nil {
		fmt.Fprintf(stderr, "simulator: %v\n", err)
		return exitFail
	}
	for _, f := range p.faults {
		sim.FailNextOn(f.step, f.fault, f.n)
	}
	var lines strings.Builder // one write: whoever waits for a line finds all of them
	fmt.Fprintf(&lines, "# %s %s, tokens by %s: paste all lines, or write them into .env\n", p.vendor.name, p.choice.product, p.choice.auth)
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

// quoted makes value one word for a shell and for .env; none stays none.
func quoted(value string) string {
	if strings.IndexFunc(value, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./:@", r)
	}) < 0 {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
