// Package medtech connects to ALEX, Medtech's FHIR R4 facade over Medtech Evolution and
// Medtech32, the general-practice systems of New Zealand and Australia.
package medtech
