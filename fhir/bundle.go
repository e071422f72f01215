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

// Entry is one entry of a Bundle.
type Entry struct {
	FullURL      string
	Mode         string // match, include, outcome; often empty
	ResourceType string // empty if the entry has no resource
	ID           string // of the resource
	Response     *EntryResponse

	bundle   *Bundle
	resource Raw
}

// EntryResponse is what happened to an entry of a batch or transaction.
type EntryResponse struct {
	node
	Status       string // HTTP status, often with words behind it
	Location     string
	ETag         string
	LastModified Instant
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
	c := newCursor(data, opts)
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

func (e *Entry) decode(c *cursor) {
	for o := c.object("Bundle.entry", nil); o.next(); {
		switch o.key {
		case "fullUrl":
			c.text(&e.FullURL)
		case "search":
			for s := c.object("Bundle.entry.search", nil); s.next(); {
				if s.key == "mode" {
					c.text(&e.Mode)
				} else {
					c.skip()
				}
			}
		case "response":
			e.Response = new(EntryResponse)
			e.Response.decode(c)
		case "resource":
			e.locate(c)
		default:
			c.skip()
		}
	}
}

// locate checks the resource and notes where it is and what it is.
func (e *Entry) locate(c *cursor) {
	switch c.space() {
	case 'n':
		c.literal()
		return
	case '{':
	default:
		c.mismatch("a resource")
		return
	}
	var n node
	for o := c.object("Bundle.entry.resource", &n); o.next(); {
		switch o.key {
		case "resourceType":
			c.text(&e.ResourceType)
		case "id":
			c.text(&e.ID)
		default:
			c.skip()
		}
	}
	e.resource = n.src
}

// Entries returns all entries in their order, outcomes and includes too.
func (b *Bundle) Entries() []Entry { return b.entries }

// Link returns the URL of the named relation. "previous" and "prev" are the
// same.
func (b *Bundle) Link(relation string) (url string, ok bool) {
	alias := map[string]string{"previous": "prev", "prev": "previous"}[relation]
	for _, l := range b.Links {
		if l.Relation == relation || alias != "" && l.Relation == alias {
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

func (e *Entry) isOutcome() bool {
	return e.Mode == "outcome" || e.ResourceType == "OperationOutcome"
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
// A match that is no T yields a *Error of kind WrongResource: it is never
// left out silently. After an error the loop may go on with the next match.
// Generic takes every type.
func Resources[T any, P resourcePointer[T]](b *Bundle) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for e := range b.Matches() {
			if !yield(decodeEntry[T, P](e)) {
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

// Raw returns the resource as received, empty if there is none.
func (e *Entry) Raw() Raw { return e.resource }

// Resource decodes the entry into the Go type of its resourceType, *Generic
// for unknown ones. The error is a *Error of kind WrongType, or WrongResource
// if the entry has no resource or that has no resourceType.
func (e *Entry) Resource() (Resource, error) {
	r := newResource(e.ResourceType)
	if err := e.into(r); err != nil {
		return nil, err
	}
	return r, nil
}

func decodeEntry[T any, P resourcePointer[T]](e *Entry) (*T, error) {
	r := P(new(T))
	if err := e.into(r); err != nil {
		return nil, err
	}
	return (*T)(r), nil
}

// into decodes the resource of the entry, whose text was checked before.
func (e *Entry) into(r Resource) error {
	_, generic := r.(*Generic)
	if e.ResourceType == "" || !generic && r.ResourceType() != e.ResourceType {
		return &Error{Kind: WrongResource, Element: "Bundle.entry.resource", what: "not the resource asked for"}
	}
	c := e.resource.cursor()
	c.maxItems, c.names = e.bundle.maxItems, e.bundle.names
	if r.decode(c); c.err != nil {
		c.err.Offset -= int(e.resource.from)
		return c.err
	}
	return nil
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

func (x *EntryResponse) decode(c *cursor) {
	for o := c.object("Bundle.entry.response", &x.node); o.next(); {
		switch o.key {
		case "status":
			c.text(&x.Status)
		case "location":
			c.text(&x.Location)
		case "etag":
			c.text(&x.ETag)
		case "lastModified":
			c.text((*string)(&x.LastModified))
		default:
			c.skip()
		}
	}
}

func (x *EntryResponse) encode(w *writer) {
	w.text("status", x.Status)
	w.text("location", x.Location)
	w.text("etag", x.ETag)
	w.text("lastModified", string(x.LastModified))
}
