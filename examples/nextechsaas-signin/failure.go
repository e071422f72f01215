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
		return "the signed-in user may not read records of this practice, or the practice id is another one's"
	case emr.KindUnavailable, emr.KindRateLimited:
		return "nothing was changed: run again later"
	}
	return "see the error kinds in the documentation of package emr"
}
