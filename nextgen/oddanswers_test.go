package nextgen

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emrkit/emrkit/emr"
)

// strangerVisit is the id of an appointment that nobody asked for.
const strangerVisit = "97450e2b-3c4d-4e5f-8a6b-7c8d9e0f1a77"

// TestFault_B9_anOddAnswerToABookingIsNeverTakenForAnother: whatever comes back, the
// booking is sent once; what was made is found, what was not is ambiguous, and nobody
// else's appointment is the answer.
func TestFault_B9_anOddAnswerToABookingIsNeverTakenForAnother(t *testing.T) {
	t.Parallel()
	mine := visitRecord(t)
	stranger := visitRecord(t, visit, strangerVisit, tessa, "3f6a0c51-7c1d-4e0b-8b52-5d0a9e4c1a99")
	later := visitRecord(t, visit, strangerVisit, `"0915"`, `"1015"`, `"0930"`, `"1030"`)
	cancelled := visitRecord(t, visit, strangerVisit, `"isCancelled": false`, `"isCancelled": true`)
	blocked := visitRecord(t, visit, strangerVisit, `"personId": "`+tessa+`"`, `"personId": null`)
	leads := func(to string) http.Header { return http.Header{"Location": {to}} }
	for name, c := range map[string]struct {
		before []string
		answer reply
		kind   emr.Kind // where it was made; where it was not it is ambiguous
	}{
		"{}":                                {answer: reply{body: "{}"}},
		"{} beside a blocked time":          {before: []string{blocked}, answer: reply{body: "{}"}},
		"a message":                         {answer: reply{body: `{"message":"The resource is double booked"}`}},
		"another person's":                  {before: []string{stranger}, answer: reply{body: stranger}, kind: emr.KindAmbiguous},
		"the id of another person's":        {before: []string{stranger}, answer: reply{body: `{"id":"` + strangerVisit + `"}`}, kind: emr.KindAmbiguous},
		"the id of another time":            {before: []string{later}, answer: reply{body: `{"id":"` + strangerVisit + `"}`}},
		"the id of a cancelled one":         {before: []string{cancelled}, answer: reply{body: `{"id":"` + strangerVisit + `"}`}},
		"the id of nothing":                 {answer: reply{body: `{"id":"` + strangerVisit + `"}`}},
		"Location of the person":            {answer: located("/persons", tessa)},
		"Location without a path":           {answer: reply{status: 201, header: leads("/appointments?id=" + visit)}},
		"the body contradicts the Location": {before: []string{cancelled}, answer: reply{body: `{"id":"` + strangerVisit + `"}`, header: leads("/appointments/" + visit)}},
		"a page":                            {answer: reply{kind: "text/html", body: "<html>"}},
		"a bare text":                       {answer: reply{kind: "text/plain", body: strangerVisit}},
		"false":                             {answer: reply{body: "false"}},
		"null":                              {answer: reply{body: "null"}},
		"[]":                                {answer: reply{body: "[]"}},
		"the zero id":                       {answer: reply{body: `{"id":"` + zeroGUID + `"}`}},
		"202":                               {answer: reply{status: 202}},
		"206":                               {answer: reply{status: 206, body: `{"id":`}},
		"303":                               {answer: reply{status: 303}},
		"303 to the internal host":          {answer: reply{status: 303, header: located("/appointments", visit).header}},
		"408":                               {answer: reply{status: 408}}, "500": {answer: reply{status: 500}}, "507": {answer: reply{status: 507}}, "599": {answer: reply{status: 599}},
		"cut": {answer: reply{cut: true}},
	} {
		for _, made := range []bool{true, false} {
			t.Run(name+" made "+strconv.FormatBool(made), func(t *testing.T) {
				t.Parallel()
				rows := slices.Clone(c.before)
				atOdd(t, func(req *http.Request, _ string) (reply, bool) {
					if req.Method == http.MethodPost {
						if made {
							rows = append(rows, mine)
						}
						return c.answer, true
					}
					return serves(&rows, req)
				}, func(ctx context.Context, client *emr.Client, o *odd) {
					a, err := client.Book(ctx, visitBooking(t))
					want := c.kind
					if !made {
						want = emr.KindAmbiguous
					}
					if emr.KindOf(err) != want || err == nil && a.ID.Reveal() != visit {
						t.Errorf("%+v, %v", a, err)
					}
					if n := o.sends("POST /appointments"); n != 1 {
						t.Errorf("%d bookings", n)
					}
					if err != nil {
						clean(t, err)
					}
				})
			})
		}
	}
}

// TestAVisitThatPagesTellTwiceIsOne, where the list moves while it is read.
func TestAVisitThatPagesTellTwiceIsOne(t *testing.T) {
	t.Parallel()
	first := strings.Replace(listed(visitRecord(t)), `"nextPageLink":null`, `"nextPageLink":"http://127.0.0.1:889/x/api/appointments?$skip=1"`, 1)
	p, w := desk(t, nil, reply{body: "{}"}, reply{body: first}, reply{body: listed(visitRecord(t))})
	if a, err := p.Book(t.Context(), visitBooking(t)); err != nil || a.ID.Reveal() != visit || len(w.asked()) != 3 {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestAConfirmationOfWhatIsCalledOffIsNone, though the record keeps the patient's word.
func TestAConfirmationOfWhatIsCalledOffIsNone(t *testing.T) {
	t.Parallel()
	p, _ := desk(t, nil, reply{}, reply{body: visitRecord(t, `"appointmentConfirmed": false`, `"appointmentConfirmed": true`, `"isCancelled": false`, `"isCancelled": true`)})
	_, err := p.Confirm(t.Context(), liveVisit(t))
	wantError(t, err, emr.KindAmbiguous)
}

// TestFault_A3_twoSessionIDsAreNone: one of them may be another practice's.
func TestFault_A3_twoSessionIDsAreNone(t *testing.T) {
	t.Parallel()
	for sent, c := range map[string]struct {
		ids  []string
		kind emr.Kind
	}{"": {[]string{"one", "two"}, emr.KindProtocol}, " ": {[]string{"", "two"}, emr.KindProtocol}, "one": {[]string{"one", "one"}, ""}} {
		synctest.Test(t, func(t *testing.T) {
			w := &wire{t: t, replies: []reply{{body: listed()}}, routes: map[string]reply{}, login: []reply{{header: http.Header{"X-Ng-Sessionid": c.ids}}}}
			err := types(t.Context(), w.connect(t, nil, nil))
			if emr.KindOf(err) != c.kind || len(w.seen) > 0 && w.seen[0].Header.Get(sessionHeader) != sent || (len(w.seen) == 1) != (err == nil) {
				t.Errorf("%v: %v", c.ids, err)
			}
			clean(t, err)
		})
	}
}

// TestReadingTheSelectionTakesBothKeys: only making it goes with the token alone.
func TestReadingTheSelectionTakesBothKeys(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil)
	w.login = []reply{{header: http.Header{"X-Ng-Sessionid": {testSession}}}, {body: `{"practiceId":"0006"}`}}
	if _, err := emr.NewClient(c, nil).Raw(t.Context(), &emr.RawRequest{Path: loginPath}); err != nil {
		t.Fatal(err)
	}
	if len(w.logins) != 2 || w.logins[1].Method != http.MethodGet || w.logins[1].Header.Get(sessionHeader) != testSession {
		t.Errorf("%d requests, %v", len(w.logins), w.logins[len(w.logins)-1].Header)
	}
}
