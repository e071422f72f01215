package bulkcsv

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

// Alert says that an institution of a sheet may already be there: in the same sheet
// or at NexHealth. The portal answers a match with "request access" instead of a new
// institution, so look before uploading.
type Alert struct {
	Row *Row // the first row of the institution
	// One of these is what it looks like.
	Other *Row                   // an institution further up in the sheet
	Known *nexhealth.Institution // one that this API key can already see
	// By names what agrees: ColumnInstitution (the name, without company words),
	// ColumnZip, ColumnWebsite, ColumnEmail, ColumnPhone, ColumnSubdomain.
	By []Column
	// Certain: the same subdomain, or name and zip code. Otherwise it is probable only.
	Certain bool
}

// String says which lines, without a name.
func (m Alert) String() string {
	how := "may be"
	if m.Certain {
		how = "is"
	}
	what := "an institution that is already there"
	if m.Other != nil {
		what = fmt.Sprintf("the institution of line %d", m.Other.Line)
	}
	var by []string
	for _, c := range m.By {
		by = append(by, string(c))
	}
	line := 0
	if m.Row != nil {
		line = m.Row.Line
	}
	return fmt.Sprintf("line %d: this %s %s: same %s", line, how, what, strings.Join(by, ", "))
}

// Match compares the institutions of a sheet with each other and with those that are
// known (see [nexhealth.Client.Institutions]). Enough for an alert is the same subdomain,
// website, e-mail address, telephone number, or the same name; names agree without regard
// to company words such as LLC, accents and punctuation. A zip code alone says nothing.
//
// Alerts come in the order of rows. A row that names the subdomain of a known institution
// means it, and gives no alert for that one.
func Match(rows []*Row, known []*nexhealth.Institution) []Alert {
	index := matchIndex{}
	for _, k := range known {
		if k != nil {
			index.add(factsOfKnown(k))
		}
	}
	var alerts []Alert
	for _, group := range Group(rows) {
		facts := factsOfGroup(group)
		for _, other := range index.candidates(facts) {
			if a, ok := compareFacts(facts, other); ok {
				alerts = append(alerts, a)
			}
		}
		index.add(facts)
	}
	return alerts
}

// matchFacts are what tells an institution, in the form in which it is compared.
type matchFacts struct {
	row   *Row
	known *nexhealth.Institution
	by    map[Column][]string
}

func (f *matchFacts) add(c Column, value string) {
	if value != "" && !slices.Contains(f.by[c], value) {
		f.by[c] = append(f.by[c], value)
	}
}

func factsOfGroup(g Institution) *matchFacts {
	f := &matchFacts{row: g.Rows[0], by: map[Column][]string{}}
	for _, r := range g.Rows {
		f.add(ColumnSubdomain, r.Subdomain)
		f.add(ColumnInstitution, practice.LooseName(r.Institution))
		f.add(ColumnZip, zipKey(r.Zip))
		f.add(ColumnWebsite, practice.Site(r.Website))
		f.add(ColumnEmail, strings.ToLower(r.Email.Reveal()))
		if digits, ok := telephone(r, r.Phone.Reveal()); ok {
			f.add(ColumnPhone, digits)
		}
	}
	return f
}

func factsOfKnown(k *nexhealth.Institution) *matchFacts {
	f := &matchFacts{known: k, by: map[Column][]string{}}
	f.add(ColumnSubdomain, k.Subdomain)
	f.add(ColumnInstitution, practice.LooseName(k.Name))
	place := &Row{Country: k.Country}
	tel := func(s string) {
		if digits, ok := telephone(place, s); ok {
			f.add(ColumnPhone, digits)
		}
	}
	tel(k.Phone)
	for _, l := range k.Locations {
		f.add(ColumnZip, zipKey(l.Zip))
		f.add(ColumnEmail, strings.ToLower(l.Email))
		tel(l.Phone)
	}
	return f
}

// matchBy are the facts of which one is enough for an alert.
var matchBy = []Column{ColumnSubdomain, ColumnInstitution, ColumnWebsite, ColumnEmail, ColumnPhone}

// matchIndex finds institutions by one fact, so that a long sheet is not compared row by row.
type matchIndex map[string][]*matchFacts

func (x matchIndex) add(f *matchFacts) {
	for _, c := range matchBy {
		for _, v := range f.by[c] {
			key := string(c) + "\x00" + v
			x[key] = append(x[key], f)
		}
	}
}

// mostMatches bounds the alerts of one institution: a sheet of a thousand practices with
// one telephone number is one mistake, not half a million.
const mostMatches = 10

func (x matchIndex) candidates(f *matchFacts) []*matchFacts {
	var all []*matchFacts
	for _, c := range matchBy {
		for _, v := range f.by[c] {
			for _, other := range x[string(c)+"\x00"+v] {
				if len(all) == mostMatches {
					return all
				}
				if !slices.Contains(all, other) {
					all = append(all, other)
				}
			}
		}
	}
	return all
}

// compareFacts says whether two institutions look like one, and by what.
func compareFacts(f, other *matchFacts) (Alert, bool) {
	a := Alert{Row: f.row, Other: other.row, Known: other.known}
	same := func(c Column) bool {
		return slices.ContainsFunc(f.by[c], func(v string) bool { return slices.Contains(other.by[c], v) })
	}
	if same(ColumnSubdomain) && other.known != nil {
		return a, false // the row says so itself
	}
	for _, c := range []Column{ColumnSubdomain, ColumnInstitution, ColumnZip, ColumnWebsite, ColumnEmail, ColumnPhone} {
		if same(c) {
			a.By = append(a.By, c)
		}
	}
	a.Certain = same(ColumnSubdomain) || same(ColumnInstitution) && same(ColumnZip)
	return a, len(a.By) > 0
}
