package nextechsaas

import (
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Info describes the connection without I/O. The caveats say, for each capability with a
// catch, what the catch is, and for each missing one why it is missing.
func (c *Client) Info() emr.Info {
	return emr.Info{
		Vendor:  vendor,
		Product: "saas-ehr",
		Name:    c.name,
		Zone:    c.cfg.Zone,
		Caveats: caveats(),
		Limits:  emr.Limits{Rates: []emr.Rate{{Most: c.cfg.PerSecond, Per: time.Second}}},
	}
}

func caveats() map[emr.Capability]string {
	const noScheduling = "the SaaS EHR API has no scheduling: for bookings see package nextech"
	const readOnly = "the SaaS EHR API is read only"
	all := map[emr.Capability]string{
		emr.CanFindPatients:   "by chart number or name only, how names are matched is not documented: every field is compared here; a social security number in the answer is passed over",
		emr.CanGetPatient:     "the SaaS EHR API cannot be asked by id: find the patient by chart number",
		emr.CanReadEncounters: "all in one answer, documents included, which are passed over; a section makes it small",
		emr.CanReadSummaries:  "one HTML document for each visit: untrusted, not cleaned; name the encounter",
		emr.CanCheck:          "asks for the names of sections, which touches no record",
		emr.CanRaw:            "GET and HEAD only; answers may hold social security numbers",
	}
	for _, can := range []emr.Capability{emr.CanCreatePatient, emr.CanUpdatePatient, emr.CanUploadDocuments} {
		all[can] = readOnly
	}
	for _, can := range []emr.Capability{
		emr.CanListLocations, emr.CanListPractitioners, emr.CanListAppointmentTypes, emr.CanFindSlots, emr.CanReadAppointments,
		emr.CanBook, emr.CanHold, emr.CanConfirm, emr.CanArrive, emr.CanCancel, emr.CanReschedule,
	} {
		all[can] = noScheduling
	}
	all[emr.CanReadDocuments] = "the document of a visit is a clinical summary: see emr.Client.OpenSummary"
	all[emr.CanReadChanges] = "the SaaS EHR API has no change feed"
	all[emr.CanWatchWrites] = readOnly
	return all
}
