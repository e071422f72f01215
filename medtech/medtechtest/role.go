package medtechtest

import "slices"

// The roles of a token; all names were seen. Which call needs which follows from them.
const (
	rolePatientNHI     = "patient.nhisearch.read"
	rolePatientOther   = "patient.nonnhisearch.read"
	rolePatientCreate  = "patient.create.write"
	roleSummary        = "patient.healthsummary.read"
	roleNotes          = "patient.documentreference.consultnotes.read"
	roleLetters        = "patient.documentreference.rsdinbox.read"
	roleBinary         = "patient.binary.attachment.read"
	roleMediaRead      = "patient.media.read"
	roleMediaWrite     = "patient.media.write"
	roleTaskRead       = "patient.task.read"
	roleMessageRead    = "patient.communication.generalcommunication.read"
	roleMessageWrite   = "patient.communication.generalcommunication.write"
	roleLocation       = "practice.location.read"
	rolePractitioner   = "practitioner.read"
	roleCalendarRead   = "practitioner.appointment.read"
	roleCalendarWrite  = "practitioner.appointment.write"
	roleSlots          = "practitioner.appointmentslot.read"
	roleScan           = "Patient.documentreference.scaninbox.write"
	roleConditions     = "patient.condition.read"
	roleMedicines      = "patient.medicationrequest.read"
	roleObservations   = "patient.observation.read"
	roleAllergies      = "patient.allergyintolerance.read"
	roleImmunisations  = "patient.immunization.read"
	roleLaboratoryRead = "patient.diagnosticreport.read"
)

var allRoles = []string{
	rolePatientNHI, rolePatientOther, rolePatientCreate, roleSummary, roleConditions, roleMedicines, roleObservations, roleAllergies,
	roleImmunisations, roleLaboratoryRead, roleNotes, roleLetters, roleBinary, roleMediaRead, roleMediaWrite, roleTaskRead,
	roleMessageRead, roleMessageWrite, "patient.communication.repeatprescription.write", "patient.communication.outboxwebform.read",
	"patient.launchformincontext.read", roleLocation, rolePractitioner, roleCalendarRead, roleCalendarWrite, roleSlots, roleScan,
}

// SetWithoutRoles takes these roles away from the application, and gives it all others.
// Tokens that are out keep what they have.
func (s *Sim) SetWithoutRoles(roles ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.without = slices.Clone(roles)
}

// roles are those of a new token.
func (s *Sim) roles() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(allRoles), func(r string) bool { return slices.Contains(s.without, r) })
}
