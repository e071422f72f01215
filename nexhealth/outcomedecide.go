package nexhealth

import (
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// writeStanding is what holds of an appointment after all news.
type writeStanding struct {
	news    WriteNews // State "": nothing decisive
	pending time.Time // when a change was sent that nothing was told of yet; zero: none
}

// shown is the state as an appointment shows it: see Outcomes for refused changes.
func (n WriteNews) shown() emr.WriteState {
	if n.Change && n.State == emr.WriteFailed {
		return emr.WriteTimedOut
	}
	return n.State
}

// decide returns what holds after news in the order of arrival. News of another
// institution is passed over; "" is any.
func decide(news []WriteNews, subdomain string) writeStanding {
	var booking, change WriteNews // State "": nothing
	var pending time.Time
	for _, n := range news {
		if n.Subdomain != "" && subdomain != "" && !strings.EqualFold(n.Subdomain, subdomain) {
			continue
		}
		switch {
		case !n.Change:
			if booking.State != emr.WriteDone && (n.State == emr.WriteDone || !older(n, booking)) {
				booking = n
			}
		case n.State == emr.WriteAccepted:
			change, pending = WriteNews{}, n.At // a new change begins
		case n.State == "":
			pending = time.Time{} // and was refused
		default:
			if n.State == emr.WriteDone && booking.State != emr.WriteDone {
				booking = WriteNews{State: emr.WriteDone, At: n.At, Subdomain: n.Subdomain} // it is there
			}
			if !older(n, change) {
				change = n
			}
			pending = time.Time{}
		}
	}
	switch booked := booking.State == emr.WriteDone; {
	case booking.State != "" && !booked:
		return writeStanding{news: booking} // no booking, nothing to change
	case change.State != "":
		return writeStanding{news: change}
	case !pending.IsZero():
		return writeStanding{pending: pending} // that the booking was written says nothing of the change
	}
	return writeStanding{news: booking}
}

// older reports whether n is from before than. Without both times it is not known to be.
func older(n, than WriteNews) bool {
	return !n.At.IsZero() && !than.At.IsZero() && n.At.Before(than.At)
}
