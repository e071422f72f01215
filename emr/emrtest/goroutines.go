package emrtest

import (
	"bytes"
	"runtime/pprof"
	"strings"
	"testing"
	"time"
)

// goroutineLabel marks the goroutines that a sub-test starts: they inherit the label,
// so that sub-tests running at the same time do not see each other's.
const goroutineLabel = "emrtest"

// reportGoroutines fails the test when goroutines with the mark are still there after
// the driver was closed and they had time to end.
func reportGoroutines(t testing.TB, mark string, patience time.Duration) {
	t.Helper()
	if patience == 0 {
		patience = 10 * time.Second // only a leak makes the suite wait
	}
	for deadline := time.Now().Add(patience); ; {
		left := marked(mark)
		if left == "" {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("a goroutine is left after Close:\n%s", left)
			return
		}
		<-time.After(time.Millisecond) // they end by themselves: no event tells when
	}
}

// marked returns the stacks of the goroutines with the mark.
func marked(mark string) string {
	var profile bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&profile, 1); err != nil {
		return ""
	}
	var left []string
	for stack := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(stack, `"`+goroutineLabel+`":"`+mark+`"`) {
			left = append(left, stack)
		}
	}
	return strings.Join(left, "\n\n")
}
