package medtech_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/medtech/medtechtest"
)

// everything makes each call that this package has, once, and returns how many images it
// stored.
func everything(t *testing.T, p *practice) (commits int) {
	t.Helper()
	ctx, who, doctor := t.Context(), p.person(0), doctorOf(t, p.sim)
	ok := func(err error) {
		t.Helper()
		if err != nil && emr.KindOf(err) != emr.KindNotFound && emr.KindOf(err) != emr.KindUnsupported {
			t.Fatal(err)
		}
	}
	must := func(_ any, err error) { t.Helper(); ok(err) }
	someone := emrtest.People()[1]
	a := p.book()
	must(p.c.Cancel(ctx, a.ID, nil))
	must(p.c.Arrive(ctx, p.book().ID))
	must(p.c.Check(ctx))
	must(emr.Collect(p.c.FindPatients(ctx, emr.PatientQuery{Family: someone.Family, Born: someone.Born, Phone: someone.Phones[0].Number})))
	must(p.c.GetPatient(ctx, who.ID))
	must(p.c.GetAppointment(ctx, a.ID))
	must(emr.Collect(p.c.Practitioners(ctx)))
	must(emr.Collect(p.c.Locations(ctx)))
	day := emr.DateOf(p.sim.Now().In(p.mt.Info().Zone))
	must(emr.Collect(p.c.FindSlots(ctx, emr.SlotQuery{From: day, To: day.AddDays(40)})))
	must(emr.Collect(p.c.Appointments(ctx, emr.AppointmentQuery{Patient: who, From: day, To: day.AddDays(400)})))
	must(emr.Collect(p.c.Appointments(ctx, emr.AppointmentQuery{Practitioners: []emr.PractitionerID{doctor}, From: day})))
	must(emr.Collect(p.c.Documents(ctx, emr.DocumentQuery{Patient: &emr.Patient{ID: who.ID}})))
	must(p.c.OpenSummary(ctx, emr.SummaryQuery{Patient: who}))
	must(emr.Collect(p.mt.Images(ctx, who)))
	must(emr.Collect(p.mt.Messages(ctx, who)))
	must(emr.Collect(p.mt.Tasks(ctx, who)))
	must(emr.Collect(p.mt.Schedules(ctx, doctor)))
	must(p.mt.SendMessage(ctx, &medtech.Message{Patient: who, Sender: doctor, Text: emr.NewPHI("Please review"), Identifier: "msg-7"}))
	must(p.mt.CreateTask(ctx, &medtech.Task{Description: emr.NewPHI("Order gloves"), Patient: who, Owner: doctor}))
	must(p.c.UploadDocument(ctx, &emr.NewDocument{Patient: who, Title: emr.NewPHI("Letter"), Content: strings.NewReader("%PDF-1.4"), ContentType: "application/pdf",
		Vendor: medtech.DocumentOptions{Author: doctor, Identifier: "doc-7"}}))
	for _, folder := range []medtech.Folder{medtech.FolderMedia, medtech.FolderScan} {
		must(p.mt.StoreImage(ctx, &medtech.Image{
			Patient: &emr.Patient{ID: who.ID}, Identifier: "img-" + string(folder), Folder: folder, ContentType: "image/tiff", Operator: doctor, ReadBack: true,
			Content: bytes.NewReader([]byte("II*\x00pixels")), Encounter: emr.NewEncounterID("enc-1"),
			BodySite: medtech.Code{System: "http://snomed.info/sct", Code: "40983000", Display: "Forearm"}, View: medtech.Code{Code: "dermoscopy", Display: "Dermoscopy"},
			Laterality: medtech.Code{Code: "left", Display: "Left"}, Classification: medtech.Code{Code: "lesion", Display: "Lesion"},
			Message: &medtech.Message{Text: emr.NewPHI("Please review")}, Task: &medtech.Task{Description: emr.NewPHI("Prepare referral")},
		}))
		commits++
	}
	return commits
}

