package fhir

// renames is what makes a release different for this package: for a resource
// type, the member names of that release and the names used in this package.
// Differences of shape (one value or a list of them) need no table, because
// the readers accept both.
//
// STU3 is the release the Go types are named after and has no table. R4 and
// DSTU2 become one small file each, such as
//
//	renames{"Appointment": {"reasonCode": "reason"}}            // R4
//	renames{"Patient": {"careProvider": "generalPractitioner"}} // DSTU2
type renames map[string]map[string]string

// renamed returns the table of a release, nil for STU3.
func renamed(v Version) renames {
	switch v {
	default:
		return nil
	}
}

// ours returns this package's name of a member of the release.
func (r renames) ours(resource, member string) string {
	if name, ok := r[resource][member]; ok {
		return name
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
