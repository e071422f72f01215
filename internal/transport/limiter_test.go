package transport

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// slowTokens is a source whose tokens take time to get and then last for a while, one
// request for all who wait.
type slowTokens struct {
	takes, lasts time.Duration
	turn         chan struct{} // not a sync.Mutex: time in a bubble stands still while one is waited for
	n            int
	cur          *auth.Token
	until        time.Time
}

func (s *slowTokens) Token(context.Context) (*auth.Token, error) {
	s.turn <- struct{}{}
	defer func() { <-s.turn }()
	if s.cur == nil || !time.Now().Before(s.until) {
		s.n++
		time.Sleep(s.takes)
		s.cur, s.until = &auth.Token{Access: auth.NewSecret(fmt.Sprint("token-", s.n))}, time.Now().Add(s.lasts)
	}
	return s.cur, nil
}

// together makes n calls of path at once.
func together(t *testing.T, c *Client, n int, path func(i int) string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			if _, err := c.Do(ctx, get(path(i))); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func slots(int) string { return "/Slot" }

func TestFault_R6_slowTokenDoesNotBunchThoseWhoWaitForIt(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		src    slowTokens
		tokens int // at least
	}{
		"the first token":                 {slowTokens{takes: 3 * time.Second, lasts: time.Hour}, 1},
		"tokens that run out in the wait": {slowTokens{takes: 3 * time.Second, lasts: 700 * time.Millisecond}, 3},
		"a slow token each time":          {slowTokens{takes: 300 * time.Millisecond}, 50},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := serveBubble(t, answerWith(200, "{}"))
				c.src.turn = make(chan struct{}, 1)
				cl := b.connect(t, perSecond(20), func(cfg *Config) { cfg.Tokens = &c.src })
				together(t, cl, 50, slots)
				wantHits(t, &b.hits, 50)
				if most := b.most(); most > 20 || c.src.n < c.tokens {
					t.Errorf("%d requests in one second, %d tokens", most, c.src.n)
				}
			})
		})
	}
}

func TestFault_R6_tokenThatRanOutInTheQueueIsRenewed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, refuse("token-1"))
		src := &slowTokens{lasts: time.Second, turn: make(chan struct{}, 1)}
		c := b.connect(t, limits(emr.Rate{Most: 1, Per: 10 * time.Second}), func(cfg *Config) { cfg.Tokens = src })
		noError(t)(c.Do(t.Context(), &Call{Op: "read", Method: "GET", Path: "/Slot", Safe: true, Tolerate: []int{401}}))
		noError(t)(c.Do(t.Context(), get("/Slot")))
		wantHits(t, &b.hits, 2)
	})
}

func TestFault_R6_noRollingMinuteHoldsMoreThanTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		began := time.Now()
		together(t, b.connect(t, limits(emr.Rate{Class: "each", Most: 30, Per: time.Minute})), 90, slots)
		if most := b.mostIn(time.Minute); most > 30 {
			t.Errorf("%d requests in one minute", most)
		}
		if d := time.Since(began); d > 190*time.Second {
			t.Errorf("90 requests took %v", d)
		}
	})
}

func TestFault_R6_oneRequestCountsInFourClasses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		minute := emr.Rate{Class: "reads", Most: 1000, Per: time.Minute}
		c := b.connect(t, limits(
			emr.Rate{Class: "each", Most: 10, Per: time.Second}, emr.Rate{Most: 100, Per: time.Second},
			minute, minute, // said twice: counts once
			emr.Rate{Most: 7}))
		began := time.Now()
		together(t, c, 300, func(i int) string { return fmt.Sprint("/Class", i%3) })
		if most := b.most(); most > 30 {
			t.Errorf("%d requests in one second", most)
		}
		if most := b.mostIn(time.Minute); most > 1000 {
			t.Errorf("%d requests in one minute", most)
		}
		// 1,000 a minute is the tightest: 60 ms each.
		if d := time.Since(began); d > 19*time.Second {
			t.Errorf("300 requests took %v", d)
		}
	})
}

// A class with a long queue must not hold up the others in what all share.
func TestFault_R7_waitingForOneRateGivesNoPlaceAwayInAnother(t *testing.T) {
	t.Parallel()
	for name, narrow := range map[string]emr.Rate{
		"a slow class":          {Class: "Slot", Most: 1, Per: time.Minute},
		"a class one at a time": {Class: "Slot", Most: 1},
	} {
		for wide, all := range map[string]emr.Rate{"pace": {Most: 101, Per: time.Second}, "places": {Most: 2}} {
			t.Run(name+" below "+wide, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					b := serveBubble(t, func(w http.ResponseWriter, r *http.Request, _ int64) {
						if r.URL.Path == "/Slot" {
							<-r.Context().Done()
						}
						writeAnswer(w, 200, "{}")
					})
					rates := func(cfg *Config) {
						cfg.Rates = func(call *Call) []emr.Rate {
							if call.Class() == "Slot" {
								return []emr.Rate{all, narrow}
							}
							return []emr.Rate{all}
						}
						cfg.Options.Retry = &emr.Retry{HeaderTimeout: time.Hour}
					}
					shared := emr.NewShared()
					ctx, cancel := context.WithCancel(t.Context())
					var queue sync.WaitGroup
					for range 4 {
						c := b.connect(t, rates, func(cfg *Config) { cfg.Options.Shared = shared })
						queue.Go(func() { _, _ = c.Do(ctx, get("/Slot")) })
					}
					synctest.Wait()
					c := b.connect(t, rates, func(cfg *Config) { cfg.Options.Shared = shared })
					began := time.Now()
					together(t, c, 50, func(int) string { return "/Patient" })
					if d := time.Since(began); d > 600*time.Millisecond {
						t.Errorf("50 requests of another class took %v", d)
					}
					cancel()
					queue.Wait()
				})
			})
		}
	}
}

