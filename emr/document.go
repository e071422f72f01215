package emr

import (
	"io"
	"time"
)

// Document is a file in a patient's record: what is known about it, not its content.
type Document struct {
	ID          DocumentID
	Patient     PatientID
	Title       PHI
	ContentType string // media type
	Category    string // the vendor's category
	Size        int64  // bytes, -1 when not told
	Created     time.Time
	Encounter   EncounterID
	Write       WriteState // "" where the vendor does not tell
	Source      Source
}

// DocumentQuery lists the documents of a patient. The patient needs an id only; some
// vendors save a request where the whole record is given.
type DocumentQuery struct {
	Patient  *Patient
	Category string
	From, To Date // To exclusive
	Vendor   any
}

// NewDocument is a file for a patient's record. Content is read from its current
// position to its end, and may be rewound: a file or a bytes.Reader. The patient needs
// an id only; some vendors save a request where the whole record is given.
type NewDocument struct {
	Patient     *Patient
	Title       PHI
	Description PHI
	ContentType string // media type: application/pdf, image/jpeg, ...
	Category    string // must exist at the vendor where it is checked (Nextech: note category)
	TypeCode    string // LOINC code of the kind of document, where the vendor wants one
	Content     io.ReadSeeker
	Encounter   EncounterID
	Vendor      any
}

// Encounter is one visit in a patient's record.
type Encounter struct {
	ID           EncounterID
	Patient      PatientID
	Practitioner PractitionerID
	Start, End   Date // civil days in the clinic
	Type         PHI
	Locked       bool
	Source       Source
}

// EncounterQuery lists the encounters of a patient, who needs an id only: see DocumentQuery.
type EncounterQuery struct {
	Patient  *Patient
	From, To Date // To exclusive; zero: no bound
	// Sections are the parts of each visit to fetch (vitals, notes, ...), in the vendor's own
	// words; nil: those the vendor gives unasked. Kind invalid where it cannot choose.
	Sections []string
	Vendor   any
}

// SummaryQuery asks for a clinical summary (CCDA or CCD) of a patient, who needs an id
// only: see DocumentQuery.
type SummaryQuery struct {
	Patient *Patient
	// Encounter is one visit. With its days in From and To the same query serves every vendor
	// that has visits: those that summarise days answer for the days. Kind invalid where a
	// vendor needs the visit or the days and they are missing, or can use neither.
	Encounter EncounterID
	From, To  Date // To exclusive; zero: no bound
	// Sections are the parts of the summary to include (allergies, medications, ...), in the
	// vendor's own words; nil: the whole summary. Kind invalid where it cannot choose.
	Sections []string
	Vendor   any
}

// Content is an opened document or clinical summary. Treat Body as untrusted and
// personal: never log it, never render it as HTML without cleaning. Close it. What Body
// yields before an error is cut off; its errors are *Error.
type Content struct {
	ContentType string // media type
	Size        int64  // bytes of Body, -1 when not told
	Body        io.ReadCloser
}
