package clinicalimage

import "bytes"

// Format is a media type.
type Format string

// The formats that are read and written, and those that are known and refused.
const (
	JPEG Format = "image/jpeg"
	PNG  Format = "image/png"
	TIFF Format = "image/tiff"
	PDF  Format = "application/pdf"

	HEIC Format = "image/heic" // refused: no free decoder; also what an iPhone calls HEIF
	AVIF Format = "image/avif" // refused
	WebP Format = "image/webp" // refused
	GIF  Format = "image/gif"  // refused
	BMP  Format = "image/bmp"  // refused
)

// Extension is the file name's end with its dot, "" for a format that is not written.
func (f Format) Extension() string {
	switch f {
	case JPEG:
		return ".jpg"
	case PNG:
		return ".png"
	case TIFF:
		return ".tiff"
	case PDF:
		return ".pdf"
	}
	return ""
}

// sniffLength is how much of a file Sniff looks at.
const sniffLength = 64

// Sniff tells the format by the first bytes of a file (64 are enough), "" when they are
// those of none it knows.
func Sniff(head []byte) Format {
	if len(head) >= 12 {
		switch {
		case string(head[4:8]) == "ftyp":
			return brand(head)
		case string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
			return WebP
		}
	}
	for _, known := range []struct {
		start  string
		format Format
	}{
		{"\xff\xd8\xff", JPEG},
		{"\x89PNG\r\n\x1a\n", PNG},
		{"II*\x00", TIFF},
		{"MM\x00*", TIFF},
		{"%PDF-", PDF},
		{"GIF87a", GIF},
		{"GIF89a", GIF},
		{"BM", BMP},
	} {
		if bytes.HasPrefix(head, []byte(known.start)) {
			return known.format
		}
	}
	return ""
}

// brand tells the HEIF family by the brands in the first box: the major one, then those
// the file says it is compatible with.
func brand(head []byte) Format {
	for at := 8; at+4 <= min(len(head), sniffLength); at += 4 {
		if at == 12 {
			continue // the minor version
		}
		switch string(head[at : at+4]) {
		case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs":
			return HEIC
		case "avif", "avis":
			return AVIF
		}
	}
	switch string(head[8:12]) {
	case "mif1", "msf1", "heif":
		return HEIC
	}
	return ""
}

// refusal says what to do with a format that is not read.
func refusal(f Format) error {
	switch f {
	case HEIC, AVIF:
		return unsupported(f, "pictures of this type (HEIC, HEIF, AVIF) are not taken: "+
			"set the camera to JPEG (iPhone: Settings, Camera, Formats, Most Compatible), or turn it into JPEG first")
	default:
		return unsupported(f, "send the picture as JPEG, PNG, TIFF or PDF")
	}
}
