package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Exit codes.
const (
	exitOK    = 0
	exitFail  = 1 // a vendor failed
	exitUsage = 2 // wrong flags
)

// run is the program. It returns the exit code.
func run(ctx context.Context, h host, known []vendor) int {
	p, err := parse(h.args, known)
	if errors.Is(err, flag.ErrHelp) {
		h.printHelp(h.stdout, known)
		return exitOK
	}
	if err != nil {
		_, _ = fmt.Fprintf(h.stderr, "booking: %v\n(go run ./examples/booking -h lists the flags)\n", err)
		return exitUsage
	}
	ctx, cancel := context.WithTimeout(ctx, p.timeout)
	defer cancel()

	started := time.Now()
	progress := newProgress(h.stderr, h.styleOf(h.stderr))
	defer progress.close()
	out := &table{w: h.stdout, style: h.styleOf(h.stdout)}
	code := exitOK
	var reports []*report
	for _, v := range p.vendors {
		r := runVendor(ctx, h, p, v, progress)
		reports = append(reports, r)
		if r.Error != nil {
			code = exitFail
		}
		if p.json {
			err = r.writeJSON(h.stdout)
			if left := r.leftBehind(); left != "" {
				progress.note(v.name + ": " + left)
			}
		} else {
			out.add(r)
		}
	}
	if !p.json {
		out.finish(p, reports, time.Since(started))
		err = out.err
	}
	if err != nil {
		progress.note("booking: the result could not be written")
		return exitFail
	}
	return code
}

// runVendor does the job with one vendor, from opening the connection to closing it.
func runVendor(ctx context.Context, h host, p *plan, v vendor, progress *progress) *report {
	r := &report{Vendor: v.name, title: v.title}
	e, err := v.open(h, p.live)
	defer func() {
		if e.close() != nil {
			progress.note(v.name + ": the connection did not close in order")
		}
	}()
	if err != nil {
		r.Error = failureOf(err)
		return r
	}
	client := emr.NewClient(e.driver, nil)
	r.where = e.where()
	if product := client.Info().Product; product != "" {
		r.title += " (" + product + ")"
	}
	if p.json {
		progress.note(v.name + ": " + r.where)
	}
	if p.live && p.invented {
		progress.note(v.name + ": for an invented person; -given, -family, -birthdate say for whom else")
	}
	j := &job{client: client, plan: p, patient: whom(p, v, e), progress: progress, report: r}
	r.Error = failureOf(j.run(ctx))
	r.traffic = e.traffic()
	return r
}
