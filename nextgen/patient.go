package nextgen

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/transport"
)

// PatientFilter is the Vendor part of an emr.PatientQuery: what only NextGen can ask.
type PatientFilter struct {
	// PatientsOnly leaves out people without a chart: demographics that were entered, and
	// nobody has seen the person. They are found otherwise, so that nobody is created twice.
	PatientsOnly bool
	// Expired finds people, too, who have died. The vendor's texts disagree about which value
	// of excludeExpired leaves them out; one who is found is marked (Patient.Inactive).
	Expired bool
	// ExternalSystem is the number of the system that an ExternalNumber belongs to; 0: any.
	ExternalSystem int
}

// quickSearches are the numbers that a quick search finds a person by.
var quickSearches = map[string]string{
	MedicalRecordNumber: "MedicalRecordNumber", PersonNumber: "PersonNumber", OtherNumber: "OtherIdNumber",
}

// FindPatients looks people up with GET /persons/lookup, and gives only those who answer
// every field of q: names by their start, all else as a whole.
//
// A telephone number and the numbers a site gives (an Identifier without a System counts as
// a medical record number) are looked up by quick search, which ignores everything else:
// birth date and names are compared here. All other fields narrow the search at the site;
// where family name and birth date are known, the given name is compared here only.
//
// Kind invalid: nothing to search by, a telephone of other than ten North American digits
// without anything else, or an identifier of a system that NextGen cannot search.
func (p parts) FindPatients(ctx context.Context, q emr.PatientQuery, at emr.Cursor) (emr.Page[emr.Patient], error) {
	var page emr.Page[emr.Patient]
	more, err := emr.VendorOptions[PatientFilter](opFindPatients, q.Vendor)
	if err != nil {
		return page, err
	}
	asked, told, err := lookup(q, more)
	if err != nil {
		return page, err
	}
	search, err := p.call(opFindPatients, http.MethodGet, "/persons/lookup")
	if err != nil {
		return page, err
	}
	rows, next, answer, err := p.lookUp(ctx, search, asked, at)
	if err != nil {
		return page, err
	}
	for _, raw := range rows {
		found, err := personFrom(raw)
		if err != nil {
			return page, p.unreadable(search, answer, err)
		}
		if fits(found, q, told) {
			page.Items = append(page.Items, found)
		}
	}
	page.Next = next
	return page, nil
}

// lookup writes the criteria. told is the field that only the server can judge.
func lookup(q emr.PatientQuery, more PatientFilter) (asked *query, told emr.Field, err error) {
	asked = new(query)
	number, _, northAmerican := splitPhone(q.Phone.Reveal())
	switch id := strings.TrimSpace(q.Identifier.Value.Reveal()); {
	case id != "" && q.Identifier.System == ExternalNumber:
		asked.set("externalId", id)
		if more.ExternalSystem != 0 {
			asked.set("externalSystemId", strconv.Itoa(more.ExternalSystem))
		}
		told = emr.FieldIdentifier
	case id != "":
		quick, ok := quickSearches[cmp.Or(q.Identifier.System, MedicalRecordNumber)]
		if !ok {
			return nil, "", invalid(opFindPatients, "NextGen finds people by medicalRecordNumber, personNumber, otherIdNumber and externalId (Identifier.System)", string(emr.FieldIdentifier))
		}
		asked.set("quickSearchId", quick).set("quickSearchInput", id)
		told = emr.FieldIdentifier
	case northAmerican:
		asked.set("quickSearchId", "PhoneNumber").set("quickSearchInput", number)
		told = emr.FieldPhone
	default:
		asked.set("lastName", strings.TrimSpace(q.Family.Reveal()))
		if q.Family.IsZero() || q.Born.IsZero() {
			asked.set("firstName", strings.TrimSpace(q.Given.Reveal()))
		}
		asked.set("dateOfBirth", q.Born.Reveal().String()).set("emailAddress", strings.TrimSpace(q.Email.Reveal()))
	}
	if len(asked.pairs) == 0 {
		if !q.Phone.IsZero() {
			return nil, "", invalid(opFindPatients, "NextGen finds people by ten North American digits: give a name and birth date as well", string(emr.FieldPhone))
		}
		return nil, "", invalid(opFindPatients, "a search for everybody is not what you want: give a name, birth date, telephone, e-mail or number",
			string(emr.FieldFamily), string(emr.FieldGiven), string(emr.FieldBorn))
	}
	if !more.Expired {
		asked.set("excludeExpired", "true")
	}
	if more.PatientsOnly {
		asked.set("searchPatientsOnly", "true")
	}
	return asked, told, nil
}

// GetPatient reads GET /persons/{personId} with the chart, which has the medical record
// number. People who have died are read, too: see Patient.Inactive.
func (p parts) GetPatient(ctx context.Context, id emr.PatientID) (*emr.Patient, error) {
	return p.getPerson(ctx, opGetPatient, id)
}

func (c *Client) getPerson(ctx context.Context, op string, id emr.PatientID) (*emr.Patient, error) {
	read, err := c.call(op, http.MethodGet, "/persons/{id}", id.Reveal())
	if err != nil {
		return nil, err
	}
	read.Patient = id
	raw, answer, err := readOne[json.RawMessage](ctx, c, read, new(query).expand("Chart"))
	if err != nil {
		return nil, err
	}
	found, err := personFrom(*raw)
	if err != nil {
		return nil, c.unreadable(read, answer, err)
	}
	if !found.ID.EqualFold(id) {
		return nil, c.http.Error(read, answer, emr.KindProtocol, "NextGen answered with another person than the one asked for")
	}
	return found, nil
}

// lookUp reads the rows of the lookup: an array, as far as anybody has seen, without pages
// and without $top. A list with a next link is read on all the same.
func (c *Client) lookUp(ctx context.Context, call *transport.Call, asked *query, at emr.Cursor) ([]json.RawMessage, emr.Cursor, *transport.Answer, error) {
	more, ok := position(at)
	if !ok {
		return nil, "", nil, invalid(call.Op, "the cursor belongs to another list", "cursor")
	}
	for _, name := range sortedNames(more) {
		asked.set(name, more.Get(name))
	}
	answer, err := c.send(ctx, call, asked, nil)
	if err != nil {
		return nil, "", nil, err
	}
	list, err := openList(answer.Body)
	if err != nil {
		return nil, "", nil, c.unreadable(call, answer, err)
	}
	next, bad := nextPosition(call, string(list.Next), at)
	if bad != "" {
		return nil, "", nil, c.http.Error(call, answer, emr.KindProtocol, bad)
	}
	return *list.Items, next, answer, nil
}
