package emr_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestFault_T1_aTimeThatDoesNotExistIsInvalid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone string
		day  emr.Date
		h, m int
	}{
		{"America/New_York", emr.Date{Year: 2026, Month: 3, Day: 8}, 2, 30},
		{"Pacific/Auckland", emr.Date{Year: 2026, Month: 9, Day: 27}, 2, 30},
		{"America/Santiago", emr.Date{Year: 2026, Month: 9, Day: 6}, 0, 30}, // midnight itself
		{"Australia/Lord_Howe", emr.Date{Year: 2026, Month: 10, Day: 4}, 2, 15},
		{"Pacific/Apia", emr.Date{Year: 2011, Month: 12, Day: 30}, 12, 0}, // a whole day
	} {
		_, err := emr.LocalTime(c.day, c.h, c.m, mustZone(c.zone))
		wantKind(t, err, emr.KindInvalid)
		if !strings.Contains(err.Error(), "does not exist") {
			t.Error(c.zone, err)
		}
	}
}

func TestFault_T2_aTimeThatComesTwiceHasToBeChosen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone  string
		day   emr.Date
		h, m  int
		apart time.Duration
	}{
		{"America/New_York", emr.Date{Year: 2026, Month: 11, Day: 1}, 1, 30, time.Hour},
		{"Pacific/Auckland", emr.Date{Year: 2026, Month: 4, Day: 5}, 2, 30, time.Hour},
		{"America/Santiago", emr.Date{Year: 2026, Month: 4, Day: 4}, 23, 30, time.Hour},
		{"America/Havana", emr.Date{Year: 2026, Month: 11, Day: 1}, 0, 0, time.Hour},
		{"Australia/Lord_Howe", emr.Date{Year: 2026, Month: 4, Day: 5}, 1, 45, 30 * time.Minute},
	} {
		_, err := emr.LocalTime(c.day, c.h, c.m, mustZone(c.zone))
		wantKind(t, err, emr.KindInvalid)
		var twice *emr.RepeatedTimeError
		if !errors.As(err, &twice) {
			t.Fatal(c.zone, err)
		}
		for _, at := range []time.Time{twice.Earlier, twice.Later} {
			if emr.DateOf(at) != c.day || at.Hour() != c.h || at.Minute() != c.m || !strings.Contains(err.Error(), at.Format(time.RFC3339)) {
				t.Error(c.zone, at, err)
			}
		}
		if twice.Later.Sub(twice.Earlier) != c.apart {
			t.Error(c.zone, twice)
		}
	}
}

func TestLocalTime_ordinaryTimesAreWhatTheClockShows(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"America/New_York", "Pacific/Auckland", "America/Santiago", "Asia/Kathmandu", "UTC", "Europe/London", "Pacific/Apia"} {
		loc := mustZone(zone)
		for day := (emr.Date{Year: 2026, Month: 1, Day: 1}); day.Year == 2026; day = day.AddDays(1) {
			at, err := emr.LocalTime(day, 9, 30, loc)
			if err != nil || at.Format("2006-01-02 15:04") != day.String()+" 09:30" || at.Location() != loc {
				t.Fatal(zone, day, at, err)
			}
		}
	}
	for _, c := range [][2]int{{24, 0}, {-1, 0}, {9, 60}} {
		_, err := emr.LocalTime(emr.Date{Year: 2026, Month: 1, Day: 1}, c[0], c[1], time.UTC)
		wantKind(t, err, emr.KindInvalid)
	}
	_, err := emr.LocalTime(emr.Date{Year: 2026, Month: 2, Day: 30}, 9, 0, time.UTC)
	wantKind(t, err, emr.KindInvalid)
	_, err = emr.LocalTime(emr.Date{Year: 2026, Month: 2, Day: 3}, 9, 0, nil)
	wantKind(t, err, emr.KindInvalid)
}

func TestFault_T3_theSameTimeTomorrowIsNot24HoursLater(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone  string
		day   emr.Date
		hours float64
	}{
		{"America/New_York", emr.Date{Year: 2026, Month: 3, Day: 8}, 23},
		{"America/New_York", emr.Date{Year: 2026, Month: 11, Day: 1}, 25},
		{"Pacific/Auckland", emr.Date{Year: 2026, Month: 9, Day: 27}, 23},
		{"Pacific/Auckland", emr.Date{Year: 2026, Month: 4, Day: 5}, 25},
		{"America/Santiago", emr.Date{Year: 2026, Month: 9, Day: 6}, 23},
		{"America/Santiago", emr.Date{Year: 2026, Month: 4, Day: 4}, 25},
		{"America/Havana", emr.Date{Year: 2026, Month: 11, Day: 1}, 25},
		{"Australia/Lord_Howe", emr.Date{Year: 2026, Month: 4, Day: 5}, 24.5},
		{"UTC", emr.Date{Year: 2026, Month: 4, Day: 5}, 24},
	} {
		loc := mustZone(c.zone)
		if got := c.day.AddDays(1).Start(loc).Sub(c.day.Start(loc)).Hours(); got != c.hours {
			t.Errorf("%s %s is %v hours long, want %v", c.zone, c.day, got, c.hours)
		}
	}
}

