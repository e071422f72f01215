package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"
)

// Exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // a step did not go as described
	exitUsage = 2 // wrong flags
)

// host is what a run takes from the machine, so that tests can stand in for it.
type host struct {
	args           []string
	stdout, stderr io.Writer
	lookup         func(key string) (string, bool) // os.LookupEnv
}

const help = `Books at a simulated NexHealth in this process and shows what webhooks tell:
written, failed, repeated, tampered with, cancelled.

usage: go run ./examples/nexhealth-webhooks [flags]

  -json         print one JSON object per step, nothing else
  -timeout 60s  for the whole run
`

// run is the program. It returns the exit code.
func run(ctx context.Context, h host) int {
	var asJSON bool
	var timeout time.Duration
	fs := flag.NewFlagSet("nexhealth-webhooks", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.BoolVar(&asJSON, "json", false, "")
	fs.DurationVar(&timeout, "timeout", time.Minute, "")
	err := fs.Parse(h.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(h.stdout, help)
		return exitOK
	case err != nil || fs.NArg() > 0 || timeout <= 0:
		_, _ = io.WriteString(h.stderr, "nexhealth-webhooks: there are -json and -timeout (a duration above zero, such as 60s)\n")
		return exitUsage
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	out := &output{w: h.stdout, json: asJSON, style: h.style()}
	out.head()
	failed := tell(ctx, out)
	out.foot(failed)
	if out.err != nil {
		_, _ = fmt.Fprintln(h.stderr, "nexhealth-webhooks: the result could not be written")
	}
	if failed != nil || out.err != nil {
		return exitFail
	}
	return exitOK
}

// tell goes through the story. What comes back was already shown as a failed step.
func tell(ctx context.Context, out *output) (failed error) {
	started := time.Now()
	d, err := open()
	if err != nil {
		return out.step(row{Step: "start"}, started, "", err)
	}
	defer func() {
		if err := d.close(); err != nil && failed == nil {
			failed = out.step(row{Step: "stop"}, time.Now(), "", err)
		}
	}()
	for _, s := range d.steps() {
		if out.err != nil {
			return nil // nobody reads the rest
		}
		started := time.Now()
		r := row{Step: s.name}
		text, err := s.do(ctx, &r)
		if err := out.step(r, started, text, err); err != nil {
			return err
		}
	}
	return nil
}
