package fhir

import (
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the zones below, wherever the test runs
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestFault_T6_datesKeepTextAndPrecision(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Precision{
		"2026": Year, "2026-03": Month, "2026-03-02": Day, "2024-02-29": Day, "0001-01-01": Day, "9999-12-31": Day,
		"": None, "26": None, "2026-3": None, "2026-00": None, "2026-13": None, "2026-03-00": None, "2026-02-29": None,
		"2026-04-31": None, "2026/03/02": None, "20260302": None, "0000": None, "0000-01-01": None, "-2026": None,
		"2026-03-02 ": None, " 2026": None, "2026-03-02Z": None, "12/01/2020": None, "12-01-2020": None, "٢٠٢٦": None, "2026-03-0x": None,
		"2026-03-02T": None, "2026-": None, "+026": None,
	} {
		d, err := ParseDate(text)
		if (err == nil) != (want != None) || Date(text).Precision() != want {
			t.Errorf("date %q: precision %v, %v", text, Date(text).Precision(), err)
		}
		if err == nil && string(d) != text {
			t.Errorf("date %q became %q", text, string(d))
		}
		if want == None {
			wantKind(t, err, Invalid)
			if _, _, _, err := Date(text).YMD(); KindOf(err) != Invalid {
				t.Errorf("YMD of %q: %v", text, err)
			}
			if _, err := Date(text).In(time.UTC); KindOf(err) != Invalid {
				t.Errorf("In of %q: %v", text, err)
			}
		}
	}
	if y, m, d, err := Date("2026-03").YMD(); y != 2026 || m != time.March || d != 0 || err != nil {
		t.Error("parts of a month")
	}
}

func TestFault_T6_instantsAreAcceptedAsFHIRSays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{ // in UTC; empty if refused
		"2026-03-02T14:00:00Z":                   "2026-03-02T14:00:00",
		"2026-03-02T14:00:00-05:00":              "2026-03-02T19:00:00",
		"2026-03-02T14:00:00.1Z":                 "2026-03-02T14:00:00.1",
		"2026-03-02T14:00:00.123456789+00:00":    "2026-03-02T14:00:00.123456789",
		"2026-03-02T14:00:00.12345678901234Z":    "2026-03-02T14:00:00.123456789",
		"2026-03-02T14:00:00-00:00":              "2026-03-02T14:00:00",
		"2026-03-02T14:00:00+14:00":              "2026-03-02T00:00:00",
		"2026-03-02T13:45:00+13:45":              "2026-03-02T00:00:00",
		"2026-03-02T23:59:59-14:00":              "2026-03-03T13:59:59",
		"2026-03-02T24:00:00Z":                   "",
		"2026-03-02T14:00:60Z":                   "",
		"2026-03-02T14:60:00Z":                   "",
		"2026-03-02T14:00Z":                      "",
		"2026-03-02T14:00-05:00":                 "",
		"2026-03-02T14:00:00-0500":               "",
		"2026-03-02T14:00:00-05":                 "",
		"2026-03-02T14:00:00":                    "",
		"2026-03-02t14:00:00Z":                   "",
		"2026-03-02T14:00:00z":                   "",
		"2026-03-02 14:00:00Z":                   "",
		"2026-03-02T14:00:00.Z":                  "",
		"2026-03-02T14:00:00,1Z":                 "",
		"2026-03-02T14:00:00+14:01":              "",
		"2026-03-02T14:00:00+05:60":              "",
		"2026-03-02T14:00:00+5:00":               "",
		"2026-03-02T14:00:00 +05:00":             "",
		"2026-03-02T14:00:00UTC":                 "",
		"2026-02-30T14:00:00Z":                   "",
		"2026-03-02T1:00:00Z00":                  "",
		"02026-03-02T14:00:00Z":                  "",
		"2026-03-02T14:00:00Zjunk":               "",
		"2026-03-02T14:00:00.1":                  "",
		"2026-03-02T14:00:00.123456789012345678": "",
		"2026":                                   "",
		"2026-03-02":                             "",
		"":                                       "",
		"2026-03-02T14:00:00\xff":                "",
	} {
		i, err := ParseInstant(text)
		at, timeErr := Instant(text).Time()
		if (err == nil) != (want != "") || (timeErr == nil) != (want != "") {
			t.Errorf("instant %q: %v, %v", text, err, timeErr)
			continue
		}
		if want == "" {
			wantKind(t, err, Invalid)
			wantKind(t, timeErr, Invalid)
			if text != "2026" && text != "2026-03-02" && DateTime(text).Precision() != None {
				t.Errorf("dateTime %q accepted", text)
			}
			continue
		}
		if string(i) != text {
			t.Errorf("instant %q became %q", text, i)
		}
		if got := at.UTC().Format("2006-01-02T15:04:05.999999999"); got != want {
			t.Errorf("instant %q is %s, want %s", text, got, want)
		}
		if DateTime(text).Precision() != Second {
			t.Errorf("dateTime %q: precision %v", text, DateTime(text).Precision())
		}
		if d, err := DateTime(text).Date(); err != nil || string(d) != "2026-03-02" {
			t.Errorf("dateTime %q: date %q, %v", text, string(d), err)
		}
	}
}

