package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth"
)

// receiver is the application's side of webhooks: a server, and what its Handle got.
type receiver struct {
	listener net.Listener
	server   *http.Server
	hook     atomic.Pointer[nexhealth.Webhook]
	ended    chan error

	mu     sync.Mutex
	events []nexhealth.Event // in the order of their handling
	more   chan struct{}     // closed when the next one comes
}

// listen opens the server. In production it stands behind https: NexHealth delivers to
// nothing else.
func listen() (*receiver, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &receiver{listener: l, ended: make(chan error, 1), more: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hooks/nexhealth", func(w http.ResponseWriter, req *http.Request) {
		hook := r.hook.Load()
		if hook == nil { // not registered yet: NexHealth tries again
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		hook.ServeHTTP(w, req)
	})
	r.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 64 << 10}
	go func() { r.ended <- r.server.Serve(l) }()
	return r, nil
}

func (r *receiver) url() string { return "http://" + r.listener.Addr().String() + "/hooks/nexhealth" }

// accept begins to take deliveries signed with secret, and tells outcomes what became of
// bookings.
func (r *receiver) accept(secret auth.Secret, outcomes *nexhealth.Outcomes) error {
	hook, err := nexhealth.NewWebhook(nexhealth.WebhookConfig{
		Secrets:  []auth.Secret{secret}, // while a secret is replaced: the old one, too
		Outcomes: outcomes,
		Handle:   r.handle,
	})
	if err == nil {
		r.hook.Store(hook)
	}
	return err
}

// handle is the application's work. It must be quick, and must bear being called again.
func (r *receiver) handle(_ context.Context, e nexhealth.Event) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	close(r.more)
	r.more = make(chan struct{})
	return nil
}

// handled is how many events Handle got.
func (r *receiver) handled() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.events)
}

var errNoEvent = &emr.Error{Kind: emr.KindTimeout, Vendor: "nexhealth", Op: "wait for a webhook",
	Hint: "no delivery came in time: give more with -timeout, and check that this machine allows loopback connections"}

// await returns the change that an event told of the appointment.
func (r *receiver) await(ctx context.Context, name nexhealth.EventName, outcome nexhealth.WriteOutcome, id emr.AppointmentID) (emr.Change, error) {
	for {
		r.mu.Lock()
		for _, e := range r.events {
			if e.Name != name || e.Outcome != outcome {
				continue
			}
			for _, c := range e.Changes() {
				if c.Appointment != nil && c.Appointment.ID == id {
					r.mu.Unlock()
					return c, nil
				}
			}
		}
		more := r.more
		r.mu.Unlock()
		select {
		case <-more:
		case <-ctx.Done():
			return emr.Change{}, errNoEvent
		}
	}
}

// close lets running deliveries end, and waits for the server.
func (r *receiver) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := r.server.Shutdown(ctx)
	if ended := <-r.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
