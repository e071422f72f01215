package signin

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestConnectionsInReserveAreClosedAtOnce: the person does not wait for what a browser opened
// and did not use.
func TestConnectionsInReserveAreClosedAtOnce(t *testing.T) {
	t.Parallel()
	u := &unusedConns{all: map[net.Conn]bool{}}
	conns := map[string]net.Conn{}
	for _, name := range []string{"in reserve", "with the callback", "late"} {
		here, there := net.Pipe()
		t.Cleanup(func() { _, _ = here.Close(), there.Close() })
		conns[name] = here
	}
	u.note(conns["in reserve"], http.StateNew)
	u.note(conns["with the callback"], http.StateNew)
	u.note(conns["with the callback"], http.StateActive)
	u.close()
	u.note(conns["late"], http.StateNew)
	for name, c := range conns {
		err := c.SetDeadline(time.Time{}) // what tells a closed pipe without waiting
		if closed := errors.Is(err, io.ErrClosedPipe); closed != (name != "with the callback") {
			t.Errorf("%s: closed %v", name, closed)
		}
	}
}
