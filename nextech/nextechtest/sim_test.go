package nextechtest

import (
	"testing"
	"testing/synctest"
	"time"
)

const hour = time.Hour

// bubble runs f in a synctest bubble; goroutines that stay fail it.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}
