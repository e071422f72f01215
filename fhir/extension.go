package fhir

import (
	"strconv"
	"strings"
)

// Extension is a member the standard does not have: a URL, and a value or
// further extensions. The value is read when a Value method asks for it.
type Extension struct {
	node
	URL       string
	Extension []Extension

	kind  string // "Reference" of valueReference
	value Raw
}

func (x *Extension) decode(c *cursor) {
	for o := c.object("Extension", &x.node); o.next(); {
		switch o.key {
		case "url":
			c.text(&x.URL)
		case "extension":
			list(c, &x.Extension)
		default:
			if kind, ok := strings.CutPrefix(o.key, "value"); ok && kind != "" && x.kind == "" {
				x.kind, x.value = kind, c.raw()
			} else {
				c.skip()
			}
		}
	}
}

func (x *Extension) encode(w *writer) {
	w.text("url", x.URL)
	writeList(w, "extension", x.Extension)
	if x.kind != "" {
		w.raw("value"+x.kind, x.value)
	}
}

// Value lists the types an extension can be built with. A string becomes
// valueString, an int valueInteger, any other type the value of its name.
type Value interface {
	string | Code | bool | int | Decimal | Date | DateTime | Instant |
		Reference | Identifier | CodeableConcept | Coding | Period
}

// NewExtension returns an extension with a value:
//
//	fhir.NewExtension("appointment-type", fhir.Reference{Reference: "appointment-type/12"})
func NewExtension[V Value](url string, value V) Extension {
	w := &writer{}
	var kind string
	text := func(name, s string) { kind = name; w.quoted(s) }
	part := func(name string, x element) { kind = name; w.object(x) }
	switch v := any(value).(type) {
	case string:
		text("String", v)
	case Code:
		text("Code", string(v))
	case Date:
		text("Date", string(v))
	case DateTime:
		text("DateTime", string(v))
	case Instant:
		text("Instant", string(v))
	case Decimal:
		kind, w.buf = "Decimal", append(w.buf, v...)
	case bool:
		kind, w.buf = "Boolean", strconv.AppendBool(nil, v)
	case int:
		kind, w.buf = "Integer", strconv.AppendInt(nil, int64(v), 10)
	case Reference:
		part("Reference", &v)
	case Identifier:
		part("Identifier", &v)
	case CodeableConcept:
		part("CodeableConcept", &v)
	case Coding:
		part("Coding", &v)
	case Period:
		part("Period", &v)
	}
	return Extension{URL: url, kind: kind, value: rawOf(string(w.buf))}
}

// LocalName returns what follows the last slash of the URL, split at "#":
// ".../structuredefinition/appointment-type#name" gives "appointment-type"
// and "name", the bare "appointment-type" gives itself and "".
func (x Extension) LocalName() (name, fragment string) {
	last := x.URL[strings.LastIndexByte(x.URL, '/')+1:]
	name, fragment, _ = strings.Cut(last, "#")
	return name, fragment
}

// ValueType returns the FHIR type of the value, such as "Reference" for
// valueReference, empty if there is no value.
func (x Extension) ValueType() string { return x.kind }

// valueOf reads the value if it is of the named type and well formed.
func valueOf[T any](x Extension, kind string, read func(*cursor, *T)) (v T, ok bool) {
	if x.kind != kind {
		return v, false
	}
	c := x.value.cursor()
	if read(c, &v); c.err != nil {
		var none T
		return none, false
	}
	return v, true
}

func readText[T ~string](c *cursor, dst *T) {
	var s string
	c.text(&s)
	*dst = T(s)
}

func readPart[T any, P pointer[T]](c *cursor, dst *T) { P(dst).decode(c) }

// ValueString returns valueString. This and the other Value methods report
// false if the value has another type or does not fit it.
func (x Extension) ValueString() (string, bool) { return valueOf(x, "String", readText[string]) }

// ValueCode returns valueCode.
func (x Extension) ValueCode() (string, bool) { return valueOf(x, "Code", readText[string]) }

// ValueURI returns valueUri.
func (x Extension) ValueURI() (string, bool) { return valueOf(x, "Uri", readText[string]) }

// ValueBoolean returns valueBoolean, also when it was sent in quotes.
func (x Extension) ValueBoolean() (value, ok bool) {
	p, ok := valueOf(x, "Boolean", func(c *cursor, dst **bool) { c.boolean(dst) })
	if p == nil {
		return false, false
	}
	return *p, ok
}

// ValueInteger returns valueInteger, also when it was sent in quotes.
func (x Extension) ValueInteger() (int64, bool) {
	return valueOf(x, "Integer", func(c *cursor, dst *int64) { c.integer(dst) })
}

// ValueDecimal returns valueDecimal with its digits as sent.
func (x Extension) ValueDecimal() (Decimal, bool) {
	return valueOf(x, "Decimal", func(c *cursor, dst *Decimal) { c.decimal(dst) })
}

// ValueDate returns valueDate.
func (x Extension) ValueDate() (Date, bool) { return valueOf(x, "Date", readText[Date]) }

// ValueDateTime returns valueDateTime.
func (x Extension) ValueDateTime() (DateTime, bool) {
	return valueOf(x, "DateTime", readText[DateTime])
}

// ValueInstant returns valueInstant.
func (x Extension) ValueInstant() (Instant, bool) { return valueOf(x, "Instant", readText[Instant]) }

// ValueReference returns valueReference.
func (x Extension) ValueReference() (Reference, bool) {
	return valueOf(x, "Reference", readPart[Reference])
}

// ValueIdentifier returns valueIdentifier.
func (x Extension) ValueIdentifier() (Identifier, bool) {
	return valueOf(x, "Identifier", readPart[Identifier])
}

// ValueCodeableConcept returns valueCodeableConcept.
func (x Extension) ValueCodeableConcept() (CodeableConcept, bool) {
	return valueOf(x, "CodeableConcept", readPart[CodeableConcept])
}

// ValueCoding returns valueCoding.
func (x Extension) ValueCoding() (Coding, bool) { return valueOf(x, "Coding", readPart[Coding]) }

// ValuePeriod returns valuePeriod.
func (x Extension) ValuePeriod() (Period, bool) { return valueOf(x, "Period", readPart[Period]) }

// ValueHumanName returns valueHumanName.
func (x Extension) ValueHumanName() (HumanName, bool) {
	return valueOf(x, "HumanName", readPart[HumanName])
}
