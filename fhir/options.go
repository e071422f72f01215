package fhir

import "unicode/utf8"

// Version is a FHIR release. Resources have one Go type for all releases; a
// release decides under which name a member is read and written, and in which shape it is
// written: one value or a list, a code or a concept.
type Version uint8

// The releases.
const (
	STU3  Version = iota // FHIR release 3 (3.0.x), the default
	R4                   // FHIR release 4 (4.0.1)
	DSTU2                // FHIR release 2 (1.0.2)
)

// MediaType returns the media type of JSON documents of the release:
// application/json+fhir for DSTU2, application/fhir+json for all later ones.
func (v Version) MediaType() string {
	if v == DSTU2 {
		return "application/json+fhir"
	}
	return "application/fhir+json"
}

// String returns DSTU2, STU3 or R4.
func (v Version) String() string {
	switch v {
	case STU3:
		return "STU3"
	case R4:
		return "R4"
	case DSTU2:
		return "DSTU2"
	}
	return "unknown"
}

// Options set the release and the limits of reading. The zero value and nil
// mean the defaults.
type Options struct {
	// Version is the release the document is written in; the default is STU3.
	Version Version
	// MaxDepth is how deep objects and arrays may nest; the default is 256.
	MaxDepth int
	// MaxItems bounds the entries of a Bundle, the elements of every array, the
	// members of every object, and the elements of all lists of one resource
	// together; the default is 10 000.
	MaxItems int
	// JoinArrays names members that may come twice in one object if every
	// occurrence is an array. They are read as one array. Nextech publishes
	// Practitioners with two "identifier" members. Any other repeated name is
	// refused.
	JoinArrays []string
}

const (
	defaultDepth = 256
	defaultItems = 10_000
	maxBytes     = 1 << 30 // positions are kept in 32 bits
)

// newCursor prepares reading of data. It copies data once; every string of
// the decoded resources is a part of that copy.
func newCursor(data []byte, opts *Options) *cursor {
	c := &cursor{maxDepth: defaultDepth, maxItems: defaultItems, keys: make([]key, 0, 32)}
	if opts != nil {
		if opts.MaxDepth > 0 {
			c.maxDepth = opts.MaxDepth
		}
		if opts.MaxItems > 0 {
			c.maxItems = opts.MaxItems
		}
		c.join = opts.JoinArrays
		c.names = renamed(opts.Version)
	}
	if len(data) > maxBytes {
		c.fail(TooLarge, "over 1 GiB")
		return c
	}
	if len(data) >= 3 && data[0] == 0xEF && data[1] == 0xBB && data[2] == 0xBF {
		data = data[3:] // byte order mark
	}
	s := string(data)
	c.doc, c.s = &s, s
	// Checked once for the whole text: encoding/json would replace bad bytes
	// silently, which changes a name.
	if !utf8.ValidString(s) {
		c.fail(Malformed, "not UTF-8")
	}
	return c
}

// Check applies the guard alone to any JSON document, FHIR or not: exactly one
// document, valid JSON and UTF-8, no member name twice or in two letter cases
// within one object, nothing over the limits. A leading byte order mark is
// allowed. The error is a *Error of kind Malformed or TooLarge.
func Check(data []byte, opts *Options) error {
	c := newCursor(data, opts)
	c.skip()
	return c.end()
}
