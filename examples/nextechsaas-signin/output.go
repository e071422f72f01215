package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// report is the -json object; what a failed run did not reach is null.
type report struct {
	Patients      *int     `json:"patients"`
	Encounters    *int     `json:"encounters"`
	DocumentBytes *int64   `json:"documentBytes"`
	Sections      []string `json:"sections"`
	Error         *failure `json:"error"`
}

// The layout: two blanks, sign, step, result, time.
const (
	stepWidth   = 14 // visit 1234567
	resultWidth = 43
	indent      = 8
)

// output writes the steps as they go, or the one JSON object at the end.
type output struct {
	w, notes io.Writer
	json     bool
	style    style
	started  time.Time
	begun    bool  // a row was written
	err      error // first failed write
}

func (o *output) println(text string) {
	if _, err := fmt.Fprintln(o.w, strings.TrimRight(text, " ")); err != nil && o.err == nil {
		o.err = err
	}
}

// note goes to stderr, also with -json.
func (o *output) note(text string) { _, _ = fmt.Fprintln(o.notes, text) }

func (o *output) head(title, where string) {
	if o.json {
		return
	}
	o.println(o.style.bold(printable(title)))
	if where != "" {
		o.println(o.style.faint("  " + printable(where)))
	}
}

func (o *output) row(sign, step, text string, started time.Time, more ...string) {
	if o.json {
		return
	}
	if !o.begun { // not before: the URL to open comes in between
		o.begun = true
		o.println("")
		o.println(o.style.faint(fmt.Sprintf("%*s%-*s  %-*s  %7s", indent, "", stepWidth, "STEP", resultWidth, "RESULT", "TIME")))
	}
	took := fmt.Sprintf("%7s", short(time.Since(started)))
	o.println("  " + sign + "  " + fmt.Sprintf("%-*s  %-*s", stepWidth, printable(step), resultWidth, printable(text)) + "  " + o.style.faint(took))
	for _, m := range more {
		for _, line := range wrap(printable(m), columns-1-indent-stepWidth-2) {
			o.println(strings.Repeat(" ", indent+stepWidth+2) + o.style.faint(line))
		}
	}
}

func (o *output) done(step string, started time.Time, text string, more ...string) {
	o.row(o.style.green(o.style.pick("  ✓ ", "ok  ")), step, text, started, more...)
}

// skip is a visit without what was asked for.
func (o *output) skip(step string, started time.Time, text string) {
	o.row(o.style.faint(o.style.pick("  - ", "-   ")), step, text, started)
}

// fail notes the kind only, for the error itself is told below, and returns err.
func (o *output) fail(step string, started time.Time, err error) error {
	o.row(o.style.red(o.style.pick("  ✗ ", "FAIL")), step, string(failureOf(err).Kind), started)
	return err
}

// foot ends the table, or writes the object.
func (o *output) foot(j *job, err error) {
	f := failureOf(err)
	if o.json {
		j.result.Error = f
		enc := json.NewEncoder(o.w)
		enc.SetEscapeHTML(false)
		if bad := enc.Encode(j.result); bad != nil && o.err == nil {
			o.err = bad
		}
		return
	}
	o.println("")
	if f != nil {
		o.paragraph("Error: ", f.Message)
		o.paragraph("To do: ", f.Hint)
		return
	}
	text := "Done in " + short(time.Since(o.started)) + "."
	if j.sim != nil {
		requests, tokens := traffic(j.sim)
		text += fmt.Sprintf(" %d requests, %d for a token; none left this machine.", requests, tokens)
	}
	o.paragraph("", text)
	if j.sim != nil {
		o.println("")
		o.paragraph("", "To do the same at a practice, set the variables of a registered application (or write them into .env), then:")
		o.println("    go run ./examples/nextechsaas-signin -term CHARTNUMBER")
		o.paragraph("      ", "NEXTECHSAAS_CLIENT_ID, NEXTECHSAAS_PRACTICE_ID, NEXTECHSAAS_RESOURCE, NEXTECHSAAS_REDIRECT_URL")
	}
}

// paragraph writes text in lines that fit, behind a label.
func (o *output) paragraph(label, text string) {
	for i, part := range wrap(printable(text), columns-1-2-len(label)) {
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		o.println("  " + o.style.bold(label) + part)
	}
}

// count writes 1 visit, 3 visits.
func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}

// list writes texts as one line, none for none.
func list(label string, texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	return []string{strings.TrimSpace(label + " " + strings.Join(texts, ", "))}
}

// bytesOf writes a size: exactly, in groups of three digits.
func bytesOf(n int64) string {
	digits := strconv.FormatInt(n, 10)
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	text := strings.Join(append([]string{digits}, groups...), ",")
	if n == 1 {
		return text + " byte"
	}
	return text + " bytes"
}

// short writes a duration in at most seven characters.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "<1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 100*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return fmt.Sprintf("%.0f min", d.Minutes())
}
