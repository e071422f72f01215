package record

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Finding is one suspicious line. It names the rule, never the text: a report of a
// leak must not repeat it.
type Finding struct {
	Path string
	Line int
	Rule string
}

func (f Finding) String() string { return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Rule) }

// maxFile is the largest file looked at; larger ones are a finding themselves.
const maxFile = 4 << 20

// Check looks at every text file of the tree.
func Check(tree fs.FS) ([]Finding, error) {
	var found []Finding
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := path.Base(name); base == ".git" || base == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || path.Ext(name) == ".sum" || path.Base(name) == ".git" {
			return nil
		}
		data, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		found = append(found, CheckFile(name, data)...)
		return nil
	})
	return found, err
}

// CheckFile looks at one file. Binary files are passed over.
func CheckFile(name string, data []byte) []Finding {
	if bytes.IndexByte(data, 0) >= 0 {
		return nil
	}
	if len(data) > maxFile {
		return []Finding{{name, 0, "too large to be read by a person"}}
	}
	inData := strings.Contains("/"+name, "/testdata/")
	var found []Finding
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxFile+1)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		lower := strings.ToLower(line)
		for _, r := range rules {
			if r.dataOnly && !inData || !strings.Contains(lower, r.has) {
				continue
			}
			for _, m := range r.re.FindAllString(line, -1) {
				if !r.ok(m) {
					found = append(found, Finding{name, n, r.name})
					break
				}
			}
		}
	}
	return found
}
