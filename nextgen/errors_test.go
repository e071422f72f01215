package nextgen

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendortest"
)

const noRoute = `{"message":"No HTTP resource was found that matches the request URI 'http://127.0.0.1:889/HOST01-VM009.Demo/NextGen.Api.Edge/6.0.0.767/api/persons/` + testPerson + `/things'.","messageDetail":"No action was found on the controller 'Persons' that matches the request."}`

// TestWhatNextGenRefusesHasAKindAndANextStep has a row for each row of the table.
func TestWhatNextGenRefusesHasAKindAndANextStep(t *testing.T) {
	t.Parallel()
	said := func(text string) string {
		data, _ := json.Marshal(map[string]string{"message": text})
		return string(data)
	}
	for _, c := range []struct {
		name, op, method string
		reply            reply
		kind             emr.Kind
		is               error
		fields           []string
		hint             string
		sent             int
	}{
		{name: "a bad parameter", reply: reply{status: 400, body: said("The value 'x' is not valid for Guid.")}, kind: emr.KindInvalid, hint: "Detail"},
		{name: "no criteria", reply: reply{status: 400, body: said("Argument criteria cannot be null.\r\nParameter name: criteria")}, kind: emr.KindInvalid},
		{name: "a token that is refused twice", reply: reply{status: 401, body: "invalid access token", kind: "text/plain"}, kind: emr.KindAuth, hint: "NEXTGEN_SITE_ID", sent: 2},
		{name: "403 without a word", reply: reply{status: 403}, kind: emr.KindPermission, hint: "approved"},
		{name: "403 with a word", reply: reply{status: 403, body: said("Not allowed")}, kind: emr.KindPermission, hint: "right"},
		{name: "404 without a word", reply: reply{status: 404}, kind: emr.KindNotFound},
		{name: "404 in plain text", reply: reply{status: 404, body: "nothing", kind: "text/plain"}, kind: emr.KindNotFound},
		{name: "a route that is not there", reply: reply{status: 404, body: noRoute}, kind: emr.KindUnsupported, hint: "not known yet"},
		{name: "a method that is not there", reply: reply{status: 405, body: said("The requested resource does not support http method 'GET'."), header: http.Header{"Allow": {"POST"}, "Api-Version": {"6.0.0.767"}}}, kind: emr.KindUnsupported, hint: "API version 6.0.0.767"},
		{name: "inconsistent", reply: reply{status: 409, body: "text", kind: "text/plain"}, kind: emr.KindConflict},
		{name: "a locked encounter", method: http.MethodPost, reply: reply{status: 400, body: said("The encounter '82fb98c5-a588-4498-8b23-62b6b0700db3' is locked.")}, kind: emr.KindConflict},
		{name: "a gateway's page", reply: reply{status: 502, body: "<html>Bad gateway</html>", kind: "text/html"}, kind: emr.KindUnavailable, hint: "offline", sent: 3},
		{name: "a gateway's page to a write", op: opBook, method: http.MethodPost, reply: reply{status: 503, body: "<html>", kind: "text/html"}, kind: emr.KindAmbiguous},
		{name: "429", op: opBook, method: http.MethodPost, reply: reply{status: 429, header: http.Header{"Retry-After": {"86400"}}}, kind: emr.KindRateLimited},

		{name: "a taken time", op: opBook, method: http.MethodPost, reply: reply{status: 400, body: said("Double booking is not allowed for resource Lee MD.")}, kind: emr.KindConflict, is: emr.ErrSlotTaken},
		{name: "a taken time in other words", op: opReschedule, method: http.MethodPost, reply: reply{status: 400, body: said("The appointment conflicts with an existing appointment.")}, kind: emr.KindConflict, is: emr.ErrSlotTaken},
		{name: "a taken time as 409", op: opBook, method: http.MethodPost, reply: reply{status: 409}, kind: emr.KindConflict, is: emr.ErrSlotTaken},
		{name: "another category", op: opBook, method: http.MethodPost, reply: reply{status: 400, body: said("Category conflict.")}, kind: emr.KindConflict, hint: "AllowCategoryConflictOverride"},
		{name: "another location", op: opBook, method: http.MethodPost, reply: reply{status: 400, body: said("The event is not valid at this location.")}, kind: emr.KindInvalid, fields: []string{"location"}, hint: "AllowEventLocationOverride"},
		{name: "a booking refused for something else", op: opBook, method: http.MethodPost, reply: reply{status: 400, body: said("DurationMinutes is required.")}, kind: emr.KindInvalid, hint: "Detail"},
		{name: "a conflict that is none", op: opUpdatePatient, method: http.MethodPatch, reply: reply{status: 400, body: said("conflict")}, kind: emr.KindInvalid},
		{name: "a person there is already", op: opCreatePatient, method: http.MethodPost, reply: reply{status: 409, body: "Duplicate person", kind: "text/plain"}, kind: emr.KindConflict, is: emr.ErrDuplicatePatient},
		{name: "a provider nobody knows", op: opCreatePatient, method: http.MethodPost, reply: reply{status: 404}, kind: emr.KindInvalid},
		{name: "a person out of date", op: opUpdatePatient, method: http.MethodPatch, reply: reply{status: 409}, kind: emr.KindConflict},
		{name: "cancelled before", op: opCancel, method: http.MethodPost, reply: reply{status: 400, body: said("The appointment is already cancelled.")}, kind: emr.KindConflict},
		{name: "cannot be cancelled", op: opCancel, method: http.MethodPost, reply: reply{status: 409}, kind: emr.KindConflict},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			client, w := connect(t, nil, c.reply)
			call, err := client.call(cmp.Or(c.op, opTypes), cmp.Or(c.method, http.MethodGet), "/things")
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.send(t.Context(), call, nil, nil)
			e := wantError(t, err, c.kind)
			if c.is != nil && !errors.Is(err, c.is) || c.is == nil && errors.Is(err, emr.ErrSlotTaken) || !slices.Equal(e.Fields, c.fields) || !strings.Contains(e.Hint, c.hint) || e.Hint == "" {
				t.Errorf("%v, fields %v", e, e.Fields)
			}
			if len(w.seen) != cmp.Or(c.sent, 1) {
				t.Errorf("%d requests", len(w.seen))
			}
			if strings.Contains(e.Detail(), "127.0.0.1") || strings.Contains(e.Detail(), "VM009") {
				t.Errorf("Detail names a machine inside the clinic: %s", e.Detail())
			}
			if strings.Contains(e.Error(), "Lee MD") || strings.Contains(e.Error(), "DurationMinutes") {
				t.Errorf("the error repeats the message: %v", e)
			}
		})
	}
}

