package nextgen

import (
	"cmp"
	"encoding/json"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// appointmentRecord is an appointment: a row of GET /appointments, which says id, or the
// detail. Rows of GET /persons/{id}/appointments, which say appointmentId and have no time
// of day, are not read.
type appointmentRecord struct {
	ID           guid                  `json:"id"`
	Practice     vendorjson.Text       `json:"practiceId"`
	Date         day                   `json:"appointmentDate"` // at midnight
	Begin        clock                 `json:"beginTime"`
	End          clock                 `json:"endTime"`
	Minutes      vendorjson.Int        `json:"duration"`
	Person       guid                  `json:"personId"`
	Event        guid                  `json:"eventId"`
	Location     guid                  `json:"locationId"`
	Practitioner guid                  `json:"renderingProviderId"`
	Resources    vendorjson.List[guid] `json:"resourceIds"`
	Details      vendorjson.Text       `json:"details"`
	Cancelled    vendorjson.Bool       `json:"isCancelled"`
	Canceled     vendorjson.Bool       `json:"isCanceled"` // as the vendor's prose writes it
	Kept         vendorjson.Bool       `json:"isKept"`
	Deleted      vendorjson.Bool       `json:"isDeleted"`
	NoShow       vendorjson.Bool       `json:"isNoShow"`
	Rescheduled  vendorjson.Bool       `json:"isRescheduled"`
	Other        guid                  `json:"rescheduledAppointmentId"` // which way it points is not published
	Confirmed    vendorjson.Bool       `json:"appointmentConfirmed"`
	Workflow     vendorjson.Text       `json:"workflowStatus"` // a label of the clinic's own
	Created      stamp                 `json:"createTimestamp"`
	CreatedUTC   stamp                 `json:"createTimestampUtc"`
	Updated      stamp                 `json:"modifyTimestamp"`
	UpdatedUTC   stamp                 `json:"modifyTimestampUtc"`
}

// readAppointment reads one record. The error is a *vendorjson.Error: no record, or no id
// that could be asked for.
func readAppointment(raw json.RawMessage) (*appointmentRecord, error) {
	r := new(appointmentRecord)
	if err := vendorjson.Into(raw, r); err != nil {
		return nil, err
	}
	if !isGUID(string(r.ID)) {
		return nil, &vendorjson.Error{Problem: vendorjson.Mistyped}
	}
	return r, nil
}

// status maps the flags. Several may be set: what took the appointment out of the calendar
// counts before what happened in it.
func (r *appointmentRecord) status() (emr.Status, string) {
	switch {
	case r.Rescheduled.Value:
		return emr.StatusMoved, "isRescheduled"
	case r.Cancelled.Value || r.Canceled.Value:
		return emr.StatusCancelled, "isCancelled"
	case r.Kept.Value:
		return emr.StatusArrived, "isKept"
	case r.NoShow.Value:
		return emr.StatusNoShow, "isNoShow"
	}
	return emr.StatusBooked, ""
}

// appointment maps a record. VendorStatus is the clinic's own label of the workflow where
// there is one, else the flag that counts. false: its time cannot be read, or is none that
// the practice's clock shows.
func (c *Client) appointment(r *appointmentRecord, raw json.RawMessage) (*emr.Appointment, bool) {
	from, to, ok := c.span(r.Date.Date, r.Begin, r.End, int(r.Minutes.Value))
	if !ok {
		return nil, false
	}
	a := &emr.Appointment{
		ID:           emr.NewAppointmentID(string(r.ID)),
		Confirmed:    r.Confirmed.Value,
		Write:        emr.WriteDone,
		Start:        from,
		End:          to,
		Patient:      emr.NewPatientID(string(r.Person)),
		Location:     emr.LocationID(r.Location),
		Practitioner: emr.PractitionerID(r.Practitioner),
		Type:         emr.AppointmentTypeID(r.Event),
		Note:         phi(r.Details),
		Created:      madeAt(r.Created, r.CreatedUTC, c.cfg.Zone),
		Updated:      madeAt(r.Updated, r.UpdatedUTC, c.cfg.Zone),
		Source:       emr.NewSource(raw),
	}
	var flag string
	a.Status, flag = r.status()
	a.VendorStatus = cmp.Or(text(r.Workflow), flag)
	for _, id := range r.Resources {
		if id != "" {
			a.Resources = append(a.Resources, emr.ResourceID(id))
		}
	}
	return a, true
}
