package nexhealth

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const opProcedure = "get procedure"

// ProcedureStatus is how far a procedure is. An open set: an unknown word is kept.
type ProcedureStatus string

// The states. Source: OpenAPI document, GET /procedures.
const (
	ProcedurePlanned   ProcedureStatus = "planned"
	ProcedureScheduled ProcedureStatus = "scheduled"
	ProcedureCompleted ProcedureStatus = "completed"
	ProcedureInactive  ProcedureStatus = "inactive"
	ProcedureReferred  ProcedureStatus = "referred"
)

// Procedure is a treatment of a patient, planned or done. NexHealth only reads them.
type Procedure struct {
	ID           string
	Patient      emr.PatientID
	Appointment  emr.AppointmentID // none: not attached to one
	Location     emr.LocationID
	Practitioner emr.PractitionerID
	Code         string  // of the practice's code system
	Name         emr.PHI // may be free text
	Status       ProcedureStatus
	Teeth        []string
	Surface      string // codes of the tooth's surfaces
	Fee          Money
	Start, End   emr.Date // zero: not told
	Updated      time.Time
	Source       emr.Source
}

// LogValue shows state and days, nothing personal.
func (p Procedure) LogValue() slog.Value {
	return slog.GroupValue(slog.String("status", string(p.Status)), slog.String("start", p.Start.String()), slog.String("end", p.End.String()))
}

// Money is an amount as NexHealth writes it: never a float.
type Money struct {
	Amount   string // decimal, in whole units: "62.00"
	Currency string // ISO code
}

// ProcedureQuery says which procedures. One field besides Location is needed.
type ProcedureQuery struct {
	Patient      emr.PatientID
	Appointment  emr.AppointmentID
	Practitioner emr.PractitionerID
	Location     emr.LocationID // "" is all of the institution
	UpdatedSince time.Time
	StartFrom    emr.Date // started on that day or later
	StartTo      emr.Date // To exclusive
	EndFrom      emr.Date
	EndTo        emr.Date // To exclusive
}

// LogValue shows the days asked for, nothing personal.
func (q ProcedureQuery) LogValue() slog.Value {
	return slog.GroupValue(slog.String("start_from", q.StartFrom.String()), slog.String("start_to", q.StartTo.String()))
}

type procedureRecord struct {
	ID           vendorjson.ID   `json:"id"`
	Patient      vendorjson.ID   `json:"patient_id"`
	Appointment  vendorjson.ID   `json:"appointment_id"`
	Location     vendorjson.ID   `json:"location_id"`
	Practitioner vendorjson.ID   `json:"provider_id"`
	Code         vendorjson.Text `json:"code"`
	Name         vendorjson.Text `json:"name"`
	Status       vendorjson.Text `json:"status"`
	Site         *struct {
		Teeth   vendorjson.List[vendorjson.Text] `json:"tooth"`
		Surface vendorjson.Text                  `json:"surface"`
	} `json:"body_site"`
	Fee *struct {
		Amount   vendorjson.Text `json:"amount"`
		Currency vendorjson.Text `json:"currency"`
	} `json:"fee"`
	Start   vendorjson.Text `json:"start_date"`
	End     vendorjson.Text `json:"end_date"`
	Updated vendorjson.Time `json:"updated_at"`
}

func procedureOf(raw json.RawMessage, r *procedureRecord) *Procedure {
	if r.ID == "" {
		return nil
	}
	m := &Procedure{
		ID: string(r.ID), Patient: emr.NewPatientID(string(r.Patient)), Appointment: emr.NewAppointmentID(string(r.Appointment)),
		Location: emr.LocationID(r.Location), Practitioner: emr.PractitionerID(r.Practitioner),
		Code: plain(r.Code), Name: phi(r.Name), Status: ProcedureStatus(plain(r.Status)),
		Start: civilDate(r.Start), End: civilDate(r.End), Updated: r.Updated.At, Source: emr.NewSource(raw),
	}
	if r.Site != nil {
		m.Surface = plain(r.Site.Surface)
		for _, t := range r.Site.Teeth {
			m.Teeth = append(m.Teeth, plain(t))
		}
	}
	if r.Fee != nil {
		m.Fee = Money{Amount: plain(r.Fee.Amount), Currency: plain(r.Fee.Currency)}
	}
	return m
}

// Procedures lists procedures (GET /procedures). Kind invalid, nothing sent: no field that
// narrows, ids that are no whole numbers; protocol if NexHealth ignored a filter. The list
// may name procedures of locations that the key may not read one by one.
func (c *Client) Procedures(ctx context.Context, q ProcedureQuery) iter.Seq2[*Procedure, error] {
	return recordList(ctx, opProcedures, func(p *Procedure) string { return p.ID }, func(ctx context.Context, at emr.Cursor) (emr.Page[Procedure], error) {
		var none emr.Page[Procedure]
		query, err := c.procedureParams(q)
		if err != nil {
			return none, err
		}
		list, err := c.call(opProcedures, http.MethodGet, "/procedures")
		if err != nil {
			return none, err
		}
		list.Patient = q.Patient
		return recordPage[procedureRecord, Procedure]{
			call: list, query: query, record: procedureOf,
			filters: []string{"patient_id", "appointment_id", "provider_id", "location_id", "updated_since", "started_after", "started_before", "ended_after", "ended_before"},
			wanted: func(p *Procedure) bool {
				return (q.Patient.IsZero() || p.Patient == q.Patient) && (q.Appointment.IsZero() || p.Appointment == q.Appointment) &&
					(q.Practitioner == "" || p.Practitioner == q.Practitioner) && (q.Location == "" || p.Location == q.Location)
			},
		}.fetch(ctx, c, at)
	})
}

func (c *Client) procedureParams(q ProcedureQuery) (*params, error) {
	for field, id := range map[string]string{
		"practitioner": string(q.Practitioner), "patient": q.Patient.Reveal(), "appointment": q.Appointment.Reveal(), "location": string(q.Location),
	} {
		if err := checkSome(opProcedures, field, id); err != nil {
			return nil, err
		}
	}
	query := new(params).
		set("provider_id", string(q.Practitioner)).set("patient_id", q.Patient.Reveal()).set("appointment_id", q.Appointment.Reveal())
	until := func(d emr.Date) string { // NexHealth counts the day itself
		if d.IsZero() {
			return ""
		}
		return d.AddDays(-1).String()
	}
	query.set("updated_since", sinceText(q.UpdatedSince)).
		set("started_after", q.StartFrom.String()).set("started_before", until(q.StartTo)).
		set("ended_after", q.EndFrom.String()).set("ended_before", until(q.EndTo))
	if len(query.pairs) == 0 {
		return nil, invalid(opProcedures, "NexHealth lists procedures by patient, appointment, practitioner or days only: name one", "patient")
	}
	query.set("location_id", string(q.Location))
	return &params{pairs: slices.Concat(c.scoped().pairs, query.pairs)}, nil
}

// Procedure reads one. Kind not_found when there is none, or it belongs to a location that
// the key does not see.
func (c *Client) Procedure(ctx context.Context, id string) (*Procedure, error) {
	return oneRecord(ctx, c, opProcedure, "/procedures/{id}", id, procedureOf, func(p *Procedure) string { return p.ID })
}
