package simserver

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

func TestFaultsReachTheCallsTheyFit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault        emrtest.Fault
		method, path string
		status       int // 0: the connection is cut
		handled      int
	}{
		{emrtest.FaultLostReply, "POST", "/x", 0, 1},
		{emrtest.FaultLostReply, "GET", "/x", 200, 1},
		{emrtest.FaultWriteNeverCompleted, "POST", "/x", 0, 0},
		{emrtest.FaultWriteNeverCompleted, "GET", "/x", 200, 1},
		{emrtest.FaultRevokedToken, "GET", "/x", 418, 0},
		{emrtest.FaultRevokedToken, "GET", "/token", 200, 1},
		{emrtest.FaultRateLimited, "POST", "/x", 418, 0},
		{emrtest.FaultRateLimitedRetryAfter, "GET", "/x", 418, 0},
		{emrtest.FaultUnavailableOnce, "GET", "/x", 418, 0},
		{emrtest.FaultServerError, "POST", "/x", 418, 0},
		{emrtest.FaultHTML, "POST", "/x", 200, 0},
		{emrtest.FaultTruncatedJSON, "POST", "/x", 200, 1},
	} {
		t.Run(string(tc.fault)+" "+tc.method+tc.path, func(t *testing.T) {
			t.Parallel()
			s, h, ask := open(t, Config{})
			s.FailNextOn(emrtest.StepAny, tc.fault, 1)
			resp, body, err := ask(tc.method, tc.path)
			if (err != nil) != (tc.status == 0) {
				t.Fatalf("error %v, want status %d", err, tc.status)
			}
			if err == nil && resp.StatusCode != tc.status {
				t.Errorf("status %d, want %d", resp.StatusCode, tc.status)
			}
			if h.count() != tc.handled {
				t.Errorf("handled %d times, want %d", h.count(), tc.handled)
			}
			switch tc.fault {
			case emrtest.FaultHTML:
				if resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || !strings.HasPrefix(body, "<!DOCTYPE html>") {
					t.Errorf("no login page: %q", body)
				}
			case emrtest.FaultTruncatedJSON:
				if body != `{"hello":` {
					t.Errorf("body %q", body)
				}
			}
			if got := s.Requests(); len(got) != 1 || got[0].Status != tc.status || got[0].Write != (tc.method == "POST") {
				t.Errorf("log %+v", got)
			}
		})
	}
}

func TestFaultsWaitInOrderOneACall(t *testing.T) {
	t.Parallel()
	s, _, ask := open(t, Config{})
	s.FailNextOn(emrtest.StepAny, emrtest.FaultServerError, 2)
	s.FailNextOn(emrtest.StepAny, emrtest.FaultHTML, 1)
	s.FailNextOn(emrtest.StepAny, emrtest.FaultRateLimited, 0)
	var got []string
	for range 4 {
		_, body, err := ask("GET", "/x")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, body[:3])
	}
	if strings.Join(got, " ") != `500 500 <!D {"h` {
		t.Errorf("got %q", got)
	}
}

func TestSlowTokensAndLatencyTakeTheirTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _, ask := open(t, Config{Latency: time.Second, SlowToken: time.Minute})
		took := func(path string) time.Duration {
			start := time.Now()
			if _, _, err := ask("GET", path); err != nil {
				t.Fatal(err)
			}
			return time.Since(start)
		}
		s.FailNextOn(emrtest.StepAny, emrtest.FaultSlowToken, 1)
		if d := took("/x"); d != time.Second {
			t.Errorf("data call took %v", d)
		}
		if d := took("/token"); d != time.Minute {
			t.Errorf("slow token took %v", d)
		}
		if d := took("/token"); d != 0 {
			t.Errorf("next token took %v", d)
		}
	})
}

func TestAFaultForOneStepPassesTheOthers(t *testing.T) {
	t.Parallel()
	s, _, ask := open(t, Config{})
	s.FailNextOn(emrtest.StepBook, emrtest.FaultServerError, 1)
	s.FailNextOn("", emrtest.FaultUnavailableOnce, 1) // any
	s.FailNextOn(emrtest.StepCancel, emrtest.FaultHTML, 1)
	var got []string
	for _, path := range []string{"/token", "/x", "/x", "/book", "/book"} {
		_, body, err := ask("POST", path)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, body[:3])
	}
	if strings.Join(got, " ") != `{"h 503 {"h 500 {"h` {
		t.Errorf("got %q", got)
	}
	var log []string
	for _, r := range s.Requests() {
		log = append(log, string(r.Step)+":"+string(r.Fault))
	}
	if strings.Join(log, " ") != "token: :503-once : book:500 book:" {
		t.Errorf("log %q", log)
	}
}

func TestTheLogTellsTheFaultAndTheAnswerThatWasLost(t *testing.T) {
	t.Parallel()
	s, _, ask := open(t, Config{})
	s.FailNextOn(emrtest.StepAny, emrtest.FaultLostReply, 1)
	s.FailNextOn(emrtest.StepAny, emrtest.FaultWriteNeverCompleted, 1)
	s.FailNextOn(emrtest.StepAny, emrtest.FaultTruncatedJSON, 1)
	for range 4 {
		_, _, _ = ask("POST", "/x")
	}
	want := []emrtest.Request{
		{Fault: emrtest.FaultLostReply, Lost: 200}, {Fault: emrtest.FaultWriteNeverCompleted},
		{Fault: emrtest.FaultTruncatedJSON, Status: 200}, {Status: 200},
	}
	got := s.Requests()
	if len(got) != len(want) {
		t.Fatalf("%d requests", len(got))
	}
	for i, r := range got {
		if r.Fault != want[i].Fault || r.Lost != want[i].Lost || r.Status != want[i].Status {
			t.Errorf("%d: %q, status %d, lost %d", i, r.Fault, r.Status, r.Lost)
		}
	}
}

func TestACallThatHasMetAFaultMeetsNoSecond(t *testing.T) {
	t.Parallel()
	s, _, ask := open(t, Config{})
	s.FailNextOn(emrtest.StepAny, emrtest.FaultTruncatedJSON, 1)
	s.FailNextOn(emrtest.StepAny, emrtest.FaultLostReply, 1)
	if _, _, err := ask("POST", "/x"); err == nil {
		t.Error("the answer is not lost")
	}
	if _, body, err := ask("GET", "/x"); err != nil || body != `{"hello":` {
		t.Errorf("the next call: %v %q", err, body)
	}
}
