package nexhealth

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// nextPage is a page with another one behind it.
func nextPage(cursor string, records ...string) string {
	return strings.Replace(strings.Replace(listed(records...), `"has_next_page":false`, `"has_next_page":true`, 1), `"c2"`, `"`+cursor+`"`, 1)
}

// recordLists are the lists that the core does not know.
func recordLists(p parts) map[string]func(context.Context) (int, error) {
	return map[string]func(context.Context) (int, error){
		"recalls": func(ctx context.Context) (int, error) {
			all, err := emr.Collect(p.Recalls(ctx, RecallQuery{}))
			return len(all), err
		},
		"procedures": func(ctx context.Context) (int, error) {
			all, err := emr.Collect(p.Procedures(ctx, ProcedureQuery{Practitioner: "501"}))
			return len(all), err
		},
		"plans": func(ctx context.Context) (int, error) {
			all, err := emr.Collect(p.InsurancePlans(ctx, InsurancePlanQuery{}))
			return len(all), err
		},
		"coverages": func(ctx context.Context) (int, error) {
			all, err := emr.Collect(p.InsuranceCoverages(ctx, InsuranceCoverageQuery{}))
			return len(all), err
		},
	}
}

const bare = `{"id":%d,"provider_id":501}`

func TestFault_P_listsEndAndNeverStopEarly(t *testing.T) {
	t.Parallel()
	rec := func(id int) string { return fmt.Sprintf(bare, id) }
	for name := range recordLists(parts{}) {
		for what, c := range map[string]struct {
			steps []step
			want  int
			kind  emr.Kind
		}{
			"P7 a record on two pages":   {[]step{{body: nextPage("a", rec(1), rec(2))}, {body: listed(rec(2), rec(3))}}, 3, ""},
			"P3 A to B to A":             {[]step{{body: nextPage("a", rec(1))}, {body: nextPage("b", rec(2))}, {body: nextPage("a", rec(3))}}, 3, emr.KindProtocol},
			"P3 the same page again":     {[]step{{body: nextPage("a", rec(1))}, {body: nextPage("a", rec(1))}}, 1, emr.KindProtocol},
			"P4 empty pages without end": {[]step{{body: nextPage("a")}, {body: nextPage("b")}, {body: nextPage("c")}, {body: nextPage("d")}, {body: nextPage("e")}}, 0, emr.KindTooLarge},
			"P4 empty pages, then more":  {[]step{{body: nextPage("a")}, {body: nextPage("b")}, {body: listed(rec(1))}}, 1, ""},
			"P5 a page that fails":       {[]step{{body: nextPage("a", rec(1))}, {status: 403}}, 1, emr.KindPermission},
			"a next page without a way":  {[]step{{body: nextPage("", rec(1))}}, 0, emr.KindProtocol},
			"a record without an id":     {[]step{{body: listed(`{"id":null}`)}}, 0, emr.KindProtocol},
			"a record that is none":      {[]step{{body: listed(`7`)}}, 0, emr.KindProtocol},
			"no list":                    {[]step{{body: good("null")}}, 0, emr.KindProtocol},
			"code false":                 {[]step{{body: `{"code":false,"error":["Institution does not exist"],"data":null}`}}, 0, emr.KindNotFound},
		} {
			client, _ := connect(t, nil, c.steps...)
			n, err := recordLists(parts{client})[name](t.Context())
			if emr.KindOf(err) != c.kind || n != c.want {
				t.Errorf("%s, %s: %d records, %v", name, what, n, err)
			}
		}
	}
}

// TestFault_P6_aConsumerThatStopsAsksNoFurther and a second range begins anew.
func TestFault_P6_aConsumerThatStopsAsksNoFurther(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil, step{body: nextPage("a", fmt.Sprintf(bare, 1))}, step{body: nextPage("a", fmt.Sprintf(bare, 1))})
	seq := c.Recalls(t.Context(), RecallQuery{})
	if len(r.seen) != 0 {
		t.Error("asked before anybody ranged")
	}
	for range 2 {
		for range seq {
			break
		}
	}
	if got := r.requests(); len(got) != 2 || got[0] != got[1] {
		t.Errorf("%v", got)
	}
}

