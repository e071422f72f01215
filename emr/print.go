package emr

import (
	"fmt"
	"log/slog"
	"strings"
)

// The models hide what is personal through the types of their fields in fmt. slog's
// JSON handler however would encode them with encoding/json, where ids are plain and
// PHI fails; so each model says itself what a log line may hold.

// attrs drops empty texts, so that log lines stay short.
func attrs(pairs ...string) []slog.Attr {
	var all []slog.Attr
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			all = append(all, slog.String(pairs[i], pairs[i+1]))
		}
	}
	return all
}

// LogValue shows nothing personal.
func (p Patient) LogValue() slog.Value {
	all := attrs("id", p.ID.String(), "status", p.Status, "write", string(p.Write))
	if p.Inactive {
		all = append(all, slog.Bool("inactive", true))
	}
	return slog.GroupValue(all...)
}

// LogValue shows nothing personal.
func (n NewPatient) LogValue() slog.Value { return slog.StringValue(redacted) }

// LogValue shows nothing personal.
func (u PatientUpdate) LogValue() slog.Value {
	return slog.GroupValue(attrs("id", u.ID.String())...)
}

// LogValue shows nothing personal.
func (q PatientQuery) LogValue() slog.Value { return slog.StringValue(redacted) }

// LogValue shows nothing personal.
func (p Phone) LogValue() slog.Value { return slog.StringValue(redacted) }

// LogValue shows nothing personal.
func (i Identifier) LogValue() slog.Value { return slog.StringValue(redacted) }

// LogValue shows nothing personal.
func (a Address) LogValue() slog.Value { return slog.StringValue(redacted) }

// LogValue shows whether somebody was found, and what to ask for.
func (f Found) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("found", f.Patient != nil), slog.Bool("created", f.Created), slog.Any("ask_for", f.AskFor))
}

// LogValue shows state, time and place, nothing personal.
func (a Appointment) LogValue() slog.Value {
	all := attrs("id", a.ID.String(), "status", string(a.Status), "write", string(a.Write),
		"location", string(a.Location), "practitioner", string(a.Practitioner), "type", string(a.Type))
	if !a.Start.IsZero() {
		all = append(all, slog.Time("start", a.Start))
	}
	if len(a.Warnings) > 0 {
		all = append(all, slog.String("warnings", strings.Join(a.Warnings, " ")))
	}
	return slog.GroupValue(all...)
}

// LogValue shows the days asked for, nothing personal.
func (q AppointmentQuery) LogValue() slog.Value {
	return slog.GroupValue(attrs("from", q.From.String(), "to", q.To.String(), "patient", q.Patient.id().String())...)
}

// LogValue shows the slot, nothing personal.
func (b Booking) LogValue() slog.Value {
	all := []slog.Attr{slog.Bool("again", b.Again)}
	if b.Slot != nil {
		all = append(all, slog.String("slot", string(b.Slot.Key)), slog.Time("start", b.Slot.Start))
	}
	return slog.GroupValue(all...)
}

// LogValue shows the vendor's reason code, nothing personal.
func (c Cancellation) LogValue() slog.Value {
	return slog.GroupValue(attrs("reason", c.Reason)...)
}

// LogValue shows the new slot, nothing personal.
func (m Move) LogValue() slog.Value {
	all := attrs("appointment", m.Appointment.String())
	if m.To != nil {
		all = append(all, slog.Time("start", m.To.Start))
	}
	return slog.GroupValue(all...)
}

// LogValue shows what kind of record was changed, how and when, nothing personal.
func (c Change) LogValue() slog.Value {
	return slog.GroupValue(append(attrs("kind", string(c.Kind), "action", string(c.Action), "into", c.Into.String()), slog.Time("at", c.At))...)
}

// LogValue shows type and size, nothing personal.
func (d Document) LogValue() slog.Value {
	return slog.GroupValue(append(attrs("id", d.ID.String(), "content_type", d.ContentType, "write", string(d.Write)), slog.Int64("size", d.Size))...)
}

// LogValue shows nothing personal.
func (q DocumentQuery) LogValue() slog.Value {
	return slog.GroupValue(attrs("patient", q.Patient.id().String(), "category", q.Category)...)
}

// LogValue shows type and category, nothing personal.
func (d NewDocument) LogValue() slog.Value {
	return slog.GroupValue(attrs("content_type", d.ContentType, "category", d.Category)...)
}

// LogValue shows nothing personal.
func (e Encounter) LogValue() slog.Value {
	return slog.GroupValue(attrs("id", e.ID.String(), "start", e.Start.String())...)
}

// LogValue shows nothing personal.
func (q EncounterQuery) LogValue() slog.Value {
	return slog.GroupValue(attrs("patient", q.Patient.id().String(), "from", q.From.String(), "to", q.To.String())...)
}

// LogValue shows nothing personal.
func (q SummaryQuery) LogValue() slog.Value {
	return slog.GroupValue(attrs("patient", q.Patient.id().String(), "from", q.From.String(), "to", q.To.String())...)
}

// LogValue shows who did what and how it ended; the patient's id is hidden. An audit
// trail that needs it calls Patient.Reveal.
func (e AuditEvent) LogValue() slog.Value {
	all := attrs("vendor", e.Vendor, "name", e.Name, "op", e.Op, "route", e.Route, "patient", e.Patient.String(),
		"kind", string(e.Kind), "correlation_id", e.CorrelationID)
	return slog.GroupValue(append(all, slog.Time("time", e.Time), slog.Bool("write", e.Write), slog.Int("status", e.Status))...)
}

// String names the connection.
func (c *Client) String() string {
	text := "emr.Client(" + c.info.Vendor
	if c.info.Name != "" {
		text += ", " + c.info.Name
	}
	return text + ")"
}

// Format writes String for every verb.
func (c *Client) Format(s fmt.State, verb rune) { formatHidden(s, verb, c.String()) }
