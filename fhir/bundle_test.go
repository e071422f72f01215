package fhir

import (
	"slices"
	"strings"
	"testing"
)

func parseBundle(t *testing.T, doc string) *Bundle {
	t.Helper()
	b, err := ParseBundle([]byte(doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBundlesLackWhatVendorsLeaveOut(t *testing.T) {
	t.Parallel()
	b := parseBundle(t, `{"resourceType":"Bundle"}`)
	if b.Type != "" || b.Total != nil || len(b.Links) != 0 || len(b.Entries()) != 0 || b.Err() != nil {
		t.Error("an empty Bundle is not empty")
	}
	if _, ok := b.Link("next"); ok {
		t.Error("a link")
	}
	for range Resources[Slot](b) {
		t.Error("a slot")
	}
	for _, entry := range []string{"null", "[]"} {
		if b := parseBundle(t, `{"resourceType":"Bundle","total":0,"entry":`+entry+`}`); len(b.Entries()) != 0 || b.Total == nil || *b.Total != 0 {
			t.Errorf("entry %s", entry)
		}
	}
	if b := parseBundle(t, `{"entry":{"resource":{"resourceType":"Slot"}},"total":"1","resourceType":"Bundle"}`); len(b.Entries()) != 1 || *b.Total != 1 {
		t.Error("tolerant Bundle")
	}
}

func TestBundleLinksAndTheirAliases(t *testing.T) {
	t.Parallel()
	b := parseBundle(t, `{"resourceType":"Bundle","link":[{"relation":"self","url":"s"},{"relation":"next","url":"n"},{"relation":"prev","url":"p"},{"relation":"first","url":"f"},{"relation":"last","url":"l"}]}`)
	for relation, want := range map[string]string{"self": "s", "next": "n", "previous": "p", "prev": "p", "first": "f", "last": "l"} {
		if url, ok := b.Link(relation); !ok || url != want {
			t.Errorf("%s is %q", relation, url)
		}
	}
	b = parseBundle(t, `{"resourceType":"Bundle","link":{"relation":"previous","url":"p"}}`)
	if url, ok := b.Link("prev"); !ok || url != "p" {
		t.Errorf("prev is %q", url)
	}
}

const searchset = `{"resourceType":"Bundle","id":"b","type":"searchset","entry":[
	{"fullUrl":"https://h.example/Slot/1","resource":{"id":"1","resourceType":"Slot"},"search":{"mode":"match","score":1.0}},
	{"resource":{"resourceType":"Location","id":"7"},"search":{"mode":"include"}},
	{"resource":{"resourceType":"Practitioner","id":"15"},"search":{"mode":"include"}},
	{"resource":{"resourceType":"Slot","id":"2"}},
	{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning"}]}},
	{"response":{"status":"201 Created","location":"Slot/3/_history/1","etag":"W/\"1\"","lastModified":"2026-03-02T14:00:00Z"}},
	{"fullUrl":"urn:uuid:1","resource":null},
	{}]}`

func TestOutcomesAndIncludesAreKeptApartFromMatches(t *testing.T) {
	t.Parallel()
	b := parseBundle(t, searchset)
	var ids []string
	for s, err := range Resources[Slot](b) {
		switch {
		case KindOf(err) == WrongResource: // the two entries that lost theirs
			ids = append(ids, "lost")
		case err != nil:
			t.Fatal(err)
		default:
			ids = append(ids, s.ID)
		}
	}
	if !slices.Equal(ids, []string{"1", "2", "lost", "lost"}) {
		t.Errorf("matches %v", ids)
	}
	for l, err := range Included[Location](b) {
		if err != nil || l.ID != "7" {
			t.Errorf("include: %v", err)
		}
	}
	n := 0
	for range Included[Generic](b) {
		n++
	}
	for range b.Includes() {
		n++
	}
	if n != 4 || len(b.Entries()) != 8 {
		t.Errorf("%d includes, %d entries", n, len(b.Entries()))
	}
	if r := b.Entries()[5].Response; r == nil || r.Status != "201 Created" || r.Location != "Slot/3/_history/1" || r.ETag != `W/"1"` {
		t.Error("response")
	}
	if e := b.Entries()[0]; e.FullURL != "https://h.example/Slot/1" || e.ResourceType != "Slot" || e.ID != "1" || string(e.Raw().Bytes()) != `{"id":"1","resourceType":"Slot"}` {
		t.Error("first entry")
	}
	_, err := b.Entries()[7].Resource()
	wantKind(t, err, WrongResource)
}

func TestAMatchOfAnotherTypeIsReportedAndTheLoopMayGoOn(t *testing.T) {
	t.Parallel()
	b := parseBundle(t, `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Slot","id":"1"}},{"resource":{"resourceType":"Patient","id":"Secret1"}},{"resource":{"resourceType":"Slot","status":["x",["Secret1"]]}},{"resource":{"resourceType":"Slot","id":"4"}}]}`)
	var kinds []Kind
	for s, err := range Resources[Slot](b) {
		wantKind(t, err, KindOf(err), "Secret1")
		if (s == nil) != (err != nil) {
			t.Error("value and error together")
		}
		kinds = append(kinds, KindOf(err))
	}
	if !slices.Equal(kinds, []Kind{0, WrongResource, WrongType, 0}) {
		t.Errorf("kinds %v", kinds)
	}
	for range Resources[Slot](b) {
		break // an early end is fine, and the sequence starts again
	}
	n := 0
	for g, err := range Resources[Generic](b) {
		if n++; err != nil || g.ResourceType() == "" {
			t.Errorf("generic: %v", err)
		}
	}
	if n != 4 {
		t.Errorf("%d generic resources", n)
	}
}

func TestVendorResourceTypesAreAccepted(t *testing.T) {
	t.Parallel()
	b := parseBundle(t, `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"appointment-type","id":"12","extension":[{"url":"appointment-type","valueString":"Consult"}],"identifier":"odd"}}]}`)
	for g, err := range Resources[Generic](b) {
		if err != nil || g.Type != "appointment-type" || g.ID != "12" {
			t.Fatalf("%v", err)
		}
		if name, ok := g.Extension[0].ValueString(); !ok || name != "Consult" {
			t.Errorf("name %q", name)
		}
		if got := encode(t, g); !strings.Contains(got, `"identifier":"odd"`) {
			t.Errorf("written as %s", got)
		}
	}
}

func TestBundlePartsOfTheWrongShapeAreNamed(t *testing.T) {
	t.Parallel()
	for doc, element := range map[string]string{
		`{"resourceType":"Bundle","total":"Secret1"}`:                                "Bundle.total",
		`{"resourceType":"Bundle","entry":["Secret1"]}`:                              "Bundle.entry",
		`{"resourceType":"Bundle","entry":"Secret1"}`:                                "Bundle.entry",
		`{"resourceType":"Bundle","entry":[{"resource":"Secret1"}]}`:                 "Bundle.entry.resource",
		`{"resourceType":"Bundle","entry":[{"resource":[]}]}`:                        "Bundle.entry.resource",
		`{"resourceType":"Bundle","entry":[{"search":"Secret1"}]}`:                   "Bundle.entry.search",
		`{"resourceType":"Bundle","entry":[{"fullUrl":{"Secret1":1}}]}`:              "Bundle.entry.fullUrl",
		`{"resourceType":"Bundle","link":[{"relation":{"a":"Secret1"}}]}`:            "Bundle.link.relation",
		`{"resourceType":"Bundle","entry":[{"resource":{"resourceType":["x",{}]}}]}`: "Bundle.entry.resource.resourceType",
	} {
		_, err := ParseBundle([]byte(doc), nil)
		wantKind(t, err, WrongType, "Secret1")
		if elementOf(err) != element {
			t.Errorf("%s: %v, want it in %s", doc, err, element)
		}
	}
}

func TestAnEntryWithoutAResourceIsNotLeftOutSilently(t *testing.T) {
	t.Parallel()
	for entry, want := range map[string]int{
		`null`: 1, `{}`: 1, `{"resource":null}`: 1, `{"search":{"mode":"match"}}`: 1,
		`{"response":{"status":"201"}}`: 0, `{"search":{"mode":"outcome"}}`: 0, `{"search":{"mode":"include"}}`: 0,
	} {
		b, err := ParseBundle([]byte(`{"resourceType":"Bundle","entry":[`+entry+`]}`), nil)
		if err != nil {
			t.Fatal(entry, err)
		}
		lost := 0
		for _, err := range Resources[Patient](b) {
			if KindOf(err) == WrongResource {
				lost++
			}
		}
		if lost != want {
			t.Errorf("%s: %d errors, want %d", entry, lost, want)
		}
	}
}

func TestALinkWithoutAURLDoesNotCount(t *testing.T) {
	t.Parallel()
	b, err := ParseBundle([]byte(`{"resourceType":"Bundle","link":[{"relation":"next","url":""},{"relation":"next","url":"?p=2"},{"relation":"self"}]}`), nil)
	if err != nil {
		t.Fatal(err)
	}
	if url, ok := b.Link("next"); !ok || url != "?p=2" {
		t.Errorf("%q, %t", url, ok)
	}
	if _, ok := b.Link("self"); ok {
		t.Error("a link without a URL")
	}
}
