package fhir

// renames is what makes a release different for this package: for a resource
// type, the member names of that release and the names used in this package.
// Readers accept one value and a list of them in each other's place; the
// pseudo-type many names the members that are lists in this release though
// they are single here, for those who write.
//
// STU3 is the release the Go types are named after and has no table. Another
// release is one small table, such as
//
//	renames{"Patient": {"careProvider": "generalPractitioner"}} // DSTU2
type renames map[string]map[string]string

// many is the key of the members that are lists in a release, as "Slot.serviceCategory".
const many = "[]"

// namesR4 is how R4 (4.0.1) differs in the types of this package.
// Source: the tables "differences from R3" at the end of each page of hl7.org/fhir/R4.
var namesR4 = renames{
	"Appointment":       {"reasonCode": "reason"},
	"Binary":            {"data": "content"},
	"DocumentReference": {"category": "class", "date": "indexed"},
	"Encounter":         {"reasonCode": "reason"},
	many: {
		"Appointment.serviceCategory": "", "Slot.serviceCategory": "", "Schedule.serviceCategory": "", "DocumentReference.class": "",
		"DocumentContext.encounter": "", "Encounter.appointment": "", "Location.type": "",
	},
}

// renamed returns the table of a release, nil for STU3.
func renamed(v Version) renames {
	switch v {
	case R4:
		return namesR4
	default:
		return nil
	}
}

// ours returns this package's name of a member of the release, "" for one that is
// another thing in this release than what the package calls so.
func (r renames) ours(resource, member string) string {
	table := r[resource]
	if name, ok := table[member]; ok {
		return name
	}
	for _, taken := range table {
		if taken == member {
			return ""
		}
	}
	return member
}

// theirs returns the release's name of one of this package's members.
func (r renames) theirs(resource, member string) string {
	for name, own := range r[resource] {
		if own == member {
			return name
		}
	}
	return member
}

// plural reports whether one of this package's members is a list in the release.
func (r renames) plural(resource, member string) bool {
	_, ok := r[many][resource+"."+member]
	return ok
}
