// Simulator runs a vendor's simulator as a process: a practice full of invented people to
// develop against before there are credentials.
//
//	go run ./examples/simulator -vendor nextech                     Select, tokens at {base}/connect/token
//	go run ./examples/simulator -vendor nextech -auth azure         Select, Azure AD v1 with user and password
//	go run ./examples/simulator -vendor nextech -product practiceplus -auth azure
//	go run ./examples/simulator -vendor nexhealth                   a production key; -product sandbox: the demo practice
//	go run ./examples/simulator -vendor nextech -fault lost-reply   the next booking loses its answer
//	go run ./examples/simulator -vendor nextech -fault 500@patient  the next patient calls fail; -h lists all
//
// Stdout gets the environment lines to paste into another terminal (or to write into
// .env): all names, those not needed without a value, so that an earlier simulator's do not
// stay in the shell. Stderr gets one line for each request, with the fault it met, and for
// each rule of the vendor that it broke. Ctrl-C or SIGTERM ends it. The exit code is 0
// then, 1 when it could not start, 2 for wrong flags. The secrets printed are new for each
// run and good for nothing else.
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
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
