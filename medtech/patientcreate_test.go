package medtech

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func experimental(c *Config) { c.ExperimentalCreate = true }

// newcomer is a new patient with everything that is sent.
func newcomer() *emr.NewPatient {
	return &emr.NewPatient{
		Given: emr.NewPHI("Pat"), Middle: emr.NewPHI("Rua"), Family: emr.NewPHI("Quillsample"), Born: emr.NewBirthDate(1980, 2, 29), Sex: emr.SexFemale,
		Phones:      []emr.Phone{{Number: emr.NewPHI("+64 20 555 0142")}, {Number: emr.NewPHI("+1 206-555-0142 ext 3"), Use: "Work"}},
		Emails:      []emr.PHI{emr.NewPHI("pat.quillsample@example.com")},
		Address:     emr.Address{Lines: []emr.PHI{emr.NewPHI("1 Example Street")}, City: emr.NewPHI("Auckland"), PostalCode: emr.NewPHI("1010"), Country: emr.NewPHI("NZ")},
		Identifiers: []emr.Identifier{{Value: emr.NewPHI(" zzz0016 ")}}, Practitioner: "p1",
	}
}

// leastNewcomer has no more than what must be there.
func leastNewcomer() *emr.NewPatient {
	n := newcomer()
	return &emr.NewPatient{Given: n.Given, Family: n.Family, Born: n.Born}
}

func TestCreatePatient_isOffUntilItIsSwitchedOn(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: bundle()})
	client := emr.NewClient(c, nil)
	_, err := client.CreatePatient(t.Context(), newcomer())
	if e := wantError(t, err, emr.KindUnsupported); !strings.Contains(e.Hint, "Config.ExperimentalCreate") || len(w.seen) != 0 {
		t.Errorf("%v, %d sent", err, len(w.seen))
	}
	_, err = client.FindOrCreatePatient(t.Context(), newcomer())
	const hint = "nobody has this name and birth date: ask the practice to register the person, because Medtech publishes no form for new patients; Config.ExperimentalCreate switches on an untested one"
	if e := wantError(t, err, emr.KindNotFound); e.Hint != hint {
		t.Errorf("hint %q", e.Hint)
	}
	on, _ := connect(t, experimental)
	if !emr.NewClient(on, nil).Has(emr.CanCreatePatient) || !strings.Contains(on.Info().Caveats[emr.CanCreatePatient], "experiment") {
		t.Error("switched on, and not there")
	}
}

// TestCreatePatient_requestsAreTheFixtures compares with testdata/medtech, where CI
// validates the bodies as R4 (.ci/bodies). EMRKIT_UPDATE=1 writes them.
func TestCreatePatient_requestsAreTheFixtures(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]*emr.NewPatient{"patient_create": newcomer(), "patient_create_least": leastNewcomer()} {
		c, w := connect(t, experimental, reply{status: 201, body: patientBody, location: "https://h/fhir/Patient/" + testPatient + "/_history/1"})
		p, err := emr.NewClient(c, nil).CreatePatient(t.Context(), n)
		if err != nil || p.ID.Reveal() != testPatient || len(w.seen) != 1 {
			t.Fatalf("%s: %v, %d sent", name, err, len(w.seen))
		}
		sameRequest(t, w, 0, name)
	}
}

func TestCreatePatient_theIDComesFromBodyOrLocation(t *testing.T) {
	t.Parallel()
	at := "https://h/fhir/Patient/" + testPatient + "/_history/1"
	done := outcome("information", "informational", "All is well.")
	noID := strings.Replace(patientBody, `"id":"`+testPatient+`",`, "", 1)
	for name, replies := range map[string][]reply{
		"the resource":                   {{status: 201, body: patientBody}},
		"Location, read back":            {{status: 201, location: at}, {body: patientBody}},
		"Location, and not readable":     {{status: 201, location: at}, {status: 403, body: outcome("error", "forbidden", "Authorization failed.")}},
		"a resource without id":          {{status: 201, body: noID, location: at}},
		"an outcome that all went well":  {{status: 201, body: done, location: at}, {body: patientBody}},
		"something else, and a Location": {{status: 201, body: "<html>", location: at}, {body: patientBody}},
	} {
		c, w := connect(t, experimental, replies...)
		p, err := creator{parts{c}}.CreatePatient(t.Context(), newcomer())
		if err != nil || p.ID.Reveal() != testPatient || !strings.EqualFold(p.Family.Reveal(), "Quillsample") || len(w.seen) != len(replies) {
			t.Errorf("%s: %v, %d sent", name, err, len(w.seen))
		}
	}
	for name, r := range map[string]reply{
		"nothing":                {status: 201},
		"another Location":       {status: 201, location: "https://h/fhir/Person/1"},
		"a resource without id":  {status: 201, body: noID},
		"something else":         {status: 200, body: "<html>"},
		"somebody's appointment": {status: 201, body: appointmentBody},
		"a gateway":              {status: 502, body: "<html>"},
		"the practice is slow":   {status: 400, body: outcome("error", "timeout", "PMS did not respond to request or has timed out.")},
	} {
		c, w := connect(t, experimental, r)
		_, err := creator{parts{c}}.CreatePatient(t.Context(), newcomer())
		if e := wantError(t, err, emr.KindAmbiguous); len(w.seen) != 1 || errors.Is(e, emr.ErrDuplicatePatient) {
			t.Errorf("%s: %v, %d sent", name, err, len(w.seen))
		}
	}
}

