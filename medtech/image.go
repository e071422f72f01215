package medtech

import (
	"io"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Folder is the part of the practice's Inbox that an image goes to.
type Folder string

// The folders.
const (
	// FolderMedia takes images and PDFs of at most 1,048,576 bytes; staff opens them with a
	// link. What goes in cannot be changed or deleted.
	FolderMedia Folder = "media"
	// FolderScan takes TIFF and PDF, 8 MB with base64, and wants an author.
	FolderScan Folder = "scan"
)

// Image is a picture or PDF for a patient's record. The bytes go as they are: package
// medtech/clinicalimage makes them upright, small and free of metadata.
type Image struct {
	// Patient needs an id; with the NHI in its identifiers a request is saved.
	Patient *emr.Patient
	// Identifier is your own number of this image: the same one each time it is stored
	// again. It is how an earlier copy is found.
	Identifier  string
	Content     io.ReadSeeker // from its present position to its end
	ContentType string        // image/jpeg, image/png, image/tiff, application/pdf
	// URL names bytes that are elsewhere at Medtech, such as Binary/1, in the place of
	// Content. No way to put them there is published: ask Medtech before.
	URL string
	// Folder "" is FolderMedia.
	Folder Folder

	Title   emr.PHI
	Label   emr.PHI // of the lesion: "Lesion 1 (superior)"
	Created time.Time
	// Operator took the image, and is the author of a scan. "": none, and for a scan
	// Config.Images.Author.
	Operator emr.PractitionerID

	// What the image shows. The words go into the title, the codes only where
	// Config.Images says how.
	BodySite, Laterality, View, Classification Code
	// Encounter is sent only with Config.Images.Encounter.
	Encounter emr.EncounterID

	// Message and Task are stored after the image: a message to the Inbox of its
	// recipients, and something to do. nil: none. Patient, Identifier and who it is from
	// are filled in where they are blank.
	Message *Message
	Task    *Task
	// ReadBack reads the stored image and compares it, by one more request.
	ReadBack bool
}

// The ids of what is in a patient's record. As all ids that lead to a patient they hide in
// every fmt verb and in log/slog, and are plain in JSON, text and SQL.
type (
	// MediaID is ALEX's id of an image in the Media folder; make one with emr.NewID.
	MediaID = emr.ID[StoredImage]
	// MessageID is ALEX's id of a message.
	MessageID = emr.ID[Message]
	// TaskID is ALEX's id of a task.
	TaskID = emr.ID[Task]
)

// Stored is what StoreImage made or found. Its ids belong to the facility.
type Stored struct {
	MediaID    MediaID        // in FolderMedia
	DocumentID emr.DocumentID // in FolderScan
	MessageID  MessageID      // zero for none
	TaskID     TaskID         // zero for none
	// Earlier says that the image was there already, with this identifier: nothing was
	// sent for it.
	Earlier bool
	// Verified says that the image was read back and is the one that was sent.
	Verified bool
	// RequestID is the correlation id that all writes of this commit carried.
	RequestID string
}

// StoredImage is a Media in a patient's record, without its bytes: see OpenImage.
type StoredImage struct {
	ID          MediaID
	Identifier  string
	System      string // of Identifier
	Patient     emr.PatientID
	Title       emr.PHI
	ContentType string
	Created     time.Time
	Operator    emr.PractitionerID
	Source      emr.Source
}