func TestFault_T4_aLocalDayRunsFromItsFirstInstantToThatOfTheNext(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"America/Santiago", "America/Havana", "America/New_York", "Pacific/Auckland", "Asia/Beirut", "Africa/Cairo", "America/Asuncion", "Atlantic/Azores", "Australia/Lord_Howe"} {
		loc := mustZone(zone)
		for day := (emr.Date{Year: 2023, Month: 1, Day: 1}); day.Year < 2027; day = day.AddDays(1) {
			at := day.Start(loc)
			if emr.DateOf(at) != day || emr.DateOf(at.Add(-time.Nanosecond)) != day.AddDays(-1) {
				t.Fatalf("%s %s starts at %v", zone, day, at)
			}
		}
	}
	// The day that does not exist begins where the next one does.
	apia := mustZone("Pacific/Apia")
	if got, want := (emr.Date{Year: 2011, Month: 12, Day: 30}).Start(apia), (emr.Date{Year: 2011, Month: 12, Day: 31}).Start(apia); !got.Equal(want) {
		t.Error(got, want)
	}
}

func TestFault_T4_slotsAreThoseOfTheClinicsDay(t *testing.T) {
	t.Parallel()
	santiago := mustZone("America/Santiago")
	day := emr.Date{Year: 2030, Month: 9, Day: 8} // begins at 01:00
	f := newFake()
	f.info.Zone = santiago
	first := day.Start(santiago)
	last := day.AddDays(1).Start(santiago)
	f.slots = func(context.Context, emr.SlotQuery, emr.Cursor) (emr.Page[emr.Slot], error) {
		var page emr.Page[emr.Slot]
		for _, at := range []time.Time{first.Add(-time.Minute), first, last.Add(-time.Minute), last} {
			at = at.UTC() // the vendor's offset does not matter
			page.Items = append(page.Items, &emr.Slot{Start: at, End: at.Add(time.Minute)})
		}
		return page, nil
	}
	all, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), emr.SlotQuery{From: day, To: day.AddDays(1)}))
	if err != nil || len(all) != 2 || !all[0].Start.Equal(first) || first.Hour() != 1 {
		t.Error(len(all), err, first)
	}
}

func TestFault_T4_aSlotOfALocationInAnotherZoneIsOfItsOwnDay(t *testing.T) {
	t.Parallel()
	angeles := mustZone("America/Los_Angeles")
	day := emr.Date{Year: 2030, Month: 3, Day: 4}
	late := day.Start(angeles).Add(21*time.Hour + 30*time.Minute) // the next day in New York
	f := newFake()
	f.slots = func(context.Context, emr.SlotQuery, emr.Cursor) (emr.Page[emr.Slot], error) {
		return emr.Page[emr.Slot]{Items: []*emr.Slot{{Start: late, End: late.Add(time.Minute)}}}, nil
	}
	c := client(t, f, nil)
	for _, from := range []emr.Date{day, day.AddDays(1)} {
		slots, err := emr.Collect(c.FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(1)}))
		if err != nil || len(slots) != map[bool]int{true: 1}[from == day] {
			t.Error(from, len(slots), err)
		}
	}
	b := &emr.Booking{Patient: &emr.Patient{ID: emr.NewPatientID("p-1")}, Slot: &emr.Slot{Start: late, End: late.Add(time.Minute)}}
	made := f.put(b, emr.StatusBooked)
	listed, err := emr.Collect(c.Appointments(t.Context(), emr.AppointmentQuery{From: day, To: day.AddDays(1)}))
	if err != nil || len(listed) != 1 {
		t.Error(len(listed), err)
	}
	if found, err := c.FindBooking(t.Context(), b); err != nil || found.ID != made.ID {
		t.Error(err)
	}
}

func TestFault_T7_missingZoneDataIsAClearConfigError(t *testing.T) {
	t.Parallel()
	if loc, err := emr.LoadZone("Pacific/Auckland"); err != nil || loc.String() != "Pacific/Auckland" {
		t.Error(loc, err)
	}
	for _, name := range []string{"", "Local", "Mars/Olympus", "../etc/passwd"} {
		_, err := emr.LoadZone(name)
		wantKind(t, err, emr.KindConfig)
		if len(name) > 5 && strings.Contains(err.Error(), name) {
			t.Error(err)
		}
	}
}

func TestFault_T8_aBirthDateIsTheSameInEveryZone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1991-05-17", "1900-01-01", "2000-02-29", "1991-04-07"} {
		b, err := emr.ParseBirthDate(text)
		if err != nil || b.Reveal().String() != text {
			t.Fatal(text, err)
		}
		d := b.Reveal()
		for _, zone := range []string{"Pacific/Auckland", "America/New_York", "UTC"} {
			var scanned emr.BirthDate // a DATE column as database drivers give it
			if err := scanned.Scan(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, mustZone(zone))); err != nil || !scanned.Equal(b) {
				t.Error(text, zone, scanned.Reveal(), err)
			}
		}
		var read emr.BirthDate
		if err := json.Unmarshal([]byte(`"`+text+`"`), &read); err != nil || !read.Equal(b) {
			t.Error(text, err)
		}
	}
	for _, text := range []string{"1991-02-30", "1991-5-17", "17.05.1991", "canary"} {
		_, err := emr.ParseBirthDate(text)
		wantKind(t, err, emr.KindInvalid)
		if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), text) {
			t.Error(err)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-03-08", "0001-01-01", "9999-12-31", "2026-02-29", "", "2026-3-8", "-001-01-01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := emr.ParseDate(s)
		if err != nil {
			if emr.KindOf(err) != emr.KindInvalid {
				t.Error(err)
			}
			return
		}
		if d != d.AddDays(0) || d.AddDays(1).AddDays(-1) != d || d.String() != s && !d.IsZero() {
			t.Errorf("%q became %s", s, d)
		}
	})
}
