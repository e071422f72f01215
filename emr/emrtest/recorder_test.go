package emrtest

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// recorder runs the suite and keeps what fails instead of failing itself.
type recorder struct {
	testing.TB
	name string

	mu       sync.Mutex
	messages []string
	failed   bool
	cleanups []func()
	subs     map[string]*recorder
}

// record runs the suite against h.
func record(t *testing.T, h Harness) *recorder {
	t.Helper()
	r := &recorder{TB: t, name: "suite", subs: map[string]*recorder{}}
	r.within(func() { run(r, h) })
	return r
}

// within runs f in a goroutine of its own, which FailNow ends.
func (r *recorder) within(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				r.Errorf("panic: %v", p)
			}
		}()
		f()
	}()
	<-done
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

func (r *recorder) here(f func(testing.TB)) { f(r) }

func (r *recorder) sub(name string, f func(testing.TB)) {
	child := &recorder{TB: r.TB, name: name, subs: map[string]*recorder{}}
	child.within(func() { f(child) })
	r.subs[name] = child
}

// failures lists the sub-tests that failed, with what they said.
func (r *recorder) failures() map[string]string {
	failed := map[string]string{}
	for name, sub := range r.subs {
		if sub.Failed() {
			failed[name] = strings.Join(sub.messages, "; ")
		}
	}
	if r.Failed() {
		failed["suite"] = strings.Join(r.messages, "; ")
	}
	return failed
}

func (r *recorder) note(failed bool, message string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = r.failed || failed
	r.messages = append(r.messages, message)
}

func (r *recorder) Name() string                      { return r.name }
func (r *recorder) Helper()                           {}
func (r *recorder) Log(args ...any)                   { r.note(false, fmt.Sprint(args...)) }
func (r *recorder) Logf(format string, args ...any)   { r.note(false, fmt.Sprintf(format, args...)) }
func (r *recorder) Error(args ...any)                 { r.note(true, fmt.Sprint(args...)) }
func (r *recorder) Errorf(format string, args ...any) { r.note(true, fmt.Sprintf(format, args...)) }
func (r *recorder) Fail()                             { r.note(true, "Fail") }
func (r *recorder) FailNow()                          { r.note(true, "FailNow"); runtime.Goexit() }
func (r *recorder) Fatal(args ...any)                 { r.note(true, fmt.Sprint(args...)); runtime.Goexit() }
func (r *recorder) Fatalf(format string, args ...any) {
	r.note(true, fmt.Sprintf(format, args...))
	runtime.Goexit()
}
func (r *recorder) Skip(args ...any)         { r.Fatal("skipped: " + fmt.Sprint(args...)) }
func (r *recorder) Skipf(f string, a ...any) { r.Fatalf("skipped: "+f, a...) }
func (r *recorder) SkipNow()                 { r.Fatal("skipped") }
func (r *recorder) Cleanup(f func())         { r.cleanups = append(r.cleanups, f) }

func (r *recorder) Failed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}
