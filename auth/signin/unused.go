package signin

import (
	"net"
	"net/http"
	"sync"
)

// unusedConns are the connections that nothing came on yet. Browsers open such, to have them
// at hand, and [http.Server.Shutdown] waits for those.
type unusedConns struct {
	mu    sync.Mutex
	all   map[net.Conn]bool
	ended bool
}

// note is the hook of the server.
func (u *unusedConns) note(c net.Conn, state http.ConnState) {
	u.mu.Lock()
	defer u.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(u.all, c)
	case u.ended:
		_ = c.Close()
	default:
		u.all[c] = true
	}
}

// close closes them, and those that come later.
func (u *unusedConns) close() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.ended = true
	for c := range u.all {
		_ = c.Close()
	}
}
