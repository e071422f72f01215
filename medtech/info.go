package medtech

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// slotWindow is the most days of one search: what ALEX returns without an end.
const slotWindow = 7

// Info describes the connection without I/O. The caveats say, for each capability with a
// catch, what the catch is, and for each missing one why it is missing.
func (c *Client) Info() emr.Info {
	return emr.Info{
		Vendor:      vendor,
		Name:        c.name,
		Environment: c.cfg.Environment,
		Zone:        c.cfg.Zone,
		Caveats:     c.caveats(),
		Searches: [][]emr.Field{
			{emr.FieldIdentifier},
			{emr.FieldFamily, emr.FieldBorn, emr.FieldPhone},
		},
		Limits: emr.Limits{
			SlotWindow:  slotWindow,
			UploadBytes: max(c.cfg.Images.MediaBytes, c.cfg.Images.ScanBytes/4*3),
			UploadTypes: slices.Clone(folderTypes[FolderMedia]),
			Rates:       []emr.Rate{{Class: "each facility", Most: c.cfg.Parallel}},
		},
		Habits: emr.Habits{
			AcceptsDoubleBooking: false, // a taken time is refused
			KeepsNotes:           true,  // as the comment
			FoldsIDs:             false,
			ActsByID:             false, // the whole resource goes back, with the NHI in the query
		},
	}
}

// createCaveat also follows "nobody has this name and birth date: " in a hint of emr.
func (c *Client) createCaveat() string {
	if c.cfg.ExperimentalCreate {
		return "an experiment (Config.ExperimentalCreate): ALEX takes new patients, but in what form is published nowhere, and a plain FHIR Patient is sent; with an NHI where given"
	}
	return "ask the practice to register the person, because Medtech publishes no form for new patients; Config.ExperimentalCreate switches on an untested one"
}

func (c *Client) caveats() map[emr.Capability]string {
	return map[emr.Capability]string{
		emr.CanFindPatients:         "by NHI, or by family name, birth date and mobile number together: ALEX refuses every other search",
		emr.CanGetPatient:           "ids belong to one facility: the same person has another id in another practice",
		emr.CanCreatePatient:        c.createCaveat(),
		emr.CanUpdatePatient:        "the form of a changed patient is published nowhere: the practice changes its own records",
		emr.CanListLocations:        "one: the facility itself",
		emr.CanListPractitioners:    "of the facility; one without HPI CPN and NZMC number has no slots and no list of appointments",
		emr.CanListAppointmentTypes: "ALEX has no appointment types",
		emr.CanFindSlots:            "one search per practitioner and week, by HPI CPN or NZMC number: name the practitioner; without one all of the facility are asked",
		emr.CanReadAppointments:     "a list needs a patient with an NHI, or a practitioner",
		emr.CanBook:                 "the patient, a practitioner and the time; the note becomes the comment",
		emr.CanHold:                 "ALEX has no holds",
		emr.CanConfirm:              "ALEX has no confirmation",
		emr.CanArrive:               "needs the patient's NHI; an arrival cannot be taken back",
		emr.CanCancel:               "needs the patient's NHI; a reason is not kept",
		emr.CanReschedule:           "ALEX cannot move an appointment: Move.Emulate books the new one first and then cancels the old one",
		emr.CanReadDocuments:        "consultation notes, letters, and scans where ALEX lets them be searched, each by a search of its own, by the patient's NHI; the Category is the LOINC code; a note says text/plain and is RTF; Client.Images lists the Media folder",
		emr.CanUploadDocuments:      "into the Inbox: a TIFF or PDF into the Scan folder, up to 8 MB with base64 and with an author; a JPEG or PNG of at most 1,048,576 bytes into the Media folder; Client.StoreImage adds a message and a task",
		emr.CanReadSummaries:        "the International Patient Summary as a FHIR Bundle in JSON, by the patient's NHI, of the whole record but what is confidential or inactive",
		emr.CanReadEncounters:       "ALEX answers 404 to encounters",
		emr.CanReadChanges:          "ALEX tells no changes: read the lists again",
		emr.CanWatchWrites:          "ALEX writes at once: there is nothing to wait for",
		emr.CanCheck:                "reads the location of the facility",
		emr.CanRaw:                  "patients are searched by patient.identifier=system|NHI: other forms are answered with 403",
	}
}
