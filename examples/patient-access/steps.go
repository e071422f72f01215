package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextgen/nextgentest"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

// job is one run.
type job struct {
	plan *plan
	out  *output
	cfg  patientaccess.Config
	sim  *nextgentest.PatientAccess // nil: the configured server
	pa   *patientaccess.Client

	patient   string         // id
	resources map[string]int // by type, when all are counted
	denied    []string       // types that may not be read
}

// connect finds out what to connect to. It sends nothing.
func (j *job) connect(h host) (err error) {
	if j.plan.sim {
		if j.sim, err = startSim(j.plan); err == nil {
			j.cfg = j.sim.Config()
			j.cfg.AuthorizeURL, j.cfg.TokenURL = "", "" // found by discovery, as with the real one
		}
		return err
	}
	get, err := h.settings()
	if err == nil {
		j.cfg, err = patientaccess.ConfigFrom(get)
	}
	return err
}

// asksPerson reports whether a person has to sign in.
func (j *job) asksPerson() bool { return j.plan.wait || j.sim == nil && j.cfg.RefreshToken.IsZero() }

// do signs in, reads the patient and counts the record.
func (j *job) do(ctx context.Context) error {
	j.out.head(j.title(), j.where())
	if err := j.signIn(ctx); err != nil {
		return err
	}
	ctx, err := j.readPatient(ctx)
	if err != nil {
		return err
	}
	return j.count(ctx)
}

func (j *job) title() string {
	version := j.cfg.Version
	if version == "" {
		version = patientaccess.R4
	}
	return "NextGen Patient Access (" + string(version) + ")"
}

// where names the endpoint for people.
func (j *job) where() string {
	switch {
	case j.sim != nil:
		return "simulator in this process, " + j.cfg.BaseURL
	case j.cfg.BaseURL != "":
		return "live, " + j.cfg.BaseURL
	}
	return "live, the vendor's own address"
}

// signIn ends with a connection: from the refresh token of an earlier time, or from a
// person in front of a browser.
func (j *job) signIn(ctx context.Context) (err error) {
	started := time.Now()
	if j.cfg, err = j.cfg.Discover(ctx, nil); err != nil {
		return j.out.fail("sign in", started, err)
	}
	if !j.cfg.RefreshToken.IsZero() {
		if j.pa, err = patientaccess.New(j.cfg, nil); err != nil {
			return j.out.fail("sign in", started, err)
		}
		j.out.done("sign in", started, "with the refresh token of an earlier sign-in",
			"It is good once: the next run needs the one that replaces it, which this program does not show. Keep it with Config.TokenStore.")
		return nil
	}
	grant, err := j.askPerson(ctx)
	if err == nil {
		j.pa, err = patientaccess.NewSignedIn(j.cfg, grant, nil)
	}
	if err != nil {
		return j.out.fail("sign in", started, err)
	}
	text := "allowed, for an hour or so"
	if !grant.Token.Refresh.IsZero() {
		text = "allowed, also for later"
	}
	j.out.done("sign in", started, text)
	return nil
}

// askPerson prints the URL and waits for the callback. This is what a program on the
// person's own machine copies.
func (j *job) askPerson(ctx context.Context) (*signin.Grant, error) {
	flow, err := patientaccess.NewSignIn(j.cfg, nil)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var browser sync.WaitGroup
	defer browser.Wait()
	grant, err := flow.LocalOnce(ctx, func(url string) {
		j.out.note("open: " + url)
		if j.sim == nil || j.plan.wait {
			j.out.note("waiting for the sign-in in a browser on this machine")
			return
		}
		j.out.note("the simulated patient signs in by itself; -wait lets you do it")
		browser.Go(func() {
			open := browse
			if j.plan.browser != nil {
				open = j.plan.browser
			}
			if err := open(ctx, j.sim, url); err != nil {
				cancel(errNoBrowser)
			}
		})
	}, showPage)
	if err != nil && errors.Is(context.Cause(ctx), errNoBrowser) {
		err = errNoBrowser
	}
	return grant, err
}

var errNoBrowser = &emr.Error{Kind: emr.KindUnavailable, Vendor: "nextgen", Op: "sign in",
	Hint: "the simulated patient came to no callback: check that this machine allows loopback connections, or use -wait and a browser"}

// readPatient reads whose record it is. The context it returns makes later calls be about
// the same one.
func (j *job) readPatient(ctx context.Context) (context.Context, error) {
	started := time.Now()
	ctx, err := j.choose(ctx)
	if err != nil {
		return ctx, j.out.fail("patient", started, err)
	}
	id, err := j.pa.Patient(ctx)
	if err != nil {
		return ctx, j.out.fail("patient", started, err)
	}
	p, err := emr.NewClient(j.pa, nil).GetPatient(ctx, id)
	if err != nil {
		return ctx, j.out.fail("patient", started, err)
	}
	j.patient = p.ID.Reveal()
	j.out.done("patient", started, "read", "id "+j.patient)
	return ctx, nil
}

// choose takes the record that -record says. Whoever sees several and says nothing gets
// precondition: a program must not pick one.
func (j *job) choose(ctx context.Context) (context.Context, error) {
	if j.plan.record == 0 {
		_, err := j.pa.Patient(ctx)
		if e, ok := errors.AsType[*emr.Error](err); ok && e.Kind == emr.KindPrecondition {
			told := *e
			told.Hint = "this person sees several records: say which one with -record 1, -record 2, ..."
			err = &told
		}
		return ctx, err
	}
	all, err := j.pa.Patients(ctx)
	if err != nil {
		return ctx, err
	}
	if j.plan.record > len(all) {
		return ctx, &emr.Error{Kind: emr.KindNotFound, Vendor: "nextgen", Op: "choose a record",
			Hint: fmt.Sprintf("this person sees %d of them: use a smaller -record", len(all))}
	}
	return patientaccess.WithPatient(ctx, all[j.plan.record-1].ID), nil
}

// count reads all that belongs to the record, type by type. A type that may not be read
// is told and left out; if none may be, that is the error.
func (j *job) count(ctx context.Context) error {
	started := time.Now()
	counts := map[string]int{}
	var refused error
	for _, kind := range j.pa.Version().Types() {
		if !j.pa.Version().OfPatient(kind) {
			continue // of the practice, not of the record
		}
		begun, n := time.Now(), 0
		var failed error
		for _, err := range j.pa.Search(ctx, kind, nil) {
			if err != nil {
				failed = err
				break
			}
			n++
		}
		switch k := emr.KindOf(failed); {
		case failed == nil:
			counts[kind] = n
			j.out.counted(kind, n, begun)
		case k == emr.KindPermission || k == emr.KindUnsupported:
			refused = failed
			j.denied = append(j.denied, kind)
			j.out.skip(kind, begun, "not read: "+string(k))
		default:
			return j.out.fail(kind, begun, failed)
		}
	}
	if len(counts) == 0 && refused != nil {
		return j.out.fail("record", started, refused)
	}
	j.resources = counts
	total := 0
	for _, n := range counts {
		total += n
	}
	j.out.done("record", started, fmt.Sprintf("%d resources of %d types", total, len(counts)))
	return nil
}

// close ends the connection first and then the simulator behind it.
func (j *job) close() error {
	var errs []error
	if j.pa != nil {
		errs = append(errs, j.pa.Close())
	}
	if j.sim != nil {
		errs = append(errs, j.sim.Close())
	}
	return errors.Join(errs...)
}
