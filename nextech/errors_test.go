package nextech

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestEachAnswerOutside2xxHasItsKindAndHint is the table of errors: one row an answer.
func TestEachAnswerOutside2xxHasItsKindAndHint(t *testing.T) {
	t.Parallel()
	search := func(ctx context.Context, p parts) error {
		_, err := p.FindPatients(ctx, emr.PatientQuery{Family: emr.NewPHI("Roy")}, "")
		return err
	}
	get := func(ctx context.Context, p parts) error {
		_, err := p.GetPatient(ctx, emr.NewPatientID(ines))
		return err
	}
	read := func(ctx context.Context, p parts) error {
		_, err := p.GetAppointment(ctx, emr.NewAppointmentID("7"))
		return err
	}
	slots := func(ctx context.Context, p parts) error { _, err := p.FindSlots(ctx, week("7"), ""); return err }
	book := func(ctx context.Context, p parts) error {
		_, err := p.Book(ctx, booking(ines, selectSlot()))
		return err
	}
	places := func(ctx context.Context, p parts) error { _, err := p.ListLocations(ctx, ""); return err }
	scope := errorFixture(t, "403_insufficient_scope.json")
	cannot := errorFixture(t, "404_cannot_get.txt")
	text := http.Header{"Content-Type": {"text/plain"}}
	for _, c := range []struct {
		name   string
		do     func(context.Context, parts) error
		answer step
		kind   emr.Kind
		code   string
		hint   string
	}{
		{"A14 401 invalid_client", search, step{status: 401, body: errorFixture(t, "401_invalid_client.json")}, emr.KindAuth, "invalid_client", "NEXTECH_CLIENT_SECRET"},
		{"401 without a body", search, step{status: 401}, emr.KindAuth, "", "sign in again"},
		{"A15 403 on a patient search names the scope", search, step{status: 403, body: scope}, emr.KindPermission, "insufficient_scope", "patient/*.read"},
		{"A15 403 on slots", slots, step{status: 403, body: scope}, emr.KindPermission, "insufficient_scope", "slot/*.read"},
		{"A15 403 on a booking", book, step{status: 403, body: scope}, emr.KindPermission, "insufficient_scope", "appointment/*.write"},
		{"A15 403 where the server names it", places, step{status: 403, header: http.Header{"Www-Authenticate": {`Bearer error="insufficient_scope", scope="location/*.read"`}}}, emr.KindPermission, "", "location/*.read"},
		{"403 on a scope nobody knows", places, step{status: 403, body: scope}, emr.KindPermission, "insufficient_scope", "NEXTECH_SCOPES"},
		{"403 without a reason", search, step{status: 403}, emr.KindPermission, "", "NEXTECH_PRACTICE_ID"},
		{"A16 404 Cannot GET /Patient on a search", search, step{status: 404, body: cannot, header: text}, emr.KindNotFound, "", "NEXTECH_BASE_URL"},
		{"A16 404 Cannot GET on an id", get, step{status: 404, body: cannot, header: text}, emr.KindNotFound, "", "NEXTECH_BASE_URL"},
		{"A16 404 HTML on an appointment", read, step{status: 404, body: "<html><body>Not Found</body></html>", header: http.Header{"Content-Type": {"text/html"}}}, emr.KindNotFound, "", "NEXTECH_BASE_URL"},
		{"404 JSON on an id", get, step{status: 404, body: `{"message":"no such patient"}`}, emr.KindNotFound, "", "no such record"},
		{"404 without a body on an id", get, step{status: 404}, emr.KindNotFound, "", "no such record"},
		{"400 with an outcome", slots, step{status: 400, body: errorFixture(t, "400_operationoutcome.json")}, emr.KindInvalid, "invalid", ""},
		{"422 elsewhere", book, step{status: 422, body: `{"Message":"nope"}`}, emr.KindInvalid, "", ""},
		{"409 elsewhere", places, step{status: 409}, emr.KindConflict, "", ""},
		{"A17 429 with a long wait", search, step{status: 429, header: http.Header{"Retry-After": {"86400"}}}, emr.KindRateLimited, "", "20 requests"},
		{"501", places, step{status: 501}, emr.KindUnsupported, "", ""},
		{"H9 200 with a login page", search, step{status: 200, body: "<html>sign in</html>", header: http.Header{"Content-Type": {"text/html"}}}, emr.KindProtocol, "", "base URL"},
		{"F3 null", search, step{body: "null"}, emr.KindProtocol, "", ""},
		{"F3 another resource", search, step{body: `{"resourceType":"Patient","id":"7"}`}, emr.KindProtocol, "", ""},
		{"F4 a repeated key", get, step{body: `{"resourceType":"Patient","id":"a","id":"b"}`}, emr.KindProtocol, "", ""},
		{"F4 a key in two cases", get, step{body: `{"resourceType":"Patient","id":"a","ID":"b"}`}, emr.KindProtocol, "", ""},
		{"F4 two documents", get, step{body: `{"resourceType":"Patient","id":"a"}{}`}, emr.KindProtocol, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			nx, _ := connect(t, Select, nil, c.answer)
			err := c.do(t.Context(), parts{nx})
			var e *emr.Error
			if !errors.As(err, &e) || e.Kind != c.kind {
				t.Fatalf("got %v, want %s", err, c.kind)
			}
			if e.Code != c.code || !strings.Contains(e.Hint, c.hint) {
				t.Errorf("code %q, hint %q", e.Code, e.Hint)
			}
		})
	}
}

