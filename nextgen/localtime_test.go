package nextgen

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestWhatIsMissingIsAbsentInAllItsForms(t *testing.T) {
	t.Parallel()
	for _, form := range []string{`null`, `""`, `" "`, `"00000000-0000-0000-0000-000000000000"`} {
		id := guid("before")
		if err := json.Unmarshal([]byte(`[`+form+`]`), &[]*guid{&id}); err != nil || (form != "null" && id != "") {
			t.Errorf("%s: %q, %v", form, id, err)
		}
	}
	for _, form := range []string{`null`, `""`, `"0001-01-01T00:00:00"`, `"0001-01-01T00:00:00.0000000"`} {
		var v struct {
			D day
			S stamp
		}
		if err := json.Unmarshal([]byte(`{"D":`+form+`,"S":`+form+`}`), &v); err != nil || !v.D.IsZero() || v.D.Bad || !v.S.IsZero() {
			t.Errorf("%s: %+v, %v", form, v, err)
		}
	}
}

func TestLocalTimesHaveUpToSevenDigitsAndNoOffset(t *testing.T) {
	t.Parallel()
	ny := zone(t, "America/New_York")
	for text, want := range map[string]string{
		"2023-04-25T07:55:56":         "2023-04-25T07:55:56-04:00",
		"2023-04-25T07:55:56.65":      "2023-04-25T07:55:56.65-04:00",
		"2023-04-25T07:55:56.6512345": "2023-04-25T07:55:56.6512345-04:00",
		"2023-12-25":                  "2023-12-25T00:00:00-05:00",
		"2023-04-25T07:55:56Z":        "2023-04-25T03:55:56-04:00",
		"2023-04-25T07:55:56+02:00":   "2023-04-25T01:55:56-04:00",
	} {
		s := parseStamp(text)
		if got := s.In(ny).Format(time.RFC3339Nano); s.Bad || got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
	for _, text := range []string{"25.4.2023", "2023-13-01T00:00:00", "2023-04-25T25:00:00", "soon"} {
		if s := parseStamp(text); !s.Bad || s.IsZero() {
			t.Errorf("%s: %+v", text, s)
		}
	}
	if at := madeAt(parseStamp("2023-11-05T01:30:00"), parseStamp("2023-11-05T06:30:00"), ny); at.UTC().Hour() != 6 {
		t.Errorf("the twin in UTC decides: %s", at)
	}
}

func TestClocksHaveThreeOrFourDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]clock{
		"0915": {9, 15, true, false}, "915": {9, 15, true, false}, "0000": {0, 0, true, false}, "2359": {23, 59, true, false}, "": {},
		"2400": {24, 0, true, false}, "0": {0, 0, true, false}, "2401": {Known: true, Bad: true}, "0960": {Known: true, Bad: true}, "9": {Known: true, Bad: true}, "09:15": {Known: true, Bad: true}, "+915": {Known: true, Bad: true}, "09155": {Known: true, Bad: true},
	} {
		if got := parseClock(text); got != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	var k clock
	if err := json.Unmarshal([]byte(`915`), &k); err != nil || k.Hour != 9 {
		t.Errorf("%+v, %v", k, err)
	}
}

// TestTimesAreThoseOfThePractice covers the days on which clocks change, in zones with
// different habits; what the machine's zone is plays no part.
func TestTimesAreThoseOfThePractice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, day, begin, end string
		minutes               int
		fold                  Fold
		want                  string // from/to, "" for none
	}{
		{"America/New_York", "2026-05-04", "0915", "0930", 15, "", "2026-05-04T09:15:00-04:00/2026-05-04T09:30:00-04:00"},
		{"America/New_York", "2026-05-04", "915", "", 20, "", "2026-05-04T09:15:00-04:00/2026-05-04T09:35:00-04:00"},
		{"America/New_York", "2026-05-04", "0915", "0945", 0, "", "2026-05-04T09:15:00-04:00/2026-05-04T09:45:00-04:00"},
		{"America/New_York", "2026-05-04", "0915", "0945", 15, "", "2026-05-04T09:15:00-04:00/2026-05-04T09:30:00-04:00"}, // they contradict: the minutes count
		{"America/New_York", "2026-05-04", "2345", "0015", 30, "", "2026-05-04T23:45:00-04:00/2026-05-05T00:15:00-04:00"},
		{"America/New_York", "2026-05-04", "2330", "2400", 0, "", "2026-05-04T23:30:00-04:00/2026-05-05T00:00:00-04:00"},
		{"America/New_York", "2026-11-01", "2330", "2400", 30, "", "2026-11-01T23:30:00-05:00/2026-11-02T00:00:00-05:00"},
		{"America/New_York", "2026-05-04", "2400", "2430", 30, "", ""},
		{"America/New_York", "2026-05-04", "0", "30", 0, "", ""},
		{"America/New_York", "2026-05-04", "0", "030", 30, "", "2026-05-04T00:00:00-04:00/2026-05-04T00:30:00-04:00"},
		{"America/New_York", "2026-05-04", "0915", "", 0, "", "2026-05-04T09:15:00-04:00/2026-05-04T09:15:00-04:00"},
		{"America/New_York", "2026-03-08", "0230", "0245", 15, "", ""}, // clocks go forward over it
		{"America/New_York", "2026-03-08", "0145", "0300", 15, "", "2026-03-08T01:45:00-05:00/2026-03-08T03:00:00-04:00"},
		{"America/New_York", "2026-11-01", "0130", "0145", 15, "", "2026-11-01T01:30:00-04:00/2026-11-01T01:45:00-04:00"}, // the first of two
		{"America/New_York", "2026-11-01", "0130", "0145", 15, FoldLater, "2026-11-01T01:30:00-05:00/2026-11-01T01:45:00-05:00"},
		{"America/New_York", "2026-11-01", "0145", "0200", 15, "", "2026-11-01T01:45:00-05:00/2026-11-01T02:00:00-05:00"}, // the end says which
		{"America/New_York", "2026-11-01", "0145", "0100", 15, "", "2026-11-01T01:45:00-04:00/2026-11-01T01:00:00-05:00"},
		{"America/New_York", "2026-11-01", "0130", "", 15, FoldEarlier, "2026-11-01T01:30:00-04:00/2026-11-01T01:45:00-04:00"},
		{"Australia/Lord_Howe", "2026-04-05", "0145", "0155", 10, "", "2026-04-05T01:45:00+11:00/2026-04-05T01:55:00+11:00"}, // half an hour
		{"America/Phoenix", "2026-03-08", "0230", "0245", 15, "", "2026-03-08T02:30:00-07:00/2026-03-08T02:45:00-07:00"},
		{"America/New_York", "", "0915", "0930", 15, "", ""},
		{"America/New_York", "2026-05-04", "", "0930", 15, "", ""},
		{"America/New_York", "2026-05-04", "0915", "09:30", 15, "", ""},
		{"America/New_York", "2026-05-04", "0915", "0930", -15, "", ""},
	} {
		client, _ := connect(t, func(cfg *Config) { cfg.Zone, cfg.Fold = zone(t, c.zone), c.fold })
		var d emr.Date
		if err := d.UnmarshalText([]byte(c.day)); err != nil {
			t.Fatal(err)
		}
		from, to, ok := client.span(d, parseClock(c.begin), parseClock(c.end), c.minutes)
		got := ""
		if ok {
			got = from.Format(time.RFC3339) + "/" + to.Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s %s %s-%s %d %s: %s, want %s", c.zone, c.day, c.begin, c.end, c.minutes, c.fold, got, c.want)
		}
	}
}

