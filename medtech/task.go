package medtech

import (
	"cmp"
	"context"
	"iter"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// Task is something that a member of the staff is to do.
type Task struct {
	ID TaskID // ALEX's, of one that was read or made
	// Identifier is your own number; "" sends none, and then a lost reply stays ambiguous.
	Identifier  string
	Patient     *emr.Patient // nil: a task of the staff that is about nobody
	Owner       emr.PractitionerID
	Requester   emr.PractitionerID // "" is Config.Images.Author, and none where that is blank
	Description emr.PHI
	Due         emr.Date // zero: none
	Authored    time.Time
	Status      string // "" is requested
	Priority    string // routine, urgent, asap, stat; "": not sent
	Source      emr.Source
}

// CreateTask makes a task. The request is sent once; when the reply is lost and the task
// has an identifier and a patient, it is looked for.
//
// The form is plain FHIR R4: Medtech's is published nowhere. Kinds: invalid (Fields says
// what; nothing was sent), ambiguous, and those of any call.
func (c *Client) CreateTask(ctx context.Context, t *Task) (*Task, error) {
	made, bad := c.checkTask(opCreateTask, t)
	if bad != nil {
		return nil, bad
	}
	id, err := c.write(ctx, ctx, c.taskRecord(made), encoded(c.taskOf(made)))
	if err != nil {
		return nil, err
	}
	made.ID = emr.NewID[Task](id)
	return made, nil
}

// checkTask refuses what ALEX would refuse and fills the blanks in, in a copy.
func (c *Client) checkTask(op string, given *Task) (*Task, *emr.Error) {
	if given == nil {
		return nil, invalid(op, "give a task", "task")
	}
	t := *given
	t.Status = cmp.Or(t.Status, "requested")
	t.Requester = cmp.Or(t.Requester, c.cfg.Images.Author)
	if t.Authored.IsZero() {
		t.Authored = time.Now()
	}
	switch {
	case strings.TrimSpace(t.Description.Reveal()) == "":
		return nil, invalid(op, "say what is to be done", "description")
	case t.Patient != nil && t.Patient.ID.IsZero():
		return nil, invalid(op, "the patient has no id: name one, or none for a task of the staff", "patient")
	case t.Patient != nil && !isReferable(t.Patient.ID.Reveal()) || t.Owner != "" && !isReferable(string(t.Owner)) || t.Requester != "" && !isReferable(string(t.Requester)):
		return nil, invalid(op, "this cannot be an id", "patient", "owner", "requester")
	}
	return &t, nil
}

func (c *Client) taskRecord(t *Task) *record {
	return &record{op: opCreateTask, findOp: opTasks, resource: "Task", identifier: t.Identifier, patient: t.Patient}
}

func (c *Client) taskOf(t *Task) *fhir.Task {
	r := &fhir.Task{
		Status: t.Status, Intent: "order", Priority: t.Priority, Description: t.Description.Reveal(),
		AuthoredOn: fhir.DateTime(c.instant(t.Authored)),
	}
	if t.Identifier != "" {
		r.Identifier = []fhir.Identifier{c.ownIdentifier(t.Identifier)}
	}
	if t.Patient != nil {
		r.For = c.reference("Patient", t.Patient.ID.Reveal())
	}
	if t.Owner != "" {
		r.Owner = c.reference("Practitioner", string(t.Owner))
	}
	if t.Requester != "" {
		r.Requester = c.reference("Practitioner", string(t.Requester))
	}
	if !t.Due.IsZero() {
		r.Restriction.Period.End = fhir.DateTime(t.Due.String())
	}
	return r
}

// Tasks lists the tasks about a patient: lazily, one error and then the end. Kinds:
// precondition (the patient has no NHI), and those of any call.
func (c *Client) Tasks(ctx context.Context, p *emr.Patient) iter.Seq2[*Task, error] {
	return listOf(ctx, c, opTasks, "Task", p, func(r *fhir.Task) (*Task, string, error) {
		t := &Task{ID: emr.NewID[Task](r.ID), Status: r.Status, Priority: r.Priority, Description: emr.NewPHI(r.Description), Source: emr.NewSource(r.Raw().Bytes()),
			Owner: emr.PractitionerID(refersTo(r.Owner, "Practitioner")), Requester: emr.PractitionerID(refersTo(r.Requester, "Practitioner"))}
		if len(r.Identifier) > 0 {
			t.Identifier = r.Identifier[0].Value
		}
		subject := refersTo(r.For, "Patient")
		if subject != "" {
			t.Patient = &emr.Patient{ID: emr.NewPatientID(subject)}
		}
		t.Due = c.dueDay(string(r.Restriction.Period.End))
		var err error
		t.Authored, err = c.moment(string(r.AuthoredOn))
		return t, subject, err
	})
}

// dueDay is a day as written, or that of an instant in the practice's zone; zero for what
// is neither.
func (c *Client) dueDay(text string) emr.Date {
	if len(text) == len(time.DateOnly) {
		d, _ := emr.ParseDate(text)
		return d
	}
	if t, err := c.moment(text); err == nil && !t.IsZero() {
		return emr.DateOf(t)
	}
	return emr.Date{}
}
