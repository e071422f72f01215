package nexhealth

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// Outcomes is what webhooks told about writes of appointments. A Webhook feeds it, and the
// Clients that share it (Config.Outcomes) read it: GetAppointment then shows a write that
// failed or timed out, which the record itself never tells, and AwaitWritten need not wait
// for its next look.
//
// News that comes before the answer to the booking is kept. News may come twice and in any
// order; what holds is this:
//
//   - A booking that was once written is written: failed or timed_out beside it was told
//     of a try before.
//   - Otherwise, and among changes, the later news holds by the vendor's clock, or by
//     arrival where it does not tell the time.
//   - Incomplete decides nothing; neither does an update of a record that is not in the
//     clinic's system.
//   - A change that was refused is shown as emr.WriteTimedOut, not as emr.WriteFailed: the
//     appointment stands in the clinic's system, and not as NexHealth shows it. Whoever took
//     it for one that does not exist would book it twice.
//
// An Outcomes is for the Clients of one API key: ids of sandbox and production are not
// told apart.
type Outcomes struct {
	ttl   time.Duration
	near  *OutcomeMemory // of this process
	store OutcomeStore   // shared; nil: near only

	updates atomic.Bool // updates were told once: so they are subscribed to

	mu      sync.Mutex
	watches map[string]map[*watch]struct{}
}

// OutcomesConfig says how much is kept, and where.
type OutcomesConfig struct {
	Store OutcomeStore  // shared between replicas; nil: this process only
	TTL   time.Duration // how long after the last news; 0: 72 hours, NexHealth tries for 48
	Most  int           // appointments kept in this process; 0: 10,000
}

// NewOutcomes makes one. Nothing needs closing.
func NewOutcomes(cfg OutcomesConfig) *Outcomes {
	if cfg.TTL <= 0 {
		cfg.TTL = 72 * time.Hour
	}
	return &Outcomes{
		ttl: cfg.TTL, store: cfg.Store, near: NewOutcomeMemory(cfg.Most),
		watches: map[string]map[*watch]struct{}{},
	}
}

// Observe takes in what e tells. Webhook does it by itself; call it for events that came
// another way, from a queue for instance. Its error is that of the store; what is known in
// this process is then up to date all the same.
func (o *Outcomes) Observe(ctx context.Context, e *Event) error {
	if e.Name == AppointmentUpdated {
		o.updates.Store(true)
	}
	var first error
	for _, a := range e.Appointments {
		n, ok := newsOf(e, a)
		if !ok || !vendorjson.IsWholeNumber(a.ID.Reveal()) || len(e.Subdomain) > mostSubdomain { // nobody can ask for it, and news are kept for days
			continue
		}
		if err := o.add(ctx, a.ID.Reveal(), n); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// newsOf returns what e tells about the write of a, one of its appointments.
func newsOf(e *Event, a *emr.Appointment) (WriteNews, bool) {
	n := WriteNews{Change: e.Name == AppointmentUpdated, At: a.Updated, Subdomain: e.Subdomain}
	if e.Time.After(n.At) {
		n.At = e.Time // a write that failed may leave the record as it was
	}
	switch e.Outcome {
	case OutcomeComplete, OutcomeFailed, OutcomeTimedOut:
		n.State = e.Outcome.state()
	case "":
		if a.Write != emr.WriteDone {
			return n, false
		}
		n.State = emr.WriteDone
	default:
		return n, false
	}
	return n, true
}

// mostSubdomain is the longest name of an institution that is believed.
const mostSubdomain = 255

func (o *Outcomes) add(ctx context.Context, id string, n WriteNews) error {
	_ = o.near.Add(ctx, id, n, o.ttl) // memory does not fail
	o.tell(id)
	if o.store == nil {
		return nil
	}
	return o.store.Add(ctx, id, n, o.ttl)
}

// changing notes that a change of the appointment is about to be sent: what was told about
// changes before is no news of this one.
func (o *Outcomes) changing(ctx context.Context, subdomain, id string) error {
	return o.add(ctx, id, WriteNews{State: emr.WriteAccepted, Change: true, At: time.Now(), Subdomain: subdomain})
}

// unchanged takes changing back: the change was refused.
func (o *Outcomes) unchanged(ctx context.Context, subdomain, id string) error {
	return o.add(ctx, id, WriteNews{Change: true, Subdomain: subdomain})
}

// Of returns what holds of the write of an appointment, and false where nothing decisive is
// known. The error is that of the store; the answer is then what this process knows.
func (o *Outcomes) Of(ctx context.Context, subdomain string, id emr.AppointmentID) (WriteNews, bool, error) {
	s, err := o.standing(ctx, subdomain, id.Reveal())
	return s.news, s.news.State != "", err
}

func (o *Outcomes) standing(ctx context.Context, subdomain, id string) (writeStanding, error) {
	if o.store == nil {
		return o.known(subdomain, id), nil
	}
	news, err := o.store.List(ctx, id)
	if err != nil {
		return o.known(subdomain, id), err
	}
	return decide(news, subdomain), nil
}

// known is standing, for what this process was told.
func (o *Outcomes) known(subdomain, id string) writeStanding {
	news, _ := o.near.List(context.Background(), id)
	return decide(news, subdomain)
}

// pendingFor is how long a change counts as under way without news: writes take 20 minutes
// normally. Source: docs.nexhealth.com/docs/interpreting-sync-status.
const pendingFor = 30 * time.Minute

// show sets a.Write to what was told, where that says more than the record, which only
// tells whether the booking is in the clinic's system.
//
// A refused change is shown until the record changes again: from then on the record is the
// clinic's truth, or has been changed anew. A change that was sent and not yet told of is
// accepted, where updates are known to be told at all.
func (o *Outcomes) show(ctx context.Context, subdomain string, a *emr.Appointment) error {
	s, err := o.standing(ctx, subdomain, a.ID.Reveal())
	n := s.news
	switch {
	case n.State == "":
		if a.Write == emr.WriteDone && o.updates.Load() && !s.pending.IsZero() && time.Since(s.pending) < pendingFor {
			a.Write = emr.WriteAccepted
		}
	case !n.Change || n.State == emr.WriteDone:
		if a.Write == emr.WriteAccepted {
			a.Write = n.State
		}
	case n.At.IsZero() || !a.Updated.After(n.At):
		a.Write = n.shown()
	}
	return err
}
