package medtech

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// TestVendorTexts goes through the vendor's messages: what a read, a list and a booking
// make of each, with the status it is most likely to come with.
func TestVendorTexts(t *testing.T) {
	t.Parallel()
	const list, fail = "list", "fail"
	for _, tt := range []struct {
		status     int
		code, text string
		read       emr.Kind
		search     string // list: an empty one; else fail
		book       emr.Kind
		taken      bool
	}{
		{400, "invalid", "Request is invalid.", emr.KindInvalid, fail, emr.KindInvalid, false},
		{400, "not-supported", "Request is not supported.", emr.KindUnsupported, fail, emr.KindUnsupported, false},
		{404, "not-found", "Practice Facility not found.", emr.KindConfig, fail, emr.KindConfig, false},
		{403, "not-found", "Practice Facility not found", emr.KindConfig, fail, emr.KindConfig, false},
		{404, "not-found", "Patient not found.", emr.KindNotFound, list, emr.KindNotFound, false},
		{404, "not-found", "Resource ID not found.", emr.KindNotFound, list, emr.KindNotFound, false},
		{404, "not-found", "No information related to Resource ID found.", emr.KindNotFound, list, emr.KindNotFound, false},
		{404, "not-found", "No available Appointment Slot found for the Service Provider.", emr.KindNotFound, list, emr.KindNotFound, false},
		{404, "not-found", "No available free Appointment Slot found for the Service Provider.", emr.KindNotFound, list, emr.KindNotFound, false},
		{404, "not-found", "No available Appointment Schedule found for the Service Provider.", emr.KindNotFound, list, emr.KindNotFound, false},
		{400, "processing", "No Medication records found for the Patient.", emr.KindNotFound, list, emr.KindNotFound, false},
		{422, "not-found", "No Appointment Slot available for booking.", emr.KindNotFound, list, emr.KindConflict, true},
		{422, "processing", "APPOINTMENT SLOT is already booked,  unable to process the request", emr.KindInvalid, fail, emr.KindConflict, true},
		{400, "processing", "Appointment Slot is already booked, unable to process the request.", emr.KindInvalid, fail, emr.KindConflict, true},
		{500, "processing", "Appointment Slot is already booked, unable to process the request.", emr.KindUnavailable, fail, emr.KindConflict, true},
		{422, "processing", "Appointment Slot is booked for another Patient, unable to process the request.", emr.KindConflict, fail, emr.KindConflict, true},
		{422, "business-rule", "The mandatory Identifier.value with the reference number is missing", emr.KindInvalid, fail, emr.KindInvalid, false},
		{400, "not-found", "No Appointment Slot available for cancellation.", emr.KindNotFound, fail, emr.KindNotFound, false},
		{400, "not-supported", "Request for Confidential data is not supported.", emr.KindPermission, fail, emr.KindPermission, false},
		{403, "forbidden", "Authorization failed.", emr.KindPermission, fail, emr.KindPermission, false},
		{400, "invalid", "Requested Appointment Schedule date range is invalid.", emr.KindInvalid, fail, emr.KindInvalid, false},
		{404, "not-found", "Service Provider not found.", emr.KindNotFound, fail, emr.KindNotFound, false},
		{400, "exception", "PMS unreachable or unavailable.", emr.KindUnavailable, fail, emr.KindAmbiguous, false},
		{503, "exception", "PMS unreachable or unavailable.", emr.KindUnavailable, fail, emr.KindAmbiguous, false},
		{504, "timeout", "PMS did not respond to request or has timed out.", emr.KindTimeout, fail, emr.KindAmbiguous, false},
		{404, "timeout", "PMS did not respond to request or has timed out.", emr.KindTimeout, fail, emr.KindAmbiguous, false},
		{409, "conflict", "", emr.KindConflict, fail, emr.KindConflict, true},
		{429, "throttled", "", emr.KindRateLimited, fail, emr.KindRateLimited, false},
	} {
		t.Run(tt.text+" "+http.StatusText(tt.status), func(t *testing.T) {
			t.Parallel()
			answer := reply{status: tt.status, body: outcome("error", tt.code, tt.text)}
			c, _ := connect(t, nil, answer)
			p := parts{c}
			_, err := p.GetPatient(t.Context(), emr.NewPatientID(testPatient))
			if e := wantError(t, err, tt.read); e.Hint == "" || e.Status != tt.status || tt.text != "" && e.Detail() == "" {
				t.Errorf("hint %q, status %d, detail %q", e.Hint, e.Status, e.Detail())
			}
			page, err := p.FindPatients(t.Context(), emr.PatientQuery{Identifier: NHI(testNHI)}, "")
			if (err == nil) != (tt.search == list) || len(page.Items) > 0 {
				t.Errorf("the search gives %v", err)
			}
			c, w := connect(t, func(cfg *Config) {}, answer)
			_, err = parts{c}.Book(t.Context(), booking())
			e := wantError(t, err, tt.book)
			if errors.Is(err, emr.ErrSlotTaken) != tt.taken {
				t.Errorf("taken is %v: %v", !tt.taken, err)
			}
			if tt.status != 429 && len(w.seen) != 1 {
				t.Errorf("%d requests", len(w.seen))
			}
			if e.Kind == emr.KindConfig && !strings.Contains(e.Hint, testFacility) {
				t.Errorf("the hint does not name the facility: %s", e.Hint)
			}
		})
	}
}

