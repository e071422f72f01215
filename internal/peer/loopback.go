package peer

import (
	"net/netip"
	"strings"
)

// IsLoopback reports whether host, a name or an address without port, can only be this
// machine: the one peer that may be spoken to in plain http.
func IsLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}
