package simserver

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestARequestCountsForEachOfItsLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r rates
		second := Limit{Name: "all", Most: 3, Window: time.Second}
		minute := Limit{Name: "all", Most: 5, Window: time.Minute} // the same name is another window
		none := Limit{Name: "free", Window: time.Second}
		ask := func(want string) {
			t.Helper()
			got, ok := r.admit([]Limit{second, minute, none})
			if name := windowName(got.Window); ok != (want == "") || !ok && name != want {
				t.Errorf("broke %q, want %q", name, want)
			}
		}
		for range 3 {
			ask("")
		}
		ask("second")
		time.Sleep(time.Second)
		ask("") // the refused one counts for none
		ask("")
		ask("minute")
		time.Sleep(59 * time.Second)
		ask("")
		if windowName(time.Hour) != "1h0m0s" {
			t.Error(windowName(time.Hour))
		}
	})
}

func TestAVendorThatWritesLaterTakesTheFaultItself(t *testing.T) {
	t.Parallel()
	s := New(Config{InMemory: true})
	t.Cleanup(func() { _ = s.Close() })
	h := (&counter{}).host()
	h.WritesLater = true
	h.Handle = func(c *Call) *Reply {
		if !c.Take(emrtest.FaultWriteNeverCompleted) {
			t.Error("the handler cannot take it")
		}
		return Text(http.StatusCreated, "accepted")
	}
	origin, err := s.Serve("", h)
	if err != nil {
		t.Fatal(err)
	}
	s.FailNextOn(emrtest.StepAny, emrtest.FaultWriteNeverCompleted, 1)
	resp, err := s.HTTPClient().Post(origin+"/x", "application/json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if got := s.Requests(); resp.StatusCode != http.StatusCreated || got[0].Fault != emrtest.FaultWriteNeverCompleted {
		t.Errorf("%d %+v", resp.StatusCode, got)
	}
}
