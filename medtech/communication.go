package medtech

import (
	"cmp"
	"context"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// Message is a message in the practice's Inbox, about a patient.
type Message struct {
	ID MessageID // ALEX's, of one that was read or sent
	// Identifier is your own number; "" sends none, and then a lost reply stays ambiguous.
	Identifier string
	Patient    *emr.Patient // of a read one, with its id only; nil: not told
	// Sender "" is Config.Images.Author. Medtech's Australian profile demands one.
	Sender     emr.PractitionerID
	Recipients []emr.PractitionerID
	Text       emr.PHI
	Sent       time.Time // zero: now
	// Category zero is Config.Images.MessageCategory.
	Category Code
	Status   string // of a read one
	Source   emr.Source
}

// SendMessage puts a message into the Inbox of its recipients. The request is sent once;
// when the reply is lost and the message has an identifier, it is looked for.
//
// The form is that of Medtech's Australian profile, and how the recipient is told is
// assumed: New Zealand's is published nowhere. Kinds: invalid (Fields says what; nothing
// was sent), ambiguous, and those of any call.
func (c *Client) SendMessage(ctx context.Context, m *Message) (*Message, error) {
	sent, bad := c.checkMessage(opSendMessage, m)
	if bad != nil {
		return nil, bad
	}
	id, err := c.write(ctx, ctx, c.messageRecord(sent), encoded(c.messageOf(sent)))
	if err != nil {
		return nil, err
	}
	sent.ID, sent.Status = emr.NewID[Message](id), "completed"
	return sent, nil
}

// checkMessage refuses what ALEX would refuse and fills the blanks in, in a copy.
func (c *Client) checkMessage(op string, given *Message) (*Message, *emr.Error) {
	if given == nil {
		return nil, invalid(op, "give a message", "message")
	}
	m := *given
	m.Sender = cmp.Or(m.Sender, c.cfg.Images.Author)
	m.Category = cmp.Or(m.Category, c.cfg.Images.MessageCategory)
	if m.Sent.IsZero() {
		m.Sent = time.Now()
	}
	switch {
	case m.Patient == nil || m.Patient.ID.IsZero():
		return nil, invalid(op, "a message is about a patient: the id is enough", "patient")
	case !isReferable(m.Patient.ID.Reveal()) || m.Sender != "" && !isReferable(string(m.Sender)) ||
		slices.ContainsFunc(m.Recipients, func(id emr.PractitionerID) bool { return !isReferable(string(id)) }):
		return nil, invalid(op, "this cannot be an id", "patient", "sender", "recipients")
	case strings.TrimSpace(m.Text.Reveal()) == "":
		return nil, invalid(op, "the message has no text", "text")
	case m.Sender == "":
		return nil, invalid(op, "name who the message is from: a practitioner, or Config.Images.Author", "sender")
	}
	return &m, nil
}

func (c *Client) messageRecord(m *Message) *record {
	return &record{op: opSendMessage, findOp: opMessages, resource: "Communication", identifier: m.Identifier, patient: m.Patient}
}

func (c *Client) messageOf(m *Message) *fhir.Communication {
	r := &fhir.Communication{
		Status: "completed", Category: []fhir.CodeableConcept{m.Category.concept()},
		Subject: c.reference("Patient", m.Patient.ID.Reveal()), Sender: c.reference("Practitioner", string(m.Sender)),
		Sent: fhir.DateTime(c.instant(m.Sent)), Payload: []fhir.CommunicationPayload{{String: m.Text.Reveal()}},
	}
	if m.Identifier != "" {
		r.Identifier = []fhir.Identifier{c.ownIdentifier(m.Identifier)}
	}
	for _, who := range m.Recipients {
		r.Recipient = append(r.Recipient, c.reference("Practitioner", string(who)))
	}
	return r
}

// Messages lists the messages about a patient: lazily, one error and then the end. The
// patient needs an id; with the NHI in its identifiers a request is saved. Kinds:
// precondition (the patient has no NHI), and those of any call.
func (c *Client) Messages(ctx context.Context, p *emr.Patient) iter.Seq2[*Message, error] {
	return listOf(ctx, c, opMessages, "Communication", p, func(r *fhir.Communication) (*Message, string, error) {
		m := &Message{ID: emr.NewID[Message](r.ID), Status: r.Status, Source: emr.NewSource(r.Raw().Bytes()),
			Sender: emr.PractitionerID(refersTo(r.Sender, "Practitioner"))}
		if len(r.Identifier) > 0 {
			m.Identifier = r.Identifier[0].Value
		}
		if len(r.Category) > 0 {
			m.Category = codeOf(r.Category[0])
		}
		for _, who := range r.Recipient {
			if id := refersTo(who, "Practitioner"); id != "" {
				m.Recipients = append(m.Recipients, emr.PractitionerID(id))
			}
		}
		var text []string
		for _, part := range r.Payload {
			if part.String != "" {
				text = append(text, part.String)
			}
		}
		m.Text = emr.NewPHI(strings.Join(text, "\n"))
		subject := refersTo(r.Subject, "Patient")
		if subject != "" {
			m.Patient = &emr.Patient{ID: emr.NewPatientID(subject)}
		}
		var err error
		m.Sent, err = c.moment(string(r.Sent))
		return m, subject, err
	})
}

// codeOf is the first coding of a concept, with its words.
func codeOf(c fhir.CodeableConcept) Code {
	if len(c.Coding) == 0 {
		return Code{Display: c.Text}
	}
	return Code{System: c.Coding[0].System, Code: c.Coding[0].Code, Display: cmp.Or(c.Coding[0].Display, c.Text)}
}

// listOf ranges over the records of a patient: lazily, anew each time, one error and then
// the end. Records of another patient are an answer nobody may show: kind protocol.
func listOf[T any, R any, P interface {
	*R
	fhir.Resource
}](ctx context.Context, c *Client, op, resource string, p *emr.Patient, of func(*R) (*T, string, error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		number, err := c.subject(ctx, op, p)
		if err != nil {
			yield(nil, err)
			return
		}
		seen := map[string]bool{}
		err = c.walk(func(at emr.Cursor) (b listing, next emr.Cursor, enough bool, err error) {
			get, err := c.call(op, http.MethodGet, resource)
			if err != nil {
				return b, "", false, err
			}
			get.Patient, get.MaxResponse = p.ID, contentLimit
			b, next, err = c.search(ctx, get, new(fhir.Query).Token("patient.identifier", NHISystem, number), at)
			if err != nil {
				return b, "", false, err
			}
			all, err := matches[R, P](b, resource)
			if err != nil {
				return b, "", false, c.unreadable(get, b.answer, err)
			}
			for _, r := range all {
				one, subject, err := of(r)
				if err != nil || subject != "" && !isSame(subject, p.ID.Reveal()) {
					return b, "", false, c.unreadable(get, b.answer, err)
				}
				if id := P(r).ResourceID(); id == "" || !seen[id] {
					seen[id] = true
					if !yield(one, nil) {
						return b, "", true, nil
					}
				}
			}
			return b, next, false, nil
		})
		if err != nil {
			yield(nil, err)
		}
	}
}
