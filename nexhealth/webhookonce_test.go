package nexhealth

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// appointmentEvent is an update of an appointment; change tells one update from another.
func appointmentEvent(id int, change string) string {
	return fmt.Sprintf(`{"resource_type":"Appointment","event_name":"appointment_updated","event_time":"2026-03-02T15:04:00Z",`+
		`"data":{"appointment":{"id":%d,"patient_id":70011,"start_time":"2026-03-09T14:00:00Z","end_time":"2026-03-09T14:30:00Z",`+
		`"foreign_id":"f1","foreign_id_type":"opendental","updated_at":"2026-03-02T15:04:00.%x"}},"subdomain":"acme-dental","institution_id":7,"delivery_errors":[]}`, id, change)
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }

func TestWebhookHandlesARepetitionOnce(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	w := newTestWebhook(t, b, nil)
	body := appointmentEvent(1, "a")
	wantStatus(t, deliver(t, w, delivery(body, secretA, sentNow)), http.StatusOK)
	wantStatus(t, deliver(t, w, delivery(body, secretA, sentNow)), http.StatusOK)                     // byte by byte
	wantStatus(t, deliver(t, w, delivery(body, secretA, sentNow.Add(30*time.Second))), http.StatusOK) // tried again
	again := strings.Replace(body, `"delivery_errors":[]`, `"delivery_errors":["timeout"]`, 1)
	again = strings.Replace(again, `"event_time":"2026-03-02T15:04:00Z"`, `"event_time":"2026-03-02T15:04:01Z"`, 1)
	wantStatus(t, deliver(t, w, delivery(again, secretA, sentNow)), http.StatusOK) // the same record, the same version of it
	wantHandled(t, b, 1)
	wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "b"), secretA, sentNow)), http.StatusOK) // changed anew
	wantStatus(t, deliver(t, w, delivery(appointmentEvent(2, "a"), secretA, sentNow)), http.StatusOK) // another record
	wantHandled(t, b, 3)
}

func TestWebhookTellsEventsWithoutIDByTheirContent(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	w := newTestWebhook(t, b, nil)
	status := func(light, failures string) string {
		return `{"resource_type":"SyncStatus","event_name":"sync_status_read_change","data":{"read_status":"` + light + `","read_status_at":"2026-03-02T15:00:00Z"},"delivery_errors":` + failures + `}`
	}
	for _, body := range []string{status("green", "[]"), status("green", "[]"), status("green", `["timeout"]`), status("red", "[]"), `{"event_name":"x"}`, `{"event_name":"x"}`, `{"event_name":"y"}`} {
		wantStatus(t, deliver(t, w, delivery(body, secretA, sentNow)), http.StatusOK)
	}
	wantHandled(t, b, 4)
}

func TestWebhookTellsSubdomainsApart(t *testing.T) {
	t.Parallel()
	b := &inbox{}
	w := newTestWebhook(t, b, nil)
	body := appointmentEvent(1, "a")
	wantStatus(t, deliver(t, w, delivery(body, secretA, sentNow)), http.StatusOK)
	wantStatus(t, deliver(t, w, delivery(strings.Replace(body, "acme-dental", "other-dental", 1), secretA, sentNow)), http.StatusOK)
	wantHandled(t, b, 2)
}

func TestWebhookTriesAgainWhatWasNotHandled(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	b := &inbox{fail: func(n int, _ Event) error {
		switch n {
		case 1:
			return errors.New("database of Ada Mohr is down")
		case 2:
			panic("Ada Mohr")
		}
		return nil
	}}
	w := newTestWebhook(t, b, func(c *WebhookConfig) { c.Logger = logged(&log) })
	for _, want := range []int{500, 500, 200, 200} {
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), want)
	}
	wantHandled(t, b, 3)
	for _, word := range []string{"Ada", "Mohr", "88001", "70011", "acme"} {
		if strings.Contains(log.String(), word) {
			t.Errorf("the log has %q:\n%s", word, log.String())
		}
	}
}

func TestWebhookHandlesConcurrentRepetitionsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &inbox{}
		w := newTestWebhook(t, b, func(c *WebhookConfig) {
			c.Handle = func(ctx context.Context, e Event) error {
				time.Sleep(time.Second)
				return b.handle(ctx, e)
			}
		})
		codes := concurrently(t, w, 20)
		if codes[http.StatusOK] != 20 {
			t.Errorf("answers %v", codes)
		}
		wantHandled(t, b, 1)
	})
}

