package nexhealth

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const opAlerts = "list patient alerts"

// PatientAlert is what the office wants to be reminded of about a patient.
type PatientAlert struct {
	ID       string
	Patient  emr.PatientID
	Note     emr.PHI
	Disabled time.Time // zero: in force
	Created  time.Time
	Updated  time.Time
	Source   emr.Source
}

// LogValue shows whether the alert is in force, nothing personal.
func (a PatientAlert) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("disabled", !a.Disabled.IsZero()))
}

type alertRecord struct {
	ID       vendorjson.ID   `json:"id"`
	Patient  vendorjson.ID   `json:"patient_id"`
	Note     vendorjson.Text `json:"note"`
	Disabled vendorjson.Time `json:"disabled_at"`
	Created  vendorjson.Time `json:"created_at"`
	Updated  vendorjson.Time `json:"updated_at"`
}

func alertOf(raw json.RawMessage, r *alertRecord) *PatientAlert {
	if r.ID == "" {
		return nil
	}
	return &PatientAlert{
		ID: string(r.ID), Patient: emr.NewPatientID(string(r.Patient)), Note: phi(r.Note),
		Disabled: r.Disabled.At, Created: r.Created.At, Updated: r.Updated.At, Source: emr.NewSource(raw),
	}
}

// PatientAlerts reads GET /patients/{id}/alerts: those in force, with disabled the others
// as well. Kind invalid for an id that is no whole number, before anything is sent;
// protocol when NexHealth answers with another patient's alerts.
func (c *Client) PatientAlerts(ctx context.Context, id emr.PatientID, disabled bool) ([]*PatientAlert, error) {
	list, err := c.call(opAlerts, http.MethodGet, "/patients/{id}/alerts", id.Reveal())
	if err != nil {
		return nil, err
	}
	list.Patient = id
	query := c.scoped()
	if disabled {
		query.set("include_disabled", flag(true))
	}
	all, err := recordPage[alertRecord, PatientAlert]{
		call: list, query: query, record: alertOf,
		wanted: func(a *PatientAlert) bool { return disabled || a.Disabled.IsZero() },
	}.whole(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if !a.Patient.IsZero() && a.Patient != id {
			return nil, &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Name: c.name, Op: opAlerts, Hint: "NexHealth answered with alerts of another patient"}
		}
	}
	return all, nil
}
