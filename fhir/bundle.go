package fhir

import "iter"

// Bundle is a page of search results or another set of resources, split into
// entries. The resources are decoded when they are asked for.
type Bundle struct {
	node
	ID    string
	Type  string // searchset, collection, ...; vendors leave it out
	Total *int   // matches on all pages, nil if not given
	Links []Link

	entries  []Entry
	maxItems int
	names    renames
}

// Link is a link of a Bundle. The URL may carry search parameters with
// personal data, and may name any host; it hides in fmt and slog.
type Link struct {
	node
	Relation string // self, next, previous, first, last
	URL      string
}

// ParseBundle splits a Bundle into its entries in one pass, in which the
// whole document is checked; a vendor's own resource types are accepted. It
// copies data once; everything decoded from the Bundle shares that copy.
//
// type, total, link and entry may be absent. The error is a *Error:
// Malformed, TooLarge (more than Options.MaxItems entries), WrongType,
// WrongResource for anything that is no Bundle, and OutcomeError if an
// OperationOutcome came that reports an error.
func ParseBundle(data []byte, opts *Options) (*Bundle, error) {
	return newCursor(data, opts).bundle()
}

// bundle reads the document as a Bundle.
func (c *cursor) bundle() (*Bundle, error) {
	if c.peekType() != "Bundle" {
		return nil, c.unexpected()
	}
	b := &Bundle{maxItems: c.maxItems, names: c.names}
	for o := c.object("Bundle", &b.node); o.next(); {
		switch o.key {
		case "id":
			c.text(&b.ID)
		case "type":
			c.text(&b.Type)
		case "total":
			c.count(&b.Total)
		case "link":
			list(c, &b.Links)
		case "entry":
			b.split(c)
		default:
			c.skip()
		}
	}
	if err := c.end(); err != nil {
		return nil, err
	}
	return b, nil
}

// split reads the entries.
func (b *Bundle) split(c *cursor) {
	switch c.space() {
	case 'n':
		c.literal()
	case '[':
		for a := c.array(); a.next(); {
			b.entries = append(b.entries, Entry{bundle: b})
			b.entries[len(b.entries)-1].decode(c)
		}
	default:
		b.entries = append(b.entries, Entry{bundle: b})
		b.entries[len(b.entries)-1].decode(c)
	}
}

// Entries returns all entries in their order, outcomes and includes too.
func (b *Bundle) Entries() []Entry { return b.entries }

// Link returns the URL of the named relation, the first one if it is named more than
// once; links without a URL do not count. "previous" and "prev" are the same.
func (b *Bundle) Link(relation string) (url string, ok bool) {
	alias := map[string]string{"previous": "prev", "prev": "previous"}[relation]
	for _, l := range b.Links {
		if l.URL != "" && (l.Relation == relation || alias != "" && l.Relation == alias) {
			return l.URL, true
		}
	}
	return "", false
}

// Matches returns the entries that the search was for: those with a resource
// that are neither includes nor outcomes.
func (b *Bundle) Matches() iter.Seq[*Entry] {
	return b.filter(func(e *Entry) bool { return e.Mode != "include" && !e.isOutcome() })
}

// Includes returns the entries that came along with the matches.
func (b *Bundle) Includes() iter.Seq[*Entry] {
	return b.filter(func(e *Entry) bool { return e.Mode == "include" && !e.isOutcome() })
}

func (b *Bundle) filter(keep func(*Entry) bool) iter.Seq[*Entry] {
	return func(yield func(*Entry) bool) {
		for i := range b.entries {
			if e := &b.entries[i]; e.resource.doc != nil && keep(e) && !yield(e) {
				return
			}
		}
	}
}

// Outcomes returns the OperationOutcomes among the entries: what the server
// has to say about the search. The error is a *Error of kind WrongType or
// WrongResource.
func (b *Bundle) Outcomes() ([]*OperationOutcome, error) {
	var all []*OperationOutcome
	for i := range b.entries {
		e := &b.entries[i]
		if e.resource.doc == nil || !e.isOutcome() {
			continue
		}
		r, err := decodeEntry[OperationOutcome](e)
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, nil
}

// Err returns a *Error of kind OutcomeError if one of the outcomes reports an
// error or worse, although the answer looks like a result.
func (b *Bundle) Err() error {
	all, err := b.Outcomes()
	for _, outcome := range all {
		if outcome.Failed() {
			return &Error{Kind: OutcomeError, Outcome: outcome}
		}
	}
	return err
}

// Resources decodes the matches of the Bundle, one with each step:
//
//	for slot, err := range fhir.Resources[fhir.Slot](bundle) { ... }
//
// A match that is no T yields a *Error of kind WrongResource, and so does an
// entry with neither a resource nor a response: none is left out silently. After an error the loop may go on with the next match.
// Generic takes every type.
func Resources[T any, P resourcePointer[T]](b *Bundle) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for i := range b.entries {
			e := &b.entries[i]
			if e.isMatch() && !yield(decodeEntry[T, P](e)) {
				return
			}
		}
	}
}

// Included decodes the includes of type T; those of other types are skipped.
func Included[T any, P resourcePointer[T]](b *Bundle) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for e := range b.Includes() {
			r := P(new(T))
			_, generic := any(r).(*Generic)
			if (generic || e.ResourceType == r.ResourceType()) && !yield(decodeEntry[T, P](e)) {
				return
			}
		}
	}
}

func (x *Link) decode(c *cursor) {
	for o := c.object("Bundle.link", &x.node); o.next(); {
		switch o.key {
		case "relation":
			c.text(&x.Relation)
		case "url":
			c.text(&x.URL)
		default:
			c.skip()
		}
	}
}

func (x *Link) encode(w *writer) {
	w.text("relation", x.Relation)
	w.text("url", x.URL)
}
