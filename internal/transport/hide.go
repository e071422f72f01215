package transport

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

// Config, Client, Call and Answer hold secrets and personal data: in every fmt verb, in
// log/slog and in JSON they show the few words below.

func (c Config) hidden() string { return c.Vendor + " connection" }

func (c *Client) hidden() string {
	return fmt.Sprintf("%s connection %q to %s", c.vendor, c.name, c.base.Host)
}

func (c Call) hidden() string { return fmt.Sprintf("call %q %s %s", c.Op, c.Method, c.Route) }

func (a Answer) hidden() string { return fmt.Sprintf("answer %d (%d bytes)", a.Status, len(a.Body)) }

// Format prints the vendor for every verb.
func (c Config) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.hidden()) }

// Format prints vendor, name and host for every verb.
func (c *Client) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.hidden()) }

// Format prints operation, method and route for every verb.
func (c Call) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.hidden()) }

// Format prints status and size for every verb.
func (a Answer) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, a.hidden()) }

// LogValue is what Format prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.hidden()) }

// LogValue is what Format prints.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.hidden()) }

// LogValue is what Format prints.
func (c Call) LogValue() slog.Value { return slog.StringValue(c.hidden()) }

// LogValue is what Format prints.
func (a Answer) LogValue() slog.Value { return slog.StringValue(a.hidden()) }

// MarshalJSON is what Format prints, as a string.
func (c Config) MarshalJSON() ([]byte, error) { return json.Marshal(c.hidden()) }

// MarshalJSON is what Format prints, as a string.
func (c *Client) MarshalJSON() ([]byte, error) { return json.Marshal(c.hidden()) }

// MarshalJSON is what Format prints, as a string.
func (c Call) MarshalJSON() ([]byte, error) { return json.Marshal(c.hidden()) }

// MarshalJSON is what Format prints, as a string.
func (a Answer) MarshalJSON() ([]byte, error) { return json.Marshal(a.hidden()) }
