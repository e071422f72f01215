package nextgen

import (
	"context"
	"net/http"
	"slices"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const opReadChart = "get chart"

// Chart is the medical record of a person at the practice: it makes a patient of them.
type Chart struct {
	Patient emr.PatientID
	// MedicalRecordNumber is padded with zeros; it is text, not a number.
	MedicalRecordNumber emr.PHI
}

// Chart reads GET /persons/{personId}/chart. Kind not_found for a person without a chart
// at this practice, and for one who does not exist; else the kinds of every read, see
// [emr.Kind].
func (c *Client) Chart(ctx context.Context, id emr.PatientID) (*Chart, error) {
	return c.readChart(ctx, opReadChart, id)
}

func (c *Client) readChart(ctx context.Context, op string, id emr.PatientID) (*Chart, error) {
	read, err := c.call(op, http.MethodGet, "/persons/{id}/chart", id.Reveal())
	if err != nil {
		return nil, err
	}
	read.Patient = id
	answer, err := c.send(ctx, read, nil, nil)
	if err != nil {
		return nil, err
	}
	var rows vendorjson.List[chartRecord] // an array of one, as recorded, or the chart itself
	if err := vendorjson.Decode(answer.Body, &rows); err != nil {
		return nil, c.unreadable(read, answer, err)
	}
	rows = slices.DeleteFunc(rows, func(r chartRecord) bool {
		return !c.ours(r.Practice) || r.Person != "" && !sameID(r.Person, id.Reveal())
	})
	if len(rows) == 0 {
		return nil, c.http.Error(read, answer, emr.KindNotFound, "the person has no chart at this practice")
	}
	return &Chart{Patient: id, MedicalRecordNumber: phi(rows[0].MRN)}, nil
}

// newChart is the body of POST /persons/{personId}/chart.
type newChart struct {
	Provider string `json:"PreferredProviderId,omitempty"`
	Location string `json:"DefaultLocationId,omitempty"`
}

// CreateChart posts to /persons/{personId}/chart, with the location and provider of the
// Config where they are set, and reads the chart. A person who has one keeps it: it is
// looked for first, and after an answer that says nothing or was lost.
//
// Kinds: not_found (no such person), permission (the application may not make charts),
// ambiguous (sent, and no chart is to be seen yet: read it before trying again), and those
// of any call.
func (c *Client) CreateChart(ctx context.Context, id emr.PatientID) (*Chart, error) {
	have, err := c.readChart(ctx, opCreateChart, id)
	if err == nil {
		return have, nil
	}
	if emr.KindOf(err) != emr.KindNotFound {
		return nil, emr.Unsent(err)
	}
	post, err := c.call(opCreateChart, http.MethodPost, "/persons/{id}/chart", id.Reveal())
	if err != nil {
		return nil, err
	}
	post.Patient = id
	answer, err := c.send(ctx, post, nil, newChart{Provider: string(c.cfg.ProviderID), Location: string(c.cfg.LocationID)})
	if kind := emr.KindOf(err); err != nil && kind != emr.KindAmbiguous && kind != emr.KindConflict {
		return nil, err
	}
	made, unread := c.readChart(ctx, opCreateChart, id)
	switch {
	case unread == nil:
		return made, nil
	case err != nil:
		return nil, err
	}
	e := c.http.Error(post, answer, emr.KindAmbiguous, "NextGen took the chart, and it cannot be read: read it before creating it again")
	e.Err = unread
	return nil, e
}

// put adds the chart's number to its patient.
func (k *Chart) put(p *emr.Patient) {
	if p.Status == StatusPerson {
		p.Status = ""
	}
	known := slices.ContainsFunc(p.Identifiers, func(i emr.Identifier) bool { return i.System == MedicalRecordNumber })
	if !known && !k.MedicalRecordNumber.IsZero() {
		p.Identifiers = append([]emr.Identifier{{System: MedicalRecordNumber, Value: k.MedicalRecordNumber}}, p.Identifiers...)
	}
}
