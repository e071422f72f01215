package main

import (
	"io"
	"os"
	"runtime"
	"strings"
	"unicode"
)

// columns is the width everything is laid out for.
const columns = 80

// style is how text looks: with colours and signs on a terminal, else plain ASCII.
type style struct{ fancy bool }

// styleOf chooses for w. NO_COLOR (https://no-color.org) and TERM=dumb ask for plain.
func (h host) styleOf(w io.Writer) style {
	if v, _ := h.lookup("NO_COLOR"); v != "" {
		return style{}
	}
	if v, _ := h.lookup("TERM"); v == "dumb" {
		return style{}
	}
	if _, modern := h.lookup("WT_SESSION"); runtime.GOOS == "windows" && !modern {
		return style{} // the old console does not know escape sequences
	}
	return style{fancy: isTerminal(w)}
}

// isTerminal reports whether w is a terminal. The null device is a character device
// too, but nobody reads it.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

func (s style) pick(fancy, plain string) string {
	if s.fancy {
		return fancy
	}
	return plain
}

func (s style) paint(code, text string) string {
	if !s.fancy || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) bold(text string) string  { return s.paint("1", text) }
func (s style) faint(text string) string { return s.paint("2", text) }
func (s style) green(text string) string { return s.paint("32", text) }
func (s style) red(text string) string   { return s.paint("31", text) }

// printable drops what could steer a terminal: ids come from the vendor.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}

// wrap breaks text at blanks into lines of at most width characters. A longer word
// stays whole: it is a URL or an id that somebody may want to copy.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) <= width:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
