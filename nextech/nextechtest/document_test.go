package nextechtest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

// file is an upload as the product wants it.
func (b *bare) file(media string, data []byte) map[string]any {
	o := map[string]any{
		"resourceType": "DocumentReference", "description": "a page",
		"content":   []object{{"attachment": object{"contentType": media, "title": "page", "data": base64.StdEncoding.EncodeToString(data)}}},
		"extension": []object{ext(b.sim.d.url("note-category"), "valueString", "Referral")},
	}
	if b.sim.d.plus() {
		o["status"], o["indexed"], o["type"] = "current", "2026-03-02T13:00:00+00:00", object{"text": "Medical Records"}
	}
	return o
}

func TestUploadsKeepTheProductsRules(t *testing.T) {
	t.Parallel()
	attachment := func(o map[string]any) object { return o["content"].([]object)[0]["attachment"].(object) }
	for _, tc := range []struct {
		name    string
		options func(*Options)
		media   string
		change  func(map[string]any)
		status  int
		has     string
	}{
		{name: "a PDF", status: 201, has: `"masterIdentifier"`},
		{name: "a text on Select", media: "text/plain", status: 201},
		{name: "a text on Practice+", options: onPlus, media: "text/plain", status: 400, has: "contentType"},
		{name: "an image on Practice+", options: onPlus, media: "image/x-png", status: 201, has: `"indexed"`},
		{name: "HEIC", media: "image/heic", status: 400, has: "contentType"},
		{name: "no title on Select", change: func(o map[string]any) { delete(attachment(o), "title") }, status: 400, has: "title"},
		{name: "no title on Practice+", options: onPlus, change: func(o map[string]any) { delete(attachment(o), "title") }, status: 201},
		{name: "no type on Practice+", options: onPlus, change: func(o map[string]any) { delete(o, "type") }, status: 400, has: "type"},
		{name: "no status on Practice+", options: onPlus, change: func(o map[string]any) { delete(o, "status") }, status: 400, has: "status"},
		{name: "not indexed on Practice+", options: onPlus, change: func(o map[string]any) { delete(o, "indexed") }, status: 400, has: "indexed"},
		{name: "no base64", change: func(o map[string]any) { attachment(o)["data"] = "%" }, status: 400, has: "data"},
		{name: "no content", change: func(o map[string]any) { delete(o, "content") }, status: 400},
		{name: "an unknown category", change: func(o map[string]any) {
			o["extension"].([]object)[0]["valueString"] = "Nonsense"
		}, status: 400, has: "note-category"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			b := open(t, tc.options)
			media := tc.media
			if media == "" {
				media = "application/pdf"
			}
			o := b.file(media, []byte("%PDF-1.4"))
			if tc.change != nil {
				tc.change(o)
			}
			r := b.do(http.MethodPost, "/Patient/"+b.person(0)+"/DocumentReference", o)
			if r.status != tc.status || !strings.Contains(r.body, tc.has) || strings.Contains(r.body, `"data"`) && tc.status < 300 {
				t.Errorf("%d %s, want %d and %q", r.status, r.body, tc.status, tc.has)
			}
			if n := b.sim.Uploads(); (n == 1) != (tc.status == 201) {
				t.Errorf("%d stored", n)
			}
			if r := b.do(http.MethodPost, "/Patient/5f/DocumentReference", o); r.status != http.StatusNotFound {
				t.Errorf("for nobody: %d", r.status)
			}
		})
	}
}

func TestAnUploadOfMoreThanTenMegabytesIsTooLarge(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.sim.ExpectViolation("more than 10 MB")
	text, _ := json.Marshal(b.file("application/pdf", make([]byte, 8<<20)))
	if r := b.do(http.MethodPost, "/Patient/"+b.person(0)+"/DocumentReference", string(text)); r.status != http.StatusRequestEntityTooLarge || b.sim.Uploads() != 0 {
		t.Errorf("%d", r.status)
	}
}

func TestNotesAreSelectsAlone(t *testing.T) {
	t.Parallel()
	b, p := open(t, nil), open(t, onPlus)
	note := object{"resourceType": "Composition", "section": []object{{"title": "Follow Up", "text": object{"div": "called back"}}}}
	if r := b.do(http.MethodPost, "/Patient/"+b.person(0)+"/Composition", note); r.status != http.StatusCreated || !strings.Contains(r.body, "called back") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := b.do(http.MethodPost, "/Patient/"+b.person(0)+"/Composition", object{"resourceType": "Composition"}); r.status != http.StatusBadRequest {
		t.Errorf("empty: %d", r.status)
	}
	p.sim.ExpectViolation("no such path")
	if r := p.do(http.MethodPost, "/Patient/"+p.person(0)+"/Composition", note); r.status != http.StatusNotFound {
		t.Errorf("Practice+: %d", r.status)
	}
}

func TestEncountersHavePlainDatesAndTheChartNumber(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	target := "/Patient/" + b.person(0) + "/Encounter"
	e := b.get(target).entries()
	if len(e) != 1 || simserver.StringIn(simserver.ObjectIn(e[0], "period"), "start") != "2026-01-31" || simserver.StringIn(simserver.ObjectIn(e[0], "subject"), "reference") != "Patient/20001" {
		t.Errorf("%v", e)
	}
	if n := len(b.get(target + "?date=ge2026-02-01").entries()); n != 0 {
		t.Errorf("%d later", n)
	}
	if r := b.do(http.MethodGet, "/Patient/5f/Encounter", nil); r.status != http.StatusNotFound {
		t.Errorf("of nobody: %d", r.status)
	}
	for _, list := range clinicalReads {
		b.get("/Patient/" + b.person(0) + "/" + list)
	}
}

func TestTheSummaryIsABinary(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.get("/Patient/" + b.person(0) + "/Binary/$autogen-ccd-if?start=2026-01-01&end=2026-03-01")
	data, err := base64.StdEncoding.DecodeString(simserver.StringIn(r.json, "content"))
	if err != nil || r.json["resourceType"] != "Binary" || !strings.Contains(string(data), "<ClinicalDocument") {
		t.Errorf("%v %s", err, r.body)
	}
	b.get("/Patient/" + b.person(0) + "/Binary/%24autogen-ccd-if")
	for target, want := range map[string]int{"/Patient/no-such/Binary/$autogen-ccd-if": 400, "/Patient/5f/Binary/$autogen-ccd-if": 404} {
		if r := b.do(http.MethodGet, target, nil); r.status != want {
			t.Errorf("%s: %d", target, r.status)
		}
	}
	b.sim.ExpectViolation("start is not written yyyy-MM-dd")
	if r := b.do(http.MethodGet, "/Patient/5f/Binary/$autogen-ccd-if?start=1-1-26", nil); r.status != http.StatusBadRequest {
		t.Errorf("%d", r.status)
	}
}
