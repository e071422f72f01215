package fhir

import (
	"fmt"
	"log/slog"
)

// Format prints the type and the number of members, for every verb.
func (x Schedule) Format(f fmt.State, _ rune) { fmt.Fprint(f, describe("Schedule", &x)) }

// LogValue prints the type and the number of members.
func (x Schedule) LogValue() slog.Value { return slog.StringValue(describe("Schedule", &x)) }
