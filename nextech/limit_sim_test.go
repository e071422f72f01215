package nextech_test

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

// Everybody waits for the first token; when it comes they must not all leave together.
func TestFault_R6_slowTokenDoesNotBunchCallsToNextech(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim := nextechtest.New(t, &nextechtest.Options{InMemory: true, SlowToken: 3 * time.Second}) // ends the test on any violation
		sim.FailNext(emrtest.FaultSlowToken, 1)
		client := emr.NewClient(connect(t, sim.Config(), &emr.Options{HTTPClient: sim.HTTPClient()}), nil)
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				if _, err := client.GetPatient(t.Context(), emr.NewPatientID("nobody-"+strconv.Itoa(i))); emr.KindOf(err) != emr.KindNotFound {
					t.Error(err)
				}
			})
		}
		all.Wait()
		refused := 0
		for _, r := range sim.Requests() {
			if r.Status == http.StatusTooManyRequests {
				refused++
			}
		}
		if refused != 0 {
			t.Errorf("%d requests were refused with 429", refused)
		}
	})
}
