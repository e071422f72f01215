package emr_test

import (
	"context"
	"errors"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestUnsent_aFailedLookUpBeforeAWriteIsNotALostBooking(t *testing.T) {
	t.Parallel()
	lookUp := func(k emr.Kind) *emr.Error {
		return &emr.Error{Kind: k, Status: 200, Attempts: 2, Hint: "look-up"}
	}
	for name, c := range map[string]struct {
		err    error
		kind   emr.Kind
		status int
	}{
		"nobody can read it": {lookUp(emr.KindProtocol), emr.KindProtocol, 200},
		"too large":          {lookUp(emr.KindTooLarge), emr.KindTooLarge, 200},
		"wrapped":            {errors.Join(lookUp(emr.KindProtocol)), emr.KindProtocol, 200},
		"a conflict":         {lookUp(emr.KindConflict), emr.KindConflict, 200},
		"cancelled":          {context.Canceled, emr.KindCanceled, 0},
		"of another package": {errors.New("Canary"), emr.KindProtocol, 0},
	} {
		f := newFake()
		f.addPatient(ines())
		f.next("book", fault{err: emr.Unsent(c.err)})
		a, err := client(t, f, nil).Book(t.Context(), booking())
		var e *emr.Error
		if a != nil || !errors.As(err, &e) || e.Kind != c.kind || e.Status != c.status || f.count("list") != 0 || errors.Is(err, emr.ErrSlotTaken) {
			t.Errorf("%s: %v after %d looks", name, err, f.count("list"))
		}
		if c.status != 0 && (e.Attempts != 2 || e.Hint != "look-up") {
			t.Errorf("%s: %d attempts, %q", name, e.Attempts, e.Hint)
		}
	}
}

func TestUnsent_marksACopyAndNeverAWriteInDoubt(t *testing.T) {
	t.Parallel()
	if emr.Unsent(nil) != nil {
		t.Error("nil became an error")
	}
	shared := &emr.Error{Kind: emr.KindProtocol, Status: 200, Attempts: 1}
	var marked *emr.Error
	if !errors.As(emr.Unsent(shared), &marked) || marked == shared {
		t.Error("the caller's error was marked")
	}
	f := newFake()
	f.addPatient(ines())
	f.next("book", fault{err: emr.Unsent(lost()), done: true})
	if a, err := client(t, f, nil).Book(t.Context(), booking()); err != nil || a == nil || f.count("book") != 1 {
		t.Errorf("an ambiguous write is read back all the same: %v", err)
	}
}
