// Package vendorjson reads the JSON of REST vendors: strict about the framing, where
// leniency hides a broken answer, and tolerant about leaves, where vendors send a number
// for a text or null for nothing. FHIR vendors use package fhir instead.
//
// No error of this package holds anything of the input.
package vendorjson
