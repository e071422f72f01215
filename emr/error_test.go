package emr_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// outside is what each kind means to callers: changing a line here is a break.
var outside = map[emr.Kind]struct {
	redo   emr.Redo
	status int
	is     error
}{
	emr.KindConfig:       {emr.Never, 500, emr.ErrConfig},
	emr.KindAuth:         {emr.Never, 502, emr.ErrAuth},
	emr.KindPermission:   {emr.Never, 403, emr.ErrPermission},
	emr.KindNotFound:     {emr.Never, 404, emr.ErrNotFound},
	emr.KindInvalid:      {emr.Never, 400, emr.ErrInvalid},
	emr.KindConflict:     {emr.Never, 409, emr.ErrConflict},
	emr.KindPrecondition: {emr.CheckFirst, 412, emr.ErrPrecondition},
	emr.KindRateLimited:  {emr.Safe, 429, emr.ErrRateLimited},
	emr.KindUnavailable:  {emr.Safe, 503, emr.ErrUnavailable},
	emr.KindTimeout:      {emr.Safe, 504, emr.ErrTimeout},
	emr.KindCanceled:     {emr.Safe, 499, emr.ErrCanceled},
	emr.KindAmbiguous:    {emr.CheckFirst, 409, emr.ErrAmbiguous},
	emr.KindProtocol:     {emr.Never, 502, emr.ErrProtocol},
	emr.KindTooLarge:     {emr.Never, 413, emr.ErrTooLarge},
	emr.KindUntrustedURL: {emr.Never, 502, emr.ErrUntrustedURL},
	emr.KindUnsupported:  {emr.Never, 501, emr.ErrUnsupported},
	emr.KindQuota:        {emr.Safe, 429, emr.ErrQuota},
	emr.KindPartial:      {emr.CheckFirst, 409, emr.ErrPartial},
}

func TestKinds_eachHasSentinelRedoStatusKeyAndMessage(t *testing.T) {
	t.Parallel()
	said := map[string]emr.Kind{}
	for _, k := range emr.Kinds() {
		want, known := outside[k]
		if !known {
			t.Errorf("%s: a new kind: say what it means", k)
			continue
		}
		e := &emr.Error{Kind: k, Op: "op", Vendor: "v"}
		for _, err := range []error{e, fmt.Errorf("wrapped: %w", e), errors.Join(nil, e)} {
			if emr.KindOf(err) != k || emr.RedoOf(err) != want.redo || emr.HTTPStatus(err) != want.status || emr.MessageKey(err) != string(k) || !errors.Is(err, want.is) {
				t.Errorf("%s: kind %s, redo %v, status %d, key %s", k, emr.KindOf(err), emr.RedoOf(err), emr.HTTPStatus(err), emr.MessageKey(err))
			}
			for other, w := range outside {
				if other != k && errors.Is(err, w.is) {
					t.Errorf("%s also matches %s", k, other)
				}
			}
		}
		if emr.RedoOf(want.is) != want.redo || emr.HTTPStatus(want.is) != want.status || emr.MessageKey(want.is) != string(k) {
			t.Errorf("%s: the bare sentinel means something else", k)
		}
		m := emr.UserMessage(e)
		if twin, taken := said[m]; taken || m == "" || m != emr.UserMessage(want.is) || !strings.HasSuffix(m, ".") {
			t.Errorf("%s says %q, as does %q", k, m, twin)
		}
		said[m] = k
		for _, technical := range []string{"HTTP", "API", "server", "timeout", "ambiguous", "request id", "error", "401", "token", "exception"} {
			if strings.Contains(strings.ToLower(m), strings.ToLower(technical)) {
				t.Errorf("%s: %q is technical", k, m)
			}
		}
	}
	if len(outside) != len(emr.Kinds()) {
		t.Error("a kind is missing from Kinds")
	}
}

func TestRefinements_matchTheirKindAndSpeakForThemselves(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		is     error
		kind   emr.Kind
		key    string
		status int
	}{{emr.ErrSlotTaken, emr.KindConflict, "slot_taken", 409}, {emr.ErrDuplicatePatient, emr.KindConflict, "patient_exists", 409}, {emr.ErrLoginRequired, emr.KindAuth, "login_required", 401},
		{emr.ErrWriteFailed, emr.KindConflict, "write_failed", 409}, {emr.ErrWriteTimedOut, emr.KindAmbiguous, "write_timed_out", 409}} {
		redo := emr.Never
		if c.kind == emr.KindAmbiguous {
			redo = emr.CheckFirst
		}
		e := &emr.Error{Kind: c.kind, Err: errors.Join(c.is, context.Canceled)}
		plain := emr.UserMessage(&emr.Error{Kind: c.kind})
		for _, err := range []error{e, c.is} {
			if !errors.Is(err, c.is) || !errors.Is(err, outside[c.kind].is) || emr.MessageKey(err) != c.key || emr.HTTPStatus(err) != c.status ||
				emr.UserMessage(err) == plain || emr.RedoOf(err) != redo {
				t.Errorf("%v: key %s, status %d, redo %v", err, emr.MessageKey(err), emr.HTTPStatus(err), emr.RedoOf(err))
			}
		}
	}
	// A lost reschedule that was also a conflict is what its own kind says.
	if emr.MessageKey(&emr.Error{Kind: emr.KindAmbiguous, Err: emr.ErrSlotTaken}) != "ambiguous" {
		t.Error("the cause speaks over the kind")
	}
}

