package nexhealth

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/emrkit/emrkit/internal/vendorjson"
)

// key tells one event from another: deliveries have no id of their own. It is made of the
// delivered name, the records' ids and their updated_at [assumed]; where one of these is
// missing, of its time and all its data, but not of delivery_errors, which may grow from try
// to try. It is a hash: ids stay out of a shared store.
func (e *Event) key(env *envelopeOfEvent) string {
	h := sha256.New()
	put(h, "nexhealth-webhook-1", strings.ToLower(env.subdomain), env.institution, env.full)
	if parts, ok := recordKeys(env.data, e.Resource); ok {
		put(h, parts...)
	} else if !vendorjson.IsNull(env.data) {
		put(h, "data", string(env.time), string(e.Resource), string(env.data))
	} else {
		put(h, "body", string(e.Source.Reveal()))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// put writes parts so that no two lists of them look the same.
func put(h hash.Hash, parts ...string) {
	for _, p := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(p), p)
	}
}

// recordKeys returns id and updated_at of each record, false when one lacks either.
func recordKeys(data json.RawMessage, resource ResourceType) ([]string, bool) {
	var keys []string
	for _, raw := range recordsOf(data, resource) {
		var r struct {
			ID      vendorjson.ID   `json:"id"`
			Updated vendorjson.Text `json:"updated_at"`
		}
		if json.Unmarshal(raw, &r) != nil || r.ID == "" || r.Updated == "" {
			return nil, false
		}
		keys = append(keys, string(r.ID), string(r.Updated))
	}
	return keys, len(keys) > 0
}

// recordsOf returns the records in data, which comes in three shapes: {"appointment":{}},
// {"appointments":[{}]} and the record itself, also in an array. Source: the samples, which
// differ by event.
func recordsOf(data json.RawMessage, resource ResourceType) []json.RawMessage {
	if vendorjson.IsNull(data) {
		return nil
	}
	if list, ok := asList(data); ok {
		return list
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return nil
	}
	for _, name := range wrappers(resource) {
		if list, ok := asRecords(members[name]); ok {
			return list
		}
	}
	delete(members, "previous_attributes")
	if len(members) == 1 { // a wrapper of a name nobody knows
		for _, only := range members {
			if list, ok := asRecords(only); ok {
				return list
			}
		}
	}
	return []json.RawMessage{data}
}

// asRecords returns an object, or the elements of an array of objects.
func asRecords(data json.RawMessage) ([]json.RawMessage, bool) {
	if isObject(data) {
		return []json.RawMessage{data}, true
	}
	list, ok := asList(data)
	if !ok || slices.ContainsFunc(list, func(e json.RawMessage) bool { return !isObject(e) }) {
		return nil, false
	}
	return list, len(list) > 0
}

func asList(data json.RawMessage) ([]json.RawMessage, bool) {
	var list []json.RawMessage
	if len(data) == 0 || data[0] != '[' || json.Unmarshal(data, &list) != nil {
		return nil, false
	}
	return list, true
}

func isObject(data json.RawMessage) bool { return len(data) > 0 && data[0] == '{' }

// wrappers are the members data may be wrapped in.
func wrappers(resource ResourceType) []string {
	if resource == "" {
		return nil
	}
	name := snake(string(resource))
	all := []string{name, name + "s"}
	switch resource {
	case ResourceAppointment:
		all = append(all, "appt", "appts")
	case ResourcePatient:
		all = append(all, "user", "users")
	case ResourceSyncStatus:
		all = append(all, "sync_statuses")
	case ResourcePatientInsuranceCoverage:
		all = append(all, "insurance_coverage", "insurance_coverages")
	}
	return all
}

// snake writes TreatmentPlan as treatment_plan.
func snake(camel string) string {
	var b strings.Builder
	for i, r := range camel {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// changedNames returns the names in previous_attributes, wherever it is: of their values
// nothing is kept. Source: docs.nexhealth.com/docs/testing-writes-per-system.
func changedNames(top, data json.RawMessage) []string {
	places := []json.RawMessage{top}
	var members map[string]json.RawMessage
	if isObject(data) && json.Unmarshal(data, &members) == nil {
		places = append(places, members["previous_attributes"])
		for _, name := range wrappers(ResourceAppointment) {
			var inner map[string]json.RawMessage
			if isObject(members[name]) && json.Unmarshal(members[name], &inner) == nil {
				places = append(places, inner["previous_attributes"])
			}
		}
	}
	var names []string
	for _, place := range places {
		var attributes map[string]json.RawMessage
		if !isObject(place) || json.Unmarshal(place, &attributes) != nil {
			continue
		}
		for name := range attributes {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
