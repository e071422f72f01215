package vendorjson

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

// read decodes text into a T; ok says whether that worked.
func read[T any](text string) (v T, ok bool) {
	err := json.Unmarshal([]byte(text), &v)
	return v, err == nil
}

func TestAnIDKeepsItsDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`7`: "7", `"7"`: "7", `9007199254740993`: "9007199254740993", `18446744073709551617`: "18446744073709551617", `"aB_3"`: "aB_3", `" 7 "`: "7",
		`null`: "", `""`: "", `0`: "", `"0"`: "", `-7`: "-7",
		`1.5`: "!", `1e3`: "!", `true`: "!", `{}`: "!", `[7]`: "!",
	} {
		id, ok := read[ID](text)
		if ok != (want != "!") || ok && string(id) != want {
			t.Errorf("%s: %q %v, want %q", text, id, ok, want)
		}
	}
}

func TestATextMayBeAnyLeaf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{`"a"`: "a", `7`: "7", `1.50`: "1.50", `true`: "true", `null`: "", `"\u00e9"`: "é"} {
		if got, ok := read[Text](text); !ok || string(got) != want {
			t.Errorf("%s: %q %v", text, got, ok)
		}
	}
	for _, text := range []string{`{}`, `[]`} {
		if _, ok := read[Text](text); ok {
			t.Errorf("%s is a text", text)
		}
	}
}

func TestNumbersAndTruthTellNullFromZero(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Int{`7`: {7, true}, `"7"`: {7, true}, `7.0`: {7, true}, `-1`: {-1, true}, `0`: {0, true}, `null`: {}, `""`: {}} {
		if got, ok := read[Int](text); !ok || got != want {
			t.Errorf("%s: %+v %v", text, got, ok)
		}
	}
	for text, want := range map[string]Bool{`true`: {true, true}, `"true"`: {true, true}, `1`: {true, true}, `false`: {false, true}, `0`: {false, true}, `null`: {}, `""`: {}} {
		if got, ok := read[Bool](text); !ok || got != want {
			t.Errorf("%s: %+v %v", text, got, ok)
		}
	}
	for _, text := range []string{`7.5`, `"x"`, `{}`, `9223372036854775808`} {
		if _, ok := read[Int](text); ok {
			t.Errorf("%s is a whole number", text)
		}
		if _, ok := read[Bool](text); ok {
			t.Errorf("%s is a truth value", text)
		}
	}
}

func TestMessagesOfAnyForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`null`: nil, `"a"`: {"a"}, `["a",["b",[["c"]]]]`: {"a", "b", "c"}, `{"z":"b","a":["a"]}`: {"a", "b"}, `[1,true,null,"",{}]`: {"1"}, `" "`: nil,
	} {
		if got, ok := read[Texts](text); !ok || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v", text, got, ok)
		}
	}
	many, ok := read[Texts](`[` + strings.Repeat(`"a",`, 5000) + `"b"]`)
	if !ok || len(many) != mostTexts {
		t.Errorf("%d messages kept", len(many))
	}
}

func TestAListMayBeOneElement(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{`null`: 0, `[]`: 0, `[1,2]`: 2, `7`: 1} {
		if got, ok := read[List[Int]](text); !ok || len(got) != want {
			t.Errorf("%s: %v %v", text, got, ok)
		}
	}
	for _, text := range []string{`{}`, `["x"]`, `[[1]]`} {
		if _, ok := read[List[Int]](text); ok {
			t.Errorf("%s is a list of numbers", text)
		}
	}
}

func TestTimesHaveAnOffsetOrAreBad(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2031-03-08T09:00:00.000-05:00": "2031-03-08T09:00:00-05:00", "2031-03-08T09:00:00Z": "2031-03-08T09:00:00Z", "2031-03-08T09:00:00-0500": "2031-03-08T09:00:00-05:00",
		"2031-03-08T09:00:00+0000": "2031-03-08T09:00:00Z", "2031-03-08 09:00:00 UTC": "2031-03-08T09:00:00Z", "2031-03-08 09:00:00 -0500": "2031-03-08T09:00:00-05:00",
		"2031-03-08T09:00-05:00": "2031-03-08T09:00:00-05:00", "2031-03-08T09:00:00.123456789+13:45": "2031-03-08T09:00:00+13:45",
	} {
		got := ParseTime(text)
		if got.Bad || got.At.Format("2006-01-02T15:04:05Z07:00") != want {
			t.Errorf("%s: %v", text, got)
		}
		if name := got.At.Location().String(); name != "UTC" && name != "" {
			t.Errorf("%s: the machine's zone %q", text, name)
		}
	}
	for _, text := range []string{"2031-03-08T09:00:00", "2031-03-08", "tomorrow", "2031-13-08T09:00:00Z", "2031-03-08T09:00:00+23:00", "9999-12-31T23:00:00-12:00"} {
		if got := ParseTime(text); !got.Bad {
			t.Errorf("%s: %v", text, got)
		}
	}
	if got, ok := read[Time](`null`); !ok || got.Bad || !got.At.IsZero() {
		t.Errorf("null: %v %v", got, ok)
	}
}

func TestTheFramingIsStrict(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`[`, 300) + strings.Repeat(`]`, 300)
	for text, want := range map[string]Problem{
		`{"a":1}`: 0, "\ufeff{\"a\":1}": 0, ` [1] `: 0,
		`{"a":1,"a":2}`: Malformed, `{"a":1,"A":2}`: Malformed, `{"a":1}{}`: Malformed, `{"a":1`: Malformed, ``: Malformed, "{\"a\":\"\xff\"}": Malformed, `{a:1}`: Malformed,
		deep: TooLarge, `[` + strings.Repeat(`1,`, mostItems) + `1]`: TooLarge,
	} {
		err := Check([]byte(text))
		var e *Error
		if want == 0 && err != nil || want != 0 && (!errors.As(err, &e) || e.Problem != want) {
			t.Errorf("%.30s: %v, want %d", text, err, want)
		}
	}
	var v struct{ A Int }
	for _, text := range []string{`null`, `[]`, `{"a":"canary"}`, `7`} {
		err := Decode([]byte(text), &v)
		var e *Error
		if !errors.As(err, &e) || e.Problem != Mistyped || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzLeaves(f *testing.F) {
	for _, s := range []string{`7`, `"7"`, `null`, `["a",{"b":[1e9]}]`, `"2031-03-08T09:00:00.000-05:00"`, `{"id":1,"list":{"x":"y"}}`, `true`, `-0.0`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if Check(data) != nil {
			return
		}
		var all struct {
			ID    ID               `json:"id"`
			Text  Text             `json:"text"`
			Int   Int              `json:"int"`
			Bool  Bool             `json:"bool"`
			Texts Texts            `json:"texts"`
			List  List[ID]         `json:"list"`
			Time  Time             `json:"time"`
			Deep  List[List[Time]] `json:"deep"`
		}
		_ = Into(data, &all)
		for _, v := range []any{new(ID), new(Text), new(Int), new(Bool), new(Texts), new(List[ID]), new(Time)} {
			_ = Into(data, v)
		}
		var id ID
		if Into(data, &id) == nil && id == "0" {
			t.Error("zero is an id")
		}
	})
}
