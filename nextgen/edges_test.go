package nextgen

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Edges that the tests of the single parts do not reach.

// TestAuditsNameThePersonWhereOneIsNamed: each call about a person says whose record it
// reached for; those of the directory, which is nobody's, are not audited at all.
func TestAuditsNameThePersonWhereOneIsNamed(t *testing.T) {
	t.Parallel()
	searches := map[string]bool{opFindPatients: true, "find by telephone": true, opCreatePatient: true, opGetAppointment: true, opListChanges: true, opRaw: true}
	directory := directoryOperations()
	for op, do := range operations(t) {
		var mu sync.Mutex
		var events []emr.AuditEvent
		w := practice(&wire{t: t, routes: map[string]reply{}, replies: []reply{{status: 403}}})
		c, err := New(testConfig(t), &emr.Options{HTTPClient: &http.Client{Transport: w}, Audit: func(_ context.Context, e emr.AuditEvent) {
			mu.Lock()
			defer mu.Unlock()
			events = append(events, e)
		}})
		if err != nil {
			t.Fatal(err)
		}
		_ = do(t.Context(), parts{c})
		_ = c.Close()
		mu.Lock()
		_, ofDirectory := directory[op]
		about := !ofDirectory && !searches[op] && !strings.HasPrefix(op, "find slots") && op != opFindSlots || op == opEncounters || op == opListDocuments || op == opOpenDocument
		for _, e := range events {
			if about && e.Patient.IsZero() || !about && !e.Patient.IsZero() {
				t.Errorf("%s: the audit names somebody: %v", op, !e.Patient.IsZero())
			}
		}
		if about && len(events) == 0 {
			t.Errorf("%s is not audited", op)
		}
		mu.Unlock()
	}
}

func TestARouteThatIsNotBuiltIsUnsupportedAndOtherTroubleIsNot(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]emr.Kind{501: emr.KindUnsupported, 500: emr.KindUnavailable, 502: emr.KindUnavailable} {
		c, _ := connect(t, nil, reply{status: status})
		e := wantError(t, types(t.Context(), c), want)
		if offline := strings.Contains(e.Hint, "offline"); offline == (status == 501) {
			t.Errorf("%d: %s", status, e.Hint)
		}
	}
}

func TestNothingIsTheQuotaOnlyWhereSomethingWasDue(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{})
	if _, err := emr.NewClient(c, nil).Raw(t.Context(), &emr.RawRequest{Method: http.MethodHead, Path: "/core/version"}); err != nil || w.seen[0].Method != http.MethodHead {
		t.Errorf("HEAD has no body: %v", err)
	}
	c, _ = connect(t, nil, reply{status: 204})
	if e := wantError(t, types(t.Context(), c), emr.KindNotFound); e.Hint != hintNotFound {
		t.Error(e)
	}
}

func TestOnlyAVersionIsTakenForOne(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"6.0.0.1752": "6.0.0.1752", "...": "", "": "", "6.0 beta": "", strings.Repeat("1.", 16): strings.Repeat("1.", 16), strings.Repeat("1.", 16) + "2": ""} {
		if got := cleanVersion(text); got != want {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}

// TestAPlaceWithSeveralParametersGoesOnFromPageToPage: a link may carry more than $skip,
// and what an earlier link brought may change.
func TestAPlaceWithSeveralParametersGoesOnFromPageToPage(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: linked(inside+"$skip=25&zone=a&after=x%2By", row(1))}, reply{body: linked(inside+"$skip=50&zone=a&after=z", row(2))}, reply{body: listed(row(3))})
	if found, err := all(t, c); err != nil || len(found) != 3 {
		t.Fatalf("%d, %v", len(found), err)
	}
	asked := w.asked()
	if asked[1] != firstPage+"&$skip=25&after=x%2By&zone=a" || asked[2] != firstPage+"&$skip=50&after=z&zone=a" {
		t.Errorf("%v", asked)
	}
}

// TestALinkMayBeAQueryAlone: it has no path that could be another list's.
func TestALinkMayBeAQueryAlone(t *testing.T) {
	t.Parallel()
	for _, link := range []string{"?$skip=25", "http://127.0.0.1:889?$skip=25", "http://127.0.0.1:889/?$skip=25"} {
		c, w := connect(t, nil, reply{body: linked(link, row(1))}, reply{body: listed(row(2))})
		if found, err := all(t, c); err != nil || len(found) != 2 || w.asked()[1] != firstPage+"&$skip=25" {
			t.Errorf("%s: %d, %v", link, len(found), err)
		}
	}
}

func TestACursorIsBoundedInLengthAndNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	for at, want := range map[string]bool{
		"$skip=25": true, "$skip=25&" + long + "=1": true, "$skip=25&a" + long + "=1": false, "$skip=25&%zz=1": false, "$skip=25&=1": false, "$skip=25&x=" + strings.Repeat("a", mostCursor-11): true, "$skip=25&x=" + strings.Repeat("a", mostCursor-10): false,
	} {
		if _, ok := position(emr.Cursor(at)); ok != want {
			t.Errorf("%.20s of %d: %v", at, len(at), ok)
		}
	}
	for _, link := range []string{inside + "$skip=25&x=" + strings.Repeat("a", mostCursor), "mailto:someone?$skip=25", inside + "$skip=25&" + long + "a=1"} {
		c, w := connect(t, nil, reply{body: linked(link, row(1))})
		if _, err := all(t, c); emr.KindOf(err) != emr.KindProtocol || len(w.seen) != 1 {
			t.Errorf("%.60s: %v", link, err)
		}
	}
}

func TestADayThatIsNoneIsInNoFilter(t *testing.T) {
	t.Parallel()
	for d, good := range map[emr.Date]bool{{Year: 2031, Month: 2, Day: 28}: true, {Year: 1, Month: 1, Day: 1}: true, {Year: 9999, Month: 12, Day: 31}: true, {}: false, {Year: 10000, Month: 1, Day: 1}: false, {Year: 0, Month: 3, Day: 1}: false, {Year: -1, Month: 3, Day: 1}: false, {Year: 2031, Month: 2, Day: 30}: false} {
		if got := fieldStartDate.from(d); (got.bad == "") != good {
			t.Errorf("%v: %+v", d, got)
		}
	}
	// Of two values that cannot be written the first is named.
	q := new(query).where(fieldPerson.eq("x"), fieldEvent.eq("y"))
	if _, err := q.encode(opFindSlots); err == nil || wantError(t, err, emr.KindInvalid).Fields[0] != "personId" {
		t.Errorf("%v", err)
	}
}

func TestSpansEndWhereTheClockSays(t *testing.T) {
	t.Parallel()
	client, _ := connect(t, func(c *Config) { c.Zone = zone(t, "America/New_York") })
	day := func(y, m, d int) emr.Date { return emr.Date{Year: y, Month: time.Month(m), Day: d} }
	for _, c := range []struct {
		day        emr.Date
		begin, end string
		minutes    int
		want       string // from/to, "" for none
	}{
		{day(2026, 5, 4), " 0915 ", "0930", 0, "09:15-04/09:30-04"},
		{day(2026, 5, 4), "0000", "", 24 * 60, "00:00-04/00:00-04"},
		{day(2026, 5, 4), "0000", "", 24*60 + 1, ""},
		{emr.Date{}, "0915", "0930", 15, ""},
		{day(2026, 5, 4), "0915", "0915", 0, "09:15-04/09:15-04"},   // of no length, and not of a day
		{day(2026, 5, 4), "2345", "0015", 0, "23:45-04/00:15-04"},   // beyond midnight, by the end alone
		{day(2026, 11, 1), "0145", "0115", 0, "01:45-04/01:15-05"},  // on a day of 25 hours it is no midnight
		{day(2026, 11, 1), "0130", "0100", 30, "01:30-04/01:00-05"}, //
		{day(2026, 11, 1), "0230", "0215", 0, "02:30-05/02:30-05"},  // nonsense is of no length
	} {
		from, to, ok := client.span(c.day, parseClock(c.begin), parseClock(c.end), c.minutes)
		got := ""
		if ok {
			got = from.Format("15:04Z07") + "/" + to.Format("15:04Z07")
		}
		if got != c.want {
			t.Errorf("%v %s to %s, %d: %s, want %s", c.day, c.begin, c.end, c.minutes, got, c.want)
		}
	}
	for text, want := range map[string]string{"2026-05-04T13:15:30Z": "09:15:30-04", "2026-05-04T09:15:30": "09:15:30-04", "": "", "soon": ""} {
		got := ""
		if at, ok := client.at(parseStamp(text)); ok {
			got = at.Format("15:04:05Z07")
		}
		if got != want {
			t.Errorf("%s: %s", text, got)
		}
	}
}

