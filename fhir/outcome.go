package fhir

import "strings"

// OperationOutcome is a server's list of errors, warnings and notes.
type OperationOutcome struct {
	node
	ID        string
	Meta      Meta
	Contained []Resource
	Extension []Extension
	Issue     []Issue
}

// ResourceType returns "OperationOutcome".
func (*OperationOutcome) ResourceType() string { return "OperationOutcome" }

// ResourceID returns the id.
func (x *OperationOutcome) ResourceID() string { return x.ID }

func (x *OperationOutcome) decode(c *cursor) {
	for o := c.object("OperationOutcome", &x.node); o.next(); {
		switch o.key {
		case "issue":
			list(c, &x.Issue)
		default:
			c.head(o.key, &x.ID, &x.Meta, &x.Contained, &x.Extension)
		}
	}
}

func (x *OperationOutcome) encode(w *writer) {
	w.head("OperationOutcome", x.ID, &x.Meta, x.Contained, x.Extension)
	writeList(w, "issue", x.Issue)
}

// Issue is one entry of an OperationOutcome. Details, Diagnostics, Location and
// Expression may repeat what was sent, names and birth dates included.
type Issue struct {
	node
	Severity    string // fatal, error, warning, information
	Code        string
	Details     CodeableConcept
	Diagnostics string
	Location    []string
	Expression  []string
}

func (x *Issue) decode(c *cursor) {
	for o := c.object("Issue", &x.node); o.next(); {
		switch o.key {
		case "severity":
			c.text(&x.Severity)
		case "code":
			c.text(&x.Code)
		case "details":
			x.Details.decode(c)
		case "diagnostics":
			c.text(&x.Diagnostics)
		case "location":
			c.texts(&x.Location)
		case "expression":
			c.texts(&x.Expression)
		default:
			c.skip()
		}
	}
}

func (x *Issue) encode(w *writer) {
	w.text("severity", x.Severity)
	w.text("code", x.Code)
	w.part("details", &x.Details)
	w.text("diagnostics", x.Diagnostics)
	w.texts("location", x.Location)
	w.texts("expression", x.Expression)
}

// Failed reports whether an issue is an error or worse. Servers send such
// outcomes with status 200 too.
func (x *OperationOutcome) Failed() bool {
	for _, issue := range x.Issue {
		if strings.EqualFold(issue.Severity, "error") || strings.EqualFold(issue.Severity, "fatal") {
			return true
		}
	}
	return false
}

// Summary returns severity and code of the first five issues, and nothing
// else: "error code-invalid; warning". Text that does not look like a code is
// left out, so it may be logged.
func (x *OperationOutcome) Summary() string {
	const most = 5
	if len(x.Issue) == 0 {
		return "no issues"
	}
	var all []string
	for i, issue := range x.Issue {
		if i == most {
			all = append(all, "more")
			break
		}
		all = append(all, strings.TrimSpace(severity(issue.Severity)+" "+issueCode(issue.Code)))
	}
	return strings.Join(all, "; ")
}

func severity(s string) string {
	switch s = strings.ToLower(s); s {
	case "fatal", "error", "warning", "information":
		return s
	}
	return "issue"
}

// issueCode lets pass what FHIR's own codes look like: lower-case words. A
// name or a number in its place is not repeated.
func issueCode(code string) string {
	if len(code) > 32 {
		return ""
	}
	for i := range len(code) {
		if b := code[i]; (b < 'a' || b > 'z') && b != '-' {
			return ""
		}
	}
	return code
}

// Detail returns what the server said in words: details and diagnostics of
// the issues, prepared by Excerpt. It may still hold personal data; show it
// to the person who made the request, never log it.
func (x *OperationOutcome) Detail() string {
	var all []string
	size := 0
	for _, issue := range x.Issue {
		said := []string{issue.Details.Text, issue.Diagnostics}
		if said[0] == "" && len(issue.Details.Coding) > 0 {
			said[0] = issue.Details.Coding[0].Display
		}
		for _, text := range said {
			if text = Excerpt(text); text != "" {
				all = append(all, text)
				size += len(text)
			}
		}
		if size > excerptLen {
			break
		}
	}
	return Excerpt(strings.Join(all, "; "))
}