func TestFault_T6_theOffsetStaysAsSent(t *testing.T) {
	t.Parallel()
	at, err := Instant("2026-03-02T14:00:00-05:00").Time()
	if err != nil {
		t.Fatal(err)
	}
	if _, offset := at.Zone(); offset != -5*3600 || at.Hour() != 14 {
		t.Errorf("offset %d, hour %d", offset, at.Hour())
	}
	for text, want := range map[string]string{
		"2026-03-02T14:00:00-05:00":     "2026-03-02T14:00:00-05:00",
		"2026-03-02T14:00:00+13:45":     "2026-03-02T14:00:00+13:45",
		"2026-03-02T14:00:00.120-05:00": "2026-03-02T14:00:00.12-05:00",
		"2026-03-02T14:00:00+00:00":     "2026-03-02T14:00:00+00:00",
		"2026-03-02T14:00:00Z":          "2026-03-02T14:00:00+00:00",
	} {
		at, err := Instant(text).Time()
		if err != nil {
			t.Fatal(err)
		}
		if got := NewInstant(at); string(got) != want {
			t.Errorf("%s written as %s", text, got)
		}
	}
	lmt := time.Date(1880, 1, 1, 12, 0, 0, 0, zone(t, "America/New_York")) // -4:56:02
	back, err := NewInstant(lmt).Time()
	if err != nil || !back.Equal(lmt) {
		t.Errorf("local mean time became another moment: %v, %v", back, err)
	}
}

func TestFault_T6_aDateIsNoMomentWithoutAZone(t *testing.T) {
	t.Parallel()
	for _, text := range []DateTime{"2026", "2026-03", "2026-03-02"} {
		_, err := text.Time()
		wantKind(t, err, Invalid)
	}
	for _, tc := range []struct{ date, zone, want string }{
		{"2026-03-02", "America/New_York", "2026-03-02T00:00:00-05:00"},
		{"2026-03-02", "Pacific/Auckland", "2026-03-02T00:00:00+13:00"},
		{"2026-03-02", "UTC", "2026-03-02T00:00:00+00:00"},
		{"2026", "Pacific/Chatham", "2026-01-01T00:00:00+13:45"},
		{"2026-03", "Asia/Kolkata", "2026-03-01T00:00:00+05:30"},
		{"2025-09-07", "America/Santiago", "2025-09-07T01:00:00-03:00"}, // midnight does not exist
		{"2025-04-06", "America/Santiago", "2025-04-06T00:00:00-04:00"},
		{"2024-11-03", "America/Havana", "2024-11-03T00:00:00-04:00"}, // midnight comes twice
		{"2024-03-10", "America/Havana", "2024-03-10T01:00:00-04:00"},
		{"2021-10-29", "Asia/Amman", "2021-10-29T00:00:00+03:00"}, // twice, east of Greenwich
		{"2021-10-29", "Asia/Damascus", "2021-10-29T00:00:00+02:00"},
		{"2011-12-31", "Pacific/Apia", "2011-12-31T00:00:00+14:00"}, // the day before was left out
		{"2026-10-25", "Europe/London", "2026-10-25T00:00:00+01:00"},
		{"0001-01-01", "America/New_York", "0001-01-01T00:00:00-04:56"},
	} {
		loc := zone(t, tc.zone)
		at, err := Date(tc.date).In(loc)
		if err != nil || at.Format("2006-01-02T15:04:05-07:00") != tc.want || at.Location() != loc {
			t.Errorf("%s in %s is %v (%v), want %s", tc.date, tc.zone, at, err, tc.want)
		}
		if again, err := DateTime(tc.date).In(loc); err != nil || !again.Equal(at) {
			t.Errorf("dateTime %s: %v, %v", tc.date, again, err)
		}
	}
	at, err := DateTime("2026-03-02T02:00:00+05:00").In(zone(t, "America/New_York"))
	if err != nil || at.Format(time.RFC3339) != "2026-03-01T16:00:00-05:00" {
		t.Errorf("a moment in another zone: %v, %v", at, err)
	}
	_, err = DateTime("tomorrow").In(time.UTC)
	wantKind(t, err, Invalid)
	_, err = DateTime("tomorrow").Date()
	wantKind(t, err, Invalid)
	_, err = ParseDateTime("tomorrow")
	wantKind(t, err, Invalid)
	if d, err := ParseDateTime("2026-03"); err != nil || string(d) != "2026-03" {
		t.Errorf("dateTime of a month: %v", err)
	}
}

func TestFault_T8_aBirthDateComesOutAsItWentIn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Pacific/Kiritimati", "Pacific/Niue", "America/Santiago", "UTC"} {
		loc := zone(t, name)
		for _, text := range []string{"1991-05-17", "1991-05", "1991", "2025-09-07"} {
			p, err := Decode[Patient](fmt.Appendf(nil, `{"resourceType":"Patient","birthDate":%q}`, text), nil)
			if err != nil || string(p.BirthDate) != text {
				t.Fatalf("read %q as %q, %v", text, string(p.BirthDate), err)
			}
			out := encode(t, &Patient{BirthDate: p.BirthDate})
			if want := fmt.Sprintf(`{"resourceType":"Patient","birthDate":%q}`, text); out != want {
				t.Errorf("written as %s", out)
			}
			at, err := p.BirthDate.In(loc)
			y, m, d, _ := p.BirthDate.YMD()
			if err != nil || at.Year() != y || m != 0 && at.Month() != m || d != 0 && at.Day() != d {
				t.Errorf("%s begins in %s on another day: %v", text, name, at)
			}
		}
	}
	if d := NewDate(1991, time.May, 7); string(d) != "1991-05-07" {
		t.Errorf("built %q", string(d))
	}
	// A date nobody can read still does not cost the rest of the Patient.
	p, err := Decode[Patient]([]byte(`{"resourceType":"Patient","id":"1","birthDate":"05/17/1991"}`), nil)
	if err != nil || p.BirthDate.Precision() != None || p.ID != "1" {
		t.Errorf("got %v", err)
	}
}
