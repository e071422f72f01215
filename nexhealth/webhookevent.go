package nexhealth

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// Event is one delivery of a webhook. What this version has no type for is delivered too,
// with Source alone: nothing is dropped.
//
// Events may come twice, late and in any order: take them as a hint that the record
// changed, compare Updated of the records, or read the record anew.
type Event struct {
	Name          EventName    // "appointment_insertion"; "" when the delivery has none
	Outcome       WriteOutcome // "" for events that tell of no write
	Resource      ResourceType // as delivered, or else told by Name
	Time          time.Time    // of the event, with the offset that was sent; zero when it does not tell
	Subdomain     string       // the institution, "" when it does not tell
	InstitutionID string

	Appointments []*emr.Appointment // with Write as this event tells it; see Outcomes for refused changes
	Patients     []*emr.Patient
	SyncStatus   []*SyncStatus
	Onboardings  []*Onboarding
	// Changed are the names of the attributes that a change was about, sorted, where told.
	Changed []string

	// Problem says that some of the data cannot be read into the fields above (kind
	// protocol). The event is delivered all the same: Source has it.
	Problem error
	// Source is the body as it came.
	Source emr.Source

	updated []time.Time // of the Patients
}

// errUnreadable is a body that is not one JSON object.
var errUnreadable = errors.New("nexhealth: the body is not one JSON object")

// ParseEvent reads the body of a delivery whose signature was verified before it was put
// aside, into a queue for instance. Webhook does it by itself. zone is what times of
// appointments are told in where the delivery names no zone; nil: the offset that was sent.
//
// It fails with kind protocol when body is not one JSON object; anything else in it is
// delivered.
func ParseEvent(body []byte, zone *time.Location) (*Event, error) {
	e, _, err := parseEvent(body, zone)
	if err != nil {
		return nil, &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Op: opWebhook, Hint: "the delivery is not one JSON object", Err: err}
	}
	return e, nil
}

const opWebhook = "webhook"

// envelopeOfEvent are the members of a delivery, each read on its own: one that is odd
// does not take the others with it.
type envelopeOfEvent struct {
	full        string // event_name with its outcome
	data        json.RawMessage
	time        json.RawMessage
	subdomain   string
	institution string
}

// parseEvent reads a delivery and returns with it what tells it from others.
func parseEvent(body []byte, zone *time.Location) (*Event, *envelopeOfEvent, error) {
	if vendorjson.Check(body) != nil {
		return nil, nil, errUnreadable
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), &members) != nil || members == nil {
		return nil, nil, errUnreadable
	}
	r := reader{zone: zone, zones: zoneMemo{}}
	var name, resource, subdomain vendorjson.Text
	var institution vendorjson.ID
	var at vendorjson.Time
	r.leaf(members["event_name"], &name)
	r.leaf(members["resource_type"], &resource)
	r.leaf(members["subdomain"], &subdomain)
	r.leaf(members["institution_id"], &institution)
	r.leaf(members["event_time"], &at)
	e := &Event{
		Resource: ResourceType(resource), Time: at.At, Subdomain: string(subdomain),
		InstitutionID: string(institution), Source: emr.NewSource(body),
	}
	r.odd = r.odd || at.Bad
	e.Name, e.Outcome = splitName(string(name))
	if e.Resource == "" {
		e.Resource = e.Name.Resource()
	}
	env := &envelopeOfEvent{full: string(name), data: members["data"], time: members["event_time"], subdomain: e.Subdomain, institution: e.InstitutionID}
	r.data(e, env.data)
	e.Changed = changedNames(members["previous_attributes"], env.data)
	if r.odd {
		e.Problem = &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Op: opWebhook, Hint: "some of the delivery cannot be read: its Source has it, report its shape"}
	}
	return e, env, nil
}

// reader reads members and notes that one could not be read.
type reader struct {
	zone  *time.Location
	zones zoneMemo
	odd   bool
}

// leaf reads a member that may be missing or null.
func (r *reader) leaf(data json.RawMessage, into any) {
	if !vendorjson.IsNull(data) && json.Unmarshal(data, into) != nil {
		r.odd = true
	}
}

// Changes returns the appointments and patients of the event as changes, the same as
// emr.Client.Changes gives them. A cancellation is a changed appointment; so is one whose
// write failed: see its Write.
func (e *Event) Changes() []emr.Change {
	var all []emr.Change
	for _, a := range e.Appointments {
		all = append(all, emr.Change{
			Kind: emr.ChangeAppointment, Action: emr.ActionChanged, At: cmp.Or(a.Updated, e.Time),
			Appointment: a, IDOnly: a.Start.IsZero() && a.Patient.IsZero(),
		})
	}
	for i, p := range e.Patients {
		at := e.Time
		if i < len(e.updated) {
			at = cmp.Or(e.updated[i], e.Time)
		}
		all = append(all, emr.Change{
			Kind: emr.ChangePatient, Action: emr.ActionChanged, At: at,
			Patient: p, IDOnly: p.Family.IsZero() && p.Given.IsZero() && p.Born.IsZero(),
		})
	}
	return all
}
