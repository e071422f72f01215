package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// Exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // something failed
	exitUsage = 2 // wrong flags
)

const help = `Signs a user in at Nextech's SaaS EHR API, finds patients and measures the
documents of their visits.

usage: go run ./examples/nextechsaas-signin [flags]

  -term RV-20871  whom to look for: a chart number or a family name; - reads it
                  from standard input, so that it is in no list of processes
  -sim            use a simulator in this process; an invented user signs in
  -wait           with -sim: you sign in, with a browser on this machine
  -json           print one JSON object, nothing else
  -timeout 5m     for the whole run, the sign-in included (default 5m; 1m where
                  nobody has to sign in)

without -sim, from environment or .env file:
  NEXTECHSAAS_CLIENT_ID, NEXTECHSAAS_PRACTICE_ID, NEXTECHSAAS_RESOURCE,
  NEXTECHSAAS_REDIRECT_URL (http://localhost:PORT/PATH, registered with the
  application), and where needed NEXTECHSAAS_CLIENT_SECRET, NEXTECHSAAS_TENANT,
  NEXTECHSAAS_AUTH_URL, NEXTECHSAAS_TOKEN_URL, NEXTECHSAAS_BASE_URL,
  NEXTECHSAAS_TIME_ZONE, NEXTECHSAAS_REFRESH_TOKEN (of an earlier sign-in: no
  browser)
`

// plan is what the flags ask for.
type plan struct {
	sim, wait, json bool
	term            string        // personal: never printed
	timeout         time.Duration // 0: as long as it takes a person, or a machine
	// change prepares the simulator; only tests set it.
	change func(*nextechsaastest.Options)
	// browser opens the URL in place of the simulated user's; only tests set it.
	browser func(ctx context.Context, sim *nextechsaastest.Sim, url string) error
}

// run is the program. It returns the exit code.
func run(ctx context.Context, h host) int {
	p, err := parse(h.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(h.stdout, help)
		return exitOK
	case err != nil:
		_, _ = fmt.Fprintf(h.stderr, "nextechsaas-signin: %v\n(go run ./examples/nextechsaas-signin -h lists the flags)\n", err)
		return exitUsage
	}
	return p.run(ctx, h)
}

var (
	errUsage  = errors.New("there are -term, -sim, -wait (with -sim), -json and -timeout (a duration above zero, such as 5m)")
	errNoTerm = errors.New("say whom to look for: -term with a chart number or a family name (- reads it from standard input); -sim needs none")
)

// parse reads the command line. Its errors repeat no value.
func parse(args []string) (*plan, error) {
	var p plan
	fs := flag.NewFlagSet("nextechsaas-signin", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.BoolVar(&p.sim, "sim", false, "")
	fs.BoolVar(&p.wait, "wait", false, "")
	fs.BoolVar(&p.json, "json", false, "")
	fs.StringVar(&p.term, "term", "", "")
	fs.Func("timeout", "", func(text string) (err error) {
		if p.timeout, err = time.ParseDuration(text); err == nil && p.timeout <= 0 {
			err = errUsage
		}
		return err
	})
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, err
	case err != nil, fs.NArg() > 0, p.wait && !p.sim:
		return nil, errUsage
	case p.term == "" && !p.sim:
		return nil, errNoTerm
	}
	return &p, nil
}

// run does the job and reports.
func (p *plan) run(ctx context.Context, h host) int {
	out := &output{w: h.stdout, notes: h.stderr, json: p.json, style: h.styleOf(h.stdout), started: time.Now()}
	j := &job{plan: p, out: out}
	err := j.connect(h)
	if err == nil {
		timeout := p.timeout
		if timeout == 0 {
			timeout = time.Minute
			if j.asksPerson() {
				timeout = 5 * time.Minute
			}
		}
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
		err = j.do(ctx)
	} else {
		out.head("Nextech SaaS EHR", "")
		_ = out.fail("connect", time.Now(), err)
	}
	if bad := j.close(); bad != nil && err == nil {
		err = bad
	}
	out.foot(j, err)
	if out.err != nil {
		_, _ = fmt.Fprintln(h.stderr, "nextechsaas-signin: the result could not be written")
	}
	if err != nil || out.err != nil {
		return exitFail
	}
	return exitOK
}