func TestWebhookFailsRepetitionsThatWaitedForAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &inbox{fail: func(n int, _ Event) error {
			time.Sleep(time.Second)
			if n == 1 {
				return errors.New("not yet")
			}
			return nil
		}}
		w := newTestWebhook(t, b, nil)
		codes := concurrently(t, w, 5) // answered 200, four of them would have been lost
		if codes[http.StatusInternalServerError] != 5 {
			t.Errorf("answers %v", codes)
		}
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusOK)
		wantHandled(t, b, 2)
	})
}

func concurrently(t *testing.T, w *Webhook, n int) map[int]int {
	t.Helper()
	var mu sync.Mutex
	codes := map[int]int{}
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			code := deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow))
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
		})
	}
	all.Wait()
	return codes
}

func TestWebhookLeavesToAnotherReplicaWhatItIsAt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := NewReplayMemory(0)
		slow := &inbox{fail: func(int, Event) error { time.Sleep(10 * time.Second); return errors.New("not yet") }}
		quick := &inbox{}
		one := newTestWebhook(t, slow, func(c *WebhookConfig) { c.Replay = shared })
		two := newTestWebhook(t, quick, func(c *WebhookConfig) { c.Replay = shared })
		go one.ServeHTTP(discard{}, delivery(appointmentEvent(1, "a"), secretA, sentNow))
		synctest.Wait()
		wantStatus(t, deliver(t, two, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusServiceUnavailable)
		wantHandled(t, quick, 0)
		time.Sleep(11 * time.Second)
		wantStatus(t, deliver(t, two, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusOK)
		wantStatus(t, deliver(t, one, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusOK)
		wantHandled(t, quick, 1)
		wantHandled(t, slow, 1)
	})
}

func TestWebhookTakesOverFromAReplicaThatDied(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := NewReplayMemory(0)
		b := &inbox{}
		w := newTestWebhook(t, b, func(c *WebhookConfig) { c.Replay = shared })
		e, env, err := parseEvent([]byte(appointmentEvent(1, "a")), nil)
		if err != nil {
			t.Fatal(err)
		}
		if claim, err := shared.Claim(t.Context(), e.key(env), time.Minute); claim != ClaimNew || err != nil {
			t.Fatal(claim, err)
		}
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusServiceUnavailable)
		time.Sleep(time.Minute)
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusOK)
		wantHandled(t, b, 1)
	})
}

func TestWebhookGoesOnWhenTheVendorHangsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &inbox{}
		w := newTestWebhook(t, b, func(c *WebhookConfig) {
			c.Handle = func(ctx context.Context, e Event) error {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(3 * time.Second):
				}
				return b.handle(ctx, e)
			}
		})
		ctx, hangUp := context.WithTimeout(t.Context(), time.Second)
		defer hangUp()
		w.ServeHTTP(discard{}, delivery(appointmentEvent(1, "a"), secretA, sentNow).WithContext(ctx))
		wantHandled(t, b, 1)
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusOK)
		wantHandled(t, b, 1)
	})
}

func TestWebhookEndsAHandleThatTakesTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newTestWebhook(t, &inbox{}, func(c *WebhookConfig) {
			c.Handle = func(ctx context.Context, _ Event) error { <-ctx.Done(); return ctx.Err() }
		})
		started := time.Now()
		wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusInternalServerError)
		if took := time.Since(started); took != 30*time.Second {
			t.Errorf("took %v", took)
		}
	})
}

func TestWebhookForgetsWhatItRememberedLongEnough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &inbox{}
		w := newTestWebhook(t, b, func(c *WebhookConfig) { c.Remember = time.Hour })
		for _, want := range []int{1, 1, 2} {
			wantStatus(t, deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow)), http.StatusOK)
			wantHandled(t, b, want)
			time.Sleep(31 * time.Minute)
		}
	})
}

