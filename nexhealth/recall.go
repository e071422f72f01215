package nexhealth

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const opRecall = "get recall"

// Recall says that a patient is due for a visit. NexHealth only reads recalls, and has no
// webhook for them: ask from time to time.
type Recall struct {
	ID          string
	Patient     emr.PatientID
	Type        RecallType
	Due         emr.Date          // zero: not told
	Appointment emr.AppointmentID // that was made for it
	ForeignID   emr.PHI           // in the practice's system
	Created     time.Time
	Updated     time.Time
	Source      emr.Source
}

// LogValue shows type and day, nothing personal.
func (r Recall) LogValue() slog.Value {
	return slog.GroupValue(slog.String("type", r.Type.Name), slog.String("due", r.Due.String()))
}

// RecallType is why patients are called again.
type RecallType struct {
	ID          string
	Name        string
	Description string
	Interval    int    // 0: not told
	Unit        string // of Interval, as the practice's system says it: "M"
	Location    emr.LocationID
	Updated     time.Time
}

// RecallQuery narrows Recalls. Fields that are blank do not.
type RecallQuery struct {
	Location     emr.LocationID // "" is the connection's
	Patient      emr.PatientID
	Type         string   // id of a RecallType
	DueFrom      emr.Date // due on that day or later
	UpdatedSince time.Time
}

// LogValue shows the day asked for, nothing personal.
func (q RecallQuery) LogValue() slog.Value {
	return slog.GroupValue(slog.String("type", q.Type), slog.String("due_from", q.DueFrom.String()))
}

type recallTypeRecord struct {
	ID          vendorjson.ID   `json:"id"`
	Name        vendorjson.Text `json:"name"`
	Description vendorjson.Text `json:"description"`
	Interval    vendorjson.Int  `json:"interval_num"`
	Unit        vendorjson.Text `json:"interval_unit"`
	Location    vendorjson.ID   `json:"location_id"`
	Updated     vendorjson.Time `json:"updated_at"`
}

func (r *recallTypeRecord) model() RecallType {
	return RecallType{
		ID: string(r.ID), Name: plain(r.Name), Description: plain(r.Description),
		Interval: int(r.Interval.Value), Unit: plain(r.Unit), Location: emr.LocationID(r.Location), Updated: r.Updated.At,
	}
}

type recallRecord struct {
	ID          vendorjson.ID     `json:"id"`
	Patient     vendorjson.ID     `json:"patient_id"`
	Appointment vendorjson.ID     `json:"appointment_id"`
	TypeID      vendorjson.ID     `json:"recall_id"`
	Type        *recallTypeRecord `json:"recall_type"`
	Due         vendorjson.Text   `json:"date_due"`
	ForeignID   vendorjson.Text   `json:"foreign_id"`
	Created     vendorjson.Time   `json:"created_at"`
	Updated     vendorjson.Time   `json:"updated_at"`
}

func recallOf(raw json.RawMessage, r *recallRecord) *Recall {
	if r.ID == "" {
		return nil
	}
	m := &Recall{
		ID: string(r.ID), Patient: emr.NewPatientID(string(r.Patient)), Appointment: emr.NewAppointmentID(string(r.Appointment)),
		Due: civilDate(r.Due), ForeignID: phi(r.ForeignID), Created: r.Created.At, Updated: r.Updated.At, Source: emr.NewSource(raw),
	}
	if r.Type != nil {
		m.Type = r.Type.model()
	}
	m.Type.ID = cmp.Or(m.Type.ID, string(r.TypeID))
	return m
}

// Recalls lists who is due, soonest first (GET /patient_recalls). Kind invalid, nothing
// sent, for ids that are no whole numbers; protocol if NexHealth ignored a filter.
func (c *Client) Recalls(ctx context.Context, q RecallQuery) iter.Seq2[*Recall, error] {
	return recordList(ctx, opRecalls, func(r *Recall) string { return r.ID }, func(ctx context.Context, at emr.Cursor) (emr.Page[Recall], error) {
		var none emr.Page[Recall]
		patient, err := patientParam(opRecalls, q.Patient)
		if err != nil {
			return none, err
		}
		if err := checkSome(opRecalls, "type", q.Type); err != nil {
			return none, err
		}
		if err := checkSome(opRecalls, "location", string(q.Location)); err != nil {
			return none, err
		}
		list, err := c.call(opRecalls, http.MethodGet, "/patient_recalls")
		if err != nil {
			return none, err
		}
		list.Patient = q.Patient
		query := c.scoped().set("location_id", c.location(q.Location)).set("recall_id", q.Type).set("patient_id", patient).
			set("updated_since", sinceText(q.UpdatedSince)).set("due_after", startText(q.DueFrom)).set("sort", "date_due")
		return recordPage[recallRecord, Recall]{
			call: list, query: query, record: recallOf, filters: []string{"location_id", "patient_id"},
			wanted: func(r *Recall) bool {
				return (q.Patient.IsZero() || r.Patient == q.Patient) && (q.Type == "" || r.Type.ID == q.Type) &&
					(q.DueFrom.IsZero() || !r.Due.Before(q.DueFrom)) && !isBefore(r.Updated, q.UpdatedSince)
			},
		}.fetch(ctx, c, at)
	})
}

// Recall reads one. Kind not_found when there is none.
func (c *Client) Recall(ctx context.Context, id string) (*Recall, error) {
	return oneRecord(ctx, c, opRecall, "/patient_recalls/{id}", id, recallOf, func(r *Recall) string { return r.ID })
}

// RecallTypes reads the recall types of a location; "" is the connection's.
func (c *Client) RecallTypes(ctx context.Context, location emr.LocationID) ([]*RecallType, error) {
	if err := checkSome(opRecallTypes, "location", string(location)); err != nil {
		return nil, err
	}
	list, err := c.call(opRecallTypes, http.MethodGet, "/recall_types")
	if err != nil {
		return nil, err
	}
	list.Impersonal = true
	return recordPage[recallTypeRecord, RecallType]{
		call: list, query: c.scoped().set("location_id", c.location(location)), filters: []string{"location_id"},
		record: func(_ json.RawMessage, r *recallTypeRecord) *RecallType {
			if r.ID == "" {
				return nil
			}
			m := r.model()
			return &m
		},
	}.whole(ctx, c)
}

// checkSome refuses an id that is no whole number; "" is none.
func checkSome(op, field, id string) error {
	if id == "" {
		return nil
	}
	return checkIDs(op, field, id)
}

// sinceText is an instant in whole seconds, "" for none.
func sinceText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return utcText(t.UTC().Truncate(time.Second))
}

// startText is the first instant of a day in UTC: for columns that are dates.
func startText(d emr.Date) string {
	if d.IsZero() {
		return ""
	}
	return utcText(d.Start(time.UTC))
}

// isBefore reports whether a record was surely not updated since then.
func isBefore(updated, since time.Time) bool {
	return !since.IsZero() && !updated.IsZero() && updated.Before(since.Truncate(time.Second))
}
