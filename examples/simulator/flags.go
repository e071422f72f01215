package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// plan is what the flags ask for.
type plan struct {
	vendor vendor
	choice choice
	faults []failure
}

// failure is a fault and how many calls meet it.
type failure struct {
	fault emrtest.Fault
	n     int
}

// often is the usual number of calls that meet a fault: what shows its effect to a
// client that repeats a read twice.
func often(f emrtest.Fault) int {
	switch f {
	case emrtest.FaultServerError:
		return 3 // a read gives up
	case emrtest.FaultRateLimited:
		return 2 // a read comes through
	case emrtest.FaultNextForeignHost:
		return 100 // every next link
	}
	return 1
}

// meaning says in a few words what a fault is, for -h.
func meaning(f emrtest.Fault) string {
	switch f {
	case emrtest.FaultLostReply:
		return "a write is done, its answer is lost"
	case emrtest.FaultWriteNeverCompleted:
		return "a write is read, not done, and the connection is cut"
	case emrtest.FaultSlowToken:
		return "a token takes 2 seconds"
	case emrtest.FaultRevokedToken:
		return "a call's token is revoked, the call gets 401"
	case emrtest.FaultRateLimited:
		return "429 without Retry-After"
	case emrtest.FaultRateLimitedRetryAfter:
		return "429 with Retry-After: 1"
	case emrtest.FaultUnavailableOnce:
		return "503"
	case emrtest.FaultServerError:
		return "500"
	case emrtest.FaultTruncatedJSON:
		return "the JSON of an answer ends in the middle"
	case emrtest.FaultHTML:
		return "200 with a login page"
	case emrtest.FaultNextLoop:
		return "a next link leads to the same page"
	case emrtest.FaultNextForeignHost:
		return "next links lead to another host"
	case emrtest.FaultSlotTaken:
		return "somebody else takes the time of a booking first"
	case emrtest.FaultDuplicatePatient:
		return "somebody else creates the same patient first"
	}
	return ""
}

// parse reads the command line. The error is flag.ErrHelp or says what is wrong.
func parse(args []string, known []vendor) (*plan, error) {
	var p plan
	var name string
	fs := flag.NewFlagSet("simulator", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&name, "vendor", "", "")
	fs.StringVar(&p.choice.product, "product", "", "")
	fs.StringVar(&p.choice.auth, "auth", "", "")
	fs.StringVar(&p.choice.addr, "addr", "127.0.0.1:0", "")
	fs.Func("fault", "", func(v string) error {
		f, err := parseFault(v)
		p.faults = append(p.faults, f)
		return err
	})
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, errors.New("there are arguments without a flag")
	}
	at := slices.IndexFunc(known, func(v vendor) bool { return v.name == name })
	if at < 0 {
		return nil, fmt.Errorf("say which simulator: -vendor %s", names(known))
	}
	p.vendor = known[at]
	for _, c := range []struct {
		flag  string
		value *string
		takes []string
	}{{"-product", &p.choice.product, p.vendor.products}, {"-auth", &p.choice.auth, p.vendor.auths}} {
		if *c.value == "" {
			*c.value = c.takes[0]
		}
		if !slices.Contains(c.takes, *c.value) {
			return nil, fmt.Errorf("%s of %s is %s", c.flag, name, strings.Join(c.takes, " or "))
		}
	}
	return &p, nil
}

// parseFault reads NAME or NAME=N.
func parseFault(v string) (failure, error) {
	name, count, counted := strings.Cut(v, "=")
	f := failure{fault: emrtest.Fault(name)}
	if !slices.Contains(emrtest.Faults(), f.fault) {
		return f, errors.New("no such fault; -h lists them")
	}
	f.n = often(f.fault)
	if counted {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return f, errors.New("the number of calls is 1 or more")
		}
		f.n = n
	}
	return f, nil
}

func names(known []vendor) string {
	var all []string
	for _, v := range known {
		all = append(all, v.name)
	}
	return strings.Join(all, "|")
}

// help writes the whole usage.
func help(w io.Writer, known []vendor) {
	fmt.Fprintf(w, "simulator runs a vendor's simulator and prints the environment lines to paste.\n\n")
	fmt.Fprintf(w, "  -vendor %s\n", names(known))
	for _, v := range known {
		fmt.Fprintf(w, "  -product %s   (%s; default %s)\n", strings.Join(v.products, "|"), v.name, v.products[0])
		fmt.Fprintf(w, "  -auth %s   how tokens are handed out (%s; default %s)\n", strings.Join(v.auths, "|"), v.name, v.auths[0])
	}
	fmt.Fprintf(w, "  -addr HOST:PORT   where to listen; default 127.0.0.1:0, a free port\n")
	fmt.Fprintf(w, "  -fault NAME[=N]   the next N calls it fits fail that way; may be repeated\n\nFaults, with their usual N:\n")
	for _, f := range emrtest.Faults() {
		fmt.Fprintf(w, "  %-22s %3d  %s\n", f, often(f), meaning(f))
	}
}
