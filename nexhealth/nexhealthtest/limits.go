package nexhealthtest

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// limits are the documented rates of an API key. That 10 a second hold for
// available_slots, and for the two endpoints together, is assumed; so is that a rolling
// window counts.
func (s *Sim) limits(path string) []simserver.Limit {
	if s.opts.Unlimited || s.unlimited {
		return nil
	}
	all := []simserver.Limit{{Name: "all endpoints", Most: 100, Window: time.Second}}
	if path == "/appointments" || path == "/available_slots" {
		all = append(all, simserver.Limit{Name: "appointments and slots", Most: 10, Window: time.Second})
	}
	if strings.HasPrefix(path, "/appointments") || strings.HasPrefix(path, "/patients") {
		return append(all, simserver.Limit{Name: "patients and appointments", Most: 1000, Window: time.Minute})
	}
	return append(all, simserver.Limit{Name: "other endpoints", Most: 2000, Window: time.Minute})
}
