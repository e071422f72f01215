package medtech

import (
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// The bounds of a list that is not one of emr's, the same as theirs.
const (
	mostPages   = 100
	mostRecords = 10_000
	mostEmpty   = 5 // pages without entries in a row that are believed to lead somewhere
)

// listing is one page of a list, with the answer it came in: for errors about its records.
type listing struct {
	*fhir.Bundle
	call   *transport.Call
	answer *transport.Answer
}

// walk goes through the pages of a list, to the end or until page has enough. Kinds,
// besides those of page: protocol (a page comes again), too_large (the list does not end).
func (c *Client) walk(page func(at emr.Cursor) (b listing, next emr.Cursor, enough bool, err error)) error {
	asked := map[emr.Cursor]bool{"": true}
	records, empty := 0, 0
	for at := emr.Cursor(""); ; {
		b, next, enough, err := page(at)
		if err != nil || enough || next == "" {
			return err
		}
		n := len(b.Entries())
		if records, empty = records+n, empty+1; n > 0 {
			empty = 0
		}
		switch {
		case asked[next]:
			return c.failure(b.call, b.answer, emr.KindProtocol, "the list repeats a page, so it is not complete: report it with the request id")
		case empty == mostEmpty, records > mostRecords, len(asked) == mostPages:
			return c.failure(b.call, b.answer, emr.KindTooLarge, "the list does not end: report it with the request id")
		}
		asked[next], at = true, next
	}
}
