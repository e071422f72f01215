package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// The layout: two blanks, sign, step, result, time.
const (
	signWidth   = 4
	stepWidth   = 9
	timeWidth   = 7
	resultWidth = columns - 1 - (2 + signWidth + 2 + stepWidth + 2) - (2 + timeWidth)
	moreIndent  = 2 + signWidth + 2 + stepWidth + 2
)

// table writes the reports for people.
type table struct {
	w     io.Writer
	style style
	err   error // first failed write
}

func (t *table) println(text string) {
	if _, err := fmt.Fprintln(t.w, strings.TrimRight(text, " ")); err != nil && t.err == nil {
		t.err = err
	}
}

// stepNames are the rows of each vendor; those a failed run did not reach say so.
var stepNames = []string{"patient", "slots", "book", "read back", "cancel"}

// add writes one vendor.
func (t *table) add(r *report) {
	t.println(t.style.bold(t.style.fit(printable(r.title), columns-1)))
	if r.where != "" {
		t.println(t.style.faint("  " + t.style.fit(printable(r.where), columns-3)))
	}
	t.println("")
	head := strings.Repeat(" ", 2+signWidth+2) + pad("STEP", stepWidth) + "  " + pad("RESULT", resultWidth) + "  " + fmt.Sprintf("%*s", timeWidth, "TIME")
	t.println(t.style.faint(head))
	if len(r.lines) == 0 && r.Error != nil {
		t.row(line{step: "connect", sign: failed, text: string(r.Error.Kind)})
	}
	for _, l := range r.lines {
		t.row(l)
	}
	for _, name := range stepNames[min(len(r.lines), len(stepNames)):] {
		if len(r.lines) > 0 {
			t.row(line{step: name, text: "not reached"})
		}
	}
	t.println("")
	if r.Error != nil {
		t.failure(r)
	}
}

func (t *table) row(l line) {
	took := ""
	if l.sign == done || l.took > 0 {
		took = t.style.faint(fmt.Sprintf("%*s", timeWidth, short(l.took)))
	}
	text := t.style.fit(printable(l.text), resultWidth)
	if took != "" {
		text = pad(text, resultWidth)
	}
	if l.sign == skipped {
		text = t.style.faint(text)
	}
	t.println("  " + t.sign(l.sign) + "  " + pad(l.step, stepWidth) + "  " + text + "  " + took)
	for _, more := range l.more {
		for _, part := range wrap(printable(more), columns-1-moreIndent) {
			t.println(strings.Repeat(" ", moreIndent) + t.style.faint(part))
		}
	}
}

// sign marks a row: a sign on a terminal, a word elsewhere.
func (t *table) sign(s sign) string {
	plain := map[sign]string{done: "ok", failed: "FAIL", skipped: "-"}
	if !t.style.fancy {
		return pad(plain[s], signWidth)
	}
	switch s {
	case done:
		return t.style.green(pad("  ✓", signWidth))
	case failed:
		return t.style.red(pad("  ✗", signWidth))
	}
	return t.style.faint(pad("  -", signWidth))
}

// failure tells what went wrong and what to do about it.
func (t *table) failure(r *report) {
	t.paragraph("Error: ", r.Error.Message)
	t.paragraph("To do: ", r.Error.Hint)
	if left := r.leftBehind(); left != "" {
		t.paragraph("Left:  ", left)
	}
	t.println("")
}

// paragraph writes text in lines that fit, behind a label.
func (t *table) paragraph(label, text string) {
	for i, part := range wrap(printable(text), columns-1-2-len(label)) {
		if i > 0 {
			label = strings.Repeat(" ", len(label))
		}
		t.println("  " + t.style.bold(label) + part)
	}
}

// finish writes what came of it all, and how to do the same for real.
func (t *table) finish(p *plan, reports []*report, took time.Duration) {
	good, requests, tokens := 0, 0, 0
	for _, r := range reports {
		if r.Error == nil {
			good++
		}
		requests += r.traffic.requests
		tokens += r.traffic.tokens
	}
	sum := fmt.Sprintf("%d of %d vendors done in %s.", good, len(reports), short(took))
	switch {
	case len(reports) == 1 && good == 1:
		sum = "Done in " + short(took) + "."
	case len(reports) == 1:
		sum = "Failed after " + short(took) + "."
	}
	if !p.live && requests > 0 {
		sum += fmt.Sprintf(" %d requests, %d for a token; none left this machine.", requests, tokens)
	}
	t.paragraph("", sum)
	if p.live || good == 0 {
		return
	}
	t.println("")
	t.paragraph("", "To do the same with a real endpoint, best a test system, set its variables (or write them into .env), then:")
	for _, v := range p.vendors {
		t.println("    go run ./examples/booking -vendor " + v.name + " -live")
		t.paragraph("      ", strings.Join(v.needs, ", "))
	}
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
	case d < 100*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}