func TestForbidden_isToldApartByTheRolesOfTheToken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		roles      []string
		code, hint string
	}{
		"no role":     {[]string{"practitioner.read"}, codeNoRole, "practitioner.appointmentslot.read"},
		"has it":      {[]string{"Practitioner.AppointmentSlot.Read", "practitioner.read"}, codeShape, "form of query"},
		"not told":    {nil, codeForbidden, "Client.Roles"},
		"told: none":  {[]string{}, codeNoRole, "missing from the token"},
		"other words": {[]string{"practitioner.appointmentslot.read"}, codeShape, "request id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, w := connect(t, nil, reply{status: 403, body: outcome("error", "forbidden", "Authorization failed.")})
			w.roles = tt.roles
			w.routes["GET /Practitioner"] = reply{body: bundle(doctors)}
			w.routes["GET /Location"] = reply{body: bundle()}
			_, err := parts{c}.FindSlots(t.Context(), emr.SlotQuery{From: emr.Date{Year: 2030, Month: 3, Day: 4}}, "")
			if e := wantError(t, err, emr.KindPermission); e.Code != tt.code || !strings.Contains(e.Hint, tt.hint) {
				t.Errorf("code %q, hint %q", e.Code, e.Hint)
			}
			if len(w.seen) != 1 {
				t.Errorf("%d requests: a 403 is not repeated", len(w.seen))
			}
		})
	}
}

func TestThreeBodyFormsOfErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer reply
		kind   emr.Kind
		code   string
	}{
		"gateway 401":  {reply{status: 401, body: `{"statusCode":401,"message":"Unauthorized. Access token is missing or invalid."}`}, emr.KindAuth, "unauthorized"},
		"gateway 404":  {reply{status: 404, body: `{"statusCode":404,"message":"Resource not found"}`}, emr.KindUnsupported, codeNoRoute},
		"page":         {reply{status: 404, body: `<html><body>Not Found for zzz0016</body></html>`}, emr.KindNotFound, "not_found"},
		"empty":        {reply{status: 400}, emr.KindInvalid, "invalid"},
		"in a bundle":  {reply{status: 404, body: bundle(outcome("error", "not-found", "Patient not found."))}, emr.KindNotFound, "patient_not_found"},
		"details text": {reply{status: 400, body: `{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"exception","details":{"text":"PMS unreachable or unavailable."}}]}`}, emr.KindUnavailable, codeOffline},
		"coding":       {reply{status: 400, body: `{"resourceType":"OperationOutcome","issue":[{"severity":"error","details":{"coding":[{"code":"not-supported","display":"Request is not supported."}]}}]}`}, emr.KindUnsupported, "not_supported"},
		"200 outcome":  {reply{body: outcome("error", "exception", "PMS unreachable or unavailable.")}, emr.KindUnavailable, codeOffline},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _ := connect(t, nil, tt.answer)
			_, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(testPatient))
			e := wantError(t, err, tt.kind)
			if e.Code != tt.code || strings.Contains(e.Error(), "zzz0016") {
				t.Errorf("code %q, %v", e.Code, e)
			}
		})
	}
}

func TestOutage_readsAreRepeatedWhateverTheStatus(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 404, 422, 500, 503} {
		c, w := connect(t, nil, reply{status: status, body: outcome("error", "exception", "PMS unreachable or unavailable.")},
			reply{status: status, body: outcome("error", "timeout", "PMS did not respond to request or has timed out.")}, reply{body: patientBody})
		p, err := parts{c}.GetPatient(t.Context(), emr.NewPatientID(testPatient))
		if err != nil || p.ID.Reveal() != testPatient || len(w.seen) != 3 {
			t.Errorf("%d: %v after %d requests", status, err, len(w.seen))
		}
	}
	c, w := connect(t, nil, reply{status: 400, body: outcome("error", "exception", "PMS unreachable or unavailable.")})
	_, err := parts{c}.FindPatients(t.Context(), emr.PatientQuery{Identifier: NHI(testNHI)}, "")
	if e := wantError(t, err, emr.KindUnavailable); e.Attempts != 3 || len(w.seen) != 3 {
		t.Errorf("%d attempts, %d requests", e.Attempts, len(w.seen))
	}
}

func TestUnauthorized_theTokenIsRenewedAndTheRequestRepeatedOnce(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{status: 401, body: `{"statusCode":401,"message":"Unauthorized."}`}, reply{body: patientBody})
	if _, err := (parts{c}).GetPatient(t.Context(), emr.NewPatientID(testPatient)); err != nil || w.tokens != 2 || len(w.seen) != 2 {
		t.Errorf("%v, %d tokens, %d requests", err, w.tokens, len(w.seen))
	}
	c, w = connect(t, nil, reply{status: 401})
	_, err := parts{c}.Book(t.Context(), booking())
	if wantError(t, err, emr.KindAuth); w.tokens != 2 || len(w.seen) != 2 {
		t.Errorf("%d tokens, %d requests", w.tokens, len(w.seen))
	}
}
