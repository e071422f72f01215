package nexhealth

import (
	"context"
	"encoding/json"
	"iter"
	"log/slog"
	"net/http"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const (
	opPlan     = "get insurance plan"
	opCoverage = "get insurance coverage"
)

// InsurancePlan is what an insurer offers. It names nobody.
type InsurancePlan struct {
	ID        string
	Payer     string // id of the insurer for claims
	Name      string
	Group     string // group number
	Employer  string
	Street    string
	Street2   string
	City      string
	State     string
	Zip       string
	Country   string
	ForeignID string // in the practice's system
	Updated   time.Time
	Deleted   time.Time // zero: not deleted
}

// InsurancePlanQuery narrows InsurancePlans. Fields that are blank do not.
type InsurancePlanQuery struct {
	Payer        string
	Group        string
	UpdatedSince time.Time
	Deleted      bool // list deleted plans, too
}

type planRecord struct {
	ID        vendorjson.ID   `json:"id"`
	Payer     vendorjson.Text `json:"payer_id"`
	Name      vendorjson.Text `json:"name"`
	Street    vendorjson.Text `json:"address"`
	Street2   vendorjson.Text `json:"address2"`
	City      vendorjson.Text `json:"city"`
	State     vendorjson.Text `json:"state"`
	Zip       vendorjson.Text `json:"zip_code"`
	Country   vendorjson.Text `json:"country_code"`
	Group     vendorjson.Text `json:"group_num"`
	Employer  vendorjson.Text `json:"employer_name"`
	ForeignID vendorjson.Text `json:"foreign_id"`
	Updated   vendorjson.Time `json:"updated_at"`
	Deleted   vendorjson.Time `json:"deleted_at"`
}

func planOf(_ json.RawMessage, r *planRecord) *InsurancePlan {
	if r.ID == "" {
		return nil
	}
	return &InsurancePlan{
		ID: string(r.ID), Payer: plain(r.Payer), Name: plain(r.Name), Group: plain(r.Group), Employer: plain(r.Employer),
		Street: plain(r.Street), Street2: plain(r.Street2), City: plain(r.City), State: plain(r.State), Zip: plain(r.Zip), Country: plain(r.Country),
		ForeignID: plain(r.ForeignID), Updated: r.Updated.At, Deleted: r.Deleted.At,
	}
}

// InsurancePlans lists the plans the institution knows (GET /insurance_plans). Kind
// protocol if NexHealth ignored a filter.
func (c *Client) InsurancePlans(ctx context.Context, q InsurancePlanQuery) iter.Seq2[*InsurancePlan, error] {
	return recordList(ctx, opPlans, func(p *InsurancePlan) string { return p.ID }, func(ctx context.Context, at emr.Cursor) (emr.Page[InsurancePlan], error) {
		list, err := c.call(opPlans, http.MethodGet, "/insurance_plans")
		if err != nil {
			return emr.Page[InsurancePlan]{}, err
		}
		list.Impersonal = true
		query := c.scoped().set("payer_id", q.Payer).set("group_num", q.Group).set("updated_since", sinceText(q.UpdatedSince))
		if q.Deleted {
			query.set("include_deleted", flag(true))
		}
		return recordPage[planRecord, InsurancePlan]{
			call: list, query: query, record: planOf, filters: []string{"payer_id", "group_num"},
			wanted: func(p *InsurancePlan) bool {
				return (q.Payer == "" || p.Payer == q.Payer) && (q.Group == "" || p.Group == q.Group) &&
					(q.Deleted || p.Deleted.IsZero()) && !isBefore(p.Updated, q.UpdatedSince)
			},
		}.fetch(ctx, c, at)
	})
}

// InsurancePlan reads one. Kind not_found when there is none.
func (c *Client) InsurancePlan(ctx context.Context, id string) (*InsurancePlan, error) {
	return oneRecord(ctx, c, opPlan, "/insurance_plans/{id}", id, planOf, func(p *InsurancePlan) string { return p.ID })
}

// InsuranceCoverage says that a patient is insured under a plan.
type InsuranceCoverage struct {
	ID         string
	Patient    emr.PatientID
	Plan       string // id of the InsurancePlan
	Relation   string // of the patient to the subscriber: self, spouse, child, ...
	Priority   int    // the lowest is the primary insurance
	Ranked     bool   // Priority is told
	Number     emr.PHI
	From, To   emr.Date // in force; To is the last day; zero: not told
	Kind       string   // dental, medical, vision
	Active     bool
	Subscriber Subscriber // only InsuranceCoverage by id tells
	Updated    time.Time
	Source     emr.Source
}

// LogValue shows state and days, nothing personal.
func (v InsuranceCoverage) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("active", v.Active), slog.String("plan", v.Plan), slog.String("from", v.From.String()), slog.String("to", v.To.String()))
}

