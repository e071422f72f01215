package fhir

// A code alone, a Coding and a CodeableConcept say the same thing with more and
// more around it. Releases changed from one to the other; the readers and writers
// below accept all and write what the source or the release has.

// coding reads a Coding, or a bare code in its place (Encounter.class of DSTU2).
func (c *cursor) coding(dst *Coding) {
	if c.err == nil && c.space() == '"' {
		*dst = Coding{Code: c.quoted()}
		return
	}
	dst.decode(c)
}

// code reads a code, or the first one of a CodeableConcept in its place
// (DocumentReference.docStatus of DSTU2); a concept without codes gives its text.
func (c *cursor) code(dst *string) {
	if c.err != nil || c.space() != '{' {
		c.text(dst)
		return
	}
	var concept CodeableConcept
	if concept.decode(c); c.err != nil {
		return
	}
	*dst = concept.Text
	for _, coding := range concept.Coding {
		if coding.Code != "" {
			*dst = coding.Code
			return
		}
	}
}

// coding writes a Coding, as its code alone where the source or the release has
// that; system and display have no place there.
func (w *writer) coding(key string, value *Coding) {
	old := w.source(key)
	if len(old) == 1 && old[0].text()[0] == '"' || len(old) == 0 && w.names.has(code, w.at.resource, key) {
		w.text(key, value.Code)
		return
	}
	w.part(key, value)
}

// code writes a code, as a CodeableConcept where the source or the release has that.
func (w *writer) code(key, value string) {
	old := w.source(key)
	if len(old) == 1 && old[0].text()[0] == '{' || len(old) == 0 && w.names.has(concept, w.at.resource, key) {
		w.member(key, func() {
			if value != "" {
				w.object(&CodeableConcept{Coding: []Coding{{Code: value}}})
			}
		}, func(c *cursor) bool {
			var was string
			c.code(&was)
			return was == value
		})
		return
	}
	w.text(key, value)
}
