package peer

import "testing"

func TestFault_C3_onlyThisMachineIsLoopback(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "LocalHost": true, "127.0.0.1": true, "127.8.9.10": true, "::1": true, "0:0:0:0:0:0:0:1": true, "::ffff:127.0.0.1": true,
		"": false, "localhost.example.test": false, "localhost.": false, "127.0.0.1.example.test": false, "127.1": false, "0.0.0.0": false, "::": false,
		"10.0.0.1": false, "::2": false, "[::1]": false, "127.0.0.1:80": false, "0x7f000001": false, "2130706433": false, "locİlhost": false,
	} {
		if got := IsLoopback(host); got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}
