package medtech_test

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// Location is a URL and escapes ids of 2021 in another way than lists do: what was stored
// is found in the lists under the id that was told.
func TestSpelling_whatIsStoredHasTheIDThatListsHave(t *testing.T) {
	t.Parallel()
	for round := range 4 { // ids differ in which signs they have
		in := openInbox(t, &medtechtest.Options{LongIDs: true, EmptyAnswers: true, AuthorOptional: true}, nil, nil)
		for range round {
			_, _ = in.alex.CreateTask(t.Context(), &medtech.Task{Description: emr.NewPHI("Order gloves")})
		}
		i := in.whole()
		i.ReadBack = true
		stored, err := in.alex.StoreImage(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		images, err1 := emr.Collect(in.alex.Images(t.Context(), in.patient))
		messages, err2 := emr.Collect(in.alex.Messages(t.Context(), in.patient))
		tasks, err3 := emr.Collect(in.alex.Tasks(t.Context(), in.patient))
		if err1 != nil || err2 != nil || err3 != nil || images[0].ID != stored.MediaID || messages[0].ID != stored.MessageID || tasks[0].ID != stored.TaskID {
			t.Errorf("round %d: another spelling; %v %v %v", round, err1, err2, err3)
		}
		again, err := in.alex.StoreImage(t.Context(), i)
		if err != nil || !again.Earlier || again.MediaID != stored.MediaID || again.MessageID != stored.MessageID || again.TaskID != stored.TaskID {
			t.Errorf("round %d: %v, %v", round, again, err)
		}
		scan := in.image()
		scan.Folder, scan.ContentType, scan.Operator, scan.Identifier = medtech.FolderScan, "image/tiff", in.doctor, "scan-1"
		filed, err := in.alex.StoreImage(t.Context(), scan)
		if err != nil {
			t.Fatal(err)
		}
		documents, err := emr.Collect(emr.NewClient(in.alex, nil).Documents(t.Context(), emr.DocumentQuery{Patient: in.patient, Category: medtech.CategoryScan}))
		if err != nil || len(documents) != 1 || documents[0].ID != filed.DocumentID {
			t.Errorf("round %d: %d documents, %v", round, len(documents), err)
		}
	}
}

// An id that no URL escapes is read nowhere, and an application that may not read asks for
// nothing.
func TestSpelling_plainIDsCostNoRequest(t *testing.T) {
	t.Parallel()
	in := openInbox(t, &medtechtest.Options{EmptyAnswers: true}, nil, nil)
	if stored, err := in.alex.StoreImage(t.Context(), in.image()); err != nil || stored.MediaID.IsZero() {
		t.Fatal(stored, err)
	}
	in.wantSent(t, "GET /Media", "POST /Media")
	in = openInbox(t, &medtechtest.Options{EmptyAnswers: true, LongIDs: true}, func(c *medtech.Config) { c.Images.SkipLook = true }, nil)
	stored, err := in.alex.StoreImage(t.Context(), in.image())
	if err != nil || strings.Contains(stored.MediaID.Reveal(), "%") || len(stored.MediaID.Reveal()) < 100 {
		t.Fatal(stored, err)
	}
	in.wantSent(t, "POST /Media")
	in = openInbox(t, &medtechtest.Options{EmptyAnswers: true, LongIDs: true, WithoutRoles: []string{"patient.communication.generalcommunication.read"}}, nil, nil)
	m, err := in.alex.SendMessage(t.Context(), &medtech.Message{Patient: in.patient, Sender: in.doctor, Text: emr.NewPHI("Please review")})
	if err != nil || m.ID.IsZero() { // it is sent, whoever may read it
		t.Error(m, err)
	}
}

func TestSpelling_bookingsAreListedUnderTheirID(t *testing.T) {
	t.Parallel()
	for range 3 {
		p := start(t, &medtechtest.Options{LongIDs: true, EmptyAnswers: true}, nil)
		a, who := p.book(), p.person(0)
		mine, err := emr.Collect(p.c.Appointments(t.Context(), emr.AppointmentQuery{Patient: who}))
		found := false
		for _, one := range mine {
			found = found || one.ID == a.ID && one.Practitioner == a.Practitioner && one.Location == a.Location && one.Patient == a.Patient
		}
		if err != nil || !found {
			t.Errorf("not among %d appointments, %v", len(mine), err)
		}
	}
}
