package medtech

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

const otherPatient = "ffffffffffffffffffffffffffffffff"

func media(id, patient string) string {
	return `{"resourceType":"Media","id":"` + id + `","identifier":[{"value":"img-0001"}],"status":"completed","subject":{"reference":"Patient/` + patient + `"},"content":{"contentType":"image/jpeg"}}`
}

func (w *wire) posts() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, r := range w.seen {
		if r.Method == http.MethodPost {
			n++
		}
	}
	return n
}

// Whatever cannot be an earlier copy of this patient's image is no reason to skip it, and
// none to send it.
func TestLook_anAnswerThatIsNotAboutThePatientIsNoEarlierCopy(t *testing.T) {
	t.Parallel()
	for name, found := range map[string]string{
		"another patient's": media("m1", otherPatient),
		"one without an id": media("", testPatient),
	} {
		c, w := connect(t, nil, reply{body: bundle(found)})
		stored, err := c.StoreImage(t.Context(), inboxImage())
		if emr.KindOf(err) != emr.KindProtocol || stored != nil || w.posts() != 0 {
			t.Errorf("%s: %v, %v, %d posts", name, stored, err, w.posts())
		}
	}
}

// A list that goes in a circle does not say that there is no earlier copy.
func TestLook_pagesInACircleSendNothing(t *testing.T) {
	t.Parallel()
	page := func(next string) reply {
		return reply{body: `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"https://h/FHIR/Media?page=` + next + `"}],"entry":[{"resource":` + strings.ReplaceAll(media("m9", testPatient), "img-0001", "x") + `}]}`}
	}
	c, w := connect(t, nil, page("2"), page("3"), page("2"), page("3"), page("2"), reply{body: bundle()})
	_, err := c.StoreImage(t.Context(), inboxImage())
	if emr.KindOf(err) != emr.KindProtocol || w.posts() != 0 || len(w.seen) > 4 {
		t.Errorf("%v, %d posts, %d requests", err, w.posts(), len(w.seen))
	}
}

// What ALEX says it stored must be this patient's.
func TestStore_anAnswerAboutAnotherPatientIsAmbiguous(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: bundle()}, reply{status: 201, body: media("m1", otherPatient)}, reply{body: bundle()})
	stored, err := c.StoreImage(t.Context(), inboxImage())
	if emr.KindOf(err) != emr.KindAmbiguous || stored != nil || w.posts() != 1 {
		t.Errorf("%v, %v, %d posts", stored, err, w.posts())
	}
}

func TestReads_recordsOfSomebodyElseAreNotShown(t *testing.T) {
	t.Parallel()
	document := func(id, patient string) string {
		return `{"resourceType":"DocumentReference","id":"` + id + `","status":"current","subject":{"reference":"Patient/` + patient + `"},"content":[{"attachment":{"contentType":"text/plain","data":"aGk="}}]}`
	}
	for name, row := range map[string]struct {
		answer string
		do     func(p parts) error
	}{
		"documents of another patient": {bundle(document("d1", otherPatient)), func(p parts) error {
			_, err := p.ListDocuments(t.Context(), emr.DocumentQuery{Patient: inboxPatient(), Category: CategoryNote}, "")
			return err
		}},
		"another document": {document("d2", testPatient), func(p parts) error {
			return drain(p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID("d1"), Patient: emr.NewPatientID(testPatient)}))
		}},
		"a document of another patient": {document("d1", otherPatient), func(p parts) error {
			return drain(p.OpenDocument(t.Context(), &emr.Document{ID: emr.NewDocumentID("d1"), Patient: emr.NewPatientID(testPatient)}))
		}},
		"another image": {strings.Replace(media("m2", testPatient), `"image/jpeg"`, `"image/jpeg","data":"aGk="`, 1), func(p parts) error {
			return drain(p.OpenImage(t.Context(), emr.NewID[StoredImage]("m1")))
		}},
		"the summary of another patient": {strings.Replace(bundle(`{"resourceType":"Composition","id":"c"}`, strings.ReplaceAll(patientBody, testNHI, "ZAC5361")), "searchset", "document", 1), func(p parts) error {
			return drain(p.OpenSummary(t.Context(), emr.SummaryQuery{Patient: inboxPatient()}))
		}},
	} {
		c, _ := connect(t, nil, reply{body: row.answer})
		if err := row.do(parts{c}); emr.KindOf(err) != emr.KindProtocol {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever form the answer has, an unknown facility is said, and is never an empty list.
func TestFacilityNotFound_isSaidInEveryForm(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]reply{
		"gateway 404":         {status: 404, body: `{"statusCode":404,"message":"Practice Facility not found."}`},
		"gateway 403":         {status: 403, body: `{"statusCode":403,"message":"Practice Facility not found"}`},
		"outcome 404, short":  {status: 404, body: outcome("error", "not-found", "Facility not found.")},
		"outcome 404, longer": {status: 404, body: outcome("error", "not-found", "Practice facility not found for the vendor")},
		"no facility":         {status: 404, body: outcome("error", "not-found", "No facility found.")},
		"information in 200":  {body: bundle(outcome("information", "not-found", "Practice Facility not found."))},
		"an outcome with 200": {body: outcome("warning", "not-found", "Practice Facility not found.")},
		"plain text 403":      {status: 403, body: "Practice Facility not found"},
		"a page 404":          {status: 404, body: "<html><body>Practice Facility not found.</body></html>"},
	} {
		for op, do := range map[string]func(parts) error{
			"list": func(p parts) error { _, err := p.ListPractitioners(t.Context(), ""); return err },
			"get":  func(p parts) error { _, err := p.GetPatient(t.Context(), emr.NewPatientID(testPatient)); return err },
		} {
			c, _ := connect(t, nil, answer)
			err := do(parts{c})
			if e := asError(err); e == nil || e.Kind != emr.KindConfig || !strings.Contains(e.Hint, "facility "+testFacility) {
				t.Errorf("%s, %s: %v", name, op, err)
			}
		}
	}
}

// A practice that is away has no empty calendar, however mildly that is said.
func TestOutage_saidAsInformationIsNoEmptyList(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, reply{body: bundle(outcome("information", "exception", "PMS unreachable or unavailable."))})
	if _, err := (parts{c}).ListPractitioners(t.Context(), ""); emr.KindOf(err) != emr.KindUnavailable {
		t.Error(err)
	}
}

