package nextgen

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// The quirks of the Enterprise API, by the numbers that the dossier of the vendor gives
// them: one test for each that a wire shows. Those of scheduling are in
// quirks_schedule_test.go, those of Patient Access (16, 21, 22) in its package.

func TestQuirk01_aNextLinkNamesAnInternalHostAndOnlyItsQueryIsUsed(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: linked(inside+"$skip=25", row(1))}, reply{body: listed(row(2))})
	if found, err := all(t, c); err != nil || len(found) != 2 {
		t.Fatalf("%d, %v", len(found), err)
	}
	for _, r := range w.seen {
		if r.URL.Host != "nativeapi.nextgen.com" {
			t.Errorf("a request to %s", r.URL.Host)
		}
	}
}

func TestQuirk02_anEmptySuccessOfAReadIsTheQuota(t *testing.T) {
	t.Parallel()
	for name, do := range directoryOperations() {
		for _, body := range []string{"", " \r\n"} {
			if name == opOpenDocument && body != "" {
				continue // a stream, of which the first byte is looked at
			}
			c, w := connect(t, nil, reply{body: body})
			err := do(t.Context(), parts{c})
			if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindQuota || !strings.Contains(e.Hint, "next day") || len(w.seen) != 1 {
				t.Errorf("%s: %v after %v", name, err, w.asked())
			}
		}
	}
}

func TestQuirk03_theIDOfANewRecordIsInTheBodyInLocationOrNowhere(t *testing.T) {
	t.Parallel()
	record, day := answered(t, "appointment/get"), answered(t, "appointment/list")
	for name, replies := range map[string][]reply{
		"body": {{body: `{"id":"` + visit + `"}`}, record}, "Location": {located("/appointments", visit), record}, "nowhere": {{}, day},
		"body before Location": {{body: `{"id":"` + visit + `"}`, header: located("/appointments", movedVisit).header}, record},
	} {
		p, w := desk(t, nil, replies...)
		if a, err := p.Book(t.Context(), visitBooking(t)); err != nil || a.ID.Reveal() != visit || len(w.asked()) != 2 {
			t.Errorf("%s: %v after %v", name, err, w.asked())
		}
	}
}

func TestQuirk08_bareArraysAndEnvelopesAreBothRead(t *testing.T) {
	t.Parallel()
	const chart = `{"personId":"` + tessa + `","practiceId":"0006","medicalRecordNumber":"000000000185"}`
	for _, body := range []string{"[" + chart + "]", chart} {
		c, _ := connect(t, nil, reply{body: body})
		if k, err := c.Chart(t.Context(), emr.NewPatientID(tessa)); err != nil || k.MedicalRecordNumber.Reveal() != "000000000185" {
			t.Errorf("%s: %v", body, err)
		}
	}
	for _, body := range []string{"[" + row(1) + "]", listed(row(1)), `{"Count":1,"ITEMS":[` + row(1) + `]}`} {
		c, _ := connect(t, nil, reply{body: body})
		if found, err := all(t, c); err != nil || len(found) != 1 {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestQuirk09_numbersOfPracticesArePaddedTextsAndSentAsGiven(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: `{"items":[` + row(1) + `,` + strings.Replace(row(2), `"0006"`, `"0060"`, 1) + `,` + strings.Replace(row(3), `"0006"`, `"0016"`, 1) + `]}`})
	found, err := all(t, c)
	if err != nil || len(found) != 1 || found[0].Name != "Visit 1" {
		t.Errorf("0060 and 0016 are other practices than 0006: %d, %v", len(found), err)
	}
	if got := w.seen[0].URL.Query().Get("$filter"); !strings.HasPrefix(got, "practiceId eq '0006'") || w.chosen[0] != `{"enterpriseId":"00002","practiceId":"0006"}` {
		t.Errorf("%s %s", got, w.chosen[0])
	}
}

func TestQuirk10_nullEmptyZeroUUIDAndYearOneAreAbsent(t *testing.T) {
	t.Parallel()
	for _, form := range []string{`null`, `""`, `"00000000-0000-0000-0000-000000000000"`} {
		p, _ := desk(t, nil, reply{body: `{"id":"` + tessa + `","firstName":"Tessa","lastName":"Marlow","dateOfBirth":"0001-01-01T00:00:00","primaryCareProviderId":` + form + `,"expiredDate":"0001-01-01T00:00:00"}`})
		m, err := p.GetPatient(t.Context(), emr.NewPatientID(tessa))
		if err != nil || m.Practitioner != "" || !m.Born.IsZero() || m.Inactive {
			t.Errorf("%s: %v", form, err)
		}
	}
}

func TestQuirk14_eachSpellingOfAMemberIsRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"email", "emailAddress", "EmailAddress"} {
		p, _ := desk(t, nil, reply{body: `{"id":"` + tessa + `","firstName":"Tessa","lastName":"Marlow","` + name + `":"tessa.marlow@example.com"}`})
		if m, err := p.GetPatient(t.Context(), emr.NewPatientID(tessa)); err != nil || len(m.Emails) != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"isCancelled", "IsCancelled", "isCanceled"} {
		p, _ := desk(t, nil, reply{body: visitRecord(t, `"isCancelled": false`, `"`+name+`": true`)})
		if a, err := p.GetAppointment(t.Context(), emr.NewAppointmentID(visit)); err != nil || a.Status != emr.StatusCancelled {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestQuirk15_404HasThreeMeaningsAnd403MayBeEmpty(t *testing.T) {
	t.Parallel()
	id, who := emr.NewPatientID(tessa), &emr.Patient{ID: emr.NewPatientID(tessa)}
	p, _ := desk(t, nil, reply{status: 404}) // no such record
	_, err := p.GetPatient(t.Context(), id)
	wantError(t, err, emr.KindNotFound)
	p, _ = desk(t, nil, reply{status: 404}) // nothing there
	if page, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: who}, ""); err != nil || len(page.Items) != 0 {
		t.Errorf("no documents: %v", err)
	}
	p, _ = desk(t, nil, reply{status: 404})
	if page, err := p.ListEncounters(t.Context(), emr.EncounterQuery{Patient: who}, ""); err != nil || len(page.Items) != 0 {
		t.Errorf("no encounters: %v", err)
	}
	p, _ = desk(t, nil, reply{status: 404, body: noRoute}) // no such route
	_, err = p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: who}, "")
	wantError(t, err, emr.KindUnsupported)
	clean(t, err)
	p, _ = desk(t, nil, reply{status: 403})
	_, err = p.GetPatient(t.Context(), id)
	if e := wantError(t, err, emr.KindPermission); !strings.Contains(e.Hint, "approved") {
		t.Error(e)
	}
}

