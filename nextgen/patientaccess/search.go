package patientaccess

import (
	"context"
	"iter"
	"net/url"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// The bounds of one search.
const (
	mostPages = 1000
	mostEmpty = 5 // pages without entries in a row that are believed to lead somewhere
)

// Search reads all resources of a type that q asks for, page by page while the loop runs:
//
//	for r, err := range pa.Search(ctx, "Condition", nil) { ... }
//
// Each is of the Go type that package fhir has for it, *fhir.Generic for the others: type,
// id and the JSON text. Of a type that belongs to a record (Version.OfPatient) those of one
// patient are asked for, unless q names patient or _id: see Patient. The page size is added;
// all other parameters are q's. What came along (_revinclude=Provenance:target) is among the
// results. Nothing found is an empty loop.
//
// An error ends the loop. Kinds: those of the package documentation; protocol when pages
// repeat, the server counts more than it lists, or a resource is another patient's; too_large after 1000 pages, or five empty
// ones in a row.
func (c *Client) Search(ctx context.Context, resourceType string, q *fhir.Query) iter.Seq2[fhir.Resource, error] {
	return func(yield func(fhir.Resource, error) bool) {
		if q == nil {
			q = new(fhir.Query)
		}
		call, err := c.searchOf(opSearch, resourceType)
		if err != nil {
			yield(nil, err)
			return
		}
		asked := q.Values()
		t, _ := c.cfg.Version.typeOf(resourceType)
		if t.ofPatient && !asked.Has("patient") && !asked.Has("_id") {
			id, err := c.Patient(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			asked.Set("patient", id.Reveal())
		}
		if t.ofPatient { // whose data it reaches for, for the audit hook
			call.Patient = emr.NewPatientID(strings.TrimPrefix(asked.Get("patient"), "Patient/"))
		}
		c.walk(ctx, call, asked, yield)
	}
}

// walk goes from page to page. It ends where links repeat or never end, and says so when the
// server counted more than came.
func (c *Client) walk(ctx context.Context, call *transport.Call, asked url.Values, yield func(fhir.Resource, error) bool) {
	asks, owner := map[emr.Cursor]bool{}, askedPatient(asked)
	var at emr.Cursor
	for n, seen, empty := 1, 0, 0; ; n++ {
		again := *call
		page, err := c.search(ctx, &again, asked, at)
		for _, h := range page.hits {
			if !h.include && isOthersResource(h.Resource, owner) {
				yield(nil, c.ended(call, emr.KindProtocol, n, "NextGen ignored the patient asked for"))
				return
			}
			if !yield(h.Resource, nil) {
				return
			}
		}
		seen += matches(page.hits)
		if empty++; len(page.hits) > 0 {
			empty = 0
		}
		asks[at] = true
		at = page.next
		switch {
		case err != nil:
			if e := asError(err); e != nil {
				e.Page = n
			}
		case at == "" && page.total > seen:
			err = c.ended(call, emr.KindProtocol, n, hintShort)
		case at == "":
			return
		case asks[at]:
			err = c.ended(call, emr.KindProtocol, n, "NextGen's pages lead in a circle: the list is not complete")
		case n == mostPages:
			err = c.ended(call, emr.KindTooLarge, n, "more than 1000 pages: narrow the search")
		case empty == mostEmpty:
			err = c.ended(call, emr.KindTooLarge, n, "five pages in a row are empty and lead on: narrow the search")
		}
		if err != nil {
			yield(nil, err)
			return
		}
	}
}

func (c *Client) ended(call *transport.Call, kind emr.Kind, page int, hint string) error {
	e := c.http.Error(call, nil, kind, hint)
	e.Page = page
	return e
}

// Read reads one resource by its id: of the Go type that package fhir has for it,
// *fhir.Generic for the others. Kind not_found when there is none.
func (c *Client) Read(ctx context.Context, resourceType, id string) (fhir.Resource, error) {
	r, _, err := c.read(ctx, opRead, resourceType, id)
	return r, err
}

// read reads one resource and makes sure that it is the one asked for.
func (c *Client) read(ctx context.Context, op, resourceType, id string) (fhir.Resource, *transport.Call, error) {
	if bad := checkType(op, resourceType); bad != nil {
		return nil, nil, bad
	}
	path, err := transport.FHIRPath(resourceType, id)
	if err != nil {
		return nil, nil, invalid(op, "this cannot be an id", "id")
	}
	call := c.call(op, path, "/"+resourceType+"/{id}")
	t, known := c.cfg.Version.typeOf(resourceType)
	call.Impersonal = known && !t.ofPatient && t.name != "Patient"
	if resourceType == "Patient" {
		call.Patient = emr.NewPatientID(id)
	}
	answer, err := c.http.Do(ctx, call)
	if err != nil {
		return nil, call, err
	}
	r, err := fhir.DecodeAny(answer.Body, c.decoding)
	if err != nil {
		return nil, call, c.unreadable(call, answer, err)
	}
	if outcome, ok := r.(*fhir.OperationOutcome); ok && outcome.Failed() {
		return nil, call, c.unreadable(call, answer, &fhir.Error{Kind: fhir.OutcomeError, Outcome: outcome})
	}
	if r.ResourceType() != resourceType || !strings.EqualFold(r.ResourceID(), id) {
		return nil, call, c.http.Error(call, answer, emr.KindProtocol, "NextGen answered with another resource than the one asked for")
	}
	return r, call, nil
}

// searchOf starts a search of a type.
func (c *Client) searchOf(op, resourceType string) (*transport.Call, error) {
	if bad := checkType(op, resourceType); bad != nil {
		return nil, bad
	}
	call := c.call(op, "/"+resourceType, "/"+resourceType)
	t, known := c.cfg.Version.typeOf(resourceType)
	call.Impersonal = known && !t.ofPatient && t.name != "Patient"
	return call, nil
}

// checkType refuses what is no resource type, and the types of a calendar, which neither
// version has: for those nothing is sent.
func checkType(op, resourceType string) error {
	switch {
	case !isTypeName(resourceType):
		return invalid(op, "the type is a FHIR resource type: Condition, Observation, ...", "type")
	case slices.Contains([]string{"Appointment", "AppointmentResponse", "HealthcareService", "Schedule", "Slot"}, resourceType):
		return &emr.Error{Kind: emr.KindUnsupported, Vendor: vendor, Op: op, Hint: noCalendar}
	}
	return nil
}

// isTypeName reports whether s looks like a FHIR resource type: letters, the first a capital.
func isTypeName(s string) bool {
	for i := range len(s) {
		switch b := s[i]; {
		case b >= 'A' && b <= 'Z', i > 0 && b >= 'a' && b <= 'z':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// listOf reads one page of a search as Ts. An error after hits of a page that leads nowhere
// keeps the hits out: the caller asks for the whole page again.
func listOf[T any, P interface {
	*T
	fhir.Resource
}](ctx context.Context, c *Client, call *transport.Call, q *fhir.Query, at emr.Cursor) ([]*T, emr.Cursor, error) {
	page, err := c.search(ctx, call, q.Values(), at)
	if err != nil {
		return nil, "", err
	}
	var all []*T
	for _, h := range page.hits {
		if h.include {
			continue
		}
		one, ok := h.Resource.(P)
		if !ok {
			return nil, "", c.http.Error(call, nil, emr.KindProtocol, "NextGen answered with other resources than those asked for")
		}
		all = append(all, (*T)(one))
	}
	return all, page.next, nil
}
