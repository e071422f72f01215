package emr

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// filler gives every field of a model a value of its own, so that a field forgotten in
// the stored form shows as a difference. Vendor values cannot be stored.
type filler struct{ n int }

func (f *filler) fill(t *testing.T, v reflect.Value) {
	t.Helper()
	f.n++
	text := fmt.Sprintf("Canary-%d-ü\"", f.n)
	zone, err := time.LoadLocation([]string{"America/New_York", "Pacific/Auckland", "Europe/London"}[f.n%3])
	if err != nil {
		t.Fatal(err)
	}
	switch p := v.Addr().Interface().(type) {
	case *PHI:
		*p = NewPHI(text)
		return
	case *BirthDate:
		*p = NewBirthDate(1991, 5, 1+f.n%28)
		return
	case *Source:
		*p = NewSource([]byte(text + "\xff\x00"))
		return
	case *time.Time:
		*p = time.Date(2030, 1, 4, 14, f.n%60, 0, f.n, zone)
		return
	case *Date:
		*p = Date{2030, 1, 1 + f.n%28}
		return
	case interface{ UnmarshalText([]byte) error }: // ids
		if err := p.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "Vendor" {
				f.fill(t, v.Field(i))
			}
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(t, v.Index(0))
		f.fill(t, v.Index(1))
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(int64(f.n))
	default:
		t.Fatalf("a field of kind %s: teach the filler", v.Kind())
	}
}

// exact compares what go-cmp is told to take as equal: the bytes of sources, and times
// with their zone.
var exact = cmp.Options{
	cmp.Comparer(func(a, b Source) bool { return string(a.Reveal()) == string(b.Reveal()) }),
	cmp.Comparer(func(a, b time.Time) bool {
		return a.Format(time.RFC3339Nano) == b.Format(time.RFC3339Nano) && a.Location().String() == b.Location().String()
	}),
}

func roundTrip[M Storable](t *testing.T) {
	t.Run(fmt.Sprintf("%T", *new(M)), func(t *testing.T) {
		t.Parallel()
		var full M
		(&filler{}).fill(t, reflect.ValueOf(&full).Elem())
		for name, m := range map[string]M{"full": full, "empty": *new(M)} {
			data, err := json.Marshal(Reveal(m))
			if err != nil {
				t.Fatal(name, err)
			}
			if name == "full" && !strings.Contains(string(data), "Canary") {
				t.Error("nothing was written")
			}
			var back Revealed[M]
			if err := json.Unmarshal(data, &back); err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(m, back.Model, exact); diff != "" {
				t.Error(name, diff)
			}
			column, err := Reveal(m).Value()
			if err != nil {
				t.Fatal(name, err)
			}
			var scanned, bytes Revealed[M]
			if err := scanned.Scan(column); err != nil {
				t.Fatal(name, err)
			}
			if err := bytes.Scan([]byte(column.(string))); err != nil {
				t.Fatal(name, err)
			}
			if diff := cmp.Diff(m, scanned.Model, exact) + cmp.Diff(m, bytes.Model, exact); diff != "" {
				t.Error(name, diff)
			}
			var log strings.Builder
			slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "m", Reveal(m))
			holder := struct{ in Revealed[M] }{Reveal(m)}
			fmt.Fprintf(&log, "%v %+v %#v %s %q %x %v %+v", Reveal(m), Reveal(m), Reveal(m), Reveal(m), Reveal(m), Reveal(m), []any{Reveal(m)}, holder.in)
			if strings.Contains(log.String(), "Canary") || strings.Contains(log.String(), "1991-") || strings.Contains(log.String(), "1991 ") {
				t.Error(log.String())
			}
		}
		null := Reveal(full)
		if err := null.Scan(nil); err != nil || cmp.Diff(null.Model, *new(M), exact) != "" {
			t.Error("NULL:", err)
		}
		for _, bad := range []string{`[]`, `"Canary"`, `{"id":5550142}`, `{"birth_date":"Canary","start":"Canary","at":"Canary","patient":{"birth_date":"Canary"}}`, `{`} {
			kept := Reveal(full)
			if err := kept.Scan(bad); err != nil {
				if strings.Contains(err.Error(), "Canary") || strings.Contains(err.Error(), "555") {
					t.Error("the error quotes:", err)
				}
				if cmp.Diff(full, kept.Model, exact) != "" {
					t.Error("a failed read changed the model")
				}
			}
		}
		var other Revealed[M]
		if other.Scan(3.5) == nil || other.Scan("[]") == nil {
			t.Error("read what is not stored")
		}
	})
}

func TestRevealed_everyFieldOfEveryModelComesBack(t *testing.T) {
	t.Parallel()
	roundTrip[Patient](t)
	roundTrip[NewPatient](t)
	roundTrip[Appointment](t)
	roundTrip[Booking](t)
	roundTrip[Document](t)
	roundTrip[Encounter](t)
	roundTrip[Change](t)
	roundTrip[Found](t)
}

func TestRevealed_timesKeepOffsetAndZone(t *testing.T) {
	t.Parallel()
	load := func(name string) *time.Location {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		return loc
	}
	at := time.Date(2030, 1, 4, 14, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		t    time.Time
		want string
	}{
		{at, "2030-01-04T14:00:00+00:00[UTC]"},
		{at.In(load("Europe/London")), "2030-01-04T14:00:00+00:00[Europe/London]"},
		{at.In(load("America/New_York")), "2030-01-04T09:00:00-05:00[America/New_York]"},
		{at.In(time.FixedZone("", 13*3600+45*60)), "2030-01-05T03:45:00+13:45"},
		{at.In(time.FixedZone("", 0)), "2030-01-04T14:00:00+00:00"},
		{at.In(time.FixedZone("", -1234)), "2030-01-04T13:39:26-00:20:34"},
	} {
		data, err := json.Marshal(Reveal(Appointment{Start: c.t}))
		if err != nil || !strings.Contains(string(data), `"`+c.want+`"`) {
			t.Errorf("%s, %v", data, err)
		}
		var back Revealed[Appointment]
		if err := json.Unmarshal(data, &back); err != nil || cmp.Diff(c.t, back.Model.Start, exact) != "" {
			t.Error(back.Model.Start, err)
		}
	}
	// A zone that this machine does not know leaves the offset.
	var back Revealed[Appointment]
	if err := back.Scan(`{"start":"2030-01-04T09:00:00-05:00[Mars/Olympus]"}`); err != nil || back.Model.Start.Format(time.RFC3339) != "2030-01-04T09:00:00-05:00" {
		t.Error(back.Model.Start.Format(time.RFC3339), err)
	}
}

func TestRevealed_refusesWhatWouldBeLost(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		second(json.Marshal(Reveal(NewPatient{Vendor: 1}))),
		second(json.Marshal(Reveal(Booking{Vendor: 1}))),
		second(json.Marshal(Reveal(Patient{Born: NewBirthDate(1991, 2, 30)}))),
		second(json.Marshal(Reveal(Patient{Given: NewPHI("Canary\xff")}))),
		second(json.Marshal(Reveal(Appointment{Start: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)}))),
	} {
		if err == nil || strings.Contains(err.Error(), "Canary") {
			t.Error(err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
