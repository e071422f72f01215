// Package jsonstream reads large JSON documents piece by piece: what is not wanted is
// passed over, and one long text, such as a document inside an answer, is read as a
// stream. Memory does not grow with the document.
//
// The reader is strict about the framing and bounds everything it keeps. No error of this
// package holds anything of the input; errors of the underlying reader are passed on as
// they are.
package jsonstream