func TestWebhookAnswers500WhenItsStoreOrSecretFails(t *testing.T) {
	t.Parallel()
	body := appointmentEvent(1, "a")
	for name, c := range map[string]struct {
		change  func(*WebhookConfig)
		status  int
		handled int
	}{
		"claim": {func(c *WebhookConfig) { c.Replay = &brokenStore{ReplayMemory: NewReplayMemory(0), claim: errStore} }, 500, 0},
		"panic": {func(c *WebhookConfig) { c.Replay = &brokenStore{ReplayMemory: NewReplayMemory(0), panics: true} }, 500, 0},
		// What was handled is not asked for again because it could not be noted.
		"done":     {func(c *WebhookConfig) { c.Replay = &brokenStore{ReplayMemory: NewReplayMemory(0), done: errStore} }, 200, 1},
		"outcomes": {func(c *WebhookConfig) { c.Outcomes = NewOutcomes(OutcomesConfig{Store: failingOutcomes{}}) }, 500, 0},
		"secret": {func(c *WebhookConfig) {
			c.Secrets = []auth.Secret{auth.SecretFunc(func(context.Context) (string, error) { return "", errStore })}
		}, 500, 0},
		"one secret of two": {func(c *WebhookConfig) {
			c.Secrets = append(c.Secrets, auth.SecretFunc(func(context.Context) (string, error) { panic("secret") }))
		}, 200, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			b := &inbox{}
			w := newTestWebhook(t, b, func(cfg *WebhookConfig) { cfg.Logger = logged(&log); c.change(cfg) })
			wantStatus(t, deliver(t, w, delivery(body, secretA, sentNow)), c.status)
			wantHandled(t, b, c.handled)
			if strings.Contains(log.String(), errStore.Error()) {
				t.Error("the log has the store's own text")
			}
		})
	}
}

// discard is a writer for an answer nobody looks at.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// TestWebhookFreesWhatAHandleThatEndsItsGoroutineHadInHand: the vendor's next try is
// handled, not refused until the claim runs out.
func TestWebhookFreesWhatAHandleThatEndsItsGoroutineHadInHand(t *testing.T) {
	t.Parallel()
	b := &inbox{fail: func(n int, _ Event) error {
		if n == 1 {
			runtime.Goexit()
		}
		return nil
	}}
	w := newTestWebhook(t, b, nil)
	const body = `{"resource_type":"Appointment","event_name":"appointment_insertion.complete","data":{"appointment":{"id":88001}}}`
	var gone sync.WaitGroup
	gone.Go(func() { w.ServeHTTP(httptest.NewRecorder(), delivery(body, secretA, sentNow)) })
	gone.Wait()
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, delivery(body, secretA, sentNow))
	if rec.Code != http.StatusOK || b.count() != 2 {
		t.Errorf("status %d after %d calls", rec.Code, b.count())
	}
}

// TestWebhookSaysInItsLogWhatItCouldNotNote, and of which kind a failure was.
func TestWebhookSaysInItsLogWhatItCouldNotNote(t *testing.T) {
	t.Parallel()
	failed := func(c *WebhookConfig) {
		c.Handle = func(context.Context, Event) error { return &emr.Error{Kind: emr.KindConflict} }
	}
	broken := func(c *WebhookConfig) {
		c.Replay = &brokenStore{ReplayMemory: NewReplayMemory(0), done: errStore, release: errStore}
	}
	for name, c := range map[string]struct {
		change []func(*WebhookConfig)
		want   string
		not    string
	}{
		"handled":                   {nil, "webhook: handled\"", "store"},
		"handled and not noted":     {[]func(*WebhookConfig){broken}, "webhook: handled, but the replay store could not be told", "failed"},
		"failed":                    {[]func(*WebhookConfig){failed}, "webhook: Handle failed with conflict\"", "store"},
		"failed and not given back": {[]func(*WebhookConfig){failed, broken}, "webhook: Handle failed with conflict, and the replay store could not be told", "handled"},
		"failed for any reason": {[]func(*WebhookConfig){func(c *WebhookConfig) { c.Handle = func(context.Context, Event) error { return errStore } }},
			"webhook: Handle failed\"", "with"},
	} {
		var log bytes.Buffer
		w := newTestWebhook(t, &inbox{}, func(cfg *WebhookConfig) {
			cfg.Logger = logged(&log)
			for _, change := range c.change {
				change(cfg)
			}
		})
		_ = deliver(t, w, delivery(appointmentEvent(1, "a"), secretA, sentNow))
		if said := log.String(); !strings.Contains(said, c.want) || strings.Contains(said, c.not) {
			t.Errorf("%s: %s", name, said)
		}
	}
}
