// Nextechsaas-signin signs a user of a practice in at Microsoft, as Nextech's SaaS EHR API
// wants it, looks patients up, and measures the document of each of their visits.
//
//	go run ./examples/nextechsaas-signin -sim              a simulator in this process, no credentials
//	go run ./examples/nextechsaas-signin -sim -wait        the same, and you sign in with your browser
//	go run ./examples/nextechsaas-signin -term RV-20871    the practice configured by NEXTECHSAAS_...
//	go run ./examples/nextechsaas-signin -term - <file     the term from standard input, for it may be a name
//
// The program prints one line "open: URL" on stderr and listens at the callback URL, which
// must be http on a loopback address and registered with the application, for example
// http://localhost:8000/callback/. Open the URL in a browser on this machine; the code that comes
// back is traded for a token, and the API is read with it. With NEXTECHSAAS_REFRESH_TOKEN no
// browser is needed.
//
// The variables are documented at nextechsaas.ConfigFrom; a .env file in the current
// directory is read too, the real environment wins. The term, a chart number or a family name, is
// never printed, nor is any name. Documents are read to their end, counted and dropped. A term that
// fits more than five patients ends the run: nobody's record is opened by chance.
//
// With -json, stdout holds one JSON object and nothing else. What a failed run did not
// reach is null, and the error says what to do:
//
//	{"patients":1,"encounters":3,"documentBytes":4711,"sections":["history"],"error":null}
//	{"patients":null,"encounters":null,"documentBytes":null,"sections":null,"error":{"kind":"auth","message":"..","hint":".."}}
//
// The exit code is 0 when all went well, 1 when something failed, 2 for wrong flags.
//
// What an application copies is steps.go (sign in, read) and page.go (what the browser shows
// in the end); a web service uses Start and Callback of the same flow in place of LocalOnce.
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
	code := run(ctx, host{args: os.Args[1:], stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, lookup: os.LookupEnv, dir: "."})
	stop()
	os.Exit(code)
}
