package nextechsaas

import (
	"fmt"
	"io"
	"log/slog"
)

const hiddenVisit = "nextechsaas.Visit{[redacted]}"

// Format prints nothing of a visit, for every verb.
func (v Visit) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hiddenVisit) }

// LogValue is the text of Format.
func (v Visit) LogValue() slog.Value { return slog.StringValue(hiddenVisit) }
