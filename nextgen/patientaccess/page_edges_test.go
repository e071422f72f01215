package patientaccess

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
)

// upTo are the ids 1 to n.
func upTo(n int) (ids []string) {
	for i := range n {
		ids = append(ids, strconv.Itoa(i+1))
	}
	return ids
}

func ofSize(t testing.TB, size int, answer func(*http.Request) reply) (*Client, *fakeServer) {
	t.Helper()
	cfg := testConfig(R4)
	cfg.PageSize = size
	return openWith(t, cfg, nil, answer)
}

// TestAServerThatTakesTheSizeForALimitIsAskedForMoreUntilItIsNotFull.
func TestAServerThatTakesTheSizeForALimitIsAskedForMoreUntilItIsNotFull(t *testing.T) {
	t.Parallel()
	c, g := ofSize(t, 2, func(req *http.Request) reply {
		size, _ := strconv.Atoi(req.URL.Query().Get("_maxresults"))
		return reply{body: searchset("", -1, upTo(min(size, 25))...)}
	})
	ids, err := ofZelda(t, c)
	want := []string{"/Condition?_maxresults=2&" + patientQuery, "/Condition?_maxresults=20&" + patientQuery, "/Condition?_maxresults=200&" + patientQuery}
	if err != nil || !slices.Equal(ids, upTo(25)) || !slices.Equal(g.requests(), want) {
		t.Errorf("%d of 25 after %v (%v)", len(ids), g.requests(), err)
	}
}

func TestAskingForMoreMayFailOrHavePages(t *testing.T) {
	t.Parallel()
	n := 0
	c, _ := ofSize(t, 2, func(*http.Request) reply {
		if n++; n == 1 {
			return reply{body: searchset("", 3, "1", "2")}
		}
		return reply{status: 403, body: `["Access denied"]`}
	})
	_, err := ofZelda(t, c)
	wantKind(t, err, emr.KindPermission)

	// The size that was asked for in the end stays that of the pages that follow.
	c, g := ofSize(t, 2, inTurn(searchset("", 5, "1", "2"), searchset("?_maxresults=5&page=2&"+patientQuery, 5, "1", "2", "3"), searchset("", 5, "4", "5")))
	ids, err := ofZelda(t, c)
	if want := "/Condition?_maxresults=5&page=2&" + patientQuery; err != nil || !slices.Equal(ids, upTo(5)) || len(g.requests()) != 3 || g.requests()[2] != want {
		t.Errorf("%v after %v (%v)", ids, g.requests(), err)
	}
}

func TestAListOfMoreThanTenThousandIsTooLarge(t *testing.T) {
	t.Parallel()
	for total, want := range map[int]emr.Kind{10_001: emr.KindTooLarge, 10_000: emr.KindProtocol} { // which then gives no more
		c, g := ofSize(t, 1, func(*http.Request) reply { return reply{body: searchset("", total, "1")} })
		_, err := ofZelda(t, c)
		if emr.KindOf(err) != want || len(g.requests()) != map[emr.Kind]int{emr.KindTooLarge: 1, emr.KindProtocol: 2}[want] {
			t.Errorf("%d: %v after %v", total, err, g.requests())
		}
	}
}

func TestTheSizeTheCallerNamesCountsAndNoneIsAddedForUnknownTypes(t *testing.T) {
	t.Parallel()
	c, g := open(t, R4, always(searchset("", 0)))
	if _, err := collect(c, t, "Condition", new(fhir.Query).Add("patient", zelda).Add("_maxresults", "7")); err != nil || g.requests()[0] != "/Condition?_maxresults=7&"+patientQuery {
		t.Errorf("%v (%v)", g.requests(), err)
	}
	if _, err := collect(c, t, "Basic", new(fhir.Query).Add("_id", "1")); err != nil || g.requests()[1] != "/Basic?_id=1" {
		t.Errorf("%v (%v)", g.requests(), err)
	}
}

// TestOutcomesAreNoResultsHoweverTheyAreMarked.
func TestOutcomesAreNoResultsHoweverTheyAreMarked(t *testing.T) {
	t.Parallel()
	const found = `{"resource":{"resourceType":"Condition","id":"1"},"search":{"mode":"match"}}`
	warning := outcome("warning", "informational")
	for _, entry := range []string{`{"resource":` + warning + `}`, `{"resource":` + warning + `,"search":{"mode":"match"}}`, `{"resource":` + warning + `,"search":{"mode":"outcome"}}`} {
		c, _ := open(t, R4, always(`{"resourceType":"Bundle","entry":[`+found+`,`+entry+`]}`))
		if ids, err := ofZelda(t, c); err != nil || !slices.Equal(ids, []string{"1"}) {
			t.Errorf("%.60s: %v (%v)", entry, ids, err)
		}
	}
}

// TestAnErrorOfAListNamesItsOperation, whichever it is.
func TestAnErrorOfAListNamesItsOperation(t *testing.T) {
	t.Parallel()
	c, _ := open(t, R4, func(*http.Request) reply { return reply{status: 403, body: `["Access denied"]`} })
	for want, do := range map[string]func() error{
		opSearch:    func() error { _, err := ofZelda(t, c); return err },
		opLocations: func() error { _, err := parts{c}.ListLocations(t.Context(), ""); return err },
		opListEncounters: func() error {
			_, err := parts{c}.ListEncounters(t.Context(), emr.EncounterQuery{Patient: person()}, "")
			return err
		},
	} {
		if e := wantKind(t, do(), emr.KindPermission); e.Op != want || strings.Contains(e.Error(), zelda) {
			t.Errorf("%s is told as %q", want, e.Op)
		}
	}
}

// TestALinkThatIsNotOfThisListIsNotFollowedOnce.
func TestALinkThatIsNotOfThisListIsNotFollowedOnce(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]emr.Kind{
		baseR4 + "/Patient?page=2": emr.KindProtocol, baseR4 + "/Condition/1?page=2": emr.KindProtocol, baseR4 + "?page=2": emr.KindProtocol, baseR4 + "/Condition": emr.KindProtocol, baseR4 + "/Condition?": emr.KindProtocol, "?a=%zz": emr.KindProtocol,
		"https://[::1": emr.KindProtocol, "mailto:x@example.com": emr.KindProtocol, "https:Condition?page=2": emr.KindProtocol, strings.Replace(baseR4, "https://", "https://user@", 1) + "/Condition?page=2": emr.KindUntrustedURL,
	} {
		c, g := open(t, R4, inTurn(searchset(link, -1, "1"), searchset("", -1, "2")))
		ids, err := ofZelda(t, c)
		if emr.KindOf(err) != want || len(g.requests()) != 1 || len(ids) != 1 {
			t.Errorf("%s: %v after %v", link, err, g.requests())
		}
	}
}

// TestAuditsNameThePatientOfASearch.
func TestAuditsNameThePatientOfASearch(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]*fhir.Query{
		"by id": new(fhir.Query).Add("patient", zelda), "by reference": new(fhir.Query).Add("patient", "Patient/"+zelda), "of the sign-in": nil,
	} {
		var events []emr.AuditEvent
		cfg := testConfig(R4)
		cfg.Patient = person().ID
		c, _ := openWith(t, cfg, &emr.Options{Audit: func(_ context.Context, e emr.AuditEvent) { events = append(events, e) }}, always(searchset("", 0)))
		if _, err := collect(c, t, "Condition", q); err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		if len(events) != 1 || events[0].Patient.Reveal() != zelda {
			t.Errorf("%s: %d events", name, len(events))
		}
	}
}
