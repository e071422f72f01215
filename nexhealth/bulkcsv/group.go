package bulkcsv

import (
	"fmt"
	"strings"

	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

// Institution is one institution of a sheet with its rows: each is a sync of its own.
type Institution struct {
	Rows []*Row // at least one, in the order of the sheet
}

// Group puts the rows of one institution together, in the order of their first rows:
// those with the same subdomain, else those with the same name (whatever case, accents
// and punctuation) and zip code. Rows that look alike but not so much stay apart: see
// [Match].
func Group(rows []*Row) []Institution {
	var all []Institution
	at := map[string]int{}
	for _, r := range rows {
		if r == nil {
			continue
		}
		key := r.institutionKey()
		i, ok := at[key]
		if !ok || key == "" {
			i = len(all)
			at[key] = i
			all = append(all, Institution{})
		}
		all[i].Rows = append(all[i].Rows, r)
	}
	return all
}

// institutionKey is the same for rows of one institution, "" when nothing tells.
func (r *Row) institutionKey() string {
	if r.Subdomain != "" {
		return "subdomain\x00" + r.Subdomain
	}
	name := practice.PlainName(r.Institution)
	if name == "" {
		return ""
	}
	return "name\x00" + name + "\x00" + zipKey(r.Zip)
}

// zipKey compares 98101-1234 with 98101, and "k1a 0b1" with "K1A0B1".
func zipKey(zip string) string {
	zip = strings.ToUpper(strings.Join(strings.Fields(zip), ""))
	if front, _, ok := strings.Cut(zip, "-"); ok && len(front) == 5 {
		return front
	}
	return zip
}

// compareRows finds rows of one institution that disagree, and servers that are there
// twice. Both are warnings: only the practice knows which is right.
func compareRows(rows []*Row) []Problem {
	var found []Problem
	for _, group := range Group(rows) {
		first := map[*columnSpec]*Row{}
		servers := map[string]int{}
		for _, r := range group.Rows {
			for _, f := range columnSpecs {
				v := f.get(r)
				if !f.shared || v == "" {
					continue
				}
				if before, ok := first[f]; !ok {
					first[f] = r
				} else if sharedKey(f, r) != sharedKey(f, before) {
					found = append(found, Problem{Line: r.Line, Field: f.column, Code: CodeContradiction, Warning: true, Text: fmt.Sprintf("line %d says otherwise about the same institution", before.Line)})
				}
			}
			server := strings.Join([]string{strings.ToLower(string(r.EMR)), practice.PlainName(r.Sync), practice.PlainName(r.Location)}, "\x00")
			if line, ok := servers[server]; ok {
				found = append(found, Problem{Line: r.Line, Code: CodeDuplicate, Warning: true, Text: fmt.Sprintf("line %d is the same server of the same institution: tell them apart by sync_name, or remove one, for each row makes a sync", line)})
			} else {
				servers[server] = r.Line
			}
		}
	}
	return found
}

// sharedKey is the cell in the form in which rows are compared.
func sharedKey(f *columnSpec, r *Row) string {
	v := f.get(r)
	switch f.column {
	case ColumnPhone:
		if digits, ok := telephone(r, v); ok {
			return digits
		}
	case ColumnWebsite:
		if s := practice.Site(v); s != "" {
			return s
		}
	case ColumnEmail:
		return strings.ToLower(v)
	case ColumnCountry:
		if us, ca := r.northAmerican(); us {
			return "US"
		} else if ca {
			return "CA"
		}
	}
	return practice.PlainName(v)
}
