package nexhealthtest

import (
	"net/http"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// stepOf tells which step of the main job a call is, "" for none. What is kept below a
// patient, a document say, is none.
func (s *Sim) stepOf(c *simserver.Call) emrtest.Step {
	switch c.Class.Route {
	case "/patients", "/patients/{id}":
		return emrtest.StepPatient
	case "/available_slots":
		return emrtest.StepSlots
	case "/appointments":
		if c.Method == http.MethodPost {
			return emrtest.StepBook
		}
	case "/appointments/{id}":
		if c.Method != http.MethodPatch {
			break
		}
		body, _ := simserver.Object(c.Body)
		if off, _ := truth(simserver.ObjectIn(body, "appt"), "cancelled"); off {
			return emrtest.StepCancel
		}
	}
	return ""
}
