package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// failure is an error as -json shows it.
type failure struct {
	Kind    emr.Kind `json:"kind"`
	Message string   `json:"message"`
	Hint    string   `json:"hint"`
}

// failureOf describes err without anything personal: the text of an emr.Error is
// safe, the text of anything else is not shown.
func failureOf(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{Kind: emr.KindOf(err)}
	var e *emr.Error
	switch {
	case errors.As(err, &e):
		plain := *e
		plain.Hint = "" // has its own place
		f.Message, f.Hint = plain.Error(), e.Hint
	case f.Kind != "":
		f.Message = emr.UserMessage(err)
	default:
		f.Kind, f.Message = emr.KindProtocol, fmt.Sprintf("unexpected error of type %T", err)
	}
	if f.Hint == "" {
		f.Hint = nextStep(err)
	}
	return f
}

// nextStep is the hint for errors that bring none.
func nextStep(err error) string {
	switch kind := emr.KindOf(err); {
	case kind == emr.KindCanceled:
		return "the run was stopped: start it again"
	case kind == emr.KindTimeout:
		return "no answer in time: check the address and the network, or give more with -timeout"
	case emr.RedoOf(err) == emr.CheckFirst:
		return "the outcome is not known: look into the clinic's calendar before running again"
	case emr.RedoOf(err) == emr.Safe:
		return "nothing was changed: run again later"
	}
	return "see the error kinds in the documentation of package emr"
}

// severalMatch tells which flags would make the patient unique.
func severalMatch(vendor string, ask []emr.Field) error {
	var flags, names []string
	for _, f := range ask {
		flags = append(flags, "-"+string(f)) // the fields are named like the flags
		names = append(names, string(f))
	}
	hint := "nobody is picked by chance: ask the clinic which record is the right one"
	if last := len(flags) - 1; last == 0 {
		hint = "nobody is picked by chance: give or correct " + flags[0]
	} else if last > 0 {
		hint = "nobody is picked by chance: give or correct " + strings.Join(flags[:last], ", ") + " or " + flags[last]
	}
	return &emr.Error{Kind: emr.KindConflict, Vendor: vendor, Op: "find patient", Fields: names, Hint: hint}
}

func noFreeTime(vendor string) error {
	return &emr.Error{Kind: emr.KindNotFound, Vendor: vendor, Op: "book appointment",
		Hint: "no free time in these days: try a later -from, more -days, or another -location, -provider or -type"}
}

// differs compares what was read with what was booked.
func differs(vendor string, booked, read *emr.Appointment) error {
	var fields []string
	if !read.ID.EqualFold(booked.ID) { // one vendor sends one id in both cases
		fields = append(fields, "id")
	}
	if !read.Start.Equal(booked.Start) {
		fields = append(fields, "start")
	}
	if !read.Patient.IsZero() && !booked.Patient.IsZero() && !read.Patient.EqualFold(booked.Patient) {
		fields = append(fields, "patient")
	}
	if len(fields) > 0 {
		return &emr.Error{Kind: emr.KindProtocol, Vendor: vendor, Op: "read appointment", Fields: fields,
			Hint: "the calendar shows something else than was booked: look at it before running again"}
	}
	if !read.Status.Live() {
		return &emr.Error{Kind: emr.KindConflict, Vendor: vendor, Op: "read appointment", Fields: []string{"status"},
			Hint: "somebody took the appointment out of the calendar right after booking"}
	}
	return nil
}
