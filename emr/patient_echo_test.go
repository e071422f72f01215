package emr_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// naming answers creations with what alter makes of the truth.
type naming struct {
	*fake
	alter func(*emr.Patient)
}

func (n *naming) Parts() emr.Parts {
	p := n.fake.Parts()
	p.PatientCreator = n
	return p
}

func (n *naming) CreatePatient(ctx context.Context, asked *emr.NewPatient) (*emr.Patient, error) {
	p, err := n.fake.CreatePatient(ctx, asked)
	if p != nil {
		c := *p
		n.alter(&c)
		p = &c
	}
	return p, err
}

func TestFault_B8_anAnswerThatNamesSomebodyElseIsSearchedFor(t *testing.T) {
	t.Parallel()
	stranger := emr.NewPatientID("canary")
	for name, c := range map[string]struct {
		alter   func(*emr.Patient)
		another bool
	}{
		"another person": {func(p *emr.Patient) {
			*p = emr.Patient{ID: stranger, Given: emr.NewPHI("Ada"), Family: emr.NewPHI("Okafor"), Born: emr.NewBirthDate(1950, 1, 2)}
		}, true},
		"another birth date": {func(p *emr.Patient) { p.ID, p.Born = stranger, emr.NewBirthDate(1991, 5, 18) }, true},
		"another given name": {func(p *emr.Patient) { p.ID, p.Given = stranger, emr.NewPHI("Inessa") }, true},
		"another family":     {func(p *emr.Patient) { p.ID, p.Family, p.Born = stranger, emr.NewPHI("Royston"), emr.BirthDate{} }, true},
		"only the id":        {func(p *emr.Patient) { *p = emr.Patient{ID: p.ID} }, false},
		"written otherwise":  {func(p *emr.Patient) { p.Given, p.Family = emr.NewPHI("INES "), emr.NewPHI("roy") }, false},
		"a middle name":      {func(p *emr.Patient) { p.Middle = emr.NewPHI("Maria") }, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFake()
			found, err := client(t, &naming{f, c.alter}, nil).FindOrCreatePatient(t.Context(), ines())
			if err != nil || found.Patient.ID != emr.NewPatientID("p-1") || !found.Created || f.count("create") != 1 {
				t.Error(name, found, err)
			}
			if looked := f.count("search") == 2; looked != c.another {
				t.Error(name, "searched", f.count("search"))
			}
			if !c.another {
				return
			}
			f = newFake()
			_, err = client(t, &naming{f, func(p *emr.Patient) { f.patients = nil; c.alter(p) }}, nil).CreatePatient(t.Context(), ines())
			if emr.KindOf(err) != emr.KindAmbiguous || !strings.Contains(err.Error(), "another person") || f.count("create") != 1 {
				t.Error(name, "not in the clinic:", err)
			}
		})
	}
}

func TestFindOrCreate_whatToAskForTakesNoTimeHoweverManyThereAre(t *testing.T) {
	t.Parallel()
	f := newFake()
	for i := range 3000 {
		f.addPatient(record(func(n *emr.NewPatient) {
			n.Phones, n.Emails = nil, nil
			for j := range 30 {
				n.Phones = append(n.Phones, phone("206 555 "+strconv.Itoa(10000+i*30+j))...)
			}
			n.Emails = email(strings.Repeat("x", 300) + "@example.com")
		}))
	}
	began := time.Now()
	found, err := client(t, f, nil).FindOrCreatePatient(t.Context(), ines())
	if err != nil || found.Patient != nil || !slices.Equal(found.AskFor, []emr.Field{emr.FieldPhone, emr.FieldEmail}) || f.count("create") != 0 {
		t.Error(found, err)
	}
	if took := time.Since(began); took > 20*time.Second { // pairwise: minutes
		t.Error("took", took)
	}
	// The one who agrees is found behind any number of others.
	f.addPatient(ines())
	found, err = client(t, f, nil).FindOrCreatePatient(t.Context(), ines())
	if err != nil || found.Patient == nil || found.Patient.ID != emr.NewPatientID("p-3001") {
		t.Error(found, err)
	}
}