func TestTheVersionOfEarlierAnswersIsInTheHint(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, reply{body: listed(), header: http.Header{"api-version": {"6.0.0.1752"}}}, reply{status: 404, body: noRoute})
	if err := types(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	e := wantError(t, types(t.Context(), c), emr.KindUnsupported)
	if !strings.Contains(e.Hint, "6.0.0.1752") {
		t.Error(e.Hint)
	}
}

func TestFault_H11_anEmptyReadIsTheQuotaAndNotRepeated(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", " \r\n"} {
		c, w := connect(t, nil, reply{body: body})
		wantError(t, types(t.Context(), c), emr.KindQuota)
		if len(w.seen) != 1 {
			t.Errorf("%d requests", len(w.seen))
		}
		call, err := c.call(opFindSlots, http.MethodPost, "/appointments/availability")
		if err != nil {
			t.Fatal(err)
		}
		call.Safe = true // a search by POST reads, too
		_, err = c.send(t.Context(), call, nil, map[string]string{})
		wantError(t, err, emr.KindQuota)
	}
	c, _ := connect(t, nil, reply{status: 204})
	wantError(t, types(t.Context(), c), emr.KindNotFound)
}

func TestFault_H11_anEmptyAnswerToAWriteIsAnAnswer(t *testing.T) {
	t.Parallel()
	const id = "97451c2e-7a41-4a58-9b1e-2f60c1d9a001"
	for _, r := range []reply{
		{}, {body: "{}"}, {status: 201}, {status: 204},
		{status: 201, header: http.Header{"Location": {"http://127.0.0.1:889/HOST01.Demo/api/appointments/" + id}}},
		{header: http.Header{"Location": {"appointments/" + id + "/"}}},
		{body: `{"Id":"` + id + `"}`}, {body: `{"appointmentId":"` + id + `"}`}, {body: `[{"id":"` + id + `"}]`}, {body: `"` + id + `"`},
		{body: `{"id":"` + zeroGUID + `"}`}, {body: `{"id":7}`}, {header: http.Header{"Location": {"/appointments/" + zeroGUID}}}, {header: http.Header{"Location": {"/appointments"}}},
	} {
		c, _ := connect(t, nil, r)
		call, err := c.call(opBook, http.MethodPost, "/appointments")
		if err != nil {
			t.Fatal(err)
		}
		answer, err := c.send(t.Context(), call, nil, map[string]string{})
		if err != nil {
			t.Fatalf("%+v: %v", r, err)
		}
		want := ""
		if strings.Contains(r.body+r.header.Get("Location"), id) {
			want = id
		}
		if got := madeID(answer, "id", "appointmentId"); got != want {
			t.Errorf("%+v: %q", r, got)
		}
	}
}

// TestPublished_errors takes the refusals recorded from the vendor's sandbox.
func TestPublished_errorsAreUnderstood(t *testing.T) {
	t.Parallel()
	var all []struct {
		Request string
		Status  int
		Headers map[string]string
		Body    string
	}
	if err := json.Unmarshal(vendortest.Published(t, "nextgen/errors.json"), &all); err != nil || len(all) < 10 {
		t.Fatalf("%d answers, %v", len(all), err)
	}
	for _, a := range all {
		h := http.Header{}
		for name, value := range a.Headers {
			h.Set(name, value)
		}
		h.Del("Content-Length")
		client, w := connect(t, nil, reply{status: a.Status, header: h, kind: h.Get("Content-Type"), body: a.Body})
		err := types(t.Context(), client)
		want := map[int][]emr.Kind{400: {emr.KindInvalid, emr.KindConflict}, 403: {emr.KindPermission}, 404: {emr.KindNotFound, emr.KindUnsupported}, 405: {emr.KindUnsupported}}[a.Status]
		if !slices.Contains(want, emr.KindOf(err)) || len(w.seen) != 1 {
			t.Errorf("%s: %v after %d requests", a.Request, err, len(w.seen))
		}
		if a.Status == 404 && (a.Body == "") != (emr.KindOf(err) == emr.KindNotFound) {
			t.Errorf("%s: %v", a.Request, err)
		}
		if strings.Contains(err.Error(), "127.0.0.1") || strings.Contains(err.(*emr.Error).Detail(), "127.0.0.1") { //nolint:errorlint // as it is
			t.Errorf("%s: an address inside the clinic", a.Request)
		}
	}
}
