package nextech

import (
	"fmt"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_P4_emptyPagesOfNextechThatCountOnEndAfterFive(t *testing.T) {
	t.Parallel()
	var steps []step
	for n := range 5 {
		steps = append(steps, step{body: typesPage(0, 0, 500, fmt.Sprintf("?_getpagesoffset=%d&_count=10", 10*(n+1)))})
	}
	nx, r := connect(t, Select, nil, steps...)
	if _, err := collect(t.Context(), opTypes, parts{nx}.ListAppointmentTypes); emr.KindOf(err) != emr.KindTooLarge || len(r.seen) != 5 {
		t.Errorf("%d requests, %v", len(r.seen), err)
	}
}
