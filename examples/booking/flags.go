package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// plan is what the flags ask for.
type plan struct {
	vendors  []vendor
	live     bool
	json     bool
	keep     bool
	timeout  time.Duration
	from     emr.Date // zero: tomorrow at the clinic
	days     int
	filter   emr.SlotQuery // location, provider, type and purpose
	patient  *emr.NewPatient
	invented bool // patient is the invented one, or built on it
}

// usage is a wrong command line. Its text never repeats a value: it may be somebody's name.
type usage struct{ text string }

func (u usage) Error() string { return u.text }

// parse reads the command line. The error is flag.ErrHelp or a usage.
func parse(args []string, known []vendor) (*plan, error) {
	var p plan
	var name, from, location, provider, kind, purpose string
	who := inventedPerson()
	var given person

	fs := flag.NewFlagSet("booking", flag.ContinueOnError)
	fs.SetOutput(io.Discard) // its messages repeat values
	fs.StringVar(&name, "vendor", "all", "")
	fs.BoolVar(&p.live, "live", false, "")
	fs.BoolVar(&p.json, "json", false, "")
	fs.BoolVar(&p.keep, "keep", false, "")
	fs.DurationVar(&p.timeout, "timeout", time.Minute, "")
	fs.StringVar(&from, "from", "", "")
	fs.IntVar(&p.days, "days", 7, "")
	fs.StringVar(&location, "location", "", "")
	fs.StringVar(&provider, "provider", "", "")
	fs.StringVar(&kind, "type", "", "")
	fs.StringVar(&purpose, "purpose", "", "")
	for flagName, field := range given.fields() {
		fs.StringVar(field, flagName, "", "")
	}
	if err := fs.Parse(args); err != nil {
		return nil, quiet(err)
	}
	if fs.NArg() > 0 {
		return nil, usage{fmt.Sprintf("%d arguments without a flag: put values with blanks into quotes", fs.NArg())}
	}

	set := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { set[f.Name] = true })
	p.invented = !slices.ContainsFunc([]string{"given", "family", "birthdate", "identifier"}, func(f string) bool { return set[f] })
	if !p.invented {
		who = person{} // never mix somebody's name with the invented phone
	}
	target := who.fields()
	for flagName, value := range given.fields() {
		if set[flagName] {
			*target[flagName] = strings.TrimSpace(*value)
		}
	}

	var err error
	if p.patient, err = who.newPatient(); err != nil {
		return nil, err
	}
	if p.vendors, err = choose(known, name); err != nil {
		return nil, err
	}
	if from != "" {
		if p.from, err = emr.ParseDate(from); err != nil {
			return nil, usage{"-from: write the day as YYYY-MM-DD"}
		}
	}
	if p.days < 1 || p.days > 366 {
		return nil, usage{"-days: 1 to 366"}
	}
	if p.timeout <= 0 {
		return nil, usage{"-timeout: a duration above zero, such as 90s"}
	}
	p.filter.Type = emr.AppointmentTypeID(kind)
	if location != "" {
		p.filter.Locations = []emr.LocationID{emr.LocationID(location)}
	}
	if provider != "" {
		p.filter.Practitioners = []emr.PractitionerID{emr.PractitionerID(provider)}
	}
	if purpose != "" {
		p.filter.Purposes = []emr.PurposeID{emr.PurposeID(purpose)}
	}
	return &p, nil
}

// choose returns the vendors called name.
func choose(known []vendor, name string) ([]vendor, error) {
	if name == "all" {
		return known, nil
	}
	var names []string
	for _, v := range known {
		if v.name == name {
			return []vendor{v}, nil
		}
		names = append(names, v.name)
	}
	return nil, usage{"-vendor: there is " + strings.Join(names, ", ") + " and all"}
}

// flagName is what may be repeated of an unknown flag: "-Smith" is not.
var flagName = regexp.MustCompile(`^[a-z]{2,12}(-[a-z]{2,12})?$`)

// quiet turns an error of package flag into one without values.
func quiet(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		if flagName.MatchString(name) {
			return usage{"there is no flag -" + name}
		}
		return usage{"unknown flag"}
	}
	if _, name, ok := strings.Cut(text, "flag needs an argument: "); ok {
		return usage{name + " needs a value"}
	}
	for name, want := range map[string]string{"days": "a whole number", "timeout": "a duration such as 90s", "live": "true or false", "json": "true or false", "keep": "true or false"} {
		if strings.Contains(text, " for flag -"+name+":") || strings.Contains(text, " for -"+name+":") {
			return usage{"-" + name + " takes " + want}
		}
	}
	return usage{"malformed flag"}
}

// help is printed by -h; %s is the list of vendors.
const help = `Books an appointment and cancels it again, against a simulator in this process
or, with -live, against a real endpoint.

usage: go run ./examples/booking [flags]

  -vendor NAME      %s or all (default all)
  -live             use the endpoint configured by environment or .env file
  -json             print one JSON object per vendor, nothing else
  -keep             do not cancel at the end
  -timeout 60s      for the whole run

which time to book: the first free one of
  -from YYYY-MM-DD  first day, in the clinic's zone (default tomorrow)
  -days 7           number of days
  -location, -provider, -type, -purpose ID
                    the vendor's ids (default: the first listed where needed)

for whom: an invented person, unless told otherwise
  -given, -family NAME         -birthdate YYYY-MM-DD
  -sex female|male|other|unknown (default: not said)
  -phone, -email, -address-line, -city, -state, -postal-code
  -identifier SYSTEM|VALUE      (Medtech: the NHI number alone will do)
`

func (h host) printHelp(w io.Writer, known []vendor) {
	var names []string
	for _, v := range known {
		names = append(names, v.name)
	}
	_, _ = fmt.Fprintf(w, help, strings.Join(names, ", "))
}
