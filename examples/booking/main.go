// Booking runs the main job of emrkit for each scheduling vendor: find or create a
// patient, list the free times, book the first one, read it back, cancel it.
//
//	go run ./examples/booking                        every vendor's simulator, no credentials
//	go run ./examples/booking -vendor nextech -live  a real endpoint, configured by NEXTECH_...
//
// The variables of each vendor are documented at its ConfigFrom function; a .env file
// in the current directory is read too, the real environment wins. With -json, stdout
// holds one JSON object per vendor and nothing else. The exit code is 0 when every
// vendor went through, 1 when one failed, 2 for wrong flags.
//
// The steps themselves are in steps.go, and they are the same for every vendor; what
// differs between vendors is one row in vendors.go.
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
	code := run(ctx, host{
		args:   os.Args[1:],
		stdout: os.Stdout,
		stderr: os.Stderr,
		lookup: os.LookupEnv,
		dir:    ".",
	}, vendors())
	stop()
	os.Exit(code)
}
