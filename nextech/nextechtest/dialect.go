package nextechtest

import (
	"strings"

	"github.com/emrkit/emrkit/nextech"
)

// dialect is what differs between the two products on the wire. Written down apart from
// the client's own table on purpose: one mistake must not hide the other.
type dialect struct {
	product     nextech.Product
	definitions string // prefix of extension urls
	bare        bool   // extension urls on appointments, slots, types and purposes are bare names
}

func dialectOf(p nextech.Product) dialect {
	if p == nextech.PracticePlus {
		return dialect{product: p, definitions: "https://api.pm.nextech.com/api/structuredefinition/", bare: true}
	}
	return dialect{product: p, definitions: "https://select.nextech-api.com/api/structuredefinition/"}
}

func (d dialect) plus() bool { return d.product == nextech.PracticePlus }

// url names an extension of patients, documents, locations.
func (d dialect) url(name string) string { return d.definitions + name }

// scheduling names an extension of appointments and slots.
func (d dialect) scheduling(name string) string {
	if d.bare {
		return name
	}
	return d.definitions + name
}

// object is JSON.
type object map[string]any

// with sets a member unless v is empty text, an empty list or nil.
func (o object) with(name string, v any) object {
	switch e := v.(type) {
	case nil:
		return o
	case string:
		if e == "" {
			return o
		}
	case []object:
		if len(e) == 0 {
			return o
		}
	case []string:
		if len(e) == 0 {
			return o
		}
	case object:
		if len(e) == 0 {
			return o
		}
	}
	o[name] = v
	return o
}

// ext is an extension; value is the name of the value member, "valueString".
func ext(url, value string, v any) object { return object{"url": url, value: v} }

func reference(ref, display string) object {
	return object{"reference": ref}.with("display", display)
}

// official is how Nextech writes its own number into identifier.
func official(value string) []object { return []object{{"use": "official", "value": value}} }

// coded is a CodeableConcept.
func coded(system, code, text string) object {
	return object{"coding": []object{{"system": system, "code": code}}, "text": text}
}

// fullName is a name as people read it.
func fullName(parts ...string) string {
	var all []string
	for _, p := range parts {
		if p != "" {
			all = append(all, p)
		}
	}
	return strings.Join(all, " ")
}
