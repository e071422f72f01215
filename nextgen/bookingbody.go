package nextgen

import (
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// BookingOptions is the Vendor part of an emr.Booking and of an emr.Move. The four Allow
// switches override checks of the practice's own calendar: all are off, and each is the
// caller's to turn on.
type BookingOptions struct {
	AllowDoubleBooking            bool // the resource has something else at that time
	AllowCategoryConflictOverride bool // the template keeps the time for other events
	ConflictOverrideOnLogin       bool // a conflict that a person would be asked about on screen
	AllowEventLocationOverride    bool // the event is not given at the location

	// Description is NextGen's second text beside the note (Details); "" leaves it to NextGen,
	// which writes the patient's name.
	Description emr.PHI
	// ReferringProvider is who sent the patient. A booking only, not a move.
	ReferringProvider emr.PractitionerID
	// VirtualVisitLink is where a visit by video takes place. A booking only.
	VirtualVisitLink emr.PHI
	// Reason is the reason of a move: an id or the name of a list item of the type
	// as_resched_reason. "" is Config.RescheduleReason. A move only.
	Reason string
}

// bookingBody is the body of POST /appointments. AppointmentDate is the day and the time
// of the practice's wall clock, unlike in answers, where the time is in beginTime.
type bookingBody struct {
	Person       string   `json:"PersonId,omitempty"`
	Event        string   `json:"EventId"`
	Location     string   `json:"LocationId"`
	Resources    []string `json:"ResourceIds"`
	Date         string   `json:"AppointmentDate"`
	Minutes      int      `json:"DurationMinutes"`
	Details      string   `json:"Details,omitempty"`
	Description  string   `json:"Description,omitempty"`
	DoubleBook   bool     `json:"AllowDoubleBooking"`
	Category     bool     `json:"AllowCategoryConflictOverride"`
	OnLogin      bool     `json:"ConflictOverrideOnLogin"`
	AnyLocation  bool     `json:"AllowEventLocationOverride"`
	Practitioner string   `json:"RenderingProviderId,omitempty"`
	Referring    string   `json:"ReferringProviderId,omitempty"`
	VisitLink    string   `json:"VirtualVisitLink,omitempty"`
	Reason       string   `json:"RescheduleReasonId,omitempty"` // of a move
}

// newBooking is the body for slot s, whose start the practice's clock shows as at.
func newBooking(s *emr.Slot, at string, o BookingOptions) *bookingBody {
	body := &bookingBody{
		Event: string(s.Type), Location: string(s.Location), Date: at, Minutes: int(s.Length() / time.Minute),
		DoubleBook: o.AllowDoubleBooking, Category: o.AllowCategoryConflictOverride,
		OnLogin: o.ConflictOverrideOnLogin, AnyLocation: o.AllowEventLocationOverride,
	}
	for _, r := range s.Resources {
		body.Resources = append(body.Resources, string(r))
	}
	return body
}

// checkPlace names what is wrong with the ids and the length of a slot that is to be
// booked; nothing has been filled in yet, so blanks are good.
func checkPlace(s *emr.Slot) (bad []string) {
	good := func(ok bool, field string) {
		if !ok {
			bad = append(bad, field)
		}
	}
	good(!s.Start.IsZero() && s.End.After(s.Start) && s.Length()%time.Minute == 0, "start")
	good(s.Location == "" || isGUID(string(s.Location)), "location")
	good(s.Practitioner == "" || isGUID(string(s.Practitioner)), "practitioner")
	good(s.Type == "" || isGUID(string(s.Type)), "type")
	good(!slices.ContainsFunc(s.Resources, func(r emr.ResourceID) bool { return !isGUID(string(r)) }), "resources")
	good(len(s.Purposes) == 0, "purposes")
	return bad
}
