package nextech

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_X2_callersOfOneListShareItsFailureInsteadOfWaitingInTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cached[emr.Location]
		var fetched atomic.Int32
		timeout := &emr.Error{Kind: emr.KindTimeout, Err: context.DeadlineExceeded}
		start := time.Now()
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				_, err := c.get(t.Context(), func(context.Context) ([]*emr.Location, error) {
					fetched.Add(1)
					time.Sleep(30 * time.Second)
					return nil, timeout
				})
				if !errors.Is(err, emr.ErrTimeout) {
					t.Errorf("got %v", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took > 30*time.Second || fetched.Load() != 1 {
			t.Errorf("%d fetches took %s", fetched.Load(), took)
		}
	})
}

func TestFault_X2_eachCallerOfAListLeavesWithItsOwnContextOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c cached[emr.Location]
		slow := func(ctx context.Context) ([]*emr.Location, error) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(10 * time.Second):
				return []*emr.Location{{ID: "7"}}, nil
			}
		}
		start := time.Now()
		ask := func(limit time.Duration) ([]*emr.Location, error) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			return c.get(ctx, slow)
		}
		var wg sync.WaitGroup
		for n, limit := range []time.Duration{2 * time.Second, time.Second, time.Minute, time.Minute} {
			wg.Go(func() {
				time.Sleep(time.Duration(n) * time.Millisecond) // the first one fetches
				all, err := ask(limit)
				switch took := time.Since(start); {
				case n < 2 && (emr.KindOf(err) != emr.KindTimeout || took > limit+time.Second/2):
					t.Errorf("caller %d: %v after %s", n, err, took)
				case n >= 2 && (err != nil || len(all) != 1 || took > 13*time.Second):
					t.Errorf("caller %d: %v after %s", n, err, took)
				}
			})
		}
		wg.Wait()
	})
}

func TestAFetchThatPanicsLeavesNobodyWaiting(t *testing.T) {
	t.Parallel()
	var c cached[emr.Location]
	func() {
		defer func() { _ = recover() }()
		_, _ = c.get(t.Context(), func(context.Context) ([]*emr.Location, error) { panic("a round tripper of the application's") })
	}()
	all, err := c.get(t.Context(), func(context.Context) ([]*emr.Location, error) { return []*emr.Location{{ID: "7"}}, nil })
	if err != nil || len(all) != 1 {
		t.Errorf("%d, %v", len(all), err)
	}
}

func TestReferenceDataIsReadAnewAfterAnHour(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := cached[emr.Location]{op: opLocations}
		fetched := 0
		fetch := func(context.Context) ([]*emr.Location, error) { fetched++; return []*emr.Location{{ID: "7"}}, nil }
		for _, want := range []int{1, 1, 2} {
			if _, err := c.get(t.Context(), fetch); err != nil || fetched != want {
				t.Errorf("fetched %d times, %v, want %d", fetched, err, want)
			}
			time.Sleep(31 * time.Minute)
		}
	})
}

func TestAPlaceOutOfUseIsNotSearchedByDefault(t *testing.T) {
	t.Parallel()
	places := bundleOf(`{"resourceType":"Location","id":"6","status":"inactive","name":"Old Office"}`, `{"resourceType":"Location","id":"7","status":"active","name":"West Office"}`)
	nx, _ := connect(t, Select, nil, step{body: places})
	if id, err := (parts{nx}).firstLocation(t.Context()); err != nil || id != "7" {
		t.Errorf("%s, %v", id, err)
	}
}