func TestAListWithoutEndIsCut(t *testing.T) {
	t.Parallel()
	asked := 0
	seq := recordList(t.Context(), "list", func(r *Recall) string { return r.ID }, func(_ context.Context, _ emr.Cursor) (emr.Page[Recall], error) {
		asked++
		return emr.Page[Recall]{Items: []*Recall{{ID: fmt.Sprint(asked)}}, Next: emr.Cursor(fmt.Sprint(asked))}, nil
	})
	all, err := emr.Collect(seq)
	if emr.KindOf(err) != emr.KindTooLarge || len(all) != mostRecordPages || asked != mostRecordPages {
		t.Errorf("%d records of %d pages, %v", len(all), asked, err)
	}
}

func TestAnIgnoredFilterOfARecordListIsNoAnswer(t *testing.T) {
	t.Parallel()
	for filter, do := range map[string]func(parts) error{
		"patient_id": func(p parts) error {
			_, err := emr.First(p.Recalls(t.Context(), RecallQuery{Patient: tessaID}))
			return err
		},
		"appointment_id": func(p parts) error {
			_, err := emr.First(p.Procedures(t.Context(), ProcedureQuery{Appointment: visitID}))
			return err
		},
		"active": func(p parts) error {
			_, err := emr.First(p.InsuranceCoverages(t.Context(), InsuranceCoverageQuery{Inactive: true}))
			return err
		},
		"payer_id": func(p parts) error {
			_, err := emr.First(p.InsurancePlans(t.Context(), InsurancePlanQuery{Payer: "1"}))
			return err
		},
		"location_id": func(p parts) error { _, err := p.RecallTypes(t.Context(), ""); return err },
	} {
		c, _ := connect(t, nil, step{body: strings.Replace(listed(), `"description":null`, `"description":["ignored: `+filter+`"]`, 1)})
		err := do(parts{c})
		if e := wantKind(t, err, emr.KindProtocol); !slices.Equal(e.Fields, []string{filter}) {
			t.Errorf("%s: %v", filter, e.Fields)
		}
	}
}

func TestRecordsAreReadOneByOne(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do   func(parts, string) (string, error)
		path string
	}{
		"recall":    {func(p parts, id string) (string, error) { return idOf(p.Recall(t.Context(), id)) }, "/patient_recalls/7"},
		"procedure": {func(p parts, id string) (string, error) { return idOf(p.Procedure(t.Context(), id)) }, "/procedures/7"},
		"plan":      {func(p parts, id string) (string, error) { return idOf(p.InsurancePlan(t.Context(), id)) }, "/insurance_plans/7"},
		"coverage":  {func(p parts, id string) (string, error) { return idOf(p.InsuranceCoverage(t.Context(), id)) }, "/insurance_coverages/7"},
	} {
		client, r := connect(t, nil, step{body: good(`{"id":7}`)}, step{body: good(`{"id":8}`)}, step{status: 404}, step{body: good("[]")})
		if id, err := c.do(parts{client}, "7"); err != nil || id != "7" || r.requests()[0] != "GET "+c.path+"?subdomain=north-pier-dental" {
			t.Errorf("%s: %s, %v, %v", name, id, err, r.requests())
		}
		for _, want := range []emr.Kind{emr.KindProtocol, emr.KindNotFound, emr.KindProtocol} {
			if _, err := c.do(parts{client}, "7"); emr.KindOf(err) != want {
				t.Errorf("%s: %v, want %s", name, err, want)
			}
		}
	}
}

func idOf(v any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	switch v := v.(type) {
	case *Recall:
		return v.ID, nil
	case *Procedure:
		return v.ID, nil
	case *InsurancePlan:
		return v.ID, nil
	case *InsuranceCoverage:
		return v.ID, nil
	}
	return "", fmt.Errorf("no record: %T", v)
}

