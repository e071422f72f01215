package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"

	"github.com/emrkit/emrkit/emr"
)

// row is one step as -json shows it; what a step has none of is null.
type row struct {
	Step        string          `json:"step"`
	OK          bool            `json:"ok"`
	Appointment *string         `json:"appointment"`
	Write       *emr.WriteState `json:"write"`  // accepted, written, failed, timed_out
	Event       *string         `json:"event"`  // the delivery the step is about
	Status      *int            `json:"status"` // what the handler answered
	Error       *failure        `json:"error"`
}

// failure is an error without anything personal.
type failure struct {
	Kind    emr.Kind `json:"kind"`
	Message string   `json:"message"`
	Hint    string   `json:"hint"`
}

func (r *row) tells(a *emr.Appointment) {
	id, write := a.ID.Reveal(), a.Write
	r.Appointment, r.Write = &id, &write
}

// failureOf describes err. The text of an emr.Error is safe, that of anything else is not
// shown.
func failureOf(err error) *failure {
	var e *emr.Error
	if !errors.As(err, &e) {
		return &failure{
			Kind: emr.KindUnavailable, Message: fmt.Sprintf("unexpected error of type %T", err),
			Hint: "simulator and handler listen on free loopback ports: check that this machine allows that",
		}
	}
	plain := *e
	plain.Hint = "" // has its own place
	f := &failure{Kind: e.Kind, Message: plain.Error(), Hint: e.Hint}
	switch {
	case f.Hint != "":
	case f.Kind == emr.KindCanceled:
		f.Hint = "the run was stopped: start it again"
	case f.Kind == emr.KindTimeout:
		f.Hint = "no answer in time: give more with -timeout"
	default:
		f.Hint = "see the error kinds in the documentation of package emr"
	}
	return f
}

// output writes the steps as lines of JSON or as a table.
type output struct {
	w       io.Writer
	json    bool
	style   style
	started time.Time
	err     error // first failed write
}

func (o *output) println(text string) {
	if _, err := fmt.Fprintln(o.w, strings.TrimRight(text, " ")); err != nil && o.err == nil {
		o.err = err
	}
}

func (o *output) head() {
	o.started = time.Now()
	if o.json {
		return
	}
	o.println(o.style.bold("NexHealth webhooks"))
	o.println(o.style.faint("  simulator and handler in this process, on loopback ports"))
	o.println("")
	o.println(o.style.faint(fmt.Sprintf("        %-10s  %-50s  %7s", "STEP", "RESULT", "TIME")))
}

// step writes one step. It returns err.
func (o *output) step(r row, started time.Time, text string, err error) error {
	r.OK = err == nil
	if err != nil {
		r.Error = failureOf(err)
	}
	if o.json {
		enc := json.NewEncoder(o.w)
		enc.SetEscapeHTML(false)
		if bad := enc.Encode(r); bad != nil && o.err == nil {
			o.err = bad
		}
		return err
	}
	sign := o.style.green(o.style.pick("  ✓ ", "ok  "))
	if err != nil {
		sign, text = o.style.red(o.style.pick("  ✗ ", "FAIL")), string(r.Error.Kind)
	}
	o.println(fmt.Sprintf("  %s  %-10s  ", sign, r.Step) + fmt.Sprintf("%-50s", printable(text)) + "  " + o.style.faint(fmt.Sprintf("%7s", short(time.Since(started)))))
	if note := r.note(); note != "" {
		o.println(strings.Repeat(" ", 20) + o.style.faint(printable(note)))
	}
	return err
}

// note is the second line of a step in the table: what the wire said.
func (r *row) note() string {
	var words []string
	if r.Event != nil {
		words = append(words, *r.Event)
	}
	if r.Write != nil {
		words = append(words, "write: "+string(*r.Write))
	}
	if r.Status != nil {
		words = append(words, fmt.Sprintf("answer: %d", *r.Status))
	}
	return strings.Join(words, ", ")
}

func (o *output) foot(failed error) {
	if o.json {
		return
	}
	o.println("")
	if failed == nil {
		o.println("  Done in " + short(time.Since(o.started)) + ". Nothing left this machine.")
		return
	}
	f := failureOf(failed)
	o.println("  " + o.style.bold("Error: ") + printable(f.Message))
	o.println("  " + o.style.bold("To do: ") + printable(f.Hint))
}

// style is how text looks: with colours and signs on a terminal, else plain ASCII.
type style struct{ fancy bool }

// style asks for plain text where NO_COLOR (https://no-color.org) or TERM=dumb does.
func (h host) style() style {
	color, _ := h.lookup("NO_COLOR")
	term, _ := h.lookup("TERM")
	f, ok := h.stdout.(*os.File)
	if !ok || color != "" || term == "dumb" || term == "" {
		return style{}
	}
	info, err := f.Stat()
	return style{fancy: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

func (s style) pick(fancy, plain string) string {
	if s.fancy {
		return fancy
	}
	return plain
}

func (s style) paint(code, text string) string {
	if !s.fancy || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string  { return s.paint("1", text) }
func (s style) faint(text string) string { return s.paint("2", text) }
func (s style) green(text string) string { return s.paint("32", text) }
func (s style) red(text string) string   { return s.paint("31", text) }

// printable drops what could steer a terminal.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}

// short writes a duration in at most seven characters.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
