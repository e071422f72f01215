package medtech

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
)

// What is stored about a patient prints its type and how it is filed, for every verb and
// in log/slog: what an image shows and what a message is about is personal too.

func printed(s fmt.State, text string) { _, _ = io.WriteString(s, text) }

func (i Image) text() string {
	return fmt.Sprintf("medtech.Image{%s %s}", cmp.Or(i.Folder, FolderMedia), baseType(i.ContentType))
}

// Format prints folder and media type, for every verb.
func (i Image) Format(s fmt.State, _ rune) { printed(s, i.text()) }

// LogValue is the text of Format.
func (i Image) LogValue() slog.Value { return slog.StringValue(i.text()) }

func (s Stored) text() string {
	return fmt.Sprintf("medtech.Stored{request %s, earlier %t, verified %t}", s.RequestID, s.Earlier, s.Verified)
}

// Format prints the request id and what was found, for every verb; ids of records stay out.
func (s Stored) Format(f fmt.State, _ rune) { printed(f, s.text()) }

// LogValue is the text of Format.
func (s Stored) LogValue() slog.Value { return slog.StringValue(s.text()) }

func (i StoredImage) text() string {
	return fmt.Sprintf("medtech.StoredImage{%s}", baseType(i.ContentType))
}

// Format prints the media type, for every verb.
func (i StoredImage) Format(s fmt.State, _ rune) { printed(s, i.text()) }

// LogValue is the text of Format.
func (i StoredImage) LogValue() slog.Value { return slog.StringValue(i.text()) }

func (o DocumentOptions) text() string {
	return fmt.Sprintf("medtech.DocumentOptions{%s}", o.Folder)
}

// Format prints the folder, for every verb: an identifier may tell whose document it is.
func (o DocumentOptions) Format(s fmt.State, _ rune) { printed(s, o.text()) }

// LogValue is the text of Format.
func (o DocumentOptions) LogValue() slog.Value { return slog.StringValue(o.text()) }

const (
	messageText = "medtech.Message{hidden}"
	taskText    = "medtech.Task{hidden}"
)

// Format prints the type, for every verb.
func (m Message) Format(s fmt.State, _ rune) { printed(s, messageText) }

// LogValue is the text of Format.
func (m Message) LogValue() slog.Value { return slog.StringValue(messageText) }

// Format prints the type, for every verb.
func (t Task) Format(s fmt.State, _ rune) { printed(s, taskText) }

// LogValue is the text of Format.
func (t Task) LogValue() slog.Value { return slog.StringValue(taskText) }
