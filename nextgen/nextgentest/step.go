package nextgentest

import (
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/internal/simserver"
)

// Further steps, for Sim.FailNextOn and Sim.AnswerNext.
const (
	StepSession      emrtest.Step = "session"      // choosing the practice
	StepDirectory    emrtest.Step = "directory"    // master data, providers, resources
	StepAppointments emrtest.Step = "appointments" // reading appointments
	StepChange       emrtest.Step = "change"       // moving and changing appointments, all but cancelling
	StepChart        emrtest.Step = "chart"        // encounters and documents
)

// stepOf tells which step a call is, "" for none.
func (s *Sim) stepOf(c *simserver.Call) emrtest.Step {
	path := c.Class.Route
	switch {
	case path == "/users/me/login-defaults" && c.Method == http.MethodPut:
		return StepSession
	case strings.HasPrefix(path, "/master/"), strings.HasPrefix(path, "/providers"), strings.HasPrefix(path, "/resources"):
		return StepDirectory
	case path == "/appointments/slots", path == "/appointments/availability":
		return emrtest.StepSlots
	case path == "/appointments" && c.Method == http.MethodPost:
		return emrtest.StepBook
	case path == "/appointments/{appointment}/cancel":
		return emrtest.StepCancel
	case strings.HasPrefix(path, "/appointments"), strings.HasSuffix(path, "/appointments"):
		if c.Method != http.MethodGet {
			return StepChange
		}
		return StepAppointments
	case strings.HasPrefix(path, "/persons/{person}/chart/"):
		return StepChart
	case strings.HasPrefix(path, "/persons"):
		return emrtest.StepPatient
	}
	return ""
}
