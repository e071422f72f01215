package nextgen

import (
	"errors"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestFault_P3_aPageThatIsPassedOverIsAnErrorAndNotTheList: a next link may lead as far as
// a page is long, or as far as the server's own page was, and no further.
func TestFault_P3_aPageThatIsPassedOverIsAnErrorAndNotTheList(t *testing.T) {
	t.Parallel()
	const inside = "http://127.0.0.1:889/HOST01.Db/NextGen.Api.Edge/6.0.0.767/api/master/events?$skip="
	many := make([]string, 150) // a server that passes over $top
	for i := range many {
		many[i] = `{"id":"` + followUp + `","practiceId":"0006"}`
	}
	for name, c := range map[string]struct {
		rows []string
		skip string
		good bool
	}{
		"the server's own page": {many[:1], "25", true}, "ours": {many[:1], "100", true}, "a longer one": {many, "150", true},
		"past ours": {many[:1], "101", false}, "past a longer one": {many, "151", false}, "far away": {many[:1], "9000000000", false},
	} {
		first := strings.Replace(listed(c.rows...), `"nextPageLink":null`, `"nextPageLink":"`+inside+c.skip+`"`, 1)
		client, _ := connect(t, nil, reply{body: first}, reply{body: listed()})
		page, err := parts{client}.ListAppointmentTypes(t.Context(), "")
		if c.good != (err == nil) || c.good && page.Next == "" {
			t.Errorf("%s: %q, %v", name, page.Next, err)
		}
		if !c.good {
			clean(t, wantError(t, err, emr.KindProtocol))
		}
	}
}

// TestFault_P1_aFilterOfTheLinksOwnIsNotTakenOver: it would make another list of the rest.
func TestFault_P1_aFilterOfTheLinksOwnIsNotTakenOver(t *testing.T) {
	t.Parallel()
	first := strings.Replace(listed(`{"id":"`+leeColumn+`"}`), `"nextPageLink":null`, `"nextPageLink":"http://127.0.0.1:889/x/api/resources?$skip=25&$Filter=practiceId%20eq%20%270001%27&kind=7"`, 1)
	c, w := connect(t, nil, reply{body: first}, reply{body: listed(`{"id":"` + laserRoom + `"}`)})
	if found, err := c.Resources(t.Context()); err != nil || len(found) != 2 || w.asked()[1] != "GET /resources?isDeleted=false&$top=100&$skip=25&kind=7" {
		t.Errorf("%d, %v, %v", len(found), err, w.asked())
	}
}

// TestAPracticeWrittenAsANumberIsStillOurs, and another practice's rows never are.
func TestAPracticeWrittenAsANumberIsStillOurs(t *testing.T) {
	t.Parallel()
	for id, ours := range map[string]bool{`"0006"`: true, `6`: true, `"6"`: true, `null`: true, `""`: true, `"` + zeroGUID + `"`: true, `"0060"`: false, `60`: false, `"0001"`: false, `"006a"`: false, `0`: false} {
		c, _ := connect(t, nil, reply{body: listed(`{"id":"` + followUp + `","name":"Follow-Up","practiceId":` + id + `}`)})
		page, err := parts{c}.ListAppointmentTypes(t.Context(), "")
		if err != nil || (len(page.Items) == 1) != ours {
			t.Errorf("%s: %d rows, %v", id, len(page.Items), err)
		}
	}
}

// TestRowsOfTheTemplateThatWereNotAskedForAreLeftOutAndUnreadableOnesAreToldOf.
func TestRowsOfTheTemplateThatWereNotAskedForAreLeftOutAndUnreadableOnesAreToldOf(t *testing.T) {
	t.Parallel()
	const d = "2031-03-03"
	asked := emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Vendor: SlotOptions{Category: strings.ToUpper(clinicTime)}}
	other := strings.Replace(clinicTime, "0001", "0003", 1)
	for name, c := range map[string]struct{ rows, want string }{
		"the category asked for":  {piece(d, "0915"), "09:15-05+15"},
		"another category":        {piece(d, "0915", clinicTime, other), ""},
		"a row without any":       {piece(d, "0915", `"`+clinicTime+`"`, "null"), "09:15-05+15"},
		"a calendar of elsewhere": {piece(d, "0915", leeColumn, tessa), ""},
		"a room":                  {piece(d, "0915", leeColumn, strings.ToUpper(laserRoom)), "09:15-05+15"},
		"midnight without zeros":  {piece(d, "0"), "00:00-05+15"},
		"a row of no calendar":    {piece(d, "0915", `"`+leeColumn+`"`, "null"), "09:15-05+15"},
	} {
		if got := template(t, nil, asked, c.rows); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	for _, row := range []string{piece(d, "2400"), piece(d, ""), piece(d, "0915", `"duration":15`, `"duration":null`), piece(d, "0915", `"duration":15,`, "")} {
		p, _ := desk(t, nil, reply{body: listed(row)})
		_, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Vendor: SlotOptions{Source: SlotsTemplate}}, "")
		wantError(t, err, emr.KindProtocol)
	}
	// A calendar that the caller names is asked for all the same: the list may be an hour old.
	q := emr.SlotQuery{From: march(3), To: march(4), Type: followUp, Resources: []emr.ResourceID{tessa}}
	if got := template(t, nil, q, piece(d, "0915", leeColumn, tessa)); got != "09:15-05+15" {
		t.Error(got)
	}
	// A category that is no id restricts nothing, and is nobody's wrong input.
	if got := template(t, nil, emr.SlotQuery{From: march(3), To: march(4), Type: followUp}, piece(d, "0915", clinicTime, "CLINIC")); got != "09:15-05+15" {
		t.Error(got)
	}
}