// Subscriber is who holds an insurance.
type Subscriber struct {
	ID   emr.PatientID
	Name emr.PHI
	Born emr.BirthDate
}

// LogValue shows nothing personal.
func (s Subscriber) LogValue() slog.Value { return slog.StringValue(emr.NewPHI("subscriber").String()) }

// InsuranceCoverageQuery narrows InsuranceCoverages. Fields that are blank do not.
type InsuranceCoverageQuery struct {
	Patient      emr.PatientID
	Inactive     bool // list inactive coverages instead of active ones
	UpdatedSince time.Time
}

// LogValue shows nothing personal.
func (q InsuranceCoverageQuery) LogValue() slog.Value {
	return slog.GroupValue(slog.Bool("inactive", q.Inactive))
}

type coverageRecord struct {
	ID         vendorjson.ID   `json:"id"`
	Patient    vendorjson.ID   `json:"patient_id"`
	Plan       vendorjson.ID   `json:"plan_id"`
	Relation   vendorjson.Text `json:"subscription_relation"`
	Priority   vendorjson.Int  `json:"priority"`
	Number     vendorjson.Text `json:"subscriber_num"`
	From       vendorjson.Text `json:"effective_date"`
	To         vendorjson.Text `json:"expiration_date"`
	Kind       vendorjson.Text `json:"insurance_type"`
	Active     vendorjson.Bool `json:"active"`
	Updated    vendorjson.Time `json:"updated_at"`
	Subscriber *struct {
		ID   vendorjson.ID   `json:"id"`
		Name vendorjson.Text `json:"name"`
		Born vendorjson.Text `json:"date_of_birth"`
	} `json:"subscriber"`
}

func coverageOf(raw json.RawMessage, r *coverageRecord) *InsuranceCoverage {
	if r.ID == "" {
		return nil
	}
	m := &InsuranceCoverage{
		ID: string(r.ID), Patient: emr.NewPatientID(string(r.Patient)), Plan: string(r.Plan), Relation: plain(r.Relation),
		Priority: int(r.Priority.Value), Ranked: r.Priority.Known, Number: phi(r.Number),
		From: civilDate(r.From), To: civilDate(r.To), Kind: plain(r.Kind), Active: r.Active.Value || !r.Active.Known,
		Updated: r.Updated.At, Source: emr.NewSource(raw),
	}
	if r.Subscriber != nil {
		m.Subscriber = Subscriber{ID: emr.NewPatientID(string(r.Subscriber.ID)), Name: phi(r.Subscriber.Name), Born: birthDate(r.Subscriber.Born)}
	}
	return m
}

// InsuranceCoverages lists coverages (GET /insurance_coverages), the active ones unless
// the query says otherwise. Kind invalid, nothing sent, for a patient id that is no whole
// number; not_found for a patient who does not exist; protocol if NexHealth ignored a filter.
func (c *Client) InsuranceCoverages(ctx context.Context, q InsuranceCoverageQuery) iter.Seq2[*InsuranceCoverage, error] {
	return recordList(ctx, opCoverages, func(v *InsuranceCoverage) string { return v.ID }, func(ctx context.Context, at emr.Cursor) (emr.Page[InsuranceCoverage], error) {
		var none emr.Page[InsuranceCoverage]
		patient, err := patientParam(opCoverages, q.Patient)
		if err != nil {
			return none, err
		}
		list, err := c.call(opCoverages, http.MethodGet, "/insurance_coverages")
		if err != nil {
			return none, err
		}
		list.Patient = q.Patient
		query := c.scoped().set("patient_id", patient).set("active", flag(!q.Inactive)).set("updated_since", sinceText(q.UpdatedSince))
		return recordPage[coverageRecord, InsuranceCoverage]{
			call: list, query: query, record: coverageOf, filters: []string{"patient_id", "active", "updated_since"},
			wanted: func(v *InsuranceCoverage) bool { return q.Patient.IsZero() || v.Patient == q.Patient },
		}.fetch(ctx, c, at)
	})
}

// InsuranceCoverage reads one, with its subscriber. Kind not_found when there is none.
func (c *Client) InsuranceCoverage(ctx context.Context, id string) (*InsuranceCoverage, error) {
	return oneRecord(ctx, c, opCoverage, "/insurance_coverages/{id}", id, coverageOf, func(v *InsuranceCoverage) string { return v.ID })
}
