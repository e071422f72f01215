package fhir

import (
	"net/url"
	"strings"
)

// Ref is a reference taken apart. Ids of patients are personal data: it hides
// in fmt and slog.
type Ref struct {
	Base     string // "https://host/path/" of an absolute reference, else empty
	Type     string // resource type in the letter case received
	ID       string
	Version  string // of a reference to one version
	Fragment string // id of a contained resource
	URN      string // "urn:uuid:..." and the like, whole
}

// ParseReference takes a reference apart: Patient/1, /Patient/1,
// patient/1/_history/2, https://host/fhir/Patient/1, #contained,
// urn:uuid:... It checks the form, not the id: vendors use characters in
// references that FHIR ids do not have. Ask ValidID before an id goes into a
// path. The error is a *Error of kind Invalid.
func ParseReference(s string) (Ref, error) {
	bad := invalid("reference", "want Type/id")
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return Ref{}, bad
	}
	if len(s) > 4 && strings.EqualFold(s[:4], "urn:") {
		return Ref{URN: s}, nil
	}
	s, fragment, hasFragment := strings.Cut(s, "#")
	if hasFragment && fragment == "" || strings.ContainsAny(s, "?%\\") {
		return Ref{}, bad
	}
	if s == "" {
		return Ref{Fragment: fragment}, nil
	}
	ref := Ref{Fragment: fragment}
	path := s
	if i := strings.Index(s, "://"); i >= 0 {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" || !httpScheme(u) {
			return Ref{}, bad
		}
		i += len("://")
		slash := strings.IndexByte(s[i:], '/')
		if slash < 0 {
			return Ref{}, bad
		}
		ref.Base, path = s[:i+slash+1], s[i+slash+1:]
	} else {
		path = strings.TrimPrefix(path, "/")
	}
	parts := strings.Split(path, "/")
	if n := len(parts); n >= 4 && parts[n-2] == "_history" && parts[n-1] != "" {
		ref.Version, parts = parts[n-1], parts[:n-2]
	}
	n := len(parts)
	if n < 2 || ref.Base == "" && n > 2 {
		return Ref{}, bad
	}
	for _, p := range parts {
		if p == "" || p == "." || p == ".." || p == "_history" {
			return Ref{}, bad
		}
	}
	ref.Type, ref.ID = parts[n-2], parts[n-1]
	if ref.Base != "" && n > 2 {
		ref.Base += strings.Join(parts[:n-2], "/") + "/"
	}
	return ref, nil
}

// Parse takes the reference apart; see ParseReference.
func (x Reference) Parse() (Ref, error) { return ParseReference(x.Reference) }

// Is reports whether the reference is to the named resource type. Letter case
// does not matter: Nextech sends Patient/1 and expects patient/1.
func (r Ref) Is(resourceType string) bool {
	return r.Type != "" && strings.EqualFold(r.Type, resourceType)
}

// Contained reports whether the target is inside the same resource.
func (r Ref) Contained() bool { return r.Fragment != "" && r.ID == "" }

// Absolute reports whether the reference names a server.
func (r Ref) Absolute() bool { return r.Base != "" }

// At reports whether the target is on the server of the base URL: the
// reference is relative, or has the same scheme, host and port. Never follow
// a reference for which At is false; it would carry the credentials there.
func (r Ref) At(base string) bool {
	if r.Base == "" {
		return r.ID != ""
	}
	ours, err1 := url.Parse(base)
	theirs, err2 := url.Parse(r.Base)
	return err1 == nil && err2 == nil && theirs.User == nil && httpScheme(ours) &&
		strings.EqualFold(ours.Scheme, theirs.Scheme) && origin(ours) == origin(theirs)
}

func httpScheme(u *url.URL) bool {
	return strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http")
}

// origin returns host and port in one spelling.
func origin(u *url.URL) string {
	port := u.Port()
	if port == "" {
		if port = "443"; strings.EqualFold(u.Scheme, "http") {
			port = "80"
		}
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// ValidID reports whether id is a FHIR id: 1 to 64 letters, digits, "-" and
// ".", but not "." or "..". Check every id before it goes into a path;
// anything else could address another resource, or all of them.
func ValidID(id string) bool {
	if id == "" || len(id) > 64 || id == "." || id == ".." {
		return false
	}
	for i := range len(id) {
		switch b := id[i]; {
		case 'a' <= b|0x20 && b|0x20 <= 'z', '0' <= b && b <= '9', b == '-', b == '.':
		default:
			return false
		}
	}
	return true
}

// LocationID returns the id in the Location header of an answer to a create
// of resourceType. Servers send the header absolute, relative with or without
// a leading slash or a version of FHIR in front, with or without _history
// behind: all are accepted if the last parts are the type, in any letter
// case, and a valid id. The host is not looked at, as nothing is sent there.
// The error is a *Error of kind Invalid; the create may still have happened.
func LocationID(header, resourceType string) (string, error) {
	bad := invalid("Location header", "no id in it")
	path, _, _ := strings.Cut(strings.TrimSpace(header), "#")
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.TrimRight(path, "/"), "/")
	if n := len(parts); n > 2 && parts[n-2] == "_history" {
		parts = parts[:n-2]
	} else if n > 1 && parts[n-1] == "_history" {
		parts = parts[:n-1]
	}
	n := len(parts)
	if n < 2 || !strings.EqualFold(parts[n-2], resourceType) || !ValidID(parts[n-1]) {
		return "", bad
	}
	return parts[n-1], nil
}