func TestErrorWords_workForErrorsOfOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err    error
		redo   emr.Redo
		status int
		key    string
	}{
		{nil, emr.Never, 200, ""},
		{io.EOF, emr.CheckFirst, 500, "error"},
		{context.Canceled, emr.CheckFirst, 499, "canceled"}, // it does not say what was done
		{fmt.Errorf("x: %w", context.DeadlineExceeded), emr.CheckFirst, 504, "timeout"},
		{&emr.Error{Kind: "new in a later version"}, emr.CheckFirst, 500, "error"},
		{errors.Join(&emr.Error{Kind: emr.KindUnavailable}, &emr.Error{Kind: emr.KindAmbiguous}), emr.CheckFirst, 503, "unavailable"},
		{errors.Join(&emr.Error{Kind: emr.KindUnavailable}, &emr.Error{Kind: emr.KindInvalid}), emr.Never, 503, "unavailable"},
		{&emr.Error{Kind: emr.KindAmbiguous, Err: &emr.Error{Kind: emr.KindUnavailable}}, emr.CheckFirst, 409, "ambiguous"},
	} {
		if emr.RedoOf(c.err) != c.redo || emr.HTTPStatus(c.err) != c.status || emr.MessageKey(c.err) != c.key || (emr.UserMessage(c.err) == "") != (c.err == nil) {
			t.Errorf("%v: %v, %d, %q, %q", c.err, emr.RedoOf(c.err), emr.HTTPStatus(c.err), emr.MessageKey(c.err), emr.UserMessage(c.err))
		}
	}
	if got := fmt.Sprint(emr.Safe, emr.Never, emr.CheckFirst); got != "safe never check_first" {
		t.Error(got)
	}
}

func TestError_textHoldsWhatHelpsAndNothingTwice(t *testing.T) {
	t.Parallel()
	inner := &emr.Error{Kind: emr.KindUnavailable, Vendor: "fake", Op: "cancel appointment", Hint: "inner hint"}
	outer := &emr.Error{Kind: emr.KindPartial, Vendor: "fake", Name: "c1", Op: "reschedule appointment", Status: 503, Code: "a-1.b_2", RequestID: "r1",
		Fields: []string{"slot"}, RetryAfter: time.Second, Page: 2, Hint: "outer hint", Err: inner}
	want := "fake: c1: reschedule appointment: partial (status 503, code a-1.b_2, fields slot, page 2, retry after 1s, request r1): outer hint"
	if outer.Error() != want {
		t.Error(outer.Error())
	}
	if strings.Contains(outer.Error(), "inner") || strings.Count(outer.Error(), "fake") != 1 {
		t.Error("the cause is repeated")
	}
	var found *emr.Error
	if !errors.As(outer.Unwrap(), &found) || found != inner {
		t.Error("the cause is lost")
	}
	if (&emr.Error{Kind: emr.KindConflict, Code: "Ines Roy"}).Error() != "conflict" {
		t.Error("a code that is free text is printed")
	}
	long := (&emr.Error{}).WithDetail(strings.Repeat("ü", 500))
	if n := len([]rune(long.Detail())); n != 200 {
		t.Errorf("detail of %d letters", n)
	}
}

func TestError_saysInWhichEnvironmentItHappened(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Environment = "sandbox"
	f.next("get patient", fault{err: &emr.Error{Kind: emr.KindNotFound}}, fault{err: errors.New("plain")}, fault{err: &emr.Error{Kind: emr.KindAuth, Environment: "production"}})
	for _, want := range []string{"sandbox", "sandbox", "production"} {
		_, err := client(t, f, nil).GetPatient(t.Context(), emr.NewPatientID("p-1"))
		var e *emr.Error
		if !errors.As(err, &e) || e.Environment != want {
			t.Fatalf("%v happened in %q, want %q", err, e.Environment, want)
		}
		data, err := json.Marshal(e)
		if err != nil || !strings.Contains(string(data), `"environment":"`+want+`"`) {
			t.Errorf("%s, %v", data, err)
		}
	}
}

func TestRaw_anAnswerHasTheIDOfItsCall(t *testing.T) {
	t.Parallel()
	ctx := emr.WithCorrelationID(t.Context(), "corr-7")
	a, err := client(t, newFake(), nil).Raw(ctx, &emr.RawRequest{Path: "/x"})
	if err != nil || a.RequestID != "corr-7" {
		t.Error(a.RequestID, err)
	}
}
