package emr_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/google/go-cmp/cmp"
)

func TestSlotKey_carriesAllThatBookingNeeds(t *testing.T) {
	t.Parallel()
	day := emr.Date{Year: 2030, Month: 3, Day: 4}
	full := slotOn(day, 14)
	full.Resources, full.Purposes = []emr.ResourceID{"chair 1", "ünï"}, []emr.PurposeID{"9", "10"}
	acrossFold := slotOn(emr.Date{Year: 2030, Month: 11, Day: 3}, 1) // ends an hour and a half later, the clock went back
	acrossFold.End = acrossFold.Start.Add(90 * time.Minute)
	at := time.Date(2030, 3, 4, 14, 0, 0, 0, time.UTC)
	for name, s := range map[string]*emr.Slot{
		"full": full, "plain": slotOn(day, 9), "across the end of summer time": acrossFold,
		"offset only":    {Start: at.In(time.FixedZone("", -5*3600)), End: at.Add(time.Hour).In(time.FixedZone("", -5*3600))},
		"UTC":            {Start: at, End: at.Add(time.Hour)},
		"London, winter": {Start: at.In(mustZone("Europe/London")), End: at.Add(time.Hour).In(mustZone("Europe/London"))},
		"fractions":      {Start: at.Add(1), End: at.Add(time.Hour + 999)},
		"Kathmandu":      {Start: at.In(mustZone("Asia/Kathmandu")), End: at.In(mustZone("Asia/Kathmandu"))},
		"invented zone":  {Start: at.In(time.FixedZone("Practice/Time", 3600)), End: at.In(time.FixedZone("Practice/Time", 3600))},
		"empty":          {},
	} {
		key := s.MakeKey()
		if strings.Trim(string(key), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" || url.PathEscape(string(key)) != string(key) {
			t.Errorf("%s: not fit for a URL: %s", name, key)
		}
		back, err := emr.ParseSlotKey(key)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := *s
		want.Key = key
		if diff := cmp.Diff(&want, back); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		for _, pair := range [][2]time.Time{{s.Start, back.Start}, {s.End, back.End}} {
			if a, b := pair[0].Format(time.RFC3339Nano), pair[1].Format(time.RFC3339Nano); a != b {
				t.Errorf("%s: offset %s, want %s", name, b, a)
			}
		}
		if n := s.Start.Location().String(); name != "invented zone" && back.Start.Location().String() != n {
			t.Errorf("%s: zone %q, want %q", name, back.Start.Location(), n)
		}
		if back.MakeKey() != key && name != "invented zone" {
			t.Errorf("%s: the key of the slot from the key differs", name)
		}
	}
	if n := len(full.MakeKey()); n > 150 {
		t.Errorf("a key of %d letters", n)
	}
}

func TestSlotKey_namesOfPlacesAndPeopleAreNotInIt(t *testing.T) {
	t.Parallel()
	a, b := inDays(3), inDays(3)
	b.LocationName, b.PractitionerName, b.TypeName = "West", "Okafor, Ada", "Consult"
	if a.MakeKey() != b.MakeKey() {
		t.Error("names change the key")
	}
	if c := inDays(4); a.MakeKey() == c.MakeKey() {
		t.Error("another day, the same key")
	}
}

func TestSlotKey_whatWasCutOrChangedIsInvalid(t *testing.T) {
	t.Parallel()
	key := inDays(3).MakeKey()
	bad := []emr.SlotKey{"", "s", "s1", "s1AAAA", "s2" + key[2:], key + "A", key + "=", " " + key, emr.SlotKey(strings.Repeat("s1", 4000))}
	for i := 2; i < len(key); i++ {
		bad = append(bad, key[:i])
		for _, r := range "A7z-" {
			changed := []byte(key)
			if changed[i] == byte(r) {
				continue
			}
			changed[i] = byte(r)
			bad = append(bad, emr.SlotKey(changed))
		}
	}
	for _, k := range bad {
		s, err := emr.ParseSlotKey(k)
		if s != nil || emr.KindOf(err) != emr.KindInvalid || len(k) > 4 && strings.Contains(err.Error(), string(k)) {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestSlot_survivesJSON(t *testing.T) {
	t.Parallel()
	s := inDays(3)
	data, err := json.Marshal(s)
	var back emr.Slot
	if err != nil || json.Unmarshal(data, &back) != nil || back.MakeKey() == "" || !back.Start.Equal(s.Start) ||
		back.Start.Format(time.RFC3339) != s.Start.Format(time.RFC3339) || back.Key != s.Key {
		t.Error(string(data), err)
	}
}

func FuzzParseSlotKey(f *testing.F) {
	for _, s := range []*emr.Slot{inDays(1), {}, {Start: time.Unix(0, 0), Resources: []emr.ResourceID{"a"}, Purposes: []emr.PurposeID{"b"}}} {
		f.Add(string(s.MakeKey()))
	}
	f.Add("s1")
	f.Fuzz(func(t *testing.T, key string) {
		s, err := emr.ParseSlotKey(emr.SlotKey(key))
		if err != nil {
			if emr.KindOf(err) != emr.KindInvalid {
				t.Error(err)
			}
			return
		}
		again, err := emr.ParseSlotKey(s.MakeKey())
		if err != nil || !again.Start.Equal(s.Start) || !again.End.Equal(s.End) || again.Location != s.Location ||
			again.Practitioner != s.Practitioner || again.Type != s.Type || !slices.Equal(again.Resources, s.Resources) || !slices.Equal(again.Purposes, s.Purposes) {
			t.Errorf("%+v became %+v, %v", s, again, err)
		}
	})
}
