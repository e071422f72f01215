package nextgen

import "github.com/emrkit/emrkit/emr"

// Info describes the connection without I/O. The caveats say, for each capability with a
// catch, what the catch is, and for each missing one why it is missing. The environment
// is not told: sandbox, test and production differ in the site id only.
func (c *Client) Info() emr.Info {
	return emr.Info{
		Vendor:  vendor,
		Product: "enterprise",
		Name:    c.name,
		Zone:    c.cfg.Zone,
		Caveats: caveats(),
		Limits:  emr.Limits{SlotWindow: slotWindow},
		Habits: emr.Habits{
			AcceptsDoubleBooking: false, // refused unless BookingOptions say otherwise
			KeepsNotes:           true,  // Details
			FoldsIDs:             true,
			ActsByID:             false, // read first: one that was moved must not be cancelled in the new one's place
		},
	}
}

// slotWindow is a bound of our own: a fortnight's template of a large practice is some
// thousand increments, which are read whole before they are joined.
const slotWindow = 14

func caveats() map[emr.Capability]string {
	return map[emr.Capability]string{
		emr.CanFindPatients:         "by GET /persons/lookup; a search by telephone or number ignores all else at NextGen, so the rest is compared here",
		emr.CanGetPatient:           "the medical record number is on the chart, which is read too; a person without a chart has none",
		emr.CanCreatePatient:        "makes a person; a sex other than female or male is U, a country is not taken; a patient with a medical record number it becomes with its chart, by the practice, at check-in, or with Config.CreateChart; a practice may demand more fields than the four that always are",
		emr.CanUpdatePatient:        "needs the right to write demographics, which not every application is granted",
		emr.CanListLocations:        "of the connection's practice, without those that are deleted or not schedulable",
		emr.CanListPractitioners:    "those who render services at the practice; what is booked is their calendar, see Client.Resources, and who has none cannot be booked",
		emr.CanListAppointmentTypes: "NextGen's events, of the connection's practice only",
		emr.CanFindSlots:            "by the site's own search where a type is known, else from the schedule template, whose increments are joined here into visits of the first type that their category takes: see Config.SlotSource",
		emr.CanReadAppointments:     "by days; deleted ones and those of other practices are gone, rescheduled ones show as moved because another appointment has their place",
		emr.CanBook:                 "needs location, type and calendar, filled in from the slot; a note becomes Details; a time that the clock shows twice is refused unless Config.Fold says which is meant",
		emr.CanHold:                 "NextGen has no holds",
		emr.CanConfirm:              "marks that the patient confirmed",
		emr.CanArrive:               "marks the appointment as kept",
		emr.CanCancel:               "needs a reason of the practice's list: the first one where none is configured; a note is not taken",
		emr.CanReschedule:           "makes a new appointment with a new id, which is the truth; the old one stays as rescheduled",
		emr.CanReadDocuments:        "of the patient's chart at this practice; opened as PDF",
		emr.CanUploadDocuments:      "the route exists and its body is not public: use Raw with what NextGen gave you",
		emr.CanReadEncounters:       "of the patient's chart at this practice; the kind of visit is not told",
		emr.CanReadSummaries:        "C-CDA documents are made on request, in a form that is not public",
		emr.CanReadChanges:          "appointments by modifyTimestamp, deleted ones as removed; of people ids and merges only, by lists that older versions do not have (kind unsupported)",
		emr.CanWatchWrites:          "NextGen sends no news",
		emr.CanCheck:                "asks for the version, the site's database and the practice",
		emr.CanRaw:                  "of over 800 routes; which ones a site has depends on its version, what may be used on the rights of the application",
	}
}
