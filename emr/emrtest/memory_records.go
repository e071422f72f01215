package emrtest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// storedContent is the content of a document or summary.
type storedContent struct {
	contentType string
	data        []byte
}

type storedDocument struct {
	about   emr.Document
	content storedContent
}

// patientID is the id of the patient asked for, none for nil.
func patientID(p *emr.Patient) emr.PatientID {
	if p == nil {
		return emr.PatientID{}
	}
	return p.ID
}

// open returns a reader of its own for each caller.
func (s storedContent) open() *emr.Content {
	return &emr.Content{ContentType: s.contentType, Size: int64(len(s.data)), Body: io.NopCloser(bytes.NewReader(s.data))}
}

func (d memoryParts) ListDocuments(ctx context.Context, q emr.DocumentQuery, at emr.Cursor) (emr.Page[emr.Document], error) {
	if err := checkID(patientID(q.Patient).Reveal(), "patient"); err != nil {
		return emr.Page[emr.Document]{}, d.m.before(ctx, OpListDocuments, err)
	}
	return call(ctx, d.m, OpListDocuments, q.Patient.ID, func(c *clinic) (emr.Page[emr.Document], error) {
		var found []*emr.Document
		for _, doc := range c.documents {
			day := emr.DateOf(doc.about.Created)
			if c.same(doc.about.Patient, q.Patient.ID) && (q.Category == "" || q.Category == doc.about.Category) &&
				(q.From.IsZero() || !day.Before(q.From)) && (q.To.IsZero() || day.Before(q.To)) {
				out := doc.about
				found = append(found, &out)
			}
		}
		return page(c, found, at)
	})
}

func (d memoryParts) OpenDocument(ctx context.Context, doc *emr.Document) (*emr.Content, error) {
	if err := checkID(doc.ID.Reveal(), "document"); err != nil {
		return nil, d.m.before(ctx, OpOpenDocument, err)
	}
	return call(ctx, d.m, OpOpenDocument, doc.Patient, func(c *clinic) (*emr.Content, error) {
		for _, stored := range c.documents {
			if stored.about.ID == doc.ID {
				return stored.content.open(), nil
			}
		}
		return nil, fail(emr.KindNotFound, "no document has this id")
	})
}

func (d memoryParts) UploadDocument(ctx context.Context, n *emr.NewDocument) (*emr.Document, error) {
	if err := checkID(patientID(n.Patient).Reveal(), "patient"); err != nil {
		return nil, d.m.before(ctx, OpUploadDocument, err)
	}
	if types := d.m.clinic.limits.UploadTypes; len(types) > 0 && !slices.Contains(types, n.ContentType) {
		return nil, d.m.before(ctx, OpUploadDocument, fail(emr.KindInvalid, "convert the file to an accepted type", "content-type"))
	}
	data, err := io.ReadAll(n.Content)
	if err != nil {
		return nil, d.m.before(ctx, OpUploadDocument, &emr.Error{Kind: emr.KindInvalid, Hint: "the content cannot be read", Err: err})
	}
	if most := d.m.clinic.limits.UploadBytes; most > 0 && int64(len(data)) > most {
		return nil, d.m.before(ctx, OpUploadDocument, fail(emr.KindTooLarge, "make the file smaller", "content"))
	}
	return call(ctx, d.m, OpUploadDocument, n.Patient.ID, func(c *clinic) (*emr.Document, error) {
		if c.patient(n.Patient.ID) == nil {
			return nil, fail(emr.KindNotFound, "no patient has this id")
		}
		out := c.addDocument(n, data).about
		return &out, nil
	})
}

func (d memoryParts) ListEncounters(ctx context.Context, q emr.EncounterQuery, at emr.Cursor) (emr.Page[emr.Encounter], error) {
	if err := checkID(patientID(q.Patient).Reveal(), "patient"); err != nil {
		return emr.Page[emr.Encounter]{}, d.m.before(ctx, OpListEncounters, err)
	}
	return call(ctx, d.m, OpListEncounters, q.Patient.ID, func(c *clinic) (emr.Page[emr.Encounter], error) {
		if c.patient(q.Patient.ID) == nil {
			return emr.Page[emr.Encounter]{}, fail(emr.KindNotFound, "no patient has this id")
		}
		var found []*emr.Encounter
		for _, e := range c.encounters {
			if c.same(e.Patient, q.Patient.ID) && (q.From.IsZero() || !e.Start.Before(q.From)) && (q.To.IsZero() || e.Start.Before(q.To)) {
				out := *e
				found = append(found, &out)
			}
		}
		return page(c, found, at)
	})
}

func (d memoryParts) OpenSummary(ctx context.Context, q emr.SummaryQuery) (*emr.Content, error) {
	if err := checkID(patientID(q.Patient).Reveal(), "patient"); err != nil {
		return nil, d.m.before(ctx, OpOpenSummary, err)
	}
	return call(ctx, d.m, OpOpenSummary, q.Patient.ID, func(c *clinic) (*emr.Content, error) {
		for p, s := range c.summaries {
			if c.same(p, q.Patient.ID) {
				return s.open(), nil
			}
		}
		return nil, fail(emr.KindNotFound, "the patient has no summary")
	})
}

func (d memoryParts) Check(ctx context.Context) (*emr.Health, error) {
	return call(ctx, d.m, OpCheck, emr.PatientID{}, func(c *clinic) (*emr.Health, error) {
		out := c.health
		out.Warnings = slices.Clone(c.health.Warnings)
		return &out, nil
	})
}

// Raw answers with what SetRaw put in, else with status 404.
func (d memoryParts) Raw(ctx context.Context, r *emr.RawRequest) (*emr.RawResponse, error) {
	if !strings.HasPrefix(r.Path, "/") || strings.HasPrefix(r.Path, "//") || strings.Contains(r.Path, "..") || strings.Contains(r.Path, `\`) {
		return nil, d.m.before(ctx, OpRaw, fail(emr.KindInvalid, "give a path below the base URL that starts with one slash", "path"))
	}
	write := r.Method != "" && r.Method != http.MethodGet && r.Method != http.MethodHead
	return callAs(ctx, d.m, OpRaw, write, emr.PatientID{}, func(c *clinic) (*emr.RawResponse, error) {
		if c.raw == nil {
			return nil, &emr.Error{Kind: emr.KindNotFound, Status: http.StatusNotFound, Hint: "set an answer with SetRaw"}
		}
		return c.raw(r)
	})
}
