package nextgentest

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// object is JSON.
type object map[string]any

// upperNames writes the member names as the vendor's collection prints them: PascalCase.
// Links keep their name.
func upperNames(v any) any {
	switch v := v.(type) {
	case object:
		renamed := object{}
		for name, member := range v {
			renamed[upperName(name)] = upperNames(member)
		}
		return renamed
	case []object:
		all := make([]any, len(v))
		for i, e := range v {
			all[i] = upperNames(e)
		}
		return all
	}
	return v
}

func upperName(name string) string {
	if strings.HasPrefix(name, "_") {
		return name
	}
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(first)) + name[size:]
}

// orNull is null for no text.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Times are written in the practice's zone and without an offset (recorded), with up to
// seven digits of a second.
const (
	localTime = "2006-01-02T15:04:05"
	stampTime = "2006-01-02T15:04:05.999"
	noTime    = "0001-01-01T00:00:00"
)

// stamps are the members that tell when a record was made or changed: local, and where
// utc is set also the twin in UTC, which has no Z (recorded).
func (o object) stamps(name string, t time.Time, zone *time.Location, utc bool) {
	if t.IsZero() {
		o[name] = noTime
		if utc {
			o[name+"Utc"] = noTime
		}
		return
	}
	o[name] = t.In(zone).Format(stampTime)
	if utc {
		o[name+"Utc"] = t.UTC().Format(stampTime)
	}
}

// offset adds the twin that tells the offset, in seconds (recorded).
func (o object) offset(name string, t time.Time, zone *time.Location) {
	_, seconds := t.In(zone).Zone()
	o[name+"LocalUtcOffset"] = seconds
	o[name+"Timezone"] = 0
}

// midnight is how dates are written that have their clock time elsewhere (recorded).
func midnight(t time.Time) string { return t.Format(time.DateOnly) + "T00:00:00" }

// clock is the time of day as text (recorded).
func clock(t time.Time) string { return t.Format("1504") }

// link is one of the relative links that most objects carry (recorded); clients leave
// them alone.
func link(href, method, rel, description string) object {
	return object{"href": href, "method": method, "rel": rel, "description": description, "vendorExtensions": object{"baseHref": href}}
}

// links gives o a link to itself.
func (o object) links(href string, more ...object) object {
	o["_links"] = append([]object{link(href, "GET", "self", "")}, more...)
	return o
}