// Those that are cancelled wherever they wait leave every place free.
func TestFault_R7_cancelledWaitersGiveBackWhatTheyHad(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		c := b.connect(t, limits(
			emr.Rate{Class: "each", Most: 2}, emr.Rate{Class: "each", Most: 11, Per: time.Second}, emr.Rate{Most: 3},
			emr.Rate{Most: 21, Per: time.Second}))
		for range 20 {
			ctx, cancel := context.WithCancel(t.Context())
			var all sync.WaitGroup
			for i := range 30 {
				all.Go(func() { _, _ = c.Do(ctx, get(fmt.Sprint("/Class", i%3))) })
			}
			time.Sleep(130 * time.Millisecond)
			cancel()
			all.Wait()
		}
		for class := range 3 {
			began := time.Now()
			noError(t)(c.Do(t.Context(), get(fmt.Sprint("/Class", class))))
			if d := time.Since(began); d > 100*time.Millisecond {
				t.Errorf("class %d waited %v", class, d)
			}
		}
		for bucket := range c.queue.lanes {
			if n := len(bucket.turn); n != 0 {
				t.Errorf("%+v: %d places are still held", bucket.Rate, n)
			}
		}
	})
}

func TestFault_R6_limitThatLetsNothingThroughIsRefused(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	for _, r := range []emr.Rate{{}, {Most: -1, Per: time.Second}, {Most: 1, Per: -1}} {
		wantKind(t, errOf(connect(t, srv.URL, limits(r)).Do(t.Context(), get("/Slot"))), emr.KindConfig)
	}
	wantHits(t, &srv.hits, 0)
}

// four lets four requests run at the same time.
var four = limits(emr.Rate{Most: 4})

func TestFault_R6_neverMoreAtTheSameTimeThanTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		b := serveBubble(t, func(w http.ResponseWriter, _ *http.Request, n int64) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			writeAnswer(w, []int{200, 503, 429}[n%3], "{}")
		})
		shared := emr.NewShared()
		share := func(c *Config) { c.Options.Shared = shared }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var all sync.WaitGroup
		for range 3 {
			c := b.connect(t, four, share)
			for range 10 {
				all.Go(func() { _, _ = c.Do(ctx, get("/Slot")) })
			}
		}
		all.Wait()
		if most != 4 || b.hits.Load() <= 30 {
			t.Errorf("%d at the same time, %d requests", most, b.hits.Load())
		}
	})
}

func TestFault_R6_streamCountsUntilItIsClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := serveBubble(t, answerWith(200, "{}"))
		c := b.connect(t, four)
		var open []io.Closer
		for range 4 {
			_, body, err := c.Open(t.Context(), get("/Document"))
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.ReadAll(body)
			open = append(open, body)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantKind(t, errOf(c.Do(ctx, get("/Slot"))), emr.KindTimeout)
		wantHits(t, &b.hits, 4)
		_, _ = open[0].Close(), open[0].Close() // the second changes nothing
		noError(t)(c.Do(t.Context(), get("/Slot")))
		if n := held(c); n != 3 {
			t.Errorf("%d places are held by three streams", n)
		}
		for _, s := range open {
			_ = s.Close()
		}
		if n := held(c); n != 0 {
			t.Errorf("%d places are still held", n)
		}
	})
}

// held is how many places of the caps on c are taken.
func held(c *Client) (n int) {
	for b := range c.queue.lanes {
		n += len(b.turn)
	}
	return n
}

func TestFault_R6_placeIsGivenBackOnEveryPath(t *testing.T) {
	t.Parallel()
	srv := serve(t, func(w http.ResponseWriter, r *http.Request, n int64) {
		switch r.URL.Path {
		case "/moved":
			writeAnswer(w, 302, "", "Location", "/Slot")
		case "/refused":
			writeAnswer(w, 401, "")
		case "/cut":
			writeAnswer(w, 200, "{", "Content-Length", "100")
		case "/page":
			writeAnswer(w, 200, "<html>", "Content-Type", "text/html")
		case "/hangs":
			<-r.Context().Done()
		default:
			writeAnswer(w, 200, "{}")
		}
	})
	for _, path := range []string{"/Slot", "/moved", "/refused", "/cut", "/page", "/hangs"} {
		for _, stream := range []bool{false, true} {
			c := connect(t, srv.URL, limits(emr.Rate{Most: 1}), func(c *Config) { c.Tokens = &tokens{} })
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			if path == "/hangs" {
				time.AfterFunc(20*time.Millisecond, cancel)
			}
			if stream {
				if _, body, err := c.Open(ctx, get(path)); err == nil {
					_, _ = io.ReadAll(body)
					_ = body.Close()
				}
			} else {
				_, _ = c.Do(ctx, get(path))
			}
			cancel()
			if n := held(c); n != 0 {
				t.Errorf("%s, stream %v: %d places are still held", path, stream, n)
			}
		}
	}
}

func TestFault_R6_panicOfTheCallersRoundTripperGivesThePlaceBack(t *testing.T) {
	t.Parallel()
	c := connect(t, "https://emr.example", four, through(roundTripper(func(*http.Request) (*http.Response, error) { panic("theirs") })))
	for range 6 {
		for _, call := range []func(){
			func() { _, _ = c.Do(t.Context(), get("/Slot")) },
			func() { _, _, _ = c.Open(t.Context(), get("/Slot")) },
		} {
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the panic did not reach the caller")
					}
				}()
				call()
			}()
		}
	}
	if n := held(c); n != 0 {
		t.Errorf("%d places are still held", n)
	}
}
