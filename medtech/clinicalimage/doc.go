// Package clinicalimage makes a picture ready for a health record: upright, without its
// metadata, and small enough for where it goes.
//
//	picture, err := clinicalimage.Prepare(ctx, file, nil) // for the Media folder of Medtech
//	picture, err := clinicalimage.Prepare(ctx, file, clinicalimage.ForScan())
//
// Prepare knows a picture by its first bytes, never by its name or declared type. It reads
// the size from the header before it decodes anything, turns the picture as its EXIF
// orientation says, and writes it anew: nothing of the original file but its pixels
// comes through, so no place, device, name, comment, thumbnail or trailing data does.
//
// What happens to colours: a colour profile is dropped like the rest, and the numbers are
// taken as sRGB. A wide-gamut picture (Display P3) comes out a little paler.
//
// PDF goes through as it is, for it is a document and not a picture: what its author wrote
// into its properties stays in it.
//
// The package is a module of its own, so that who books appointments does not get the
// imaging library it needs. It knows nothing of the record system.
package clinicalimage
