package medtechtest

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/internal/simserver"
)

func TestEachRuleOfAMediaIsKept(t *testing.T) {
	t.Parallel()
	with := func(change func(object)) func(*bare) any {
		return func(b *bare) any {
			o := b.media("img-1")
			change(o)
			return o
		}
	}
	set := func(name string, v any) func(*bare) any { return with(func(o object) { o[name] = v }) }
	content := func(name string, v any) func(*bare) any {
		return with(func(o object) { child(o, "content")[name] = v })
	}
	for _, tc := range []ruled{
		{name: "all is fine", body: set("note", nil), status: 201, has: "img-1"},
		{name: "no identifier", body: with(func(o object) { delete(o, "identifier") }), status: 400, has: textNoReference, violation: "without identifier.value"},
		{name: "no status", body: set("status", ""), status: 400, has: "business-rule"},
		{name: "no data", body: content("data", ""), status: 400},
		{name: "a data URL", body: content("data", "data:image/jpeg;base64,/9j/4AAQ"), status: 400},
		{name: "a film", body: content("contentType", "video/mp4"), status: 400},
		{name: "another patient's id", body: set("subject", object{"reference": "Patient/1"}), status: 404, has: textNoPatient},
		{name: "no patient", body: set("subject", nil), status: 400, violation: "subject does not name a patient"},
		{name: "an unknown operator", body: set("operator", object{"reference": "Practitioner/1"}), status: 404, has: textNoProvider},
		{name: "a body site", body: set("bodySite", object{}), status: 201, violation: "the member bodySite"},
		{name: "a view", body: set("view", object{}), status: 201, violation: "the member view"},
		{name: "an encounter", body: set("encounter", object{}), status: 201, violation: "the member encounter"},
		{name: "an extension", body: set("extension", []object{}), status: 201, violation: "the member extension"},
		{name: "clinical members on order", body: set("bodySite", object{}), change: func(o *Options) { o.ClinicalMedia = true }, status: 201},
		{name: "an unknown member", body: set("height", 1), status: 201, violation: "no known request"},
		{name: "too large", body: content("data", "/9j/4AAQ"), change: func(o *Options) { o.MediaLimit = 5 }, status: 413, has: "too-long"},
		{name: "the wrong day", body: set("createdDateTime", "2026-03-03T10:00:00Z"), status: 201, violation: "does not have the offset"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.target = http.MethodPost, "/Media"
			tc.check(t)
		})
	}
}

func TestAMediaIsStoredAnsweredAndFound(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	r := b.do(http.MethodPost, "/Media", b.media("img-1"))
	id := simserver.StringIn(r.json, "id")
	if r.status != 201 || r.header.Get("ETag") != `W/"`+id+`"` || !strings.HasSuffix(r.header.Get("Location"), "/fhir/Media/"+id+"/_history/"+id) ||
		simserver.StringIn(child(r.json, "meta"), "versionId") != id || simserver.StringIn(child(r.json, "content"), "data") != "/9j/4AAQ" {
		t.Errorf("%d %s %v", r.status, r.body, r.header)
	}
	found := b.get("/Media?" + byNHI(0)).entries()
	if len(found) != 1 || simserver.StringIn(children(found[0], "identifier")[0], "value") != "img-1" || child(found[0], "content")["data"] != nil {
		t.Errorf("%v", found)
	}
	if got := b.get("/Media/" + id); simserver.StringIn(child(got.json, "content"), "data") != "/9j/4AAQ" {
		t.Errorf("%s", got.body)
	}
	if r := b.get("/Media?" + byNHI(1)); r.json["total"] != 0.0 {
		t.Errorf("%s", r.body)
	}
	all := b.sim.Stored("Media")
	if len(all) != 1 || all[0].NHI != NHI(0) || all[0].Identifier != "img-1" || string(all[0].Data) != "\xff\xd8\xff\xe0\x00\x10" || all[0].Facility != homeFacility || b.sim.Uploads() != 1 {
		t.Errorf("%+v", all)
	}
	empty := open(t, func(o *Options) { o.EmptyAnswers = true })
	if r := empty.do(http.MethodPost, "/Media", empty.media("x")); r.status != 201 || r.body != "" || r.header.Get("Location") == "" {
		t.Errorf("%d %q", r.status, r.body)
	}
}

func (b *bare) scan() object {
	return object{
		"resourceType": "DocumentReference", "identifier": []object{{"value": "img-1-app"}}, "status": "current",
		"type":    object{"coding": []object{{"system": loinc, "code": loincScan, "display": "Photographic image"}}},
		"subject": object{"reference": "Patient/" + b.person(0)}, "author": []object{{"reference": "Practitioner/" + b.okafor()}},
		"date": tenAM, "description": "Scanned document",
		"content": []object{{"attachment": object{"contentType": "image/tiff", "data": "SUkqAAgAAAA=", "title": "img-1.tiff"}}},
	}
}