func TestFault_B8_aKnownPersonIsADuplicateInEveryForm(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]reply{
		"409 without words":     {status: 409},
		"409 in an outcome":     {status: 409, body: outcome("error", "conflict", "x")},
		"422 by code":           {status: 422, body: outcome("error", "duplicate", "x")},
		"422 by text":           {status: 422, body: outcome("error", "processing", "Patient already exists.")},
		"400 by text":           {status: 400, body: outcome("error", "business-rule", "The NHI is already registered")},
		"200 that says failed":  {status: 200, body: outcome("error", "duplicate", "Patient already exists.")},
		"500 in ALEX's own way": {status: 500, body: outcome("error", "duplicate", "Patient already exists.")},
	} {
		c, w := connect(t, experimental, r)
		_, err := creator{parts{c}}.CreatePatient(t.Context(), newcomer())
		if e := wantError(t, err, emr.KindConflict); !errors.Is(e, emr.ErrDuplicatePatient) || errors.Is(e, emr.ErrSlotTaken) || e.Code != "duplicate" || len(w.seen) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	c, _ := connect(t, nil, reply{status: 409, body: outcome("error", "duplicate", "x")})
	if _, err := (parts{c}).Book(t.Context(), booking()); errors.Is(err, emr.ErrDuplicatePatient) || !errors.Is(err, emr.ErrSlotTaken) {
		t.Errorf("a booking: %v", err)
	}
}

func TestCreatePatient_refusesBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	c, w := connect(t, func(c *Config) { c.ExperimentalCreate, c.StrictNHI = true, true }, reply{status: 500})
	other := emr.Identifier{System: "https://example.com/chart", Value: emr.NewPHI("77")}
	for field, edit := range map[string]func(*emr.NewPatient){
		"given":        func(n *emr.NewPatient) { n.Given = emr.NewPHI(" ") },
		"family":       func(n *emr.NewPatient) { n.Family = emr.PHI{} },
		"birth date":   func(n *emr.NewPatient) { n.Born = emr.BirthDate{} },
		"sex":          func(n *emr.NewPatient) { n.Sex = "F" },
		"practitioner": func(n *emr.NewPatient) { n.Practitioner = "../p1" },
		"vendor":       func(n *emr.NewPatient) { n.Vendor = 1 },
		"a chart":      func(n *emr.NewPatient) { n.Identifiers = []emr.Identifier{other} },
		"two numbers":  func(n *emr.NewPatient) { n.Identifiers = []emr.Identifier{NHI("ZZZ0016"), NHI("ZZZ0024")} },
		"mistyped":     func(n *emr.NewPatient) { n.Identifiers = []emr.Identifier{NHI("ZZZ0017")} },
	} {
		n := newcomer()
		edit(n)
		_, err := creator{parts{c}}.CreatePatient(t.Context(), n)
		if e := wantError(t, err, emr.KindInvalid); len(e.Fields) != 1 {
			t.Errorf("%s: fields %v", field, e.Fields)
		}
	}
	if _, err := (creator{parts{c}}).CreatePatient(t.Context(), nil); emr.KindOf(err) != emr.KindInvalid {
		t.Error(err)
	}
	if len(w.seen) != 0 {
		t.Errorf("%d sent", len(w.seen))
	}
}

func TestCreatePatient_nothingPersonalInErrorsAndLogs(t *testing.T) {
	t.Parallel()
	const text = "QUILLSAMPLE, PAT ZZZ0016 1980-02-29 0205550142 canary text"
	for _, r := range []reply{
		{status: 400, body: outcome("error", "business-rule", text)}, {status: 403, body: outcome("error", text, text)},
		{status: 409, body: text}, {status: 422, body: outcome("error", "duplicate", text)}, {status: 500, body: "<html>" + text},
		{status: 200, body: patientBody}, {status: 200, body: outcome("fatal", "exception", text)}, {status: 201, location: text},
	} {
		c, w := connect(t, experimental, r)
		_, err := creator{parts{c}}.CreatePatient(t.Context(), newcomer())
		said := fmt.Sprintf("%v %+v %#v %s", err, err, err, w.log.String())
		for _, secret := range canaries {
			if strings.Contains(said, secret) {
				t.Errorf("%d: %q is said", r.status, secret)
			}
		}
	}
}
