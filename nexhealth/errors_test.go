package nexhealth

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// attempt makes one bare call of an operation, so that the table is tested apart from the
// parts, which have tests of their own.
func attempt(ctx context.Context, c *Client, op, method string) error {
	call, err := c.call(op, method, "/appointments")
	if err != nil {
		return err
	}
	var body any
	if method != http.MethodGet {
		body = map[string]any{}
	}
	_, _, err = c.send(ctx, call, c.scoped(), body)
	return err
}

// TestEachAnswerOutside2xxHasItsKindAndHint is the table of errors: one row an answer.
func TestEachAnswerOutside2xxHasItsKindAndHint(t *testing.T) {
	t.Parallel()
	long := http.Header{"Retry-After": {"86400"}}
	for _, c := range []struct {
		op, method string
		status     int
		fixture    string
		kind       emr.Kind
		is         error
		hint       string
		code       string
		field      string
	}{
		{opFindPatients, "GET", 401, "401_expired", emr.KindAuth, nil, "NEXHEALTH_API_KEY", "", ""},
		{opFindPatients, "GET", 403, "403_access", emr.KindPermission, nil, "NEXHEALTH_LOCATION_ID", "", ""},
		{opListAppointments, "GET", 400, "400_missing_window", emr.KindInvalid, nil, "Detail", "", ""},
		{opBook, "POST", 400, "400_missing_wrapper", emr.KindInvalid, nil, "Detail", "", ""},
		{opGetPatient, "GET", 404, "404_not_found", emr.KindNotFound, nil, "NEXHEALTH_API_VERSION", "", ""},
		{opGetPatient, "GET", 404, "", emr.KindNotFound, nil, "NEXHEALTH_SUBDOMAIN", "", ""},
		{opBook, "POST", 400, "400_slot_taken", emr.KindConflict, emr.ErrSlotTaken, "find slots again", "", ""},
		{opBook, "POST", 422, "400_slot_taken", emr.KindConflict, emr.ErrSlotTaken, "find slots again", "", ""},
		{opBook, "POST", 409, "400_other", emr.KindConflict, emr.ErrSlotTaken, "find slots again", "", ""},
		{opReschedule, "PATCH", 400, "400_slot_taken", emr.KindConflict, emr.ErrSlotTaken, "find slots again", "", ""},
		{opBook, "POST", 400, "400_operatory", emr.KindInvalid, nil, "operatory", "", "resources"},
		{opBook, "POST", 400, "400_past", emr.KindInvalid, nil, "later", "", "start"},
		{opBook, "POST", 400, "400_other", emr.KindInvalid, nil, "Detail", "", ""},
		{opCancel, "PATCH", 422, "422_already_cancelled", emr.KindConflict, nil, "read it again", codeCancelled, ""},
		{opCancel, "PATCH", 400, "422_already_cancelled", emr.KindConflict, nil, "read it again", codeCancelled, ""},
		{opConfirm, "PATCH", 422, "422_already_confirmed", emr.KindConflict, nil, "read it again", codeConfirmed, ""},
		{opReschedule, "PATCH", 400, "400_unsupported_update", emr.KindUnsupported, nil, "nothing was changed", "", ""},
		{opConfirm, "PATCH", 400, "400_unsupported_update", emr.KindUnsupported, nil, "nothing was changed", "", ""},
		{opReschedule, "PATCH", 400, "400_update_refused", emr.KindUnsupported, nil, "Move.Emulate", "", ""},
		{opCancel, "PATCH", 400, "400_update_refused", emr.KindInvalid, nil, "Detail", "", ""},
		{opCreatePatient, "POST", 400, "400_duplicate_patient", emr.KindConflict, emr.ErrDuplicatePatient, "find that one", "", ""},
		{opCreatePatient, "POST", 400, "400_phone", emr.KindInvalid, nil, "ten digits", "", "phone"},
		{opCreatePatient, "POST", 400, "400_email", emr.KindInvalid, nil, "e-mail", "", "email"},
		{opCreatePatient, "POST", 400, "400_birthdate", emr.KindInvalid, nil, "130 years", "", "born"},
		{opFindPatients, "GET", 400, "400_phone", emr.KindInvalid, nil, "Detail", "", ""},
		{opFindSlots, "GET", 405, "", emr.KindUnsupported, nil, "version", "", ""},
		{opFindSlots, "GET", 415, "", emr.KindInvalid, nil, "NEXHEALTH_BASE_URL", "", ""},
		{opFindSlots, "GET", 422, "400_other", emr.KindInvalid, nil, "Detail", "", ""},
		{opFindSlots, "GET", 429, "429_limit", emr.KindRateLimited, nil, "10 requests", "", ""},
		{opBook, "POST", 429, "429_limit", emr.KindRateLimited, nil, "10 requests", "", ""},
		{opFindSlots, "GET", 500, "400_other", emr.KindUnavailable, nil, "", "", ""},
		{opBook, "POST", 500, "400_slot_taken", emr.KindAmbiguous, nil, "", "", ""},
		{opBook, "POST", 502, "", emr.KindAmbiguous, nil, "", "", ""},
	} {
		t.Run(strings.TrimSpace(c.op+" "+http.StatusText(c.status)+" "+c.fixture), func(t *testing.T) {
			t.Parallel()
			answer := step{status: c.status, header: long}
			if c.fixture != "" {
				answer.answer = "errors/" + c.fixture
			}
			steps := []step{answer}
			if c.status == 401 || c.status == 500 && c.method == "GET" {
				steps = append(steps, answer) // once more with a new token, or because reads may be repeated
			}
			nx, r := connect(t, nil, steps...)
			ctx := t.Context()
			err := attempt(ctx, nx, c.op, c.method)
			if c.status == 500 {
				r.mu.Lock()
				r.steps = nil
				r.mu.Unlock()
			}
			e := wantKind(t, err, c.kind)
			if c.is != nil && !errors.Is(err, c.is) || c.is == nil && (errors.Is(err, emr.ErrSlotTaken) || errors.Is(err, emr.ErrDuplicatePatient)) {
				t.Errorf("refinement of %v", err)
			}
			if !strings.Contains(e.Hint, c.hint) || e.Code != c.code || c.field != "" && !slices.Contains(e.Fields, c.field) {
				t.Errorf("hint %q, code %q, fields %q", e.Hint, e.Code, e.Fields)
			}
			if c.fixture != "" && e.Detail() == "" {
				t.Error("the vendor's text is lost")
			}
			if c.fixture != "" && strings.Contains(err.Error(), e.Detail()) {
				t.Errorf("the vendor's text is in the error: %v", err)
			}
		})
	}
}

