package nextech

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// The names of Nextech's extensions, without what stands before them: Select writes
// {ExtensionBase}/structuredefinition/{name}, Practice+ the bare name on appointments
// and slots. They are read by the part after the last "/", split at "#".
const (
	extType          = "appointment-type"
	extPurpose       = "appointment-purpose"
	extStatus        = "appointment-status"
	extSchedule      = "appointment-schedule"
	extRequest       = "request-type"
	extModifiedBy    = "modifiedBy"
	extAuthor        = "external-author-id"
	extReferral      = "referral-source"
	extPatientStatus = "patient-status"
	extNoteCategory  = "note-category"
	extPublish       = "document-publish-portal"
	extProfilePhoto  = "profile-photo"
)

// extensionURL is the full form, used on patients and documents by both products.
func (c *Client) extensionURL(name string) string {
	return c.cfg.ExtensionBase + "/structuredefinition/" + name
}

// appointmentURL is the form used on appointments.
func (c *Client) appointmentURL(name string) string {
	if c.d.fullURLs {
		return c.extensionURL(name)
	}
	return name
}

// extension finds the first extension of that name; part is what follows "#".
func extension(all []fhir.Extension, name, part string) (fhir.Extension, bool) {
	for _, e := range all {
		if n, p := e.LocalName(); strings.EqualFold(n, name) && strings.EqualFold(p, part) {
			return e, true
		}
	}
	return fhir.Extension{}, false
}

// referenced returns id and display of the first extension of that name that refers
// to something.
func referenced(all []fhir.Extension, name string) (id, display string) {
	e, ok := extension(all, name, "")
	if !ok {
		return "", ""
	}
	ref, _ := e.ValueReference()
	return idOf(ref), strings.TrimSpace(ref.Display)
}

// purposes returns the ids of all purposes. Practice+ may name a purpose without an
// id: such a one cannot be booked again and stays in the Source.
func purposes(all []fhir.Extension) []emr.PurposeID {
	var ids []emr.PurposeID
	for _, e := range all {
		if n, _ := e.LocalName(); !strings.EqualFold(n, extPurpose) {
			continue
		}
		if ref, ok := e.ValueReference(); ok && idOf(ref) != "" {
			ids = append(ids, emr.PurposeID(idOf(ref)))
		}
	}
	return ids
}

// idOf is the id a reference leads to, "" if it leads nowhere.
func idOf(r fhir.Reference) string {
	ref, err := r.Parse()
	if err != nil {
		return ""
	}
	return ref.ID
}

// pointsTo returns the id of a reference to a resource of that type, in any case of
// letters: Nextech writes patient/.. and Patient/..
func pointsTo(r fhir.Reference, resourceType string) (string, bool) {
	ref, err := r.Parse()
	if err != nil || !ref.Is(resourceType) || ref.ID == "" {
		return "", false
	}
	return ref.ID, true
}

// official is the identifier Nextech itself goes by.
func official(ids []fhir.Identifier) string {
	for _, id := range ids {
		if strings.EqualFold(id.Use, "official") && id.Value != "" && !id.IsSSN() {
			return id.Value
		}
	}
	return ""
}

// displayName reads a name for people, "Okafor, Ada", from what is there.
func displayName(names []fhir.HumanName) string {
	for _, n := range names {
		if n.Text != "" {
			return strings.TrimSpace(n.Text)
		}
		if name := strings.Trim(n.Family+", "+strings.Join(n.Given, " "), ", "); name != "" {
			return name
		}
	}
	return ""
}

// moment reads an instant into the clinic's zone, or with the offset it was sent with.
// Absent is the zero time; an instant without offset is an error, never a guess.
func (c *Client) moment(i fhir.Instant) (time.Time, error) {
	if i == "" {
		return time.Time{}, nil
	}
	t, err := i.Time()
	if err != nil {
		return time.Time{}, err
	}
	return c.local(t), nil
}

// local gives t the clinic's zone where it is known.
func (c *Client) local(t time.Time) time.Time {
	if c.cfg.Zone != nil && !t.IsZero() {
		return t.In(c.cfg.Zone)
	}
	return t
}

// utc reads one of Nextech's bookkeeping times, zero if it is absent or unreadable:
// nothing hangs on them.
func utc(text string) time.Time {
	t, err := fhir.DateTime(text).Time()
	if err != nil {
		return time.Time{}
	}
	return t
}

// addDays adds start=ge..&start=lt.. for clinic-local days, to exclusive.
func addDays(q *fhir.Query, name string, from, to emr.Date) {
	if !from.IsZero() {
		q.Compare(name, fhir.GE, from.String())
	}
	if !to.IsZero() {
		q.Compare(name, fhir.LT, to.String())
	}
}

// within reports whether t falls on one of the clinic-local days.
func within(t time.Time, from, to emr.Date) bool {
	d := emr.DateOf(t)
	return (from.IsZero() || !d.Before(from)) && (to.IsZero() || d.Before(to))
}

// prefixed writes ids as Nextech's search parameters want them: location/7.
func prefixed[T ~string](prefix string, ids []T) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = prefix + "/" + string(id)
	}
	return all
}

// badID returns the first id that cannot be one, for parameters that could otherwise
// smuggle a second one in.
func badID[T ~string](ids ...T) bool {
	for _, id := range ids {
		if !fhir.ValidID(string(id)) {
			return true
		}
	}
	return false
}
