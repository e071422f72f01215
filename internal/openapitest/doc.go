// Package openapitest checks requests against a vendor's OpenAPI 3.0 document: that the
// operation is there, that nothing required is missing, that nothing unknown is sent, and
// that each value is what the document says. Answers of a simulator are checked the same
// way, and the document's examples make answers to decode.
//
// It is for tests only; house_test.go checks that nothing else imports it. What it finds
// names routes and members, never a value.
//
// It knows the part of OpenAPI that the documents use which it was made for, and [Parse]
// refuses a document that uses more: a check must not be silently incomplete.
package openapitest
