package medtech_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

func TestSchedules_ofASimulatedPracticeAreThoseOfTheSlots(t *testing.T) {
	t.Parallel()
	for _, opts := range []medtechtest.Options{
		{Schedules: true},
		{Schedules: true, AbsoluteReferences: true, LongIDs: true, FullBundles: true, Times: medtechtest.TimesLocal},
	} {
		p := start(t, &opts, nil)
		slot := p.slot()
		all, err := emr.Collect(p.mt.Schedules(t.Context(), slot.Practitioner))
		if err != nil || len(all) != 1 {
			t.Fatalf("%d, %v", len(all), err)
		}
		s := all[0]
		if s.Practitioner != slot.Practitioner || s.Inactive || slot.Start.Before(s.From) || !slot.End.Before(s.To) {
			t.Errorf("%s to %s, slot %s", s.From, s.To, slot.Start)
		}
		sent := p.sent()
		if r := sent[len(sent)-1]; !strings.HasSuffix(r.Path, "/Schedule") || !strings.HasPrefix(r.RawQuery, "actor.identifier=https://standards") {
			t.Errorf("%s?%s", r.Path, r.RawQuery)
		}
	}
}

func TestSchedules_aPracticeWithoutThemSaysToUseSlots(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	_, err := emr.Collect(p.mt.Schedules(t.Context(), p.slot().Practitioner))
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindUnsupported || e.Code != "not_exposed" || !strings.Contains(e.Hint, "use slots") {
		t.Errorf("%v", err)
	}
	for _, offered := range []bool{false, true} {
		p := start(t, &medtechtest.Options{Schedules: offered}, nil)
		answer, err := p.c.Raw(t.Context(), &emr.RawRequest{Path: "/metadata", Route: "/metadata"})
		if err != nil || !json.Valid(answer.Body) || strings.Contains(string(answer.Body), `"Schedule"`) != offered {
			t.Errorf("declared, offered %t: %v", offered, err)
		}
	}
}
