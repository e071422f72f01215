package nexhealth

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// Info describes the connection without I/O. The caveats say, for each capability with a
// catch, what the catch is, and for each missing one why it is missing.
func (c *Client) Info() emr.Info {
	return emr.Info{
		Vendor:      vendor,
		Product:     "synchronizer",
		Name:        c.name,
		Environment: c.cfg.Environment,
		Zone:        c.cfg.Zone,
		Caveats:     c.caveats(),
		Limits: emr.Limits{
			SlotWindow:  slotWindow,
			UploadBytes: c.cfg.UploadBytes,
			UploadTypes: slices.Clone(c.cfg.UploadTypes),
			Rates:       c.cfg.Limits.rates(),
		},
		Habits: emr.Habits{
			AcceptsDoubleBooking: true,  // nothing documented refuses a taken time
			WritesLater:          true,  // accepted is not written: see emr.Client.AwaitWritten
			KeepsNotes:           false, // practice systems cut or drop them
			FoldsIDs:             false,
			ListsByLocation:      true,
			ActsByID:             true,
		},
	}
}

// slotWindow is the most days of one search that NexHealth recommends.
const slotWindow = 14

func (c *Client) caveats() map[emr.Capability]string {
	all := map[emr.Capability]string{
		emr.CanFindPatients:         "the documentation says both that filters narrow and that they widen a search: name and birth date are asked for first, telephone and e-mail apart, and everything is compared here; a new patient may show up twice for a while",
		emr.CanCreatePatient:        "needs name, birth date, e-mail, a telephone of ten digits and a practitioner (the location's first one when not given); middle name, country and identifiers are not taken; the practice's system gets the person with the first appointment",
		emr.CanUpdatePatient:        "NexHealth has no call for it: the practice changes its own records",
		emr.CanListLocations:        "active locations of the institution that the key may see",
		emr.CanListPractitioners:    "of the connection's location, only those that can be booked online there",
		emr.CanListAppointmentTypes: "NexHealth's own types; the practice's types and procedure codes are descriptors, see Client.Descriptors",
		emr.CanFindSlots:            "only within working hours kept at NexHealth: a practitioner without any has no slots; where no practitioner and no type is asked for, the first appointment type is used",
		emr.CanReadAppointments:     "from NexHealth's copy, which lags up to 20 minutes; blocks have no patient; without days those of Config.Window",
		emr.CanBook:                 "accepted is not written: Write tells, AwaitWritten waits; until then the status is pending; a taken time is not refused; a note has 128 characters at most",
		emr.CanHold:                 "NexHealth has no holds: a block could not be released",
		emr.CanConfirm:              "one way: a confirmed appointment cannot be unconfirmed",
		emr.CanArrive:               "one way: an arrival cannot be taken back",
		emr.CanCancel:               "no reason is kept; the practice's system gets it later",
		emr.CanReschedule:           "time and operatory only, and not with every practice system: Move.Emulate books the new one first and then cancels the old one",
		emr.CanReadDocuments:        "of one patient",
		emr.CanUploadDocuments:      "PDF where Config.UploadTypes says nothing else, and not with every practice system; written later",
		emr.CanReadEncounters:       "NexHealth has no visits",
		emr.CanReadSummaries:        "NexHealth has no clinical summaries",
		emr.CanReadChanges:          "by updated_since of NexHealth's copy, appointments of the connection's location within Config.Window; removed records do not show",
		emr.CanCheck:                "from the sync status: an outage shows when it is asked for, webhooks tell recoveries only",
		emr.CanRaw:                  "the institution, and the location where the endpoint wants one, are added; page cursors are the caller's to follow",
	}
	return all
}
