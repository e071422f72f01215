package vendortest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// CheckLayout keeps the list "Where things live" of a large package's doc.go true: each
// file of the folder belongs to one group, and each name in the list has a file.
func CheckLayout(t testing.TB) {
	t.Helper()
	data, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	_, list, ok := strings.Cut(string(data), "# Where things live")
	list, _, more := strings.Cut(list, "\n// Package ")
	if !ok || !more {
		t.Fatal("doc.go has no such list, or does not end it with what the packages below are")
	}
	used := map[string]bool{}
	for line := range strings.Lines(list) {
		if names, isGroup := strings.CutPrefix(line, "//   - "); isGroup {
			names, _, _ = strings.Cut(names, ":")
			for name := range strings.SplitSeq(names, ", ") {
				used[name] = false
			}
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".go")
		if name == "doc" || strings.HasSuffix(name, "_test") {
			continue
		}
		var groups []string
		for group := range used {
			if prefix, many := strings.CutSuffix(group, "*"); name == group || many && strings.HasPrefix(name, prefix) {
				groups = append(groups, group)
				used[group] = true
			}
		}
		if len(groups) != 1 {
			t.Errorf("%s belongs to %v: it should be one group of doc.go", file, groups)
		}
	}
	for group, found := range used {
		if !found {
			t.Errorf("doc.go lists %s, which has no file", group)
		}
	}
}
