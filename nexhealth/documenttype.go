package nexhealth

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/internal/vendorjson"
)

// DocumentType is a kind of document the practice's system knows. Its ID is what goes into
// the Category of a document.
type DocumentType struct {
	ID     string
	Name   string
	Active bool // in the practice's system
}

// DocumentTypes reads GET /document_types: the active ones of the connection's location.
// Not every practice system has any.
func (c *Client) DocumentTypes(ctx context.Context) ([]*DocumentType, error) {
	list, err := c.call(opDocumentTypes, http.MethodGet, "/document_types")
	if err != nil {
		return nil, err
	}
	list.Impersonal = true
	e, answer, err := c.send(ctx, list, c.scoped().set("location_id", c.location("")), nil)
	if err != nil {
		return nil, err
	}
	if err := c.filtered(list, answer, e, "location_id"); err != nil {
		return nil, err
	}
	records, err := decodeData[[]struct {
		ID     vendorjson.ID   `json:"id"`
		Name   vendorjson.Text `json:"name"`
		Active vendorjson.Bool `json:"active"`
	}](c, list, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*DocumentType
	for _, r := range records {
		if r.ID == "" {
			return nil, c.unreadable(list, answer, &vendorjson.Error{Problem: vendorjson.Mistyped})
		}
		all = append(all, &DocumentType{ID: string(r.ID), Name: strings.TrimSpace(string(r.Name)), Active: r.Active.Value || !r.Active.Known})
	}
	return all, nil
}
