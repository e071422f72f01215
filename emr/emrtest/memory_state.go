package emrtest

import (
	"bytes"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Appointments returns copies of all appointments in order of start, cancelled ones
// and blocks without a patient included.
func (m *Memory) Appointments() []*emr.Appointment {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []*emr.Appointment
	for _, a := range c.appointments {
		all = append(all, c.outAppointment(a))
	}
	slices.SortStableFunc(all, func(a, b *emr.Appointment) int { return a.Start.Compare(b.Start) })
	return all
}

// Booked counts the live appointments of patients.
func (m *Memory) Booked() int {
	n := 0
	for _, a := range m.Appointments() {
		if a.Status.Live() && !a.Patient.IsZero() {
			n++
		}
	}
	return n
}

// Patients returns copies of all patients in the order they were added.
func (m *Memory) Patients() []*emr.Patient {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []*emr.Patient
	for _, p := range c.patients {
		all = append(all, c.outPatient(p))
	}
	return all
}

// TakeSlot books the time of s for somebody else, behind the connection's back.
// ErrSlotTaken when it is not free.
func (m *Memory) TakeSlot(s *emr.Slot) error {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.busy(s, emr.AppointmentID{}) {
		return emr.ErrSlotTaken
	}
	c.addAppointment(newAppointment(s, emr.PatientID{}, emr.StatusBooked))
	return nil
}

// SettleWrites ends every write that the vendor has accepted and not yet written
// (Habits.WritesLater): WriteDone makes the appointments booked, WriteFailed and
// WriteTimedOut take them out of the calendar. Who watches a write is told.
func (m *Memory) SettleWrites(to emr.WriteState) {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.appointments {
		if a.Write != emr.WriteAccepted {
			continue
		}
		a.Write = to
		switch {
		case to != emr.WriteDone:
			a.Status = emr.StatusCancelled
		case a.Status == emr.StatusPending:
			a.Status = emr.StatusBooked
		}
		c.touched(a)
		c.tell(a)
	}
}

// SetHealth sets the answer of Check.
func (m *Memory) SetHealth(h emr.Health) {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	m.clinic.health = h
}

// SetRaw sets what answers raw requests. It runs under the clinic's lock: it must not
// call the Memory.
func (m *Memory) SetRaw(answer func(*emr.RawRequest) (*emr.RawResponse, error)) {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	m.clinic.raw = answer
}

// SetSummary sets the clinical summary of a patient.
func (m *Memory) SetSummary(p emr.PatientID, contentType string, data []byte) {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	m.clinic.summaries[p] = storedContent{contentType, bytes.Clone(data)}
}

// AddEncounter adds a visit; an ID is given when there is none.
func (m *Memory) AddEncounter(e emr.Encounter) *emr.Encounter {
	c := m.clinic
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.ID.IsZero() {
		e.ID = emr.NewEncounterID(c.nextID("visit"))
	}
	stored := e
	c.encounters = append(c.encounters, &stored)
	return &e
}

// AddDocument adds a document with its content.
func (m *Memory) AddDocument(n *emr.NewDocument, data []byte) *emr.Document {
	m.clinic.mu.Lock()
	defer m.clinic.mu.Unlock()
	out := m.clinic.addDocument(n, data).about
	return &out
}

func (c *clinic) addDocument(n *emr.NewDocument, data []byte) *storedDocument {
	stored := &storedDocument{
		about: emr.Document{
			ID: emr.NewDocumentID(c.nextID("doc")), Patient: patientID(n.Patient), Title: n.Title, ContentType: n.ContentType,
			Category: n.Category, Size: int64(len(data)), Created: c.now().In(c.zone), Encounter: n.Encounter,
		},
		content: storedContent{strings.Clone(n.ContentType), bytes.Clone(data)},
	}
	c.documents = append(c.documents, stored)
	return stored
}
