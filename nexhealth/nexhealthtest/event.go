package nexhealthtest

import (
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

func (s *Sim) patientChanged(string, simserver.Patient)        {}
func (s *Sim) appointmentAppeared(simserver.Appointment)       {}
func (s *Sim) appointmentSettled(write, simserver.Appointment) {}
func (s *Sim) documentSettled(write)                           {}
func (s *Sim) syncRecovered(*syncSource, bool, bool)           {}
func (s *Sim) flush()                                          {}
func (s *Sim) later(time.Duration, func())                     {}

type procedure struct{ appointment string }

func (s *Sim) proceduresOf(func(procedure) bool) []object       { return []object{} }
func (s *Sim) includeRecords(*query, object, simserver.Patient) {}
