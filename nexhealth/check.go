package nexhealth

import (
	"context"

	"github.com/emrkit/emrkit/emr"
)

// Check tells whether bookings reach the practice at present.
func (p parts) Check(ctx context.Context) (*emr.Health, error) {
	here, err := p.place(ctx, "")
	if err != nil {
		return nil, err
	}
	h := &emr.Health{OK: here.Active, Version: p.cfg.Version, Warnings: p.warned.all()}
	return h, nil
}
