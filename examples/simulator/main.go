// Simulator runs a vendor's simulator as a process: a practice full of invented people to
// develop against before there are credentials.
//
//	go run ./examples/simulator -vendor nextech                     Select, tokens at {base}/connect/token
//	go run ./examples/simulator -vendor nextech -auth azure         Select, Azure AD v1 with user and password
//	go run ./examples/simulator -vendor nextech -product practiceplus -auth azure
//	go run ./examples/simulator -vendor nextech -fault lost-reply   the next booking loses its answer
//
// Stdout gets the environment lines to paste into another terminal (or to write into
// .env), stderr one line for each request and for each rule of the vendor that it broke.
// Ctrl-C or SIGTERM ends it. The exit code is 0 then, 1 when it could not start, 2 for
// wrong flags. The secrets printed are new for each run and good for nothing else.
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
