package nexhealth

import (
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// EventName is what a subscription listens to, and what a delivery is named after without
// its outcome: "appointment_insertion". The set is open: names this version does not know
// are delivered like the others.
type EventName string

// The names a subscription can have [OpenAPI document of v3.0.0]. In parentheses what the
// delivery's data is read into; the rest is in Event.Source.
const (
	AppointmentInsertion EventName = "appointment_insertion" // what became of a booking made through NexHealth (Appointments)
	AppointmentCreated   EventName = "appointment_created"   // a booking made in the clinic's system (Appointments)
	AppointmentUpdated   EventName = "appointment_updated"   // any change, cancellation included (Appointments)
	AppointmentRequested EventName = "appointment_requested" // (Appointments)

	PatientCreated          EventName = "patient_created" // (Patients)
	PatientUpdated          EventName = "patient_updated" // (Patients)
	PatientInsuranceCreated EventName = "patient_insurance_created"
	PatientInsuranceUpdated EventName = "patient_insurance_updated"

	SyncStatusReadChange  EventName = "sync_status_read_change"  // back from red to green only (SyncStatus)
	SyncStatusWriteChange EventName = "sync_status_write_change" // back from red to green only (SyncStatus)

	OnboardingCreated           EventName = "onboarding_created"            // (Onboarding)
	OnboardingUpdated           EventName = "onboarding_updated"            // (Onboarding)
	OnboardingAvailabilityReady EventName = "onboarding_availability_ready" // (Onboarding)

	DocumentInsertion     EventName = "document_insertion"
	FormResponseInsertion EventName = "form_response_insertion"

	ProcedureCreated     EventName = "procedure_created"
	ProcedureUpdated     EventName = "procedure_updated"
	ProcedureCodeCreated EventName = "procedure_code_created"
	ProcedureCodeUpdated EventName = "procedure_code_updated"
	ProcedureCodeDeleted EventName = "procedure_code_deleted"
	TreatmentPlanCreated EventName = "treatment_plan_created"
	TreatmentPlanUpdated EventName = "treatment_plan_updated"
	TreatmentPlanDeleted EventName = "treatment_plan_deleted"

	AdjustmentCreated     EventName = "adjustment_created"
	AdjustmentUpdated     EventName = "adjustment_updated"
	AdjustmentDeleted     EventName = "adjustment_deleted"
	AdjustmentInsertion   EventName = "adjustment_insertion"
	AdjustmentTypeCreated EventName = "adjustment_type_created"
	AdjustmentTypeUpdated EventName = "adjustment_type_updated"
	ChargeCreated         EventName = "charge_created"
	ChargeUpdated         EventName = "charge_updated"
	ChargeDeleted         EventName = "charge_deleted"
	ClaimCreated          EventName = "claim_created"
	ClaimUpdated          EventName = "claim_updated"
	ClaimDeleted          EventName = "claim_deleted"
	FeeScheduleCreated    EventName = "fee_schedule_created"
	FeeScheduleUpdated    EventName = "fee_schedule_updated"
	PaymentCreated        EventName = "payment_created"
	PaymentUpdated        EventName = "payment_updated"
	PaymentDeleted        EventName = "payment_deleted"
	PaymentInsertion      EventName = "payment_insertion"
	PaymentTypeCreated    EventName = "payment_type_created"
	PaymentTypeUpdated    EventName = "payment_type_updated"

	MessageCreated EventName = "message_created"
	MessageUpdated EventName = "message_updated"
)

// ResourceType says what an event is about. The set is open; NexHealth's words are
// capitalised, also where an older guide is not.
type ResourceType string

// The resource types of v3.0.0 [OpenAPI document].
const (
	ResourceAdjustment               ResourceType = "Adjustment"
	ResourceAdjustmentType           ResourceType = "AdjustmentType"
	ResourceAppointment              ResourceType = "Appointment"
	ResourceCharge                   ResourceType = "Charge"
	ResourceClaim                    ResourceType = "Claim"
	ResourceDocument                 ResourceType = "Document"
	ResourceFeeSchedule              ResourceType = "FeeSchedule"
	ResourceFormResponse             ResourceType = "FormResponse"
	ResourceMessage                  ResourceType = "Message"
	ResourceOnboarding               ResourceType = "Onboarding" // of the account, not of an institution
	ResourcePatient                  ResourceType = "Patient"
	ResourcePatientInsuranceCoverage ResourceType = "PatientInsuranceCoverage"
	ResourcePayment                  ResourceType = "Payment"
	ResourcePaymentType              ResourceType = "PaymentType"
	ResourceProcedure                ResourceType = "Procedure"
	ResourceProcedureCode            ResourceType = "ProcedureCode"
	ResourceSyncStatus               ResourceType = "SyncStatus"
	ResourceTreatmentPlan            ResourceType = "TreatmentPlan"
)

// resourcePrefixes tells the resource of an event by the start of its name; longer ones
// stand before those they begin with.
var resourcePrefixes = []struct {
	prefix   string
	resource ResourceType
}{
	{"adjustment_type_", ResourceAdjustmentType},
	{"adjustment_", ResourceAdjustment},
	{"appointment_", ResourceAppointment},
	{"charge_", ResourceCharge},
	{"claim_", ResourceClaim},
	{"document_", ResourceDocument},
	{"fee_schedule_", ResourceFeeSchedule},
	{"form_response_", ResourceFormResponse},
	{"message_", ResourceMessage},
	{"onboarding_", ResourceOnboarding},
	{"patient_insurance_", ResourcePatientInsuranceCoverage},
	{"patient_", ResourcePatient},
	{"payment_type_", ResourcePaymentType},
	{"payment_", ResourcePayment},
	{"procedure_code_", ResourceProcedureCode},
	{"procedure_", ResourceProcedure},
	{"sync_status_", ResourceSyncStatus},
	{"treatment_plan_", ResourceTreatmentPlan},
}

// Resource returns what events of that name are about, "" for names this version does
// not know.
func (n EventName) Resource() ResourceType {
	for _, p := range resourcePrefixes {
		if strings.HasPrefix(string(n), p.prefix) {
			return p.resource
		}
	}
	return ""
}

// WriteOutcome is the end of a delivered name: how far NexHealth came with a write.
type WriteOutcome string

// The outcomes [docs: a write's way to the clinic, testing writes per system].
const (
	OutcomeComplete   WriteOutcome = "complete"   // in the clinic's own system
	OutcomeFailed     WriteOutcome = "failed"     // refused there; no reason is given
	OutcomeTimedOut   WriteOutcome = "timed_out"  // its start passed before it could be written
	OutcomeIncomplete WriteOutcome = "incomplete" // named, not explained; taken as "not decided yet"
)

// state is what the outcome means for the write, "" where it decides nothing.
func (o WriteOutcome) state() emr.WriteState {
	switch o {
	case OutcomeComplete:
		return emr.WriteDone
	case OutcomeFailed:
		return emr.WriteFailed
	case OutcomeTimedOut:
		return emr.WriteTimedOut
	}
	return ""
}

// splitName parts a delivered name. One with an end nobody knows stays whole.
func splitName(full string) (EventName, WriteOutcome) {
	name, end, _ := strings.Cut(full, ".")
	switch o := WriteOutcome(end); o {
	case OutcomeComplete, OutcomeFailed, OutcomeTimedOut, OutcomeIncomplete:
		return EventName(name), o
	}
	return EventName(full), ""
}
