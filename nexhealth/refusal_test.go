package nexhealth

import (
	"errors"
	"net/http"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestAWordingNobodyKnowsEndsInASafeKind: no success, no taken time, no known patient, and
// for a write nothing that is sent again.
func TestAWordingNobodyKnowsEndsInASafeKind(t *testing.T) {
	t.Parallel()
	const odd = `{"code":false,"description":null,"error":["Zorble frobnication 17 failed"],"data":null}`
	for status, want := range map[int]emr.Kind{
		200: emr.KindInvalid, 201: emr.KindInvalid, 400: emr.KindInvalid, 402: "", 403: emr.KindPermission, 404: emr.KindNotFound,
		410: "", 412: "", 418: "", 422: emr.KindInvalid, 423: "", 451: "",
	} {
		for _, op := range []string{opBook, opCancel, opReschedule, opCreatePatient, opUpload, opFindPatients} {
			method := map[string]string{opFindPatients: "GET", opCancel: "PATCH", opReschedule: "PATCH"}[op]
			nx, r := connect(t, nil, step{status: status, body: odd})
			err := attempt(t.Context(), nx, op, or(method, http.MethodPost))
			kind, want := emr.KindOf(err), want
			if op == opReschedule && status == 400 {
				want = emr.KindUnsupported // how a practice system that does not move says so
			}
			if err == nil || kind == "" || want != "" && kind != want || len(r.seen) != 1 {
				t.Errorf("%s %d: %v (%s) after %d requests", op, status, err, kind, len(r.seen))
			}
			if errors.Is(err, emr.ErrSlotTaken) || errors.Is(err, emr.ErrDuplicatePatient) || kind == emr.KindRateLimited || kind == emr.KindAuth {
				t.Errorf("%s %d: %v is a guess", op, status, err)
			}
			if e, ok := errors.AsType[*emr.Error](err); ok && e.Hint == "" {
				t.Errorf("%s %d: no hint", op, status)
			}
		}
	}
}
