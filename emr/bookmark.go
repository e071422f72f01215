package emr

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// Bookmark is the place in a list where an error ended it. Hand it to WithBookmark
// and ask for the same list with the same query: it goes on there. It hides in fmt and
// slog, because a vendor's cursor may hold what was searched for, and lives as long as
// the process.
type Bookmark struct {
	_ [0]func()
	p **place // see BirthDate
}

// place is one position in a list.
type place struct {
	op   string // of the list it belongs to
	from Date   // first day of the window, for lists that are read in windows
	at   Cursor // page to ask for
	skip int    // items of that page (or window) already delivered
}

// IsZero reports whether there is no place.
func (b Bookmark) IsZero() bool { return b.p == nil }

// String returns "[bookmark]", or "" for none.
func (b Bookmark) String() string {
	if b.IsZero() {
		return ""
	}
	return "[bookmark]"
}

// GoString is String.
func (b Bookmark) GoString() string { return b.String() }

// Format writes String for every verb.
func (b Bookmark) Format(s fmt.State, verb rune) { formatHidden(s, verb, b.String()) }

// LogValue is String.
func (b Bookmark) LogValue() slog.Value { return slog.StringValue(b.String()) }

var errBookmark = errors.New("emr: a bookmark does not outlive the process")

// MarshalText always fails: a vendor's cursor is not for keeping.
func (b Bookmark) MarshalText() ([]byte, error) { return nil, errBookmark }

// BookmarkOf returns the place where a list ended with err. There is one when going
// on makes sense: after too_large, and after a page that could not be read.
func BookmarkOf(err error) (Bookmark, bool) {
	var e *Error
	if !errors.As(err, &e) || e.bookmark.IsZero() {
		return Bookmark{}, false
	}
	return e.bookmark, true
}

type bookmarkKey struct{}

// WithBookmark makes the next list called with the context go on at b. A bookmark of
// another kind of list is refused with kind invalid.
func WithBookmark(ctx context.Context, b Bookmark) context.Context {
	return context.WithValue(ctx, bookmarkKey{}, b)
}

// startOf returns where a list called with ctx begins.
func startOf(ctx context.Context, op string) (place, *Error) {
	b, _ := ctx.Value(bookmarkKey{}).(Bookmark)
	if b.IsZero() {
		return place{op: op}, nil
	}
	at := **b.p
	if at.op != op {
		return place{}, Invalid(op, "the bookmark belongs to another list ("+at.op+")", "bookmark")
	}
	return at, nil
}

// stopped returns a copy of e with the place where its list may go on.
func (e *Error) stopped(at place) *Error {
	out := *e
	p := &at
	out.bookmark = Bookmark{p: &p}
	return &out
}
