package nextech

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// Info describes the connection without I/O. The caveats say, for each capability with a
// catch, what the catch is, and for each missing one why it is missing.
func (c *Client) Info() emr.Info {
	return emr.Info{
		Vendor:      vendor,
		Product:     string(c.cfg.Product),
		Name:        c.name,
		Environment: c.cfg.Environment,
		Zone:        c.cfg.Zone,
		Caveats:     c.caveats(),
		Limits: emr.Limits{
			SlotWindow:  c.d.slotWindow,
			UploadBytes: contentLimit,
			UploadTypes: slices.Clone(c.d.mimeTypes),
			Rates:       []emr.Rate{c.cfg.rate("each endpoint")},
		},
		Habits: emr.Habits{
			AcceptsDoubleBooking: false, // a taken time is refused with 409
			KeepsNotes:           true,  // as the comment
			FoldsIDs:             true,  // one GUID comes in both cases of letters
			ActsByID:             true,  // a change of status needs the id only
		},
	}
}

func (c *Client) caveats() map[emr.Capability]string {
	all := map[emr.Capability]string{
		emr.CanFindPatients:         "Nextech matches the start of a text, and hides telephone numbers flagged private",
		emr.CanListLocations:        "active, managed locations only",
		emr.CanListPractitioners:    "a practitioner shows up only if active and linked to a user account of their own",
		emr.CanFindSlots:            "one search per booking in progress, please: Nextech forbids it for generic calendars and for syncing; a location is needed, and the first active one is used when none is given",
		emr.CanReadAppointments:     "the status is unknown where the practice's own one maps to none of FHIR's: see VendorStatus; blocks have no patient",
		emr.CanConfirm:              "booked is Nextech's word for confirmed",
		emr.CanReschedule:           "Nextech cannot move an appointment: Move.Emulate books the new one first and then cancels the old one",
		emr.CanReadDocuments:        "the STU3 API has no document search",
		emr.CanUploadDocuments:      "the whole request may have 10 MB, about 7.5 MB of content, and the category must exist at the practice",
		emr.CanReadEncounters:       "civil days only",
		emr.CanReadChanges:          "by the second in which a record was changed; deleted records do not show",
		emr.CanWatchWrites:          "Nextech writes at once: there is nothing to wait for",
		emr.CanCheck:                "Nextech has no call for its own state: read a list instead",
		emr.CanRaw:                  "next links are the caller's to follow, on the connection's own host",
		emr.CanListAppointmentTypes: "a type without a default length yields slots only when a length is asked for",
		emr.CanUpdatePatient:        "Select ignores names and birth date; what Nextech ignores in silence is found by reading back",
		emr.CanCreatePatient:        "needs name, birth date, e-mail, a telephone and the postal code",
		emr.CanBook:                 "the practice's preferences must allow online booking; a booking without purpose gets the practice's first one for its type, because Select before 16.3 refuses it otherwise",
		emr.CanHold:                 "whether a hold ever runs out is up to the practice: confirm or cancel it",
		emr.CanArrive:               "once an appointment has left the state arrived it cannot be set again",
		emr.CanCancel:               "refused while a room, photo, bill, order or other appointment hangs on it, or when the practice demands a reason; CancelOptions.AskStaff asks the practice instead",
		emr.CanReadSummaries:        "by days, not by visits or sections; a visit is taken beside its days",
	}
	if c.cfg.Product == Select {
		return all
	}
	all[emr.CanListAppointmentTypes] = "Practice+ tells no lengths"
	all[emr.CanUpdatePatient] = "what Practice+ ignores in silence is found by reading back"
	all[emr.CanCreatePatient] = "needs name, birth date, e-mail, a telephone, the whole address, a practitioner, a referral source and a status; the last three come from the configuration where not given"
	all[emr.CanBook] = "for known patients only, with an appointment type; the practice's preferences must allow online booking"
	delete(all, emr.CanArrive)
	all[emr.CanReadSummaries] = "Practice+ has no clinical summary"
	if c.canCancel() {
		all[emr.CanCancel] = "not documented by Nextech: switched on by AllowUndocumentedCancel"
	} else {
		all[emr.CanCancel] = "Practice+ documents no cancellation: ask the practice, or try Config.AllowUndocumentedCancel"
		all[emr.CanHold] = "a hold could not be released, because Practice+ documents no cancellation"
		all[emr.CanReschedule] = "Practice+ can neither move nor cancel an appointment"
	}
	return all
}
