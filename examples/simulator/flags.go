package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// plan is what the flags ask for.
type plan struct {
	vendor vendor
	choice choice
	faults []failure
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
	var faults []string
	fs.Func("fault", "", func(v string) error {
		faults = append(faults, v)
		return nil
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
	for _, v := range faults {
		f, err := p.vendor.parseFault(v)
		if err != nil {
			return nil, fmt.Errorf("-fault: %w", err)
		}
		p.faults = append(p.faults, f)
	}
	return &p, nil
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
	fmt.Fprintf(w, "  -fault NAME[@STEP][=N]   the next N calls it fits fail that way; may be repeated\n")
	helpFaults(w)
}
