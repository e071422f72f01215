package emr

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestFault_X8_everyErrorOfADriverGetsAHint(t *testing.T) {
	t.Parallel()
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, fmt.Errorf("x: %w", context.Canceled), errors.New("x"), ErrNotFound} {
		for _, did := range []effect{read, write} {
			if e := asError(did, err); e.Hint == "" || e.Kind == "" || did == write && e.Kind != KindAmbiguous && !errors.Is(err, ErrNotFound) {
				t.Errorf("%v, a write: %v, gives %v", err, did, e)
			}
		}
	}
}
