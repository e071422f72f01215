package vendortest

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// Desk is a simulator in a bubble, and somebody who talks to it without a client of ours.
type Desk struct {
	Book   func() (status int, body string, err error) // always the same free time
	Booked func() int                                  // live appointments that came through the API
	SignIn func()                                      // asks for another token
}

// CheckFault checks that the simulator shows what f, which the next call meets, says by its
// name. It returns false for faults that look different at each vendor: those of lists, of
// taken times and of known people.
func CheckFault(t testing.TB, f emrtest.Fault, d Desk) bool {
	t.Helper()
	book := func(want, booked int) {
		t.Helper()
		if status, body, err := d.Book(); err != nil || status != want || d.Booked() != booked {
			t.Errorf("%v, status %d instead of %d, %d bookings instead of %d: %s", err, status, want, d.Booked(), booked, body)
		}
	}
	if want, ok := statuses[f]; ok {
		book(want, 0)
		book(http.StatusCreated, 1) // the next call
		return true
	}
	switch f {
	case emrtest.FaultLostReply:
		if _, _, err := d.Book(); err == nil || d.Booked() != 1 {
			t.Errorf("%v, %d bookings", err, d.Booked())
		}
	case emrtest.FaultWriteNeverCompleted:
		if _, _, err := d.Book(); err == nil || d.Booked() != 0 {
			t.Errorf("%v, %d bookings", err, d.Booked())
		}
	case emrtest.FaultSlowToken:
		start := time.Now()
		if d.SignIn(); time.Since(start) != 2*time.Second {
			t.Errorf("took %v", time.Since(start))
		}
	case emrtest.FaultRevokedToken:
		for range 2 { // the token stays revoked
			book(http.StatusUnauthorized, 0)
		}
		d.SignIn()
		book(http.StatusCreated, 1)
	case emrtest.FaultTruncatedJSON:
		if status, body, err := d.Book(); err != nil || status != http.StatusCreated || json.Valid([]byte(body)) || d.Booked() != 1 {
			t.Errorf("%v %d %s", err, status, body)
		}
	default:
		return false
	}
	return true
}

// statuses are the faults that are an answer and nothing else.
var statuses = map[emrtest.Fault]int{
	emrtest.FaultRateLimited:           http.StatusTooManyRequests,
	emrtest.FaultRateLimitedRetryAfter: http.StatusTooManyRequests,
	emrtest.FaultUnavailableOnce:       http.StatusServiceUnavailable,
	emrtest.FaultServerError:           http.StatusInternalServerError,
	emrtest.FaultHTML:                  http.StatusOK,
}
