// Nexhealth-webhooks shows how a service learns whether its bookings were really written:
// NexHealth accepts a booking first, and tells by webhook what became of it in the
// practice's own system.
//
//	go run ./examples/nexhealth-webhooks        in this process, no credentials
//
// A simulated NexHealth and a webhook handler run on loopback ports. The program registers
// the handler by API, books, waits for the news, and then lets happen what happens in real
// life: a write that fails, one that comes too late, a delivery that comes twice, one that
// was tampered with, one that is sent again later, and a cancellation.
//
// With -json, stdout holds one JSON object per step and nothing else. The exit code is 0
// when every step went as described, 1 when one did not, 2 for wrong flags.
//
// What an application copies is receiver.go (the handler) and the first lines of demo.go
// (one Outcomes for handler and client); steps.go is the story.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program the hard way
	code := run(ctx, host{args: os.Args[1:], stdout: os.Stdout, stderr: os.Stderr, lookup: os.LookupEnv})
	stop()
	os.Exit(code)
}