func TestQuirk16_theBodyOfA401IsPlainText(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{status: 401, body: "invalid access token", kind: "text/plain"}, reply{body: listed(row(1))})
	if found, err := all(t, c); err != nil || len(found) != 1 || len(w.tokens) != 2 || len(w.logins) != 1 {
		t.Errorf("%d, %v, %d tokens, %d selections", len(found), err, len(w.tokens), len(w.logins))
	}
}

func TestQuirk17_aTokenIsOfASiteAndASessionOfAPractice(t *testing.T) {
	t.Parallel()
	shared := emr.NewShared()
	w := &wire{t: t, replies: []reply{{body: listed()}}, routes: map[string]reply{}}
	w.login = []reply{{header: http.Header{sessionHeader: {"one"}}}, {header: http.Header{sessionHeader: {"two"}}}, {header: http.Header{sessionHeader: {"three"}}}}
	for range 2 {
		for want, edit := range []func(*Config){nil, func(c *Config) { c.PracticeID = "0007" }, func(c *Config) { c.SiteID = strings.Replace(c.SiteID, "5", "6", 1) }} {
			if err := types(t.Context(), w.connect(t, edit, shared)); err != nil {
				t.Fatal(err)
			}
			if got := w.seen[len(w.seen)-1].Header.Get(sessionHeader); got != []string{"one", "two", "three"}[want] {
				t.Errorf("connection %d sends %s", want, got)
			}
		}
	}
	if len(w.tokens) != 2 || len(w.logins) != 3 {
		t.Errorf("%d tokens for two sites, %d selections for three practices", len(w.tokens), len(w.logins))
	}
}

func TestQuirk18_aRouteThatThisVersionLacksIsUnsupportedThere(t *testing.T) {
	t.Parallel()
	for _, r := range []reply{{status: 405}, {status: 404, body: noRoute}} {
		r.header = http.Header{"Api-Version": {"6.0.0.767"}}
		c, w := connect(t, nil, r)
		_, err := all(t, c)
		if e := wantError(t, err, emr.KindUnsupported); !strings.Contains(e.Hint, "6.0.0.767") || len(w.seen) != 1 {
			t.Errorf("%v", e)
		}
	}
}

func TestQuirk19_theSiteHasNoDefaultAndIsNamedWhereItMayBeWrong(t *testing.T) {
	t.Parallel()
	env := environment()
	delete(env, "NEXTGEN_SITE_ID")
	_, err := ConfigFrom(func(key string) string { return env[key] })
	if e := wantError(t, err, emr.KindConfig); !slices.Equal(e.Fields, []string{"NEXTGEN_SITE_ID"}) {
		t.Errorf("%v", e.Fields)
	}
	c, _ := connect(t, nil, reply{status: 401, body: "invalid", kind: "text/plain"})
	if e := wantError(t, types(t.Context(), c), emr.KindAuth); !strings.Contains(e.Hint, "NEXTGEN_SITE_ID") {
		t.Error(e)
	}
}

func TestQuirk20_freeTextAndInternalAddressesAreInNoErrorAndNoLog(t *testing.T) {
	t.Parallel()
	p, w := desk(t, func(c *Config) { c.SessionID = auth.NewSecret(testSession) }, reply{status: 400, body: `{"message":"Tessa Marlow (1988-02-29) at http://127.0.0.1:889/HOST01-VM009.Demo/x is refused"}`})
	_, err := p.Book(t.Context(), visitBooking(t))
	e := wantError(t, err, emr.KindInvalid)
	clean(t, err)
	if d := e.Detail(); !strings.Contains(d, "refused") || strings.Contains(d, "VM009") {
		t.Errorf("Detail is %q", d)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.log.Len() == 0 || leak(w.log.String()) != "" {
		t.Error("the log says nothing, or too much")
	}
}
