package emr_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestAwaitWritten_waitsWithGrowingPauses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			ends emr.WriteState
			kind emr.Kind
		}{{emr.WriteDone, ""}, {emr.WriteFailed, emr.KindConflict}, {emr.WriteTimedOut, emr.KindAmbiguous}} {
			f, id := booked(emr.StatusPending)
			f.appts[0].Write = emr.WriteAccepted
			time.AfterFunc(20*time.Second, func() { f.mu.Lock(); f.appts[0].Write = c.ends; f.mu.Unlock() })
			f.next("get", fault{}, fault{err: &emr.Error{Kind: emr.KindUnavailable}}, fault{err: &emr.Error{Kind: emr.KindRateLimited, RetryAfter: 3 * time.Second}})
			began := time.Now()
			a, err := client(t, f, nil).AwaitWritten(t.Context(), id)
			if emr.KindOf(err) != c.kind || a == nil || a.Write != c.ends {
				t.Error(a, err)
			}
			// looks at 0, 0.5, 1.5, 4.5 (as asked), 8.5, 16.5, 31.5
			if took := time.Since(began); took != 31500*time.Millisecond || f.count("get") != 7 {
				t.Errorf("%v, %d looks", took, f.count("get"))
			}
		}
	})
}

func TestAwaitWritten_endsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, id := booked(emr.StatusPending)
		f.appts[0].Write = emr.WriteAccepted
		c := client(t, f, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		a, err := c.AwaitWritten(ctx, id)
		wantKind(t, err, emr.KindAmbiguous)
		if !errors.Is(err, context.DeadlineExceeded) || a == nil || a.Write != emr.WriteAccepted {
			t.Error(a, err)
		}
		began := time.Now()
		_, err = c.AwaitWritten(t.Context(), id)
		wantKind(t, err, emr.KindAmbiguous)
		if time.Since(began) != 2*time.Minute {
			t.Error(time.Since(began))
		}
		down := fault{err: &emr.Error{Kind: emr.KindUnavailable}}
		f.next("get", down, down, down)
		_, err = c.AwaitWritten(t.Context(), id)
		wantKind(t, err, emr.KindUnavailable)
		_, err = c.AwaitWritten(t.Context(), emr.NewAppointmentID("nobody's"))
		wantKind(t, err, emr.KindNotFound)
	})
}
