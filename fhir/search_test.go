package fhir

import (
	"net/url"
	"slices"
	"testing"
)

func TestFault_T5_aPlusIsNeverABlank(t *testing.T) {
	t.Parallel()
	var q Query
	q.Compare("_lastUpdated", GE, "2026-03-02T14:00:00+13:00").Add("family", "de Roy+1")
	if got := q.Encode(); got != "_lastUpdated=ge2026-03-02T14:00:00%2B13:00&family=de%20Roy%2B1" {
		t.Errorf("encoded as %s", got)
	}
	back, err := url.ParseQuery(q.Encode())
	if err != nil || back.Get("_lastUpdated") != "ge2026-03-02T14:00:00+13:00" || back.Get("family") != "de Roy+1" {
		t.Error("another value arrives")
	}
	if q.Values().Encode() != back.Encode() {
		t.Error("Values differ from Encode")
	}
}

func TestSearchParametersKeepTheirOrder(t *testing.T) {
	t.Parallel()
	for range 5 {
		var q Query
		q.Compare("start", GE, "2026-03-02").Compare("start", LT, "2026-03-16")
		q.Add("schedule.actor", "location/7").Add("schedule.actor", "practitioner/15", "practitioner/21")
		q.Token("identifier", "http://hl7.org/fhir/sid/us-npi", "1999999984").Token("code", "", "x").Add("nothing").Add("blank", "")
		want := "start=ge2026-03-02&start=lt2026-03-16&schedule.actor=location/7&schedule.actor=practitioner/15,practitioner/21" +
			"&identifier=http://hl7.org/fhir/sid/us-npi%7C1999999984&code=%7Cx&blank="
		if got := q.Encode(); got != want {
			t.Fatalf("encoded as\n%s\nwant\n%s", got, want)
		}
	}
}

func TestSearchValuesAreLiteral(t *testing.T) {
	t.Parallel()
	var q Query
	q.Add("family", `a,b$c|d\e&f=g#h?é`, "x")
	back, err := url.ParseQuery(q.Encode())
	if err != nil || len(back) != 1 || back.Get("family") != `a\,b\$c\|d\\e&f=g#h?é,x` {
		t.Errorf("arrives as %q", back.Get("family"))
	}
	var token Query
	token.Token("identifier", "urn:a|b", "c,d").Compare("date", EQ, "x,y")
	if got := token.Values(); got.Get("identifier") != `urn:a\|b|c\,d` || got.Get("date") != `eqx\,y` {
		t.Errorf("token %q", got)
	}
}

func TestSearchParametersCanBeReplaced(t *testing.T) {
	t.Parallel()
	var q Query
	if q.Encode() != "" || len(q.Values()) != 0 {
		t.Error("an empty query is not empty")
	}
	q.Set("a", "1").Add("b", "2").Add("a", "3").Add("c", "4")
	before := q
	q.Set("a", "5").Set("d", "6")
	if got := q.Encode(); got != "a=5&b=2&c=4&d=6" {
		t.Errorf("after Set: %s", got)
	}
	q.Set("b")
	if got := q.Encode(); got != "a=5&c=4&d=6" {
		t.Errorf("after Set without values: %s", got)
	}
	if got := before.Encode(); got != "a=1&b=2&a=3&c=4" {
		t.Errorf("the copy changed: %s", got)
	}
	if !slices.Equal(before.Values()["a"], []string{"1", "3"}) {
		t.Error("Values lost a repeated parameter")
	}
}
