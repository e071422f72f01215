package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// mostPatients is how many people's visits are read. A term that fits more is a name that
// many have, and a program must not open the records of strangers.
const mostPatients = 5

// job is one run.
type job struct {
	plan *plan
	out  *output
	cfg  nextechsaas.Config
	term emr.PHI
	sim  *nextechsaastest.Sim // nil: the configured practice
	nx   *nextechsaas.Client
	emr  *emr.Client // around nx: what applications call

	patients []*emr.Patient
	result   report
}

// connect finds out what to connect to, and whom to look for. It sends nothing.
func (j *job) connect(h host) (err error) {
	if j.plan.sim {
		if j.sim, err = startSim(j.plan); err != nil {
			return err
		}
		j.cfg = j.sim.SignInConfig("")
		j.term = emr.NewPHI(simulatedTerm(j.sim))
	} else {
		get, err := h.settings()
		if err != nil {
			return err
		}
		if j.cfg, err = nextechsaas.ConfigFrom(get); err != nil {
			return err
		}
	}
	switch {
	case j.plan.term == "-":
		j.term, err = readTerm(h.stdin)
	case j.plan.term != "":
		j.term = emr.NewPHI(j.plan.term)
	}
	return err
}

// readTerm reads the first line of standard input.
func readTerm(r io.Reader) (emr.PHI, error) {
	scan := bufio.NewScanner(io.LimitReader(r, 4<<10))
	scan.Scan()
	if text := strings.TrimSpace(scan.Text()); text != "" {
		return emr.NewPHI(text), nil
	}
	return emr.PHI{}, &emr.Error{Kind: emr.KindInvalid, Op: "read the term", Hint: "-term - takes the first line of standard input, and there is none"}
}

// asksPerson reports whether a person has to sign in.
func (j *job) asksPerson() bool { return j.plan.wait || j.sim == nil && j.cfg.RefreshToken.IsZero() }

// do signs in, finds the patients and measures their documents.
func (j *job) do(ctx context.Context) error {
	j.out.head("Nextech SaaS EHR", j.where())
	for _, step := range []func(context.Context) error{j.signIn, j.findPatients, j.readVisits, j.listSections} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
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
	if !j.cfg.RefreshToken.IsZero() {
		if j.nx, err = nextechsaas.New(j.cfg, nil); err != nil {
			return j.out.fail("sign in", started, err)
		}
		j.emr = emr.NewClient(j.nx, nil)
		j.out.done("sign in", started, "with the refresh token of an earlier sign-in",
			"Microsoft may replace it with each use, and this program does not show the new one. A service keeps it: Config.TokenStore.")
		return nil
	}
	grant, err := j.askPerson(ctx)
	if err == nil {
		j.nx, err = nextechsaas.NewSignedIn(j.cfg, grant, nil)
	}
	if err != nil {
		return j.out.fail("sign in", started, err)
	}
	j.emr = emr.NewClient(j.nx, nil)
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
	flow, err := nextechsaas.SignIn(j.cfg, nil)
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
		j.out.note("the simulated user signs in by itself; -wait lets you do it")
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

var errNoBrowser = &emr.Error{Kind: emr.KindUnavailable, Vendor: "nextechsaas", Op: "sign in",
	Hint: "the simulated user came to no callback: check that this machine allows loopback connections, or use -wait and a browser"}

// findPatients sends the term as it is. Whoever knows more than a term gives Family, Born
// and so on instead: the driver then compares each of them.
func (j *job) findPatients(ctx context.Context) error {
	started := time.Now()
	query := emr.PatientQuery{Vendor: nextechsaas.PatientFilter{Term: j.term}}
	for p, err := range j.emr.FindPatients(ctx, query) {
		if err != nil {
			return j.out.fail("patients", started, err)
		}
		j.patients = append(j.patients, p)
	}
	n := len(j.patients)
	j.result.Patients = &n
	if n > mostPatients {
		return j.out.fail("patients", started, &emr.Error{Kind: emr.KindPrecondition, Vendor: "nextechsaas", Op: "find patients",
			Hint: fmt.Sprintf("the term fits %d patients and at most %d are read: give a chart number", n, mostPatients)})
	}
	var ids []string
	for _, p := range j.patients {
		ids = append(ids, p.ID.Reveal())
	}
	j.out.done("patients", started, count(n, "patient"), list("id", ids)...)
	return nil
}

// readVisits lists the visits of all who were found and reads each document.
func (j *job) readVisits(ctx context.Context) error {
	visits, size := 0, int64(0)
	started := time.Now()
	for _, p := range j.patients {
		for visit, err := range j.emr.Encounters(ctx, emr.EncounterQuery{Patient: p}) {
			if err != nil {
				return j.out.fail("visits", started, err)
			}
			began := time.Now()
			n, err := j.measure(ctx, p, visit)
			id := "visit " + visit.ID.Reveal()
			switch {
			case emr.KindOf(err) == emr.KindNotFound:
				j.out.skip(id, began, "no document")
			case err != nil:
				return j.out.fail(id, began, err)
			default:
				j.out.done(id, began, "document of "+bytesOf(n))
			}
			visits, size = visits+1, size+n
		}
	}
	j.result.Encounters, j.result.DocumentBytes = &visits, &size
	j.out.done("visits", started, count(visits, "visit")+", "+bytesOf(size))
	return nil
}

// measure reads a document to its end without keeping any of it. An application writes it
// to where it belongs, and never shows it without cleaning: it is HTML from elsewhere.
func (j *job) measure(ctx context.Context, p *emr.Patient, visit *emr.Encounter) (n int64, err error) {
	query := emr.SummaryQuery{Patient: p, Encounter: visit.ID}
	if !visit.Start.IsZero() { // days make the answer small: the API sends all documents in it
		query.From, query.To = visit.Start, visit.Start.AddDays(1)
	}
	content, err := j.emr.OpenSummary(ctx, query)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(io.Discard, content.Body)
	return n, errors.Join(err, content.Body.Close())
}

// listSections lists what can be asked for alone.
func (j *job) listSections(ctx context.Context) error {
	started := time.Now()
	names, err := j.nx.EncounterSections(ctx)
	if err != nil {
		return j.out.fail("sections", started, err)
	}
	j.result.Sections = names
	j.out.done("sections", started, count(len(names), "section"), list("", names)...)
	return nil
}

// close ends the connection first and then the simulator behind it.
func (j *job) close() error {
	var errs []error
	if j.emr != nil {
		errs = append(errs, j.emr.Close())
	}
	if j.sim != nil {
		errs = append(errs, j.sim.Close())
	}
	return errors.Join(errs...)
}
