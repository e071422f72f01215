package clinicalimage

import "slices"

// Options says what the place takes that a picture goes to, and how much a picture may
// cost to read. Zero fields are those of ForMedia.
type Options struct {
	// Output is the format a picture comes out in: JPEG, PNG, TIFF or PDF (the picture as
	// a JPEG on one page). "" keeps a PNG that fits and makes everything else a JPEG.
	// A PDF stays one whatever this says.
	Output Format

	// MaxBytes is the largest result, before base64.
	MaxBytes int
	// Edges are the longest edges to try, in pixels, one after the other. A picture is
	// never enlarged.
	Edges []int
	// Qualities are the JPEG qualities (1 to 100) to try at each edge.
	Qualities []int

	// MaxInput is the largest file that is read.
	MaxInput int64
	// MaxPixels is the largest width times height that is decoded.
	MaxPixels int64
	// MaxMemory is the most bytes that decoding may take, as far as the header tells: a
	// progressive JPEG takes five times what another one of its size takes.
	MaxMemory int64
}

// Figures of the record system and of its integrators; see docs/medtech.md.
const (
	// MediaBytes is the integrators' limit of a picture in the Media folder.
	MediaBytes = 1 << 20
	// ScanBytes fits a Scan document of 8 MB (8,000,000 bytes) after base64, with the rest
	// of the request.
	ScanBytes = 5_900_000

	maxInput  = 32 << 20
	maxPixels = 50_000_000
	maxMemory = 512 << 20
)

// ForMedia is for Medtech's Inbox, Media folder: JPEG or PNG of at most 1,048,576 bytes,
// longest edge 1600, then 1280, then 1024 pixels.
func ForMedia() *Options {
	return &Options{
		MaxBytes: MediaBytes, Edges: []int{1600, 1280, 1024}, Qualities: []int{85, 75, 65, 55, 50},
		MaxInput: maxInput, MaxPixels: maxPixels, MaxMemory: maxMemory,
	}
}

// ForScan is for Medtech's Inbox, Scan folder, which takes TIFF and PDF only: an
// uncompressed TIFF of at most 5.9 million bytes. With Output PDF the picture is a JPEG on
// a page, which keeps more of its pixels.
func ForScan() *Options {
	return &Options{
		Output: TIFF, MaxBytes: ScanBytes, Edges: []int{2400, 2000, 1600, 1280, 1024}, Qualities: []int{90, 80, 70, 60, 50},
		MaxInput: maxInput, MaxPixels: maxPixels, MaxMemory: maxMemory,
	}
}

// filled returns a copy with every field set, or why not.
func (o *Options) filled() (*Options, error) {
	all := *ForMedia()
	if o == nil {
		return &all, nil
	}
	switch o.Output {
	case "", JPEG, PNG, TIFF, PDF:
		all.Output = o.Output
	default:
		return nil, &Error{Kind: KindInvalid, Hint: "Options.Output must be JPEG, PNG, TIFF or PDF"}
	}
	if o.MaxBytes < 0 || o.MaxInput < 0 || o.MaxPixels < 0 || o.MaxMemory < 0 ||
		slices.ContainsFunc(o.Edges, func(edge int) bool { return edge < 1 }) ||
		slices.ContainsFunc(o.Qualities, func(q int) bool { return q < 1 || q > 100 }) {
		return nil, &Error{Kind: KindInvalid, Hint: "limits and edges must be positive, qualities 1 to 100"}
	}
	if o.MaxBytes > 0 {
		all.MaxBytes = o.MaxBytes
	}
	if o.MaxInput > 0 {
		all.MaxInput = o.MaxInput
	}
	if o.MaxPixels > 0 {
		all.MaxPixels = o.MaxPixels
	}
	if o.MaxMemory > 0 {
		all.MaxMemory = o.MaxMemory
	}
	if len(o.Edges) > 0 {
		all.Edges = slices.Clone(o.Edges)
	}
	if len(o.Qualities) > 0 {
		all.Qualities = slices.Clone(o.Qualities)
	}
	return &all, nil
}
