package main

import (
	"errors"
	"fmt"

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
		f.Kind, f.Message = emr.KindUnavailable, fmt.Sprintf("unexpected error of type %T", err)
	}
	if f.Hint == "" {
		f.Hint = nextStep(f.Kind)
	}
	return f
}

// nextStep is the hint for errors that bring none.
func nextStep(kind emr.Kind) string {
	switch kind {
	case emr.KindCanceled:
		return "the run was stopped: start it again"
	case emr.KindTimeout:
		return "no answer in time: check the address and the network, or give more with -timeout"
	case emr.KindPermission:
		return "the practice has no record of this person, or has not approved the app"
	case emr.KindQuota:
		return "the app's calls of today are used up: run again tomorrow"
	case emr.KindUnavailable, emr.KindRateLimited:
		return "nothing was changed: run again later"
	}
	return "see the error kinds in the documentation of package emr"
}
