// Patient-access signs a person in at NextGen's Patient Access APIs (SMART on FHIR), reads
// who it is and counts what the record holds.
//
//	go run ./examples/patient-access -sim        a simulator in this process, no credentials
//	go run ./examples/patient-access -sim -wait  the same, and you sign in with your browser
//	go run ./examples/patient-access             the app configured by NEXTGEN_FHIR_...
//
// The program prints one line "open: URL" on stderr and listens at the callback URL, which
// must be http on a loopback address and registered with the app. Open the URL in a browser on this
// machine; the code that comes back is traded for a token, and the record is read with it.
// With NEXTGEN_FHIR_REFRESH_TOKEN no browser is needed.
//
// The variables are documented at patientaccess.ConfigFrom; a .env file in the current
// directory is read too, the real environment wins. With -json, stdout holds one JSON object
// and nothing else:
//
//	{"patient":{"id":".."},"resources":{"Condition":3},"error":null}
//
// The exit code is 0 when all went well, 1 when something failed, 2 for wrong flags.
//
// What an application copies is steps.go (sign in, read) and page.go (what the browser shows
// in the end); a web service uses Start and Callback of the same flow in place of Local.
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
	code := run(ctx, host{args: os.Args[1:], stdout: os.Stdout, stderr: os.Stderr, lookup: os.LookupEnv, dir: "."})
	stop()
	os.Exit(code)
}
