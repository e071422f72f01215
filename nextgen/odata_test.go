package nextgen

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestLiteralsAreThoseOfTheFieldsType(t *testing.T) {
	t.Parallel()
	day := emr.Date{Year: 2026, Month: time.May, Day: 4}
	at := time.Date(2026, 5, 4, 13, 15, 0, 0, time.UTC)
	for want, c := range map[string]clause{
		"personId eq guid'" + testPerson + "'":                          fieldPerson.eq(testPerson),
		"appointmentDate ge dateTime'2026-05-04T00:00:00'":              fieldAppointmentDate.from(day),
		"startDate lt dateTime'2026-05-04T00:00:00'":                    fieldStartDate.before(day),
		"modifyTimestamp ge dateTime'2026-05-04T09:15:00'":              fieldModified.from(at, zone(t, "America/New_York")),
		"practiceId eq '0006'":                                          fieldPractice.eq("0006"),
		"type eq 'O''Brien'' or ''1'' eq ''1'":                          fieldType.eq("O'Brien' or '1' eq '1"),
		"isDeleted eq false":                                            fieldDeleted.is(false),
		"appointmentCount eq 0":                                         fieldAppointmentCount.eq(0),
		"(practiceId eq '1' or practiceId eq '2')":                      either(fieldPractice.eq("1"), clause{}, fieldPractice.eq("2")),
		"resourceId eq guid'" + testPerson + "'":                        fieldResource.oneOf([]string{testPerson}),
		"":                                                              fieldResource.oneOf(nil),
		"appointmentDate ge dateTime'1900-01-01T00:00:00'":              fieldAppointmentDate.from(emr.Date{Year: 1900, Month: 1, Day: 1}),
		"(isCancelled eq true or appointmentCount eq 7)":                either(fieldCancelled.is(true), fieldAppointmentCount.eq(7)),
		"(locationId eq guid'" + testPerson + "' or isDeleted eq true)": either(fieldLocation.eq(testPerson), fieldDeleted.is(true)),
	} {
		if c.text != want || c.bad != "" {
			t.Errorf("got %s, want %s", c.text, want)
		}
	}
}

func TestAValueThatIsNotOfItsFieldsTypeIsNotSent(t *testing.T) {
	t.Parallel()
	for _, bad := range []clause{
		fieldPerson.eq(""), fieldPerson.eq("1"), fieldPerson.eq("x' or 'a' eq 'a"), fieldPerson.eq(testPerson + "'"), fieldResource.oneOf([]string{testPerson, ""}),
		fieldAppointmentDate.from(emr.Date{}), fieldAppointmentDate.before(emr.Date{Year: 2026, Month: 2, Day: 30}), fieldModified.from(time.Time{}, time.UTC), fieldModified.from(time.Now(), nil),
	} {
		c, w := connect(t, nil, reply{body: listed()})
		call, err := c.directoryCall(opTypes, "/things")
		if err != nil {
			t.Fatal(err)
		}
		_, _, _, err = c.readPage(t.Context(), call, new(query).where(fieldDeleted.is(true), bad), "")
		if e := wantError(t, err, emr.KindInvalid); len(w.seen) != 0 || len(e.Fields) != 1 || len(w.logins) != 0 {
			t.Errorf("%v after %d requests", e, len(w.seen))
		}
	}
}

func TestAQueryIsEscapedAndItsDollarIsNot(t *testing.T) {
	t.Parallel()
	q := new(query).set("name", "Ann & Bob+1").set("none", "").where(fieldPractice.eq("0006")).expand("Chart", "Insurance").orderby("startDate").top(50)
	got, err := q.encode(opTypes)
	want := "$filter=practiceId%20eq%20%270006%27&name=Ann%20%26%20Bob%2B1&$expand=Chart%2CInsurance&$orderby=startDate&$top=50"
	if err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
}

// FuzzLiteral: whatever a text is, the server reads back the same text.
func FuzzLiteral(f *testing.F) {
	for _, seed := range []string{"0006", "O'Brien", "''", "'", "a' or 'b", "ü%+& "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := fieldType.eq(text)
		inner, ok := strings.CutPrefix(c.text, "type eq '")
		inner, closed := strings.CutSuffix(inner, "'")
		if !ok || !closed || strings.Contains(strings.ReplaceAll(inner, "''", ""), "'") || strings.ReplaceAll(inner, "''", "'") != text {
			t.Errorf("%q is written as %s", text, c.text)
		}
		encoded, err := new(query).where(c).encode(opTypes)
		if err != nil {
			t.Fatal(err)
		}
		v, err := url.ParseQuery(encoded)
		if err != nil || v.Get("$filter") != c.text {
			t.Errorf("%q is sent as %s", text, encoded)
		}
		if g := fieldPerson.eq(text); g.bad == "" && !isGUID(text) {
			t.Errorf("%q passes for a UUID", text)
		}
	})
}
