package nextech

import "net/http"

// vendor names this package in errors, logs and Info.
const vendor = "nextech"

// dialect holds what differs between the two products. Sources: the official STU3
// documentation of Select (selectapidocspub) and Practice+ (practiceplusapidocspub).
type dialect struct {
	product Product
	base    string // documented host
	// fullURLs: extension URLs on appointments and slots are {base}/structuredefinition/x;
	// bare names otherwise. On patients and documents both products use full ones.
	fullURLs bool
	// changeVerb changes the status of an appointment.
	changeVerb string
	// reference prefixes of participants: Select's examples write patient/.., Practice+'s Patient/..
	patientRef, locationRef, practitionerRef string
	// acceptParticipants: a change of status repeats that a participant has accepted.
	acceptParticipants bool
	slotWindow         int  // most days in one slot search, 0: any
	slotLength         bool // knows slot-length
	slotPurpose        bool // knows appointment-purpose on slots
	prospects          bool // a booking may carry a contained patient
	purposeRequired    bool // the practice may demand a purpose
	mimeTypes          []string
}

var (
	selectDialect = &dialect{
		product: Select, base: "https://select.nextech-api.com/api",
		fullURLs: true, changeVerb: http.MethodPut,
		patientRef: "patient/", locationRef: "location/", practitionerRef: "practitioner/",
		slotWindow: 60, slotLength: true, slotPurpose: true, prospects: true, purposeRequired: true,
		mimeTypes: []string{
			"application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-excel.12",
			"image/tif", "image/tiff", "text/html", "text/plain", "text/xml",
			"image/bmp", "image/gif", "image/jpeg", "image/png",
		},
	}
	practicePlusDialect = &dialect{
		product: PracticePlus, base: "https://api.pm.nextech.com/api",
		changeVerb: http.MethodPatch,
		patientRef: "Patient/", locationRef: "Location/", practitionerRef: "Practitioner/",
		acceptParticipants: true,
		mimeTypes:          []string{"application/pdf", "image/gif", "image/jpeg", "image/png", "image/x-png"},
	}
)

// dialectOf returns nil for a product this package does not know.
func dialectOf(p Product) *dialect {
	switch p {
	case Select:
		return selectDialect
	case PracticePlus:
		return practicePlusDialect
	}
	return nil
}
