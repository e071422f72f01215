package reference

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

func one(n int) []*int { return []*int{&n} }

func TestOneFetchServesAllUntilTheListIsOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l List[int]
		var fetched atomic.Int32
		fetch := func(context.Context) ([]*int, error) {
			time.Sleep(time.Second)
			return one(int(fetched.Add(1))), nil
		}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if got, err := l.Get(context.Background(), "acme", "list things", fetch); err != nil || *got[0] != 1 {
					t.Errorf("%v", err)
				}
			})
		}
		all.Wait()
		time.Sleep(Age - time.Minute)
		if got, _ := l.Get(context.Background(), "acme", "list things", fetch); *got[0] != 1 {
			t.Error("fetched before it was old")
		}
		time.Sleep(time.Minute)
		if got, _ := l.Get(context.Background(), "acme", "list things", fetch); *got[0] != 2 {
			t.Error("an old list was used")
		}
		l.Forget()
		if got, _ := l.Get(context.Background(), "acme", "list things", fetch); *got[0] != 3 {
			t.Error("a forgotten list was used")
		}
	})
}

func TestFault_X2_aFailureIsSharedAndNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l List[int]
		var fetched atomic.Int32
		broken := errors.New("broken")
		fetch := func(context.Context) ([]*int, error) {
			time.Sleep(time.Second)
			if fetched.Add(1) == 1 {
				return one(1), broken
			}
			return one(2), nil
		}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if got, err := l.Get(context.Background(), "acme", "list things", fetch); !errors.Is(err, broken) || got != nil {
					t.Errorf("%v %v", got, err)
				}
			})
		}
		all.Wait()
		if got, err := l.Get(context.Background(), "acme", "list things", fetch); err != nil || *got[0] != 2 {
			t.Errorf("%v", err)
		}
	})
}

func TestAnEmptyListIsNotKept(t *testing.T) {
	t.Parallel()
	var l List[int]
	n := 0
	fetch := func(context.Context) ([]*int, error) { n++; return nil, nil }
	for range 3 {
		if got, err := l.Get(t.Context(), "acme", "list things", fetch); err != nil || len(got) != 0 {
			t.Errorf("%v %v", got, err)
		}
	}
	if n != 3 {
		t.Errorf("%d fetches", n)
	}
}

func TestFault_X2_whoeverLeavesTakesNobodyWithHim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var l List[int]
		leader, leave := context.WithCancel(context.Background())
		slow := func(ctx context.Context) ([]*int, error) {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Second):
				return one(1), nil
			}
		}
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := l.Get(leader, "acme", "list things", slow); !errors.Is(err, context.Canceled) {
				t.Errorf("leader: %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if got, err := l.Get(context.Background(), "acme", "list things", slow); err != nil || *got[0] != 1 {
				t.Errorf("follower: %v", err)
			}
		})
		hasty, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		all.Go(func() {
			if _, err := l.Get(hasty, "acme", "list things", slow); emr.KindOf(err) != emr.KindTimeout {
				t.Errorf("hasty: %v", err)
			}
		})
		time.Sleep(10 * time.Millisecond)
		leave()
		all.Wait()
		_, err := l.Get(leader, "acme", "list things", slow)
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindCanceled || e.Vendor != "acme" || e.Op != "list things" {
			t.Errorf("a cancelled caller: %+v", err)
		}
	})
}

func TestAPanickingFetchHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	var l List[int]
	func() {
		defer func() { _ = recover() }()
		_, _ = l.Get(t.Context(), "acme", "list things", func(context.Context) ([]*int, error) { panic("broken") })
	}()
	if got, err := l.Get(t.Context(), "acme", "list things", func(context.Context) ([]*int, error) { return one(1), nil }); err != nil || *got[0] != 1 {
		t.Errorf("%v", err)
	}
}