// TestTheOnlyCalendarIsThatOfATimeWhichNamesNone, so that it can be booked.
func TestTheOnlyCalendarIsThatOfATimeWhichNamesNone(t *testing.T) {
	t.Parallel()
	row := piece("2031-03-03", "0915", `"`+leeColumn+`"`, "null")
	for calendars, want := range map[int]int{1: 1, 2: 0} {
		p, w := desk(t, nil, reply{body: listed(row)})
		if calendars == 1 {
			w.routes["GET /resources"] = reply{body: listed(`{"id":"` + leeColumn + `","practiceId":"0006","providerId":"` + drLee + `","interval":15}`)}
		}
		page, err := p.FindSlots(t.Context(), emr.SlotQuery{From: march(3), To: march(4), Vendor: SlotOptions{Source: SlotsTemplate}}, "")
		if err != nil || len(page.Items) != 1 || len(page.Items[0].Resources) != want || want == 1 && page.Items[0].Practitioner != drLee {
			t.Errorf("%d calendars: %+v, %v", calendars, page.Items, err)
		}
	}
}

// TestWordsAboutATakenTimeAreFoundInAnyForm of an error's body.
func TestWordsAboutATakenTimeAreFoundInAnyForm(t *testing.T) {
	t.Parallel()
	for body, kind := range map[string]emr.Kind{
		`{"message":"An error has occurred.","exceptionMessage":"Appointment overlaps another one"}`: emr.KindConflict,
		`{"title":"Bad Request","errors":{"ResourceIds":["The slot is already booked"]}}`:            emr.KindConflict,
		`[{"errorMessage":"An appointment already exists at this time"}]`:                            emr.KindConflict,
		`<Error><Message>Double booking is not allowed</Message></Error>`:                            emr.KindConflict,
		`"The time is fully booked"`:                         emr.KindConflict,
		`{"errors":{"conflict":["The value is not valid"]}}`: emr.KindInvalid, // a name of a field says nothing
		`{"message":{}}`:                                     emr.KindInvalid,
		`{"message":`:                                        emr.KindInvalid,
		`{}`:                                                 emr.KindInvalid,
		``:                                                   emr.KindInvalid,
	} {
		p, w := desk(t, nil, reply{status: 400, body: body})
		_, err := p.Book(t.Context(), visitBooking(t))
		wantError(t, err, kind)
		if len(w.asked()) != 1 {
			t.Error(w.asked())
		}
		clean(t, err)
	}
	p, _ := desk(t, nil, reply{status: 400, body: `{"message":"A duplicate person exists: Marlow"}`})
	_, err := p.CreatePatient(t.Context(), tessaNew())
	if wantError(t, err, emr.KindConflict); !errors.Is(err, emr.ErrDuplicatePatient) {
		t.Error(err)
	}
	clean(t, err)
}
