package medtechtest

import (
	"net/http"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Further steps, for Sim.FailNextOn and Sim.AnswerNext.
const (
	StepMedia         emrtest.Step = "media"         // storing and finding a Media
	StepDocument      emrtest.Step = "document"      // storing and finding a DocumentReference
	StepCommunication emrtest.Step = "communication" // messages
	StepTask          emrtest.Step = "task"          // tasks
	StepDirectory     emrtest.Step = "directory"     // practitioners and the location
	StepAppointments  emrtest.Step = "appointments"  // reading appointments, and each change but cancelling
)

// stepOf tells which step a call is, "" for none.
func (s *Sim) stepOf(c *simserver.Call) emrtest.Step {
	switch c.Class.Route {
	case "/Patient", "/Patient/{id}":
		return emrtest.StepPatient
	case "/Slot":
		return emrtest.StepSlots
	case "/Appointment", "/Appointment/{id}":
		switch c.Method {
		case http.MethodPost:
			return emrtest.StepBook
		case http.MethodPut:
			if body, err := simserver.Object(c.Body); err == nil && simserver.StringIn(body, "status") == "cancelled" {
				return emrtest.StepCancel
			}
		}
		return StepAppointments
	case "/Media", "/Media/{id}":
		return StepMedia
	case "/DocumentReference", "/DocumentReference/{id}":
		return StepDocument
	case "/Communication", "/Communication/{id}":
		return StepCommunication
	case "/Task", "/Task/{id}":
		return StepTask
	case "/Practitioner", "/Practitioner/{id}", "/Location", "/Location/{id}":
		return StepDirectory
	}
	return ""
}
