package nexhealth

import (
	"cmp"
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
			err := attempt(t.Context(), nx, op, cmp.Or(method, http.MethodPost))
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

// TestFault_H5_whatTheServerDidNotProcessMaySayAnything: 408 and 425 mean what they mean,
// whatever the text; so does a 5xx.
func TestFault_H5_whatTheServerDidNotProcessMaySayAnything(t *testing.T) {
	t.Parallel()
	taken := `{"code":false,"error":["The time slot is not available"],"data":null}`
	for status, want := range map[int]emr.Kind{408: emr.KindAmbiguous, 500: emr.KindAmbiguous, 503: emr.KindAmbiguous} {
		nx, r := connect(t, nil, step{status: status, body: taken})
		err := attempt(t.Context(), nx, opBook, http.MethodPost)
		if e := wantKind(t, err, want); errors.Is(err, emr.ErrSlotTaken) || len(r.seen) != 1 || e.Detail() == "" {
			t.Errorf("%d: %v after %d requests", status, err, len(r.seen))
		}
	}
	for _, status := range []int{300, 304} {
		nx, _ := connect(t, nil, step{status: status, body: taken})
		if err := attempt(t.Context(), nx, opBook, http.MethodPost); err == nil || errors.Is(err, emr.ErrSlotTaken) {
			t.Errorf("%d: %v", status, err)
		}
	}
	nx, r := connect(t, nil, step{status: 425, body: taken}, step{status: 201, body: good(`{}`)}) // too early: not processed, so once more
	if err := attempt(t.Context(), nx, opBook, http.MethodPost); err != nil || len(r.seen) != 2 {
		t.Errorf("425: %v after %d requests", err, len(r.seen))
	}
	nx, _ = connect(t, nil, step{status: 425, body: taken}, step{status: 425, body: taken}, step{status: 425, body: taken})
	if err := attempt(t.Context(), nx, opBook, http.MethodPost); err == nil || errors.Is(err, emr.ErrSlotTaken) {
		t.Errorf("425 for ever: %v", err)
	}
}

// TestAnErrorOfOursNamesTheVendor: an application with two vendors must know whose it is.
func TestAnErrorOfOursNamesTheVendor(t *testing.T) {
	t.Parallel()
	nx, _ := connect(t, nil)
	_, err1 := parts{nx}.Book(t.Context(), nil)
	_, err2 := parts{nx}.Reschedule(t.Context(), &emr.Appointment{ID: visitID, Type: "1"}, &emr.Move{To: &emr.Slot{Type: "2"}})
	_, err3 := parts{nx}.FindSlots(t.Context(), emr.SlotQuery{}, "")
	for i, err := range []error{err1, err2, err3} {
		if e, ok := errors.AsType[*emr.Error](err); !ok || e.Vendor != vendor || e.Op == "" || e.Hint == "" {
			t.Errorf("%d: %v", i, err)
		}
	}
}
