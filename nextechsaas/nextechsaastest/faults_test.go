package nextechsaastest

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestEachFaultOfReadsIsMet(t *testing.T) {
	t.Parallel()
	for fault, status := range map[emrtest.Fault]int{
		emrtest.FaultRateLimited: 429, emrtest.FaultRateLimitedRetryAfter: 429, emrtest.FaultUnavailableOnce: 503, emrtest.FaultServerError: 500,
		emrtest.FaultRevokedToken: 401, emrtest.FaultHTML: 200, emrtest.FaultTruncatedJSON: 200,
	} {
		b := signedIn(t, nil)
		whole := b.get("/search?term=Roy")
		b.sim.FailNextOn(emrtest.StepPatient, fault, 1)
		if r := b.get("/encounters/categories"); r.Status != http.StatusOK {
			t.Errorf("%s: another step meets it: %d", fault, r.Status)
		}
		r := b.get("/search?term=Roy")
		if r.Status != status || r.Body == whole.Body || (r.Header.Get("Retry-After") == "1") != (fault == emrtest.FaultRateLimitedRetryAfter) {
			t.Errorf("%s: %d %s", fault, r.Status, r.Body)
		}
		again := b.get("/search?term=Roy")
		if want := fault == emrtest.FaultRevokedToken; (again.Status == http.StatusUnauthorized) != want || !want && again.Body != whole.Body {
			t.Errorf("%s: then %d", fault, again.Status)
		}
	}
	b := signedIn(t, nil)
	b.sim.FailNext(emrtest.FaultTruncatedJSON, 1)
	if r := b.get("/1044/encounters/search"); !strings.HasPrefix(r.Body, `[{"summary"`) || strings.HasSuffix(r.Body, "]\n") {
		t.Error("a list of visits is not cut")
	}
}

func TestFaultsThatAReadOnlyAPICannotHaveWait(t *testing.T) {
	t.Parallel()
	b := signedIn(t, nil)
	for _, fault := range []emrtest.Fault{
		emrtest.FaultLostReply, emrtest.FaultWriteNeverCompleted, emrtest.FaultNextLoop, emrtest.FaultNextForeignHost, emrtest.FaultSlotTaken, emrtest.FaultDuplicatePatient,
	} {
		b.sim.FailNext(fault, 1)
		if r := b.get("/search?term=Roy"); r.Status != http.StatusOK || !strings.HasSuffix(r.Body, "]\n") {
			t.Errorf("%s: %d", fault, r.Status)
		}
	}
	if b.sim.TakeSlot(nil) == nil || b.sim.Appointments() != 0 {
		t.Error("there is a calendar")
	}
}

func TestASlowTokenTakesTwoSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := open(t, nil)
		b.sim.FailNext(emrtest.FaultSlowToken, 1)
		before := time.Now()
		if r := b.refresh(b.sim.FirstRefreshToken()); r.Status != http.StatusOK || time.Since(before) != 2*time.Second {
			t.Errorf("%d after %v", r.Status, time.Since(before))
		}
		b.sim.HTTPClient().CloseIdleConnections()
	})
}
