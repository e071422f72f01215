package transport

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/emrkit/emrkit/emr"
)

// perSecond sets the vendor's limit, for each class.
func perSecond(n int) func(*Config) {
	return limits(emr.Rate{Class: "each", Most: n, Per: time.Second})
}

// limits sets what each call counts in; "each" stands for the class of the call.
func limits(rates ...emr.Rate) func(*Config) {
	return func(c *Config) {
		c.Rates = func(call *Call) []emr.Rate {
			own := slices.Clone(rates)
			for i := range own {
				if own[i].Class == "each" {
					own[i].Class = call.Class()
				}
			}
			return own
		}
	}
}

// busy calls until no place is left before the deadline, or far too many came through.
func busy(ctx context.Context, b *bubble, c *Client, limit int) {
	for b.hits.Load() < int64(20*limit) {
		if _, err := c.Do(ctx, get("/Slot")); err != nil {
			return
		}
	}
}

func TestFault_R6_noRollingSecondHoldsMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{1, 2, 3, 20, 100} {
		synctest.Test(t, func(t *testing.T) {
			b := serveBubble(t, answerWith(200, "{}"))
			c := b.connect(t, perSecond(limit))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() { busy(ctx, b, c, limit) })
			}
			all.Wait()
			if most := b.most(); most > limit {
				t.Errorf("%d requests in one second, limit %d", most, limit)
			}
			if n, least := b.hits.Load(), int64((limit-1)*5); n < least {
				t.Errorf("%d requests in five seconds, want %d or more", n, least)
			}
		})
	}
}

// The gaps are longer than needed, because the network shortens some.
func TestFault_R6_spacingLeavesRoom(t *testing.T) {
	t.Parallel()
	for limit, want := range map[emr.Rate]rate.Limit{
		{Most: 1, Per: 10 * time.Second}: 0.095, {Most: 1, Per: time.Second}: 0.95, {Most: 2, Per: time.Second}: 1,
		{Most: 20, Per: time.Second}: 19, {Most: 601, Per: time.Minute}: 10,
	} {
		if got := spacing(limit); math.Abs(float64(got-want)) > 1e-9 {
			t.Errorf("limit %v: %v a second, want %v", limit, got, want)
		}
	}
}

func TestFault_R6_retriesPassTheLimiterToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(500, ""))
		c := b.connect(t, perSecond(2), func(c *Config) {
			c.Options.Retry = &emr.Retry{Attempts: 5, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond}
		})
		wantKind(t, errOf(c.Do(t.Context(), get("/Slot"))), emr.KindUnavailable)
		wantHits(t, &b.hits, 5)
		if most := b.most(); most > 2 {
			t.Errorf("%d requests in one second", most)
		}
	})
}

// The replay after 401 and each redirect count, too.
func TestFault_R6_replayAndRedirectPassTheLimiterToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
			switch n {
			case 1:
				writeAnswer(w, 401, "")
			case 2:
				writeAnswer(w, 302, "", "Location", "/elsewhere")
			default:
				writeAnswer(w, 200, "{}")
			}
		})
		c := b.connect(t, perSecond(1), func(c *Config) { c.Tokens = &tokens{} })
		noError(t)(c.Do(t.Context(), get("/Slot")))
		wantHits(t, &b.hits, 3)
		if most := b.most(); most > 1 {
			t.Errorf("%d requests in one second", most)
		}
	})
}

func TestFault_R6_limitCountsEachClassByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		c := b.connect(t, perSecond(1))
		began := time.Now()
		noError(t)(c.Do(t.Context(), get("/Slot")))
		noError(t)(c.Do(t.Context(), get("/Patient/7")))
		if d := time.Since(began); d != 0 {
			t.Errorf("another endpoint waited %v", d)
		}
		noError(t)(c.Do(t.Context(), get("/Patient/8")))
		if d := time.Since(began); d < time.Second {
			t.Errorf("the same endpoint waited only %v", d)
		}
	})
}

func TestFault_R7_cancelledWaitersCostNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		c := b.connect(t, perSecond(20))
		noError(t)(c.Do(t.Context(), get("/Slot")))
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 50 {
			all.Go(func() { wantKind(t, errOf(c.Do(ctx, get("/Slot"))), emr.KindCanceled) })
		}
		synctest.Wait()
		cancel()
		all.Wait()
		began := time.Now()
		noError(t)(c.Do(t.Context(), get("/Slot")))
		if d := time.Since(began); d > 100*time.Millisecond {
			t.Errorf("the next caller waited %v", d)
		}
		wantHits(t, &b.hits, 2)
	})
}

func TestFault_R7_onePracticeDoesNotStarveAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		shared := emr.NewShared()
		share := func(c *Config) { c.Options.Shared = shared }
		busy, calm := b.connect(t, perSecond(20), share), b.connect(t, perSecond(20), share)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() { _, _ = busy.Do(ctx, get("/Slot")) })
		}
		synctest.Wait()
		began := time.Now()
		for range 5 {
			noError(t)(calm.Do(t.Context(), get("/Slot")))
		}
		if d := time.Since(began); d > 700*time.Millisecond {
			t.Errorf("five calls waited %v behind the other practice", d)
		}
		cancel()
		all.Wait()
		if most := b.most(); most > 20 {
			t.Errorf("%d requests in one second", most)
		}
	})
}

// limiterFunc is an emr.Limiter.
type limiterFunc func(ctx context.Context, credential string, rates []emr.Rate) (func(), error)

func (f limiterFunc) Acquire(ctx context.Context, credential string, rates []emr.Rate) (func(), error) {
	return f(ctx, credential, rates)
}

func TestLimiterOfTheCallerReplacesOurs(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	var asked []emr.Rate
	var names []string
	var done int
	fail := error(nil)
	c := connect(t, srv.URL, perSecond(1), func(c *Config) {
		c.Options.Limiter = limiterFunc(func(_ context.Context, credential string, rates []emr.Rate) (func(), error) {
			asked, names = append(asked, rates...), append(names, credential)
			switch rates[0].Class {
			case "panic":
				panic("canary")
			case "nil":
				return nil, nil
			}
			return func() { done++; panic("canary") }, fail
		})
	})
	for range 3 {
		noError(t)(c.Do(t.Context(), get("/Slot/7")))
	}
	call := get("/Slot/7")
	call.Endpoint = "slots"
	noError(t)(c.Do(t.Context(), call))
	if asked[0] != (emr.Rate{Class: "Slot", Most: 1, Per: time.Second}) || len(names[0]) != 32 || asked[3].Class != "slots" {
		t.Errorf("%+v %q", asked, names)
	}
	noError(t)(c.Do(t.Context(), get("/nil")))
	if done != 4 {
		t.Errorf("done was called %d times, want 4", done)
	}
	fail = errors.New("canary")
	for _, path := range []string{"/Slot", "/panic"} {
		e := wantKind(t, errOf(c.Do(t.Context(), get(path))), emr.KindUnavailable)
		if s := fmt.Sprintf("%+v", e); e.Attempts != 0 || e.Err != nil || s == "canary" {
			t.Errorf("%#v", e)
		}
	}
	if done != 4 {
		t.Error("done was called after an error")
	}
	wantHits(t, &srv.hits, 5)
}
