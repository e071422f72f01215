package medtech

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// The identifier systems. Sources: the ALEX guide of 2021, and the NHI naming system of
// HL7 New Zealand, which names the deprecated forms too.
const (
	NHISystem          = "https://standards.digital.health.nz/ns/nhi-id"
	PersonSystem       = "https://standards.digital.health.nz/ns/hpi-person-id"      // HPI CPN
	CouncilSystem      = "https://standards.digital.health.nz/ns/medical-council-id" // NZMC number
	NursingSystem      = "https://standards.digital.health.nz/ns/nursing-council-id" // assumed
	FacilitySystem     = "https://standards.digital.health.nz/ns/hpi-facility-id"
	OrganisationSystem = "https://standards.digital.health.nz/ns/hpi-organisation-id"
)

// oldNHISystems are other names of NHISystem in old records.
var oldNHISystems = []string{
	"https://standards.digital.health.nz/id/nhi", "urn:oid:2.16.840.1.113883.2.18.2", "2.16.840.1.113883.2.18.2",
}

// system is the present name of an identifier system.
func system(name string) string {
	plain := strings.TrimSpace(name)
	for _, known := range []string{NHISystem, PersonSystem, CouncilSystem, NursingSystem, FacilitySystem, OrganisationSystem} {
		if sameURL(plain, known) {
			return known
		}
	}
	for _, old := range oldNHISystems {
		if sameURL(plain, old) {
			return NHISystem
		}
	}
	return plain
}

// sameURL compares without regard to the scheme, to case and to a slash at the end: New
// Zealand's older URLs are http, the newer ones https.
func sameURL(a, b string) bool {
	bare := func(s string) string {
		s = strings.TrimRight(s, "/")
		for _, scheme := range []string{"https://", "http://"} {
			if len(s) >= len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
				return s[len(scheme):]
			}
		}
		return s
	}
	return strings.EqualFold(bare(a), bare(b))
}

// valueOf is the first value of a system among identifiers, "" when there is none.
func valueOf(all []fhir.Identifier, of string) string {
	for _, i := range all {
		if system(i.System) == of && strings.TrimSpace(i.Value) != "" {
			return strings.TrimSpace(i.Value)
		}
	}
	return ""
}

// extension finds the first extension of that name: its URL ends in /{name}, whatever
// stands before.
func extension(all []fhir.Extension, name string) (fhir.Extension, bool) {
	for _, e := range all {
		if strings.EqualFold(e.URL[strings.LastIndex(e.URL, "/")+1:], name) {
			return e, true
		}
	}
	return fhir.Extension{}, false
}

// reference writes a reference as configured: Patient/1, or absolute with the path in
// lower case, as ALEX writes it itself.
func (c *Client) reference(resource, id string) fhir.Reference {
	r := fhir.Reference{Reference: resource + "/" + id}
	if c.cfg.AbsoluteReferences {
		base := *c.http.Base()
		base.Path = strings.ToLower(base.Path)
		base.RawPath = ""
		r.Reference = base.String() + "/" + r.Reference
	}
	return r
}

// target is what a reference leads to: the last two parts of it, so that relative and
// absolute ones are the same, and ids with signs that FHIR does not allow are kept. The
// type comes as written.
func target(ref string) (resource, id string) {
	ref, _, _ = strings.Cut(strings.TrimSpace(ref), "#")
	ref, _, _ = strings.Cut(ref, "?")
	parts := strings.Split(strings.TrimRight(ref, "/"), "/")
	if n := len(parts); n > 2 && parts[n-2] == "_history" {
		parts = parts[:n-2]
	}
	n := len(parts)
	if n < 2 || parts[n-1] == "" || strings.Contains(parts[n-2], ":") {
		return "", ""
	}
	return parts[n-2], parts[n-1]
}

// refersTo is the id of a reference to a resource of that type, "" for another one.
func refersTo(r fhir.Reference, resource string) string {
	if t, id := target(r.Reference); strings.EqualFold(t, resource) {
		return id
	}
	return ""
}

// moment reads an instant into the practice's zone. One without an offset is in that zone:
// ALEX's precision varies. Absent is the zero time.
func (c *Client) moment(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := fhir.Instant(text).Time()
	if err == nil {
		return t.In(c.cfg.Zone), nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05.999999999", "2006-01-02T15:04"} {
		if t, bad := time.ParseInLocation(layout, text, c.cfg.Zone); bad == nil {
			return t, nil
		}
	}
	return time.Time{}, err
}

// instant writes a moment with the practice's own offset, never as Z: the PMS shows the
// day of the text as it is.
func (c *Client) instant(t time.Time) fhir.Instant {
	return fhir.NewInstant(t.In(c.cfg.Zone).Truncate(time.Second))
}

// displayName reads a name for people from what is there.
func displayName(names []fhir.HumanName) string {
	for _, n := range names {
		if n.Text != "" {
			return strings.TrimSpace(n.Text)
		}
		if name := strings.Join(strings.Fields(strings.Join(append(append(append([]string{}, n.Prefix...), n.Given...), n.Family), " ")), " "); name != "" {
			return name
		}
	}
	return ""
}

// lines turns texts into hidden ones.
func lines(all []string) []emr.PHI {
	var hidden []emr.PHI
	for _, l := range all {
		if l = strings.TrimSpace(l); l != "" {
			hidden = append(hidden, emr.NewPHI(l))
		}
	}
	return hidden
}
