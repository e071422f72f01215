package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/nextgen/nextgentest"
)

// Exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // something failed
	exitUsage = 2 // wrong flags
)

const help = `Signs a person in at NextGen Patient Access and counts what the record holds.

usage: go run ./examples/patient-access [flags]

  -sim          use a simulator in this process; an invented patient signs in
  -wait         with -sim: you sign in, with a browser on this machine
  -record 2     whose record, for somebody who sees several (1 is the first)
  -json         print one JSON object, nothing else
  -timeout 5m   for the whole run, the sign-in included (default 5m; 1m where
                nobody has to sign in)

without -sim, from environment or .env file:
  NEXTGEN_FHIR_CLIENT_ID, NEXTGEN_FHIR_REDIRECT_URL (http://127.0.0.1:PORT/PATH,
  registered with the app), and where needed NEXTGEN_FHIR_CLIENT_SECRET,
  NEXTGEN_FHIR_BASE_URL, NEXTGEN_FHIR_VERSION (R4, DSTU2),
  NEXTGEN_FHIR_REFRESH_TOKEN (of an earlier sign-in: no browser)
`

// plan is what the flags ask for.
type plan struct {
	sim, wait, json bool
	record          int           // 0: the only one
	timeout         time.Duration // 0: as long as it takes a person, or a machine
	// change prepares the simulator; only tests set it.
	change func(*nextgentest.PatientAccessOptions)
	// browser opens the URL in place of the simulated patient's; only tests set it.
	browser func(ctx context.Context, sim *nextgentest.PatientAccess, url string) error
}

// run is the program. It returns the exit code.
func run(ctx context.Context, h host) int {
	p, err := parse(h.args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		_, _ = io.WriteString(h.stdout, help)
		return exitOK
	case err != nil:
		_, _ = fmt.Fprintf(h.stderr, "patient-access: %v\n(go run ./examples/patient-access -h lists the flags)\n", err)
		return exitUsage
	}
	return p.run(ctx, h)
}

var errUsage = errors.New("there are -sim, -wait (with -sim), -json, -record (a number from 1) and -timeout (a duration above zero, such as 5m)")

// parse reads the command line. Its errors repeat no value.
func parse(args []string) (*plan, error) {
	var p plan
	fs := flag.NewFlagSet("patient-access", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.BoolVar(&p.sim, "sim", false, "")
	fs.BoolVar(&p.wait, "wait", false, "")
	fs.BoolVar(&p.json, "json", false, "")
	fs.Func("record", "", func(text string) (err error) {
		if p.record, err = strconv.Atoi(text); err == nil && p.record < 1 {
			err = errUsage
		}
		return err
	})
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
		out.head("NextGen Patient Access", "")
		_ = out.fail("connect", time.Now(), err)
	}
	if bad := j.close(); bad != nil && err == nil {
		err = bad
	}
	out.foot(j, err)
	if out.err != nil {
		_, _ = fmt.Fprintln(h.stderr, "patient-access: the result could not be written")
	}
	if err != nil || out.err != nil {
		return exitFail
	}
	return exitOK
}
