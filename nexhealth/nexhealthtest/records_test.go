package nexhealthtest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

// upload sends a form with a file and further fields.
func (b *bare) upload(filename string, content []byte, fields map[string]string) reply {
	b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if content != nil {
		part, err := form.CreateFormFile("file", filename)
		if err != nil {
			b.t.Fatal(err)
		}
		_, _ = part.Write(content)
	}
	for name, value := range fields {
		_ = form.WriteField(name, value)
	}
	_ = form.Close()
	b.header.Set("Content-Type", form.FormDataContentType())
	defer b.header.Del("Content-Type")
	return b.do(http.MethodPost, "/patients/"+strconv.Itoa(b.person(0))+"/documents?"+sub+"&location_id=7", body.String())
}

func TestDocumentsAreUploadedListedAndOpened(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	in, _ := b.hooked(fine)
	pdf := []byte("%PDF-1.7\nours\n%%EOF")
	r := b.upload("letter.pdf", pdf, map[string]string{"document_type_id": "62"})
	d := r.data()
	if r.status != http.StatusCreated || d["filename"] != "letter.pdf" || d["document_type_id"] != 62.0 || b.sim.Uploads() != 1 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	list := b.get("/patients/" + strconv.Itoa(b.person(0)) + "/documents?" + sub).list()
	if len(list) != 2 {
		t.Errorf("%d documents", len(list))
	}
	if got := b.do(http.MethodGet, simserver.StringIn(d, "url"), nil); got.body != string(pdf) || got.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%s", got.body)
	}
	token := b.token
	b.token = ""
	b.sim.ExpectViolation("no Authorization header")
	if got := b.do(http.MethodGet, simserver.StringIn(d, "url"), nil); got.status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", got.status)
	}
	b.token = token
	b.sim.FailWrites(1)
	b.upload("second.pdf", pdf, nil)
	b.sim.SettleWrites()
	if in.events() != "document_insertion.complete document_insertion.failed" {
		t.Errorf("%s", in.events())
	}
}

func TestAnUploadKeepsItsRules(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for _, violation := range []string{"the file is no PDF", "no part with the name file", "unknown part", "no file name"} {
		b.sim.ExpectViolation(violation)
	}
	pdf := []byte("%PDF-1.7")
	for n, r := range []reply{
		b.upload("picture.png", []byte("PNG"), nil), b.upload("", nil, map[string]string{"document_type_id": "61"}),
		b.upload("", pdf, nil), b.upload("letter.pdf", pdf, map[string]string{"document_type_id": "99"}),
	} {
		if r.status != http.StatusBadRequest {
			t.Errorf("%d: %d %s", n, r.status, r.body)
		}
	}
	if r := b.upload("letter.pdf", pdf, map[string]string{"note": "x"}); r.status != http.StatusCreated {
		t.Errorf("%d", r.status)
	}
	b.sim.ExpectViolation("content type is not multipart/form-data")
	if r := b.do(http.MethodPost, "/patients/"+strconv.Itoa(b.person(0))+"/documents?"+sub+"&location_id=7", "{}"); r.status != http.StatusUnsupportedMediaType {
		t.Errorf("%d", r.status)
	}
}

