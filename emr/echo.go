package emr

// doubtOf says why a, the vendor's answer to r, is none: it names no appointment, or it
// contradicts what was asked for. "" means that it is an answer. What the vendor leaves
// out contradicts nothing, and neither do length, place and person: vendors give a visit
// the length of its type, and name a room for a person.
func (c *Client) doubtOf(a *Appointment, r reservation) string {
	h, b := c.info.Habits, r.booking
	switch {
	case a == nil || a.ID.IsZero():
		return "the answer names no appointment"
	case sameID(h, a.ID, r.ignore):
		return "the answer names the appointment that is to be replaced"
	case a.Write == WriteFailed:
		return "the answer is an appointment that was not written"
	case !a.occupies():
		return "the answer is an appointment that is not live"
	case !a.Start.IsZero() && !a.Start.Equal(b.Slot.Start):
		return "the answer is an appointment at another time"
	case !a.Patient.IsZero() && !b.Patient.ID.IsZero() && !sameID(h, a.Patient, b.Patient.ID):
		return "the answer is an appointment of another patient"
	}
	return ""
}