// TestExactness is the list by which requests of ALEX are accepted, over everything that
// this package sends.
func TestExactness(t *testing.T) {
	t.Parallel()
	p := start(t, &medtechtest.Options{Schedules: true}, nil)
	commits := everything(t, p)
	p.sim.FailNext(emrtest.FaultUnavailableOnce, 1) // and a repeat
	if _, err := emr.Collect(p.c.Practitioners(t.Context())); err != nil {
		t.Fatal(err)
	}
	all := p.sent()
	if len(all) < 60 {
		t.Fatalf("%d requests", len(all))
	}

	t.Run("a new UUID v4 for each request, one for the writes of a commit", func(t *testing.T) {
		t.Parallel()
		by := map[string][]string{}
		for _, r := range all {
			id := r.Header.Get("mt-correlationid")
			if !uuid4.MatchString(id) {
				t.Errorf("%s %s: %q", r.Method, r.Path, id)
			}
			by[id] = append(by[id], r.Method+" "+strings.TrimPrefix(r.Path, "/FHIR"))
		}
		shared := 0
		for _, lines := range by {
			if len(lines) == 1 {
				continue
			}
			shared++
			if text := strings.Join(lines, ","); text != "POST /Media,POST /Communication,POST /Task" && text != "POST /DocumentReference,POST /Communication,POST /Task" {
				t.Errorf("one id for %s", text)
			}
		}
		if shared != commits {
			t.Errorf("%d shared ids for %d commits", shared, commits)
		}
	})
	t.Run("an NHI has its system", func(t *testing.T) {
		t.Parallel()
		asked := map[string]bool{}
		for _, r := range all {
			if q, _ := url.ParseQuery(r.RawQuery); q.Has("identifier") || q.Has("patient.identifier") {
				v := q.Get("patient.identifier") + q.Get("identifier")
				if !strings.HasPrefix(v, "https://standards.digital.health.nz/ns/nhi-id|") || !strings.Contains(r.RawQuery, "%7C") {
					t.Errorf("%s %s?%s", r.Method, r.Path, r.RawQuery)
				}
				asked[r.Method+" "+strings.TrimPrefix(r.Path, "/FHIR/")] = true
			}
			if strings.Contains(r.Path, medtechtest.NHI(0)) {
				t.Errorf("an NHI in the path %s", r.Path)
			}
		}
		for _, want := range []string{"GET Patient", "GET Patient/$summary", "GET Appointment", "PUT Appointment", "GET DocumentReference", "GET Media", "GET Communication", "GET Task"} {
			if !asked[want] {
				t.Errorf("no %s by NHI", want)
			}
		}
	})
	t.Run("slot windows of seven days, ge and le", func(t *testing.T) {
		t.Parallel()
		n := 0
		for _, r := range all {
			if strings.HasSuffix(r.Path, "/Slot") {
				n++
				q, _ := url.ParseQuery(r.RawQuery)
				checkSlotSearch(t, q)
			}
		}
		if n < 6 {
			t.Errorf("%d searches", n)
		}
	})
	t.Run("no body site, view or encounter on a Media, and an author on a scan", func(t *testing.T) {
		t.Parallel()
		media, scans := 0, 0
		for _, r := range all {
			var body map[string]json.RawMessage
			if r.Method != http.MethodPost || json.Unmarshal(r.Body, &body) != nil {
				continue
			}
			switch {
			case strings.HasSuffix(r.Path, "/Media"):
				media++
				for _, member := range []string{"bodySite", "view", "encounter", "extension", "modality", "reasonCode"} {
					if body[member] != nil {
						t.Errorf("a Media with %s", member)
					}
				}
				if !strings.Contains(string(body["content"]), "Left, Forearm, Dermoscopy, Lesion") {
					t.Error("a Media does not say in words what it shows")
				}
			case strings.HasSuffix(r.Path, "/DocumentReference"):
				scans++
				if !strings.HasPrefix(string(body["author"]), `[{"reference":"Practitioner/`) || body["context"] != nil {
					t.Errorf("a scan with author %s, context %s", body["author"], body["context"])
				}
			}
		}
		if media != 1 || scans != 2 {
			t.Errorf("%d Media, %d scans", media, scans)
		}
	})
	t.Run("no call without facility, and no simulator's rule is broken", func(t *testing.T) {
		t.Parallel()
		home, _, _ := p.sim.Facilities()
		for _, r := range all {
			if r.Header.Get("mt-facilityid") != home || r.Header.Get("Authorization") == "" || r.Header.Get("Content-Type") != "application/fhir+json" {
				t.Errorf("%s %s: %v", r.Method, r.Path, r.Header)
			}
		}
	})
}

// Four calls at once for a facility, whatever the calls are; uploads and Binary count too.
func TestExactness_fourCallsAtOnceWhateverTheyAre(t *testing.T) {
	t.Parallel()
	p := start(t, &medtechtest.Options{Latency: 3 * time.Millisecond}, nil)
	who, doctor := p.person(0), doctorOf(t, p.sim)
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() { _, _ = emr.Collect(p.c.Documents(t.Context(), emr.DocumentQuery{Patient: who})) })
		all.Go(func() { _, _ = p.c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: who}) })
		all.Go(func() {
			_, err := p.mt.StoreImage(t.Context(), &medtech.Image{Patient: who, Identifier: "img-" + string(rune('a'+n)), ContentType: "image/jpeg", Content: strings.NewReader("x"), Operator: doctor})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := p.sim.MaxParallel(); n > 4 || n < 3 {
		t.Errorf("%d calls at once", n)
	}
}

// An unknown facility is config or permission, and says facility.
func TestExactness_anUnknownFacilityIsNamed(t *testing.T) {
	t.Parallel()
	p := start(t, nil, nil)
	ctx := medtech.WithFacility(t.Context(), "F0X000-Z")
	who := &emr.Patient{ID: emr.NewPatientID("x"), Identifiers: []emr.Identifier{medtech.NHI("ZZZ0016")}}
	for name, do := range map[string]func() error{
		"check": func() error { _, err := p.c.Check(ctx); return err },
		"patients": func() error {
			_, err := emr.Collect(p.c.FindPatients(ctx, emr.PatientQuery{Identifier: who.Identifiers[0]}))
			return err
		},
		"image": func() error {
			_, err := p.mt.StoreImage(ctx, &medtech.Image{Patient: who, Identifier: "i", ContentType: "image/jpeg", Content: strings.NewReader("x")})
			return err
		},
		"message": func() error {
			_, err := p.mt.SendMessage(ctx, &medtech.Message{Patient: who, Sender: "p1", Text: emr.NewPHI("x")})
			return err
		},
		"summary": func() error { _, err := p.c.OpenSummary(ctx, emr.SummaryQuery{Patient: who}); return err },
	} {
		e, ok := errors.AsType[*emr.Error](do())
		if !ok || e.Kind != emr.KindConfig || !strings.Contains(e.Error()+e.Hint, "facility") || !strings.Contains(e.Hint, "F0X000-Z") || !strings.Contains(medtech.UserMessage(e), "facility") {
			t.Errorf("%s: %v", name, e)
		}
	}
}