func TestFault_F10_errorBodiesOfAnyShapeGiveATypedErrorWithAShortDetail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("diagnostics ", 100_000)
	for _, body := range []string{
		`{"resourceType":"OperationOutcome"}`, `{"resourceType":"OperationOutcome","issue":[{}]}`,
		`{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"x","diagnostics":"` + long + `"}]}`,
		`{"error":{"code":7}}`, `{"error":"invalid_scope","error_description":"` + long + `"}`, `[]`, `null`, `"text"`, "Not Found",
		"<html><b>" + long + "</b></html>", "\xff\xfe\x00", `{"Message":"<script>alert(1)</script>"}`,
	} {
		nx, _ := connect(t, Select, nil, step{status: 400, body: body})
		_, err := parts{nx}.GetPatient(t.Context(), emr.NewPatientID(ines))
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindInvalid {
			t.Fatalf("%.40s: %v", body, err)
		}
		if len([]rune(e.Detail())) > 200 || strings.Contains(e.Detail(), "<") {
			t.Errorf("%.40s: detail of %d characters", body, len(e.Detail()))
		}
		if strings.Contains(err.Error(), "diagnostics") || strings.Contains(err.Error(), "script") {
			t.Errorf("text %s", err)
		}
	}
}

func TestPracticePlusWithoutAResourceIsTold(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, PracticePlus, nil, step{status: 401})
	_, err := parts{nx}.ListLocations(t.Context(), "")
	var e *emr.Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint, "NEXTECH_RESOURCE") {
		t.Errorf("got %v", err)
	}
}

func TestWhatAServerWritesForACodeStaysOutOfTheErrorText(t *testing.T) {
	t.Parallel()
	outcome := `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"CanaryFamily","diagnostics":"why"}]}`
	for _, s := range []step{
		{status: 400, body: outcome}, {body: outcome},
		{status: 400, body: `{"resourceType":"AppointmentResponse","participantStatus":"CanaryFamily"}`},
		{status: 401, body: `{"error":"CanaryFamily"}`}, {status: 403, body: `{"error":"CanaryFamily"}`},
		{status: 400, body: `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"business-rule CanaryFamily"}]}`},
	} {
		nx, _ := connect(t, Select, nil, s)
		_, err := parts{nx}.ListLocations(t.Context(), "")
		var e *emr.Error
		if !errors.As(err, &e) || e.Code != "" || strings.Contains(err.Error()+e.Hint, "Canary") || !strings.Contains(e.Detail(), "CanaryFamily") {
			t.Errorf("%d %s: %v", s.status, s.body, err)
		}
	}
}

func TestOnlyKnownWordsOfAMissingScopeAreRepeated(t *testing.T) {
	t.Parallel()
	for scope, shown := range map[string]bool{
		"patient/*.read": true, "user/Patient.read": true, "slot/Slot.*": true, "appointment/*.write": true,
		"canary/Canary.read": false, "patient/Canary.read": false, "canary/*.read": false, "patient/Patient.readCanary": false,
	} {
		for _, s := range []step{
			{status: 403, header: http.Header{"Www-Authenticate": {`Bearer error="insufficient_scope", scope="` + scope + `"`}}},
			{status: 403, body: `{"error":"insufficient_scope","error_description":"needs ` + scope + `"}`},
		} {
			nx, _ := connect(t, Select, nil, s)
			_, err := parts{nx}.ListLocations(t.Context(), "")
			var e *emr.Error
			if !errors.As(err, &e) || strings.Contains(e.Hint, scope) != shown || strings.Contains(strings.ToLower(e.Hint), "canary") {
				t.Errorf("%s: %v", scope, err)
			}
		}
	}
}

func TestOnlyARefusedCancellationGetsTheHintForCancelling(t *testing.T) {
	t.Parallel()
	for op, do := range map[string]func(parts) error{
		opBook:   func(p parts) error { _, err := p.Book(t.Context(), booking(ines, selectSlot())); return err },
		opArrive: func(p parts) error { _, err := p.Arrive(t.Context(), booked()); return err },
		opCancel: func(p parts) error { _, err := p.Cancel(t.Context(), booked(), nil); return err },
	} {
		steps := []step{{status: 422, body: `{"Message":"nope"}`}}
		if op == opCancel {
			steps = append(steps, step{answer: "appointment_get"}) // perhaps it is cancelled already
		}
		nx, _ := connect(t, Select, nil, steps...)
		err := do(parts{nx})
		var e *emr.Error
		if !errors.As(err, &e) || (e.Hint == hintCancel) != (op == opCancel) {
			t.Errorf("%s: %v", op, err)
		}
	}
}
