package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// failure is a fault, the step whose calls meet it, and how many of them.
type failure struct {
	fault emrtest.Fault
	step  emrtest.Step
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
		return "a write is not done: cut off, or accepted and forgotten (nexhealth)"
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

func joined(steps []emrtest.Step) string {
	var all []string
	for _, s := range steps {
		all = append(all, string(s))
	}
	return strings.Join(all, "|")
}

// parseFault reads NAME[@STEP][=N]. A step that the fault can never meet is an error:
// whoever asked would wait for it in vain.
func (have vendor) parseFault(v string) (failure, error) {
	v, count, counted := strings.Cut(v, "=")
	name, step, aimed := strings.Cut(v, "@")
	f := failure{fault: emrtest.Fault(name)}
	if !slices.Contains(emrtest.Faults(), f.fault) {
		return f, errors.New("no such fault; -h lists them")
	}
	takes := have.steps(f.fault)
	if len(takes) == 0 {
		return f, fmt.Errorf("%s cannot happen at %s, which is only read, all in one answer", f.fault, have.name)
	}
	f.step, f.n = takes[0], often(f.fault)
	if aimed {
		f.step = emrtest.Step(step)
		if !slices.Contains(takes, f.step) {
			return f, fmt.Errorf("the steps of %s are %s", f.fault, joined(takes))
		}
	}
	if counted {
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 {
			return f, errors.New("the number of calls is 1 or more")
		}
		f.n = n
	}
	return f, nil
}

// helpFaults is the part of -h about faults.
func helpFaults(w io.Writer) {
	fmt.Fprintf(w, `
STEP is the part of the main job whose calls meet the fault; the others pass:
  token    asking for a token
  patient  searching, reading, creating or changing patients
  slots    listing free times
  book     booking
  cancel   cancelling
  any      any call the fault fits, whichever comes first
A step that a fault can never meet is refused.

`)
	fmt.Fprintf(w, "The faults, with their usual STEP and N:\n")
	for _, f := range emrtest.Faults() {
		fmt.Fprintf(w, "  %-18s @%-8s =%-4d %s\n", f, f.Steps()[0], often(f), meaning(f))
	}
	fmt.Fprintf(w, `
nexhealth lists free times in one answer: next-loop and next-foreign-host mean @patient there.
nextechsaas is only read, all in one answer: of the steps it has token, patient and any.

Examples:
  -fault lost-reply         the next booking is done and its answer lost
  -fault lost-reply@cancel  the same for the next cancellation
  -fault 500@book=2         the next two bookings get 500
`)
}
