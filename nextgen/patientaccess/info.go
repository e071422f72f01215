package patientaccess

import "github.com/emrkit/emrkit/emr"

// noCalendar is why nothing can be scheduled.
const noCalendar = "NextGen's patient APIs have no calendar: its Enterprise API has (package nextgen)"

// readOnly is why nothing can be written.
const readOnly = "NextGen's patient APIs are read-only"

// Info describes the connection without I/O. The caveats say, for each capability with a
// catch, what the catch is, and for each missing one why it is missing. Sandbox and
// production have one address: nothing here tells which it is.
func (c *Client) Info() emr.Info {
	return emr.Info{
		Vendor:  vendor,
		Product: product,
		Name:    c.name,
		Caveats: caveats(c.cfg.Version),
	}
}

func caveats(v Version) map[emr.Capability]string {
	documents := "content that is within the document, or at an address of the same server"
	if v == DSTU2 {
		documents += "; category and days narrow here, not at the server"
	}
	return map[emr.Capability]string{
		emr.CanFindPatients:         "nobody is searched for: the token is one person's; Client.Patients has the records it sees",
		emr.CanGetPatient:           "the signed-in person's record, and those the person is a proxy for: Client.Patient says whose",
		emr.CanCreatePatient:        readOnly,
		emr.CanUpdatePatient:        readOnly,
		emr.CanListLocations:        "what the gateway shows; nothing can be booked there",
		emr.CanListPractitioners:    "whom the gateway shows; nothing can be booked with them",
		emr.CanListAppointmentTypes: noCalendar,
		emr.CanFindSlots:            noCalendar,
		emr.CanReadAppointments:     noCalendar,
		emr.CanBook:                 noCalendar,
		emr.CanHold:                 noCalendar,
		emr.CanConfirm:              noCalendar,
		emr.CanArrive:               noCalendar,
		emr.CanCancel:               noCalendar,
		emr.CanReschedule:           noCalendar,
		emr.CanReadDocuments:        documents,
		emr.CanUploadDocuments:      readOnly,
		emr.CanReadEncounters:       "days as they are written in the visits",
		emr.CanReadSummaries:        "no clinical summary is offered: Client.Search reads each type of the record",
		emr.CanReadChanges:          "no feed: search each type with _lastUpdated",
		emr.CanWatchWrites:          readOnly,
		emr.CanCheck:                "reads whom the token sees, and the capability statement, which tells the server's version",
		emr.CanRaw:                  "reads only; the page size is _maxresults, not _count",
	}
}