func TestRecordsAreFiltered(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	first := strconv.Itoa(b.person(0))
	for target, want := range map[string]string{
		"/patient_recalls?" + sub + "&location_id=7&per_page=50&patient_id=" + first:              "7100",
		"/patient_recalls?" + sub + "&location_id=7&per_page=3&recall_id=71&due_after=2026-04-01": "7106 7112 7118",
		"/patient_recalls?" + sub + "&location_id=7&per_page=2&sort=-date_due":                    "7127 7124",
		"/procedures?" + sub + "&per_page=50&patient_id=" + first:                                 "8100 8101",
		"/procedures?" + sub + "&per_page=50&started_after=2026-03-30":                            "8157 8161 8165",
		"/insurance_coverages?" + sub + "&per_page=50&patient_id=" + first:                        "9100 9101",
		"/insurance_coverages?" + sub + "&per_page=2&active=false":                                "9105 9113",
		"/insurance_plans?" + sub + "&per_page=50&include_deleted=true&payer_id=87700":            "91 93",
	} {
		if got := b.get(target).ids(); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	b.sim.ExpectViolation("no filter besides location_id")
	if r := b.do(http.MethodGet, "/procedures?"+sub+"&location_id=7&per_page=5", nil); r.status != http.StatusBadRequest {
		t.Errorf("%d", r.status)
	}
	for _, target := range []string{"/patient_recalls/1?", "/recall_types/1?", "/procedures/1?", "/insurance_plans/1?", "/insurance_coverages/1?", "/operatories/1?", "/providers/1?", "/working_hours/1?"} {
		if r := b.do(http.MethodGet, target+sub, nil); r.status != http.StatusNotFound || r.json["code"] != false {
			t.Errorf("%s: %d", target, r.status)
		}
	}
}

func TestAlertsAreMadeAndSwitchedOff(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	at := "/patients/" + strconv.Itoa(b.person(0)) + "/alerts"
	made := b.do(http.MethodPost, at+"?"+sub, object{"patient_alert": object{"note": "needs a wheelchair"}})
	one := at + "/" + idText(made.data()["id"]) + "?" + sub
	if off := b.do(http.MethodPatch, one, object{"patient_alert": object{"disabled": true}}); made.status != http.StatusCreated || off.data()["disabled_at"] == nil {
		t.Errorf("%s %s", made.body, off.body)
	}
	if len(b.get(at+"?"+sub).list()) != 0 || len(b.get(at+"?"+sub+"&include_disabled=true").list()) != 1 {
		t.Error("a disabled alert is listed, or gone")
	}
}

func TestOnboardingEndsWithAnInstitution(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	begin := func(o object, want int) map[string]any {
		r := b.do(http.MethodPost, "/onboardings", object{"onboarding": o})
		if r.status != want {
			t.Errorf("%v: %d %s", o, r.status, r.body)
		}
		return r.data()
	}
	b.sim.ExpectViolation("neither institution_name nor subdomain")
	b.sim.ExpectViolation("emr_name")
	b.sim.ExpectViolation(`unknown member "institution_zipcode"`)
	begin(object{"emr_name": "dentrix"}, http.StatusBadRequest)
	begin(object{"institution_name": "x", "emr_name": "paper"}, http.StatusBadRequest)
	begin(object{"subdomain": "nobodys"}, http.StatusForbidden)
	begin(object{"subdomain": practiceSubdomain, "emr_name": "drchrono"}, http.StatusBadRequest)
	first := begin(object{"institution_name": "New Practice", "institution_zipcode": "98101"}, http.StatusCreated)
	more := begin(object{"institution_name": "ignored", "subdomain": practiceSubdomain}, http.StatusCreated)
	if first["status"] != "in_progress" || first["subdomain"] != nil || more["subdomain"] != practiceSubdomain || first["url_expires_at"] != "2026-06-02T13:00:00.000Z" && !strings.HasPrefix(simserver.StringIn(first, "url_expires_at"), "2026-06-02") {
		t.Errorf("%v %v", first, more)
	}
	if _, err := b.sim.FinishOnboarding(simserver.StringIn(more, "id"), false); err != nil {
		t.Fatal(err)
	}
	subdomain, err := b.sim.FinishOnboarding(simserver.StringIn(first, "id"), true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.sim.FinishOnboarding(simserver.StringIn(first, "id"), true); err == nil {
		t.Error("finished twice")
	}
	if got := b.get("/onboardings?per_page=9&status=complete").list(); len(got) != 1 || got[0]["subdomain"] != subdomain || simserver.ObjectIn(got[0], "booking_params")["location_id"] == nil {
		t.Errorf("%v", got)
	}
	if got := b.get("/onboardings?per_page=9&status=failed").ids(); got != simserver.StringIn(more, "id") {
		t.Errorf("%s", got)
	}
	if got := b.get("/locations?subdomain=" + subdomain).list(); len(got) != 1 || got[0]["name"] != "New Practice" || len(got[0]["locations"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
}
