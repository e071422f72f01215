package main

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// line is one step as the table shows it.
type line struct {
	step string
	sign sign
	text string
	more []string      // further lines below text
	took time.Duration // 0: not told
}

// sign says how a step went.
type sign int

const (
	skipped sign = iota
	done
	failed
)

// open is a step that is going on. It ends with done, skip or fail.
type open struct {
	job     *job
	name    string
	started time.Time
}

func (j *job) begin(name, doing string) open {
	j.progress.begin(j.report.Vendor, doing)
	return open{j, name, time.Now()}
}

func (o open) end(s sign, text string, took time.Duration, more ...string) {
	o.job.progress.end()
	o.job.report.lines = append(o.job.report.lines, line{o.name, s, text, more, took})
}

func (o open) done(text string, more ...string) { o.end(done, text, time.Since(o.started), more...) }
func (o open) skip(text string, more ...string) { o.end(skipped, text, 0, more...) }

// fail notes the kind only, for the error itself is told below the table, and returns err.
func (o open) fail(err error) error {
	o.end(failed, string(failureOf(err).Kind), time.Since(o.started))
	return err
}

// timeRange writes a time for people, in its own zone: "Mon 9 Mar 2026 09:00-09:30 (UTC-05:00)".
func timeRange(start, end time.Time) string {
	return start.Format("Mon 2 Jan 2006 15:04") + end.Format("-15:04 (UTC-07:00)")
}

// days writes the days from first to last: "from Sat 7 Mar to Fri 13 Mar 2026".
func days(first, last emr.Date) string {
	utc := func(d emr.Date) time.Time { return d.Start(time.UTC) }
	if first == last {
		return "on " + utc(first).Format("Mon 2 Jan 2006")
	}
	return "from " + utc(first).Format("Mon 2 Jan") + " to " + utc(last).Format("Mon 2 Jan 2006")
}

// place says what, with whom and where, by name or, without one, by id: "Consult with
// Okafor, Ada at West Office".
func place(s *emr.Slot) string {
	var words []string
	for _, p := range []struct{ before, name, label, id string }{
		{"", s.TypeName, "type ", string(s.Type)},
		{"with ", s.PractitionerName, "practitioner ", string(s.Practitioner)},
		{"at ", s.LocationName, "location ", string(s.Location)},
	} {
		switch {
		case p.name != "":
			words = append(words, p.before+p.name)
		case p.id != "":
			words = append(words, p.before+p.label+p.id)
		}
	}
	return strings.Join(words, " ")
}