// TestAnAmbiguousOutcomeKeepsItsCause: what stopped the reading back is behind the error.
func TestAnAmbiguousOutcomeKeepsItsCause(t *testing.T) {
	t.Parallel()
	for name, do := range map[string]func(parts) error{
		"booking": func(p parts) error { _, err := p.Book(t.Context(), visitBooking(t)); return err },
		"cancel":  func(p parts) error { _, err := p.Cancel(t.Context(), liveVisit(t), nil); return err },
		"move": func(p parts) error {
			_, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t)})
			return err
		},
	} {
		p, _ := desk(t, nil, reply{body: "{}"}, reply{status: 403})
		err := do(p)
		if e := wantError(t, err, emr.KindAmbiguous); emr.KindOf(errors.Unwrap(e)) != emr.KindPermission {
			t.Errorf("%s: behind it is %v", name, errors.Unwrap(e))
		}
		clean(t, err)
	}
}

// TestTheRecordInAnAnswerIsTheBookingOrIsNotTakenForIt: another person's, another time's,
// another practice's or a deleted record is looked for instead.
func TestTheRecordInAnAnswerIsTheBookingOrIsNotTakenForIt(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string][]string{
		"another person": {tessa, drLee}, "another time": {`"0915"`, `"1015"`, `"0930"`, `"1030"`}, "another practice": {`"0006"`, `"0001"`}, "deleted": {`"isDeleted": false`, `"isDeleted": true`},
	} {
		// The id that it tells leads to the booking itself.
		p, w := desk(t, nil, reply{body: visitRecord(t, replace...)}, answered(t, "appointment/get"))
		a, err := p.Book(t.Context(), visitBooking(t))
		if err != nil || !a.Start.Equal(morning(t).Start) || !a.Patient.EqualFold(emr.NewPatientID(tessa)) || len(w.asked()) != 2 {
			t.Errorf("%s: %v after %v", name, err, w.asked())
		}
	}
}

// TestAMoveIsTheNewTimeOrAmbiguous: an id in the answer, or a pointer, that leads to an
// appointment at another time is not the moved one.
func TestAMoveIsTheNewTimeOrAmbiguous(t *testing.T) {
	t.Parallel()
	old, moved := moveRecords(t, "forward")
	elsewhere := strings.NewReplacer(`"1415"`, `"1615"`, `"1430"`, `"1630"`).Replace(moved)
	for name, replies := range map[string][]reply{
		"the id of the answer": {located("/appointments", movedVisit), {body: elsewhere}, {body: old}, {body: elsewhere}, {body: listed(elsewhere)}},
		"the pointer":          {{}, {body: old}, {body: elsewhere}, {body: listed(elsewhere)}},
		"the old one itself":   {{}, {body: visitRecord(t, `"isRescheduled": false`, `"isRescheduled": true`)}, {body: listed(visitRecord(t, `"0915"`, `"1415"`, `"0930"`, `"1430"`))}},
	} {
		p, w := desk(t, nil, replies...)
		_, err := p.Reschedule(t.Context(), liveVisit(t), &emr.Move{Appointment: liveVisit(t).ID, To: afternoon(t)})
		if emr.KindOf(err) != emr.KindAmbiguous || len(w.asked()) != len(replies) {
			t.Errorf("%s: %v after %v", name, err, w.asked())
		}
	}
	for _, m := range []*emr.Move{nil, {}} {
		p, w := desk(t, nil)
		if _, err := p.Reschedule(t.Context(), liveVisit(t), m); emr.KindOf(err) != emr.KindInvalid || len(w.asked()) != 0 {
			t.Error(err)
		}
	}
	p, _ := desk(t, nil)
	for name, do := range map[string]func() error{
		"move": func() error { _, err := p.Reschedule(t.Context(), nil, &emr.Move{To: morning(t)}); return err }, "cancel": func() error { _, err := p.Cancel(t.Context(), nil, nil); return err },
		"confirm": func() error { _, err := p.Confirm(t.Context(), nil); return err }, "book": func() error { _, err := p.Book(t.Context(), nil); return err },
	} {
		if err := do(); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%s of nothing: %v", name, err)
		}
	}
}

// TestWhoHasArrivedHasConfirmed: NextGen may keep the flag of the visit only.
func TestWhoHasArrivedHasConfirmed(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil, reply{}, reply{body: visitRecord(t, `"isKept": false`, `"isKept": true`)})
	if a, err := p.Confirm(t.Context(), liveVisit(t)); err != nil || a.Status != emr.StatusArrived {
		t.Errorf("%v", err)
	}
	p, _ = desk(t, nil, reply{}, reply{status: 404}) // only a cancellation is done where the row is gone
	_, err := p.Confirm(t.Context(), liveVisit(t))
	wantError(t, err, emr.KindAmbiguous)
}