func TestQueriesThatCannotBeAskedAreRefused(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil)
	p := parts{c}
	for name, err := range map[string]error{
		"all procedures":   second(emr.First(p.Procedures(t.Context(), ProcedureQuery{}))),
		"of a location":    second(emr.First(p.Procedures(t.Context(), ProcedureQuery{Location: "9001"}))),
		"no location":      second(emr.First(p.Procedures(t.Context(), ProcedureQuery{Practitioner: "501", Location: "x"}))),
		"recall location":  second(emr.First(p.Recalls(t.Context(), RecallQuery{Location: "x"}))),
		"types' location":  second(p.RecallTypes(t.Context(), "x")),
		"changes":          second(p.ListChanges(t.Context(), emr.ChangeQuery{}, "")),
		"unknown changes":  second(p.ListChanges(t.Context(), emr.ChangeQuery{Since: visitSlot(t).Start, Kinds: []emr.ChangeKind{"invoice"}}, "")),
		"document options": second(p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: &emr.Patient{ID: tessaID}, Vendor: 1}, "")),
	} {
		if emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestAlertsOfSomebodyElseAreNeverShown(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, step{body: good(`[{"id":1,"patient_id":70012,"note":"canary text"}]`)}, step{answer: "patient/alerts"})
	_, err := c.PatientAlerts(t.Context(), tessaID, false)
	wantKind(t, err, emr.KindProtocol)
	all, err := c.PatientAlerts(t.Context(), tessaID, false)
	if err != nil || len(all) != 1 || all[0].ID != "10" {
		t.Errorf("%v, %v", all, err)
	}
}

// TestRecordsPrintNothingPersonal, not even through slog's JSON handler.
func TestRecordsPrintNothingPersonal(t *testing.T) {
	t.Parallel()
	raw := func(name string) json.RawMessage {
		var e envelope
		if err := json.Unmarshal(readFixture(t, name+".response.json"), &e); err != nil {
			t.Fatal(err)
		}
		var all []json.RawMessage
		if json.Unmarshal(e.Data, &all) == nil {
			return all[0]
		}
		return e.Data
	}
	coverage, recall, procedure, alert := new(coverageRecord), new(recallRecord), new(procedureRecord), new(alertRecord)
	for name, into := range map[string]any{"insurance/coverage": coverage, "recall/list": recall, "procedure/list": procedure, "patient/alerts": alert} {
		if err := json.Unmarshal(raw(name), into); err != nil {
			t.Fatal(err)
		}
	}
	procedure.Location = "" // the office is no secret
	v := coverageOf(raw("insurance/coverage"), coverage)
	for _, m := range []any{
		v, *v, v.Subscriber, recallOf(raw("recall/list"), recall), procedureOf(raw("procedure/list"), procedure), alertOf(raw("patient/alerts"), alert),
		Dependent{Given: emr.NewPHI("Tessa"), Born: tessaNew().Born}, BookingOptions{Dependent: &Dependent{Given: emr.NewPHI("Tessa")}, Referrer: emr.NewPHI("canary text")},
		NewPatientOptions{Insurance: emr.NewPHI("canary text")}, DocumentOptions{FileName: emr.NewPHI("Marlow")}, RecallQuery{Patient: tessaID}, ProcedureQuery{Patient: tessaID}, InsuranceCoverageQuery{Patient: tessaID},
	} {
		var said strings.Builder
		log := slog.New(slog.NewJSONHandler(&said, nil))
		log.Info("record", "it", m)
		text := fmt.Sprintf("%v %+v %#v %s", m, m, m, said.String())
		if c := leak(text); c != "" || strings.Contains(text, "123456789") || strings.Contains(said.String(), "Implant") {
			t.Errorf("%T prints %q: %s", m, c, text)
		}
	}
}