func TestTimesAreSentWithoutOffsetWhateverTheCallersZone(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil)
	at := time.Date(2026, 5, 4, 13, 15, 0, 0, time.UTC)
	for _, in := range []*time.Location{time.UTC, time.Local, zone(t, "Pacific/Auckland"), zone(t, "America/New_York"), time.FixedZone("", 5*3600)} {
		got, err := c.local(opBook, at.In(in))
		if err != nil || got != "2026-05-04T09:15:00" {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	for _, bad := range []time.Time{{}, at.Add(time.Second), at.Add(time.Nanosecond)} {
		_, err := c.local(opBook, bad)
		wantError(t, err, emr.KindInvalid)
	}
}

func TestADoubtfulTimeIsWrittenOnlyWhereItIsDecided(t *testing.T) {
	t.Parallel()
	ny := zone(t, "America/New_York")
	first := time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC).In(ny) // 01:30 EDT
	second := first.Add(time.Hour)                                // 01:30 EST
	for fold, want := range map[Fold][2]bool{FoldRefuse: {false, false}, FoldEarlier: {true, false}, FoldLater: {false, true}} {
		c, _ := connect(t, func(c *Config) { c.Fold = fold })
		for i, at := range []time.Time{first, second} {
			got, err := c.local(opBook, at)
			if (err == nil) != want[i] || err == nil && got != "2026-11-01T01:30:00" {
				t.Errorf("%s %s: %s, %v", fold, at, got, err)
			}
			if err != nil {
				if e := wantError(t, err, emr.KindInvalid); !strings.Contains(e.Hint, "Config.Fold") {
					t.Error(e)
				}
				continue
			}
			if back, ok := c.at(parseStamp(got)); !ok || !back.Equal(at) {
				t.Errorf("%s: %s is read back as %s", fold, at, back)
			}
		}
	}
	if _, ok := (&Client{cfg: Config{Zone: ny}}).at(parseStamp("2026-03-08T02:30:00")); ok {
		t.Error("a time in the gap is read as one")
	}
}

// FuzzLocalTimes: what is read is in the practice's zone and, written again, the same.
func FuzzLocalTimes(f *testing.F) {
	for _, seed := range []string{"2026-05-04T09:15:00", "2026-11-01T01:30:00", "2026-03-08T02:30:00", "0001-01-01T00:00:00", "2026-05-04T09:15:00.1234567Z", "0915", ""} {
		f.Add(seed, "915", int16(15))
	}
	f.Fuzz(func(t *testing.T, text, begin string, minutes int16) {
		c := &Client{cfg: Config{Zone: zone(t, "America/New_York"), Fold: FoldEarlier}}
		s := parseStamp(text)
		at, ok := c.at(s)
		if ok && at.Location() != c.cfg.Zone || ok && s.Bad {
			t.Errorf("%q: %s", text, at)
		}
		if ok && !s.fixed && at.Second() == 0 && at.Nanosecond() == 0 && at.Year() > 1 && at.Year() < 9999 {
			if back, err := c.local(opBook, at); err != nil || back != s.wall.Format(localLayout) && s.wall.Nanosecond() == 0 {
				t.Errorf("%q: %q, %v", text, back, err)
			}
		}
		if from, to, ok := c.span(emr.DateOf(s.wall), parseClock(begin), parseClock(text), int(minutes)); ok && (to.Before(from) || to.Sub(from) > 50*time.Hour) {
			t.Errorf("%s to %s", from, to)
		}
	})
}
