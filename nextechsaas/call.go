package nextechsaas

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// What the calls are named in errors and logs.
const (
	opFindPatients   = "find patients"
	opListEncounters = "list encounters"
	opOpenSummary    = "open clinical summary"
	opSections       = "list encounter sections"
	opCheck          = "check connection"
	opRaw            = "raw request"
)

// read makes a call that changes nothing: all of this API are GET.
func read(op, path, route string, query url.Values) *transport.Call {
	return &transport.Call{Op: op, Method: http.MethodGet, Path: path, Route: route, Query: query.Encode(), Safe: true}
}

// encounters is the search for a patient's visits, which holds their documents as well.
// It asks for a day more at both ends: whether the vendor compares days or instants, in
// UTC or in the practice's zone, and whether end is part of the window, is not documented.
func (c *Client) encounters(op string, who *emr.Patient, from, to emr.Date, sections []string) (*transport.Call, error) {
	id := who.ID.Reveal()
	if !vendorjson.IsWholeNumber(id) {
		return nil, invalid(op, "the patient ids of this API are whole numbers", "id")
	}
	query := url.Values{}
	if !from.IsZero() {
		query.Set("start", c.day(from, -1))
	}
	if !to.IsZero() {
		query.Set("end", c.day(to, 1))
	}
	if err := c.addSections(op, query, sections); err != nil {
		return nil, err
	}
	call := read(op, strings.Replace(c.cfg.EncounterPath, "{patientId}", id, 1), c.cfg.EncounterPath, query)
	call.Endpoint = "encounters" // the first segment is the patient's id
	call.Patient, call.MaxResponse = who.ID, c.cfg.MostBytes
	return call, nil
}

// day writes the civil day that is some days after d, in the configured layout. Years have
// four digits: where the calendar of the vendor ends, it is d itself.
func (c *Client) day(d emr.Date, after int) string {
	if moved := d.AddDays(after); moved.Year >= 1 && moved.Year <= 9999 {
		d = moved
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(c.cfg.DateLayout)
}

// mostWords bounds a search term and the name of a section, in bytes: addresses of a few
// kilobytes are refused by many servers, and some break the connection instead.
const mostWords = 1 << 10

// addSections adds the names of sections, which are the vendor's own.
func (c *Client) addSections(op string, query url.Values, sections []string) error {
	for _, s := range sections {
		if strings.TrimSpace(s) == "" || len(s) > mostWords || strings.Contains(s, ",") && c.cfg.Sections == SectionsJoined {
			return invalid(op, "a section has a name, one of Client.EncounterSections", "sections")
		}
	}
	switch {
	case len(sections) > 1 && c.cfg.Sections == "":
		return invalid(op, "how several sections are asked for at once is not documented: ask for one, or set Config.Sections", "sections")
	case len(sections) > 1 && c.cfg.Sections == SectionsJoined:
		sections = []string{strings.Join(sections, ",")}
	}
	if len(sections) > 0 {
		query["section"] = sections
	}
	return nil
}
