package nextechtest

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// stepOf tells which step of the main job a call is, "" for none. What is kept below a
// patient, a document say, is none.
func (s *Sim) stepOf(c *simserver.Call) emrtest.Step {
	switch route := strings.TrimSuffix(c.Class.Route, "/"); {
	case route == "/Patient", route == "/Patient/ID", route == "/Patient/{uid}":
		return emrtest.StepPatient
	case route == "/Slot":
		return emrtest.StepSlots
	case route == "/Appointment" && c.Method == http.MethodPost:
		return emrtest.StepBook
	case route == "/Appointment/{id}":
		if body, err := simserver.Object(c.Body); err == nil && simserver.StringIn(body, "status") == "cancelled" {
			return emrtest.StepCancel
		}
	}
	return ""
}
