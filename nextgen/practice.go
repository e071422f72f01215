package nextgen

import (
	"context"
	"encoding/json"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// Practice is one practice of the site, for finding out what belongs into Config.
type Practice struct {
	ID         string // zero padded: Config.PracticeID
	Enterprise string // zero padded: Config.EnterpriseID
	Name       string
	Deleted    bool
}

type practiceWire struct {
	ID         vendorjson.Text `json:"id"`
	Enterprise vendorjson.Text `json:"enterpriseId"`
	Name       vendorjson.Text `json:"name"`
	Deleted    vendorjson.Bool `json:"isDeleted"`
}

// Practices lists the practices of the site that the application may see, deleted ones
// too. It works with the token alone, before a practice is selected. It fails with the
// kinds of every read, see [emr.Kind].
func (c *Client) Practices(ctx context.Context) ([]*Practice, error) {
	return collect(ctx, opPractices, func(ctx context.Context, at emr.Cursor) (emr.Page[Practice], error) {
		call, err := c.directoryCall(opPractices, "/master/practices")
		if err != nil {
			return emr.Page[Practice]{}, err
		}
		return pageOf(ctx, c, call, nil, at, func(r *practiceWire, _ json.RawMessage) (*Practice, error) {
			if text(r.ID) == "" {
				return nil, errNoID
			}
			return &Practice{ID: text(r.ID), Enterprise: text(r.Enterprise), Name: text(r.Name), Deleted: r.Deleted.Value}, nil
		})
	})
}
