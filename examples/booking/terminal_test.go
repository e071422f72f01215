package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestOnlyATerminalIsATerminal(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	h := host{lookup: func(string) (string, bool) { return "", false }}
	if isTerminal(null) || isTerminal(file) || isTerminal(&bytes.Buffer{}) || h.styleOf(file).fancy {
		t.Error("the null device, a file and a buffer get plain text")
	}
}

func TestWordsAreWrappedAndLongOnesStayWhole(t *testing.T) {
	t.Parallel()
	got := wrap("a bb  ccc http://example.com/long d", 6)
	if want := []string{"a bb", "ccc", "http://example.com/long", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if wrap("  ", 5) != nil {
		t.Error("blanks are no line")
	}
}
