package vendortest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/emrkit/emrkit/emr"
)

// Models compares models: ids as they are, times with their offset, zones by name. The
// key of a slot is left out.
func Models() cmp.Options {
	return cmp.Options{
		cmpopts.EquateComparable(emr.PatientID{}, emr.AppointmentID{}, emr.DocumentID{}, emr.EncounterID{}),
		cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b time.Time) bool {
			_, x := a.Zone()
			_, y := b.Zone()
			return a.Equal(b) && x == y
		}),
		cmp.Comparer(func(a, b *time.Location) bool { return fmt.Sprint(a) == fmt.Sprint(b) }),
		cmpopts.IgnoreFields(emr.Slot{}, "Key"),
	}
}

// Golden compares got with the fixture {name}.golden.json; opts come on top of Models.
func Golden[T any](t testing.TB, name string, got T, opts ...cmp.Option) {
	t.Helper()
	var want T
	d := json.NewDecoder(bytes.NewReader(Fixture(t, name+".golden.json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&want); err != nil {
		t.Fatalf("golden %s: %v", name, err)
	}
	if diff := cmp.Diff(want, got, append(opts, Models())...); diff != "" {
		t.Errorf("%s (-want +got)\n%s", name, diff)
	}
}
