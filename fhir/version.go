package fhir

// renames is what makes a release different for this package: for a resource
// type, the member names of that release and the names used in this package.
// Readers accept one value and a list of them in each other's place, and a code
// in place of a Coding or a CodeableConcept; the pseudo-types many, single, code
// and concept say for those who write which shape the release has.
//
// STU3 is the release the Go types are named after and has no table. Another
// release is one small table, such as
//
//	renames{"Patient": {"careProvider": "generalPractitioner"}} // DSTU2
type renames map[string]map[string]string

// The keys of the tables of members, as "Slot.serviceCategory", that have another
// shape in a release than here.
const (
	many    = "[]"      // a list there, single here
	single  = "one"     // single there, a list here
	code    = "code"    // a bare code there, a Coding here
	concept = "concept" // a CodeableConcept there, a bare code here
)

// renamed returns the table of a release, nil for STU3.
func renamed(v Version) renames {
	switch v {
	case R4:
		return namesR4
	case DSTU2:
		return namesDSTU2
	default:
		return nil
	}
}

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

// namesDSTU2 is how DSTU2 (1.0.2) differs in the types of this package.
// Source: the tables "differences from DSTU2" of hl7.org/fhir/STU3.
var namesDSTU2 = renames{
	"Appointment":   {"type": "serviceType"},
	"Communication": {"reason": "reasonCode", "requestDetail": "basedOn"},
	"Encounter":     {"patient": "subject"},
	"Patient":       {"careProvider": "generalPractitioner"},
	"Schedule":      {"type": "serviceType"},
	"Slot":          {"freeBusyType": "status", "type": "serviceType"},
	many:            {"DocumentContent.format": "", "HumanName.family": ""},
	single: {
		"Appointment.reason": "", "Appointment.serviceType": "", "Communication.basedOn": "", "Communication.category": "",
		"Practitioner.name": "", "Schedule.actor": "", "Slot.serviceType": "",
	},
	code:    {"Encounter.class": ""},
	concept: {"DocumentReference.docStatus": ""},
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

// has reports whether one of this package's members is in a table of shapes.
func (r renames) has(table, resource, member string) bool {
	if r == nil {
		return false
	}
	_, ok := r[table][resource+"."+member]
	return ok
}
