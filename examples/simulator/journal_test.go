package main

import (
	"testing"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestTheJournalNamesNoRecord(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/api/Patient/5f0c": "Patient/...", "/api/Patient": "Patient", "/api/Patient/": "Patient", "/api/5f0cab": "(no path of the API)",
		"/": "(no path of the API)", "/api/John%20Doe": "(no path of the API)", "/api/appointment-type": "appointment-type",
	} {
		if got := (&journal{base: "/api"}).resource(emrtest.Request{Path: path}); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
	for path, want := range map[string]string{
		"/patients/70001": "patients/...", "/available_slots": "available_slots", "/": "(no path of the API)", "/5f0cab": "(no path of the API)",
	} {
		if got := (&journal{}).resource(emrtest.Request{Path: path}); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}

func TestTheJournalTellsTheGrantAndNothingElseOfATokenRequest(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"grant_type=password&username=u&password=s3cret": "(token) password",
		"client_secret=s3cret&grant_type=refresh_token":  "(token) refresh_token",
		"grant_type=s3cret":                              "(token) (another grant type)",
		"password=s3cret":                                "(token) (no grant type)",
		"grant_type=%zz":                                 "(token) (unreadable)",
	} {
		if got := (&journal{}).resource(emrtest.Request{Token: true, Path: "/x", Body: []byte(body)}); got != want {
			t.Errorf("%s: %s", body, got)
		}
	}
}

func TestTheJournalTellsWhyThereWasNoAnswer(t *testing.T) {
	t.Parallel()
	for want, r := range map[string]emrtest.Request{
		"201":                                 {Status: 201},
		"an answer never sent":                {},
		"201, answer lost (fault lost-reply)": {Lost: 201, Fault: emrtest.FaultLostReply},
		"an answer never sent (fault lost-reply)":                {Fault: emrtest.FaultLostReply}, // stopped while it waited
		"not done, connection cut (fault write-never-completed)": {Fault: emrtest.FaultWriteNeverCompleted},
		"503 (fault 503-once)":                                   {Status: 503, Fault: emrtest.FaultUnavailableOnce},
	} {
		if got := outcome(r); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
