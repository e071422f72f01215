// Package emr is the neutral core of emrkit: one set of models and one Client for
// patients, free slots, appointments and documents, whatever electronic medical
// record (EMR) the clinic runs.
//
// An application holds a [*Client]. A vendor package, nextech or nexhealth, makes the
// [Driver] behind it:
//
//	nx, err := nextech.New(cfg, nil)
//	c := emr.NewClient(nx, nil)
//
// # Writes
//
// A booking is sent once. When its answer is lost, the Client reads back and
// reports what is really in the calendar; when even that gives no answer, the error
// has kind [KindAmbiguous], never a plain failure. [RedoOf] says whether a failed
// call may be repeated.
//
// Some vendors accept a write and carry it out later. [Appointment].Write says how far it
// is, [Client.AwaitWritten] waits for the end, and Warnings says when it may not come.
//
// # Personal data
//
// Everything that identifies a patient is [PHI], [BirthDate] or an [ID]: these
// types hide themselves in every fmt verb and in log/slog. PHI and BirthDate also
// refuse JSON and text encoding; [Revealed] is the deliberate way to store a model.
//
// # Errors
//
// Every error is an [*Error] with a [Kind]. Error texts hold no URL query, body,
// name or vendor free text, so they may be logged as they are.
//
// # What a vendor has of its own
//
// [Client.Has] and [Client.Caveat] say what a connection can do. Requests take the vendor
// package's own struct in their field Vendor; [As] gives the vendor's Client, for what no
// other vendor has; [Client.Raw] reaches the rest.
//
// # Time
//
// Times carry the clinic's zone, or the offset the vendor sent. [Date] is a civil
// day in the clinic. Nothing is ever shifted to UTC behind the caller's back.
package emr
