package nextgen

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestAChangeIsProvenByTheAppointmentAlone: an empty answer is good, and may be the quota.
func TestAChangeIsProvenByTheAppointmentAlone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		do       func(context.Context, parts) (*emr.Appointment, error)
		old, now string
		status   emr.Status
	}{
		"cancel": {func(ctx context.Context, p parts) (*emr.Appointment, error) {
			return p.Cancel(ctx, liveVisit(t), &emr.Cancellation{Reason: "patient called"})
		}, `"isCancelled": false`, `"isCancelled": true`, emr.StatusCancelled},
		"confirm": {func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Confirm(ctx, liveVisit(t)) }, `"appointmentConfirmed": false`, `"appointmentConfirmed": true`, emr.StatusBooked},
		"arrive":  {func(ctx context.Context, p parts) (*emr.Appointment, error) { return p.Arrive(ctx, liveVisit(t)) }, `"isKept": false`, `"isKept": true`, emr.StatusArrived},
	} {
		shown, unchanged := reply{body: visitRecord(t, c.old, c.now)}, answered(t, "appointment/get")
		for _, answer := range []reply{{}, {body: "{}"}, {status: 204}, {status: 201}, {body: `"done"`}, {body: "<html>", kind: "text/html", header: located("/x", visit).header}} {
			p, w := desk(t, nil, answer, shown)
			a, err := c.do(t.Context(), p)
			if err != nil || a.Status != c.status || a.ID.Reveal() != visit || len(w.asked()) != 2 {
				t.Errorf("%s, %q: %+v, %v, %v", name, answer.body, a, err, w.asked())
			}
			for _, then := range []reply{unchanged, {}, {status: 403}, {body: visitRecord(t, visit, movedVisit)}} {
				p, w := desk(t, nil, answer, then)
				_, err := c.do(t.Context(), p)
				wantError(t, err, emr.KindAmbiguous)
				if len(w.asked()) != 2 {
					t.Errorf("%s: %v", name, w.asked())
				}
				clean(t, err)
			}
		}
		// Somebody else did it a moment ago, and NextGen refuses to do it again.
		for _, status := range []int{400, 409} {
			p, _ := desk(t, nil, reply{status: status, body: `{"message":"The appointment of Tessa Marlow is already cancelled."}`}, shown)
			if a, err := c.do(t.Context(), p); err != nil || a.Status != c.status {
				t.Errorf("%s after %d: %+v, %v", name, status, a, err)
			}
			p, _ = desk(t, nil, reply{status: status, body: `{"message":"Tessa Marlow may not."}`}, unchanged)
			_, err := c.do(t.Context(), p)
			if k := emr.KindOf(err); k != emr.KindInvalid && k != emr.KindConflict {
				t.Errorf("%s refused with %d: %v", name, status, err)
			}
			clean(t, err)
		}
	}
}

// TestFault_B6_whatIsCancelledStaysSoAndWhatWasMovedIsNotCancelled, without a request.
func TestFault_B6_whatIsCancelledStaysSoAndWhatWasMovedIsNotCancelled(t *testing.T) {
	t.Parallel()
	p, w := desk(t, nil)
	a := liveVisit(t)
	a.Status = emr.StatusCancelled
	if again, err := p.Cancel(t.Context(), a, nil); err != nil || again != a {
		t.Errorf("%v, %v", again, err)
	}
	a.Status = emr.StatusMoved
	_, err := p.Cancel(t.Context(), a, nil)
	wantError(t, err, emr.KindConflict)
	_, err = p.Reschedule(t.Context(), a, &emr.Move{Appointment: a.ID, To: morning(t)})
	wantError(t, err, emr.KindPrecondition)
	_, err = p.Cancel(t.Context(), liveVisit(t), &emr.Cancellation{Vendor: BookingOptions{}})
	wantError(t, err, emr.KindInvalid)
	if len(w.asked()) != 0 {
		t.Error(w.asked())
	}
	p, _ = desk(t, nil, reply{}, reply{status: 404}) // the row is gone: that was the wish
	if gone, err := p.Cancel(t.Context(), liveVisit(t), nil); err != nil || gone.Status != emr.StatusCancelled {
		t.Errorf("%v, %v", gone, err)
	}
}

// TestTheReasonIsThatOfTheCallThenOfTheConfigThenTheFirstOfTheList.
func TestTheReasonIsThatOfTheCallThenOfTheConfigThenTheFirstOfTheList(t *testing.T) {
	t.Parallel()
	done := reply{body: visitRecord(t, `"isCancelled": false`, `"isCancelled": true`)}
	for name, c := range map[string]struct {
		reason string
		edit   func(*Config)
		list   *reply
		want   string
	}{
		"by id":               {reason: tessa, want: tessa},
		"by name":             {reason: " patient CALLED ", want: reasonID},
		"configured":          {edit: func(c *Config) { c.CancelReason = drLee }, want: drLee},
		"the first":           {want: reasonID},
		"the list is empty":   {list: &reply{body: listed()}},
		"the list is not had": {list: &reply{status: 403}},
	} {
		p, w := desk(t, c.edit, reply{}, done)
		if c.list != nil {
			w.routes["GET /master/list-items"] = *c.list
		}
		if _, err := p.Cancel(t.Context(), liveVisit(t), &emr.Cancellation{Reason: c.reason}); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := `{}`
		if c.want != "" {
			want = `{"CancelReasonId":"` + c.want + `"}`
		}
		if w.bodies[0] != want {
			t.Errorf("%s: %s", name, w.bodies[0])
		}
	}
	p, w := desk(t, nil)
	_, err := p.Cancel(t.Context(), liveVisit(t), &emr.Cancellation{Reason: "no such word"})
	if e := wantError(t, err, emr.KindInvalid); !slices.Equal(e.Fields, []string{"reason"}) || len(w.asked()) != 0 || strings.Contains(e.Error(), "such word") {
		t.Error(err)
	}
	// A list that cannot be read just now says that nothing was sent.
	p, w = desk(t, nil)
	w.routes["GET /master/list-items"] = reply{status: 500}
	if _, err := p.Cancel(t.Context(), liveVisit(t), nil); emr.KindOf(err) != emr.KindUnavailable || len(w.asked()) != 0 {
		t.Errorf("%v, %v", err, w.asked())
	}
}
