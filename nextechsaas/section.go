package nextechsaas

import (
	"context"
	"encoding/json"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// EncounterSections lists the sections of a document that can be asked for alone, in the
// vendor's own words (its example is history). The form of the answer is not documented:
// texts, and objects with a name, are read. Errors: those of any call, and protocol for
// another form.
func (c *Client) EncounterSections(ctx context.Context) ([]string, error) {
	return c.sections(ctx, opSections)
}

func (c *Client) sections(ctx context.Context, op string) ([]string, error) {
	list := read(op, "/encounters/categories", "/encounters/categories", nil)
	list.Impersonal = true
	answer, err := c.http.Do(ctx, list)
	if err != nil {
		return nil, err
	}
	var rows []json.RawMessage
	if vendorjson.Check(answer.Body) != nil || json.Unmarshal(answer.Body, &rows) != nil {
		return nil, c.unreadable(list, answer)
	}
	names := make([]string, 0, len(rows))
	for _, raw := range rows {
		name, ok := sectionName(raw)
		if !ok {
			return nil, c.unreadable(list, answer)
		}
		names = append(names, name)
	}
	return names, nil
}

// sectionName is a text, or the name of an object.
func sectionName(raw json.RawMessage) (string, bool) {
	var plain string
	if json.Unmarshal(raw, &plain) == nil {
		return plain, plain != ""
	}
	var object struct {
		Name        vendorjson.Text `json:"name"`
		Category    vendorjson.Text `json:"category"`
		Section     vendorjson.Text `json:"section"`
		Description vendorjson.Text `json:"description"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return "", false
	}
	for _, t := range []vendorjson.Text{object.Name, object.Category, object.Section, object.Description} {
		if t != "" {
			return string(t), true
		}
	}
	return "", false
}

// Check asks for the sections: the only call that reaches for nobody's record. It fails
// with the kinds of any call.
func (p parts) Check(ctx context.Context) (*emr.Health, error) {
	if _, err := p.sections(ctx, opCheck); err != nil {
		return nil, err
	}
	return &emr.Health{OK: true}, nil
}
