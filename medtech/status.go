package medtech

import "github.com/emrkit/emrkit/emr"

// The words of FHIR that this package sends.
const (
	statusBooked    = "booked"
	statusProposed  = "proposed"
	statusArrived   = "arrived"
	statusCancelled = "cancelled"
)

// statusOf maps FHIR R4's appointment status. "waitlist" is how Australian practices have
// a queue arrival: the patient is there.
func statusOf(word string) emr.Status {
	switch word {
	case statusProposed, "pending":
		return emr.StatusPending
	case statusBooked:
		return emr.StatusBooked
	case statusArrived, "checked-in", "waitlist":
		return emr.StatusArrived
	case "fulfilled":
		return emr.StatusFulfilled
	case statusCancelled, "entered-in-error":
		return emr.StatusCancelled
	case "noshow":
		return emr.StatusNoShow
	}
	return emr.StatusUnknown
}
