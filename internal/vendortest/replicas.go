package vendortest

import (
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr/emrtest"
)

// Processes are several processes with the same configuration, token store included, and
// one simulator.
type Processes struct {
	Start    func() error // starts another one and makes its first call
	Requests func() []emrtest.Request
}

// CheckReplicas wants one token request of three processes with a token store, and three
// without: configuring the store is what makes them share.
func CheckReplicas(t testing.TB, open func(store auth.Store) Processes) {
	t.Helper()
	for name, store := range map[string]auth.Store{"with a store": auth.NewMemoryStore(), "without": nil} {
		p := open(store)
		for range 3 {
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
		}
		tokens := 0
		for _, r := range p.Requests() {
			if r.Token {
				tokens++
			}
		}
		if want := map[bool]int{true: 1, false: 3}[store != nil]; tokens != want {
			t.Errorf("%s: %d token requests, want %d", name, tokens, want)
		}
	}
}