// TestFault_F9_failuresInsideASuccessHaveTheSameKinds: NexHealth sends code false with 200 and 201.
func TestFault_F9_failuresInsideASuccessHaveTheSameKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		op, method, fixture string
		kind                emr.Kind
		is                  error
	}{
		{opFindPatients, "GET", "403_access", emr.KindPermission, nil},
		{opFindPatients, "GET", "401_expired", emr.KindAuth, nil},
		{opGetPatient, "GET", "404_not_found", emr.KindNotFound, nil},
		{opBook, "POST", "400_slot_taken", emr.KindConflict, emr.ErrSlotTaken},
		{opBook, "POST", "400_operatory", emr.KindInvalid, nil},
		{opCancel, "PATCH", "422_already_cancelled", emr.KindConflict, nil},
		{opReschedule, "PATCH", "400_unsupported_update", emr.KindUnsupported, nil},
		{opCreatePatient, "POST", "400_duplicate_patient", emr.KindConflict, emr.ErrDuplicatePatient},
		{opCreatePatient, "POST", "400_other", emr.KindInvalid, nil},
		{opFindSlots, "GET", "400_other", emr.KindInvalid, nil},
	} {
		for _, status := range []int{200, 201} {
			nx, r := connect(t, nil, step{status: status, answer: "errors/" + c.fixture})
			err := attempt(t.Context(), nx, c.op, c.method)
			e := wantKind(t, err, c.kind)
			if e.Status != status || e.Detail() == "" || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("%s %s: %v", c.op, c.fixture, err)
			}
			if n := len(r.requests()); n != 1 {
				t.Errorf("%s %s: %d requests", c.op, c.fixture, n)
			}
		}
	}
}

func TestAFailureInsideASuccessThatIsTheRateLimitIsRepeated(t *testing.T) {
	t.Parallel()
	nx, r := connect(t, nil, step{answer: "errors/429_limit"}, step{body: good(`[]`)})
	if err := attempt(t.Context(), nx, opFindSlots, "GET"); err != nil || len(r.requests()) != 2 {
		t.Errorf("%v, %d requests", err, len(r.requests()))
	}
}

func TestFault_F10_errorBodiesOfAnyShapeGiveATypedErrorWithAShortDetail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("diagnostics ", 100_000)
	for _, body := range []string{
		`{}`, `[]`, `null`, `"text"`, "Not Found", "\xff\xfe\x00", "<html><b>" + long + "</b></html>",
		`{"error":"one text"}`, `{"error":["a","b"]}`, `{"error":[["nested"],[["deeper"]]]}`, `{"error":{"base":["of an object"]}}`,
		`{"errors":["another name"]}`, `{"message":"yet another"}`, `{"error":null,"description":["in the description"]}`,
		`{"error":["` + long + `"]}`, `{"error":["<script>alert(1)</script>"]}`, `{"error":7}`, `{"error":true}`,
	} {
		nx, _ := connect(t, nil, step{status: 400, body: body})
		e := wantKind(t, attempt(t.Context(), nx, opGetPatient, "GET"), emr.KindInvalid)
		if want, ok := map[string]string{"Not Found": "Not Found", `{"error":["a","b"]}`: "a; b", `{"message":"yet another"}`: "yet another"}[body]; ok && e.Detail() != want {
			t.Errorf("%s: detail %q", body, e.Detail())
		}
		if len([]rune(e.Detail())) > 200 || strings.Contains(e.Detail(), "<") {
			t.Errorf("%.40s: detail of %d characters", body, len(e.Detail()))
		}
		if strings.Contains(e.Error(), "diagnostics") || strings.Contains(e.Error(), "script") {
			t.Errorf("text %s", e)
		}
	}
}

// TestEveryRowOfTheTableCanBeMet keeps rows from hiding behind earlier ones.
func TestEveryRowOfTheTableCanBeMet(t *testing.T) {
	t.Parallel()
	for i := range refusals {
		r := &refusals[i]
		status, op, text := 400, opFindPatients, "" // one without rows of its own
		if len(r.statuses) > 0 {
			status = r.statuses[0]
		}
		if len(r.ops) > 0 {
			op = r.ops[0]
		}
		if len(r.words) > 0 {
			text = r.words[0]
		}
		if got := refusalFor(status, op, text); got != r {
			data, _ := json.Marshal(r.words)
			t.Errorf("row %d (%d %s %s) is hidden", i, status, op, data)
		}
		if r.kind == "" || r.hint == "" {
			t.Errorf("row %d says nothing", i)
		}
	}
}