func TestGet_aMissingRecordToldWith200IsNotFound(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, reply{body: outcome("information", "not-found", "Resource ID not found.")})
	if _, err := (parts{c}).GetPatient(t.Context(), emr.NewPatientID(testPatient)); emr.KindOf(err) != emr.KindNotFound {
		t.Error(err)
	}
}

func TestNHIOf_aNumberThatIsOldIsNotTheOneToAskBy(t *testing.T) {
	t.Parallel()
	p := &emr.Patient{Identifiers: []emr.Identifier{{System: NHISystem, Use: "old", Value: emr.NewPHI("ZAC5361")}, {System: NHISystem, Value: emr.NewPHI("ZZZ0016")}}}
	if number, ok := NHIOf(p); !ok || number.Reveal() != "ZZZ0016" {
		t.Errorf("%q, %t", number.Reveal(), ok)
	}
	p.Identifiers = p.Identifiers[:1]
	if number, ok := NHIOf(p); !ok || number.Reveal() != "ZAC5361" {
		t.Errorf("%q, %t", number.Reveal(), ok)
	}
}

// The practice's search knows more spellings of a name than we do.
func TestFindPatients_aNameWithMacronsIsFound(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil, reply{body: bundle(strings.Replace(patientBody, "QUILLSAMPLE", "QUĪLLSAMPLE", 1))})
	q := emr.PatientQuery{Family: emr.NewPHI("Quillsample"), Born: emr.NewBirthDate(1980, 2, 29), Phone: emr.NewPHI("+64 205550142")}
	page, err := parts{c}.FindPatients(t.Context(), q, "")
	if err != nil || len(page.Items) != 1 {
		t.Errorf("%d people, %v", len(page.Items), err)
	}
	q.Phone = emr.NewPHI("0209999999") // neither name nor number
	if _, err := (parts{c}).FindPatients(t.Context(), q, ""); emr.KindOf(err) != emr.KindProtocol {
		t.Error(err)
	}
}

func TestDocumentOptionsPrintNothing(t *testing.T) {
	t.Parallel()
	o := DocumentOptions{Identifier: "img-0001 " + testNHI, Author: "p1"}
	if text := fmt.Sprintf("%v %+v %#v %v", o, o, o, &o); inboxLeak(text) != "" {
		t.Error(text)
	}
}

// counter counts the calls that are at the server, by facility.
type counter struct {
	mu        sync.Mutex
	now, most map[string]int
	total     atomic.Int32
}

func (s *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/token") {
		return (&wire{replies: []reply{{}}}).RoundTrip(r)
	}
	facility := strings.ToUpper(r.Header.Get("mt-facilityid"))
	s.mu.Lock()
	s.now[facility]++
	s.most[facility] = max(s.most[facility], s.now[facility])
	s.mu.Unlock()
	s.total.Add(1)
	time.Sleep(2 * time.Millisecond)
	s.mu.Lock()
	s.now[facility]--
	s.mu.Unlock()
	return (&wire{replies: []reply{{body: bundle(doctors)}}}).RoundTrip(r)
}

// Connections that share count together, whatever they were told, and a facility is one in
// whatever case it is written.
func TestParallel_oneFacilityGetsFourCallsAcrossConnections(t *testing.T) {
	t.Parallel()
	server := &counter{now: map[string]int{}, most: map[string]int{}}
	shared := emr.NewShared()
	t.Cleanup(func() { _ = shared.Close() })
	var all sync.WaitGroup
	for _, most := range []int{4, 0, 3} {
		cfg := good()
		cfg.Parallel, cfg.Facility = most, testFacility
		c, err := New(cfg, &emr.Options{HTTPClient: &http.Client{Transport: server}, Shared: shared})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		for i := range 20 {
			ctx := t.Context()
			switch i % 3 {
			case 0:
				ctx = WithFacility(ctx, strings.ToLower(testFacility))
			case 1:
				ctx = WithFacility(ctx, "F2Z999-B")
			}
			all.Go(func() {
				if _, err := (parts{c}).ListPractitioners(ctx, ""); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	for facility, n := range server.most {
		if n > 4 {
			t.Errorf("%d calls at once for %s", n, facility)
		}
	}
	if server.total.Load() != 60 {
		t.Errorf("%d calls", server.total.Load())
	}
}

func TestConfig_aHeaderThatWouldSplitIsRefused(t *testing.T) {
	t.Parallel()
	cfg := good()
	cfg.Header = http.Header{"X-Version": {"2\r\nmt-roles: all"}}
	if _, err := New(cfg, nil); emr.KindOf(err) != emr.KindConfig {
		t.Error(err)
	}
}
