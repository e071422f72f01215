package emr_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emrkit/emrkit/emr"
)

func TestPHI_encodingFailsLoudlyAndReadingWorks(t *testing.T) {
	t.Parallel()
	for _, v := range []any{emr.NewPHI(canary), emr.PHI{}, canaryBorn, emr.BirthDate{}, emr.Source{}, emr.NewSource([]byte(canary)),
		emr.Patient{}, &emr.Patient{}, emr.Appointment{}, []emr.Patient{{}}, map[string]emr.PHI{"a": {}}} {
		data, err := json.Marshal(v)
		if err == nil || len(data) != 0 || !strings.Contains(err.Error(), "emr.Revealed") || strings.Contains(err.Error(), canary) {
			t.Errorf("%T: %s, %v", v, data, err)
		}
	}
	var in struct {
		Name, Chart, None emr.PHI
		ID                emr.PatientID
		Born              emr.BirthDate
	}
	if err := json.Unmarshal([]byte(`{"Name":"Zoë","Chart":12345678901234567890,"None":null,"ID":7,"Born":"1991-05-17"}`), &in); err != nil {
		t.Fatal(err)
	}
	if in.Name.Reveal() != "Zoë" || in.Chart.Reveal() != "12345678901234567890" || !in.None.IsZero() || in.ID.Reveal() != "7" || in.Born.Reveal().Day != 17 {
		t.Error("read something else")
	}
	for _, src := range []any{"x", []byte("x")} {
		var p emr.PHI
		var id emr.PatientID
		if p.Scan(src) != nil || id.Scan(src) != nil || p.Reveal() != "x" || id.Reveal() != "x" {
			t.Error("scan")
		}
	}
	var id emr.PatientID
	if v, err := id.Value(); v != nil || err != nil || id.Scan(int64(7)) != nil || id.Reveal() != "7" || id.Scan(nil) != nil || !id.IsZero() || id.Scan(3.5) == nil {
		t.Error("ids and NULL")
	}
}

func FuzzPHI_unmarshalJSON(f *testing.F) {
	for _, s := range []string{`"Ines"`, `""`, `null`, `12`, `1e400`, `"\ud800"`, `{}`, `[1]`, `"a`, ``, ` "a" `, `true`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var p emr.PHI
		var id emr.PatientID
		var born emr.BirthDate
		for _, target := range []json.Unmarshaler{&p, &id, &born} {
			if err := target.UnmarshalJSON(data); err != nil && len(data) > 3 && strings.Contains(err.Error(), string(data)) {
				t.Errorf("the error quotes: %v", err)
			}
		}
		if p.UnmarshalJSON(data) == nil && id.UnmarshalJSON(data) == nil {
			if p.Reveal() != id.Reveal() || !utf8.ValidString(p.Reveal()) {
				t.Errorf("%q and %q", p.Reveal(), id.Reveal())
			}
			if text := fmt.Sprintf("%v%+v%#v%s", p, p, p, id); p.Reveal() != "" && len(p.Reveal()) > 10 && strings.Contains(text, p.Reveal()) {
				t.Error(text)
			}
		}
		if !born.IsZero() && born.Reveal() != born.Reveal().AddDays(0) {
			t.Error("a day that is in no calendar was read")
		}
	})
}

func FuzzRevealed_unmarshalJSON(f *testing.F) {
	data, _ := json.Marshal(emr.Reveal(emr.Booking{Patient: &emr.Patient{Given: emr.NewPHI("Ines"), Born: emr.NewBirthDate(1991, 5, 17)}, Slot: slotOn(emr.Date{Year: 2030, Month: 3, Day: 4}, 10)}))
	f.Add(data)
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b emr.Revealed[emr.Booking]
		if json.Unmarshal(data, &b) != nil {
			return
		}
		again, err := json.Marshal(b)
		if err != nil {
			return // a time outside the calendar
		}
		var back emr.Revealed[emr.Booking]
		if err := json.Unmarshal(again, &back); err != nil {
			t.Errorf("%s: %v", again, err)
		}
	})
}
