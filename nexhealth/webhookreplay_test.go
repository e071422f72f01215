package nexhealth

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func TestReplayMemoryKeepsClaimsForTheirTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := NewReplayMemory(0)
		claim := func(want Claim) {
			t.Helper()
			if got, err := m.Claim(t.Context(), "k", time.Minute); got != want || err != nil {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		}
		claim(ClaimNew)
		claim(ClaimRunning)
		_ = m.Release(t.Context(), "k")
		claim(ClaimNew)
		time.Sleep(time.Minute)
		claim(ClaimNew) // whoever had it died
		_ = m.Done(t.Context(), "k", time.Hour)
		claim(ClaimDone)
		time.Sleep(59 * time.Minute)
		claim(ClaimDone)
		time.Sleep(time.Minute)
		claim(ClaimNew)
		_ = m.Release(t.Context(), "unknown")
	})
}

func TestReplayMemoryIsBoundedAndForgetsWhatIsHandledFirst(t *testing.T) {
	t.Parallel()
	m := NewReplayMemory(100)
	_, _ = m.Claim(t.Context(), "running", time.Hour)
	for i := range 1000 {
		key := strconv.Itoa(i)
		_, _ = m.Claim(t.Context(), key, time.Hour)
		_ = m.Done(t.Context(), key, time.Hour)
	}
	if m.Len() != 100 {
		t.Errorf("%d are kept", m.Len())
	}
	for key, want := range map[string]Claim{"running": ClaimRunning, "999": ClaimDone, "0": ClaimNew} {
		if got, _ := m.Claim(t.Context(), key, time.Hour); got != want {
			t.Errorf("%s: %v, want %v", key, got, want)
		}
	}
	for i := range 500 {
		_, _ = m.Claim(t.Context(), "r"+strconv.Itoa(i), time.Hour) // all running: still bounded
	}
	if m.Len() != 100 {
		t.Errorf("%d are kept", m.Len())
	}
}