func TestEachRuleOfAScanIsKept(t *testing.T) {
	t.Parallel()
	with := func(change func(object)) func(*bare) any {
		return func(b *bare) any {
			o := b.scan()
			change(o)
			return o
		}
	}
	set := func(name string, v any) func(*bare) any { return with(func(o object) { o[name] = v }) }
	file := func(name string, v any) func(*bare) any {
		return with(func(o object) { child(o["content"].([]object)[0], "attachment")[name] = v })
	}
	for _, tc := range []ruled{
		{name: "all is fine", body: set("description", "x"), status: 201, has: "img-1-app"},
		{name: "no identifier", body: set("identifier", nil), status: 400, violation: "one identifier"},
		{name: "two identifiers", body: set("identifier", []object{{"value": "a"}, {"value": "b"}}), status: 400, violation: "one identifier"},
		{name: "no author", body: set("author", nil), status: 400, has: "author", violation: "a scan without author"},
		{name: "no author where none is wanted", body: set("author", nil), change: func(o *Options) { o.AuthorOptional = true }, status: 201},
		{name: "an unknown author", body: set("author", []object{{"reference": "Practitioner/1"}}), status: 404, has: textNoProvider},
		{name: "another type", body: set("type", object{}), status: 400, has: textUnable, violation: "LOINC 72170-4"},
		{name: "JPEG", body: file("contentType", "image/jpeg"), status: 400, violation: "TIFF or PDF"},
		{name: "PDF", body: file("contentType", "application/pdf"), status: 201},
		{name: "no title", body: file("title", ""), status: 400},
		{name: "no data", body: file("data", "!"), status: 400},
		{name: "no date", body: set("date", ""), status: 400},
		{name: "draft", body: set("status", "superseded"), status: 400},
		{name: "too large", body: file("data", base64.StdEncoding.EncodeToString(make([]byte, 7<<20))), status: 413, violation: "more than 8 MB"},
		{name: "no role", body: set("description", "x"), change: func(o *Options) { o.WithoutRoles = []string{roleScan} }, status: 403},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.method, tc.target = http.MethodPost, "/DocumentReference"
			tc.check(t)
		})
	}
}

func TestDocumentsAreListedByTypeAndTheirBytesRead(t *testing.T) {
	t.Parallel()
	for raw, want := range map[bool]string{false: "application/fhir+json; charset=utf-8", true: "application/pdf"} {
		b := open(t, func(o *Options) { o.RawBinary = raw })
		if r := b.do(http.MethodPost, "/DocumentReference", b.scan()); r.status != 201 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		for code, n := range map[string]int{loincNote: 2, loincRSD: 1, loincScan: 1, "": 4} {
			target := "/DocumentReference?" + byNHI(0)
			if code != "" {
				target += "&type=" + asked(loinc, code)
			}
			got := b.get(target).entries()
			if len(got) != n {
				t.Errorf("%s: %d", code, len(got))
			}
			if code != loincRSD {
				continue
			}
			key := simserver.StringIn(child(children(got[0], "content")[0], "attachment"), "url")
			r := b.get("/" + key)
			if r.header.Get("Content-Type") != want || raw != strings.HasPrefix(r.body, "%PDF") || !raw && simserver.StringIn(r.json, "data") == "" {
				t.Errorf("%v %s", r.header, r.body)
			}
		}
		note := b.get("/DocumentReference?" + byNHI(0) + "&type=" + asked(loinc, loincNote)).entries()[0]
		text, _ := base64.StdEncoding.DecodeString(simserver.StringIn(child(children(note, "content")[0], "attachment"), "data"))
		if !strings.HasPrefix(string(text), `{\rtf1`) {
			t.Errorf("%q", text)
		}
		if r := b.do(http.MethodGet, "/Binary/999999999", nil); r.status != 404 {
			t.Errorf("%d", r.status)
		}
	}
	for role, code := range map[string]string{roleNotes: loincNote, roleLetters: loincRSD} {
		b := open(t, func(o *Options) { o.WithoutRoles = []string{role} })
		if r := b.do(http.MethodGet, "/DocumentReference?"+byNHI(0)+"&type="+asked(loinc, code), nil); r.status != 403 {
			t.Errorf("%s: %d", role, r.status)
		}
	}
}

func TestMessagesAndTasksAreStoredAndFound(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	for kind, body := range map[string]object{"Communication": b.message(), "Task": b.task()} {
		made := b.do(http.MethodPost, "/"+kind, body)
		if made.status != 201 || len(b.sim.Stored(kind)) != 1 {
			t.Fatalf("%s: %d %s", kind, made.status, made.body)
		}
		if got := b.get("/" + kind + "?" + byNHI(0)).entries(); len(got) != 1 || simserver.StringIn(got[0], "id") != simserver.StringIn(made.json, "id") {
			t.Errorf("%s: %v", kind, got)
		}
		if got := b.get("/" + kind + "?patient._id=" + b.person(1)); got.json["total"] != 0.0 {
			t.Errorf("%s: %s", kind, got.body)
		}
		b.get("/" + kind + "/" + simserver.StringIn(made.json, "id"))
		for _, member := range map[string][]string{"Communication": {"category", "payload", "sender", "sent", "status"}, "Task": {"status", "intent", "description"}}[kind] {
			less := object{}
			for k, v := range body {
				if k != member {
					less[k] = v
				}
			}
			if r := b.do(http.MethodPost, "/"+kind, less); r.status != 400 || !strings.Contains(r.body, "business-rule") {
				t.Errorf("%s without %s: %d %s", kind, member, r.status, r.body)
			}
		}
	}
	if got := b.get("/Task?owner.identifier=" + asked(cpnSystem, okaforCPN)).entries(); len(got) != 1 || got[0]["resourceType"] != "Task" {
		t.Errorf("%v", got)
	}
	if got := b.get("/Task?owner.identifier=" + asked(nzmcSystem, "90021")); got.json["total"] != 0.0 {
		t.Errorf("%s", got.body)
	}
	staff := b.task()
	delete(staff, "for")
	if r := b.do(http.MethodPost, "/Task", staff); r.status != 201 {
		t.Errorf("a task of the staff: %d %s", r.status, r.body)
	}
}
