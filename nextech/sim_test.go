package nextech_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextech/nextechtest"
)

func TestAWholeRunSendsOnlyWhatNextechDocuments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		opts     nextechtest.Options
		practice bool
	}{
		{"base URL, id and secret only", nextechtest.Options{}, false},
		{"Select through Azure with a password", nextechtest.Options{Auth: nextechtest.AzurePassword}, true},
		{"Practice+ through Azure", nextechtest.Options{Product: nextech.PracticePlus, Auth: nextechtest.AzureClient}, true},
		{"empty answers", nextechtest.Options{EmptyAnswers: true}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sim := nextechtest.New(t, &c.opts)
			values := map[string]string{}
			for _, line := range sim.Env() {
				name, value, _ := strings.Cut(line, "=")
				values[name] = value
			}
			cfg, err := nextech.ConfigFrom(func(key string) string { return values[key] })
			if err != nil {
				t.Fatal(err)
			}
			client := emr.NewClient(connect(t, cfg, nil), nil)
			wholeRun(t, client)
			checkRequests(t, sim, c.practice)
			if n := sim.TrapRequests(); n != 0 {
				t.Errorf("%d requests went to the foreign host", n)
			}
		})
	}
}

// wholeRun finds or creates a patient, books the first free slot, reads it and cancels it.
func wholeRun(t *testing.T, client *emr.Client) {
	t.Helper()
	person := emrtest.Invent(907)
	found, err := client.FindOrCreatePatient(t.Context(), &person)
	if err != nil || !found.Created {
		t.Fatalf("patient: %+v, %v", found, err)
	}
	slot, err := emr.First(client.FindSlots(t.Context(), emr.SlotQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.Book(t.Context(), &emr.Booking{Patient: found.Patient, Slot: slot, Note: emr.NewPHI("sent by a test")})
	if err != nil || !made.Start.Equal(slot.Start) || made.Status != emr.StatusBooked {
		t.Fatalf("booking: %v, %v", made, err)
	}
	read, err := client.GetAppointment(t.Context(), made.ID)
	if err != nil || !read.Patient.EqualFold(found.Patient.ID) || read.Note.Reveal() != "sent by a test" {
		t.Fatalf("reading: %v, %v", read, err)
	}
	if _, offset := read.Start.Zone(); offset == 0 {
		t.Error("the start lost its offset")
	}
	if !client.Has(emr.CanCancel) {
		return
	}
	if gone, err := client.Cancel(t.Context(), made.ID, nil); err != nil || gone.Status != emr.StatusCancelled {
		t.Errorf("cancelling: %v, %v", gone, err)
	}
}

// checkRequests looks at what arrived: one token request without vendor headers, and
// nothing on data calls but what the documentation names.
func checkRequests(t *testing.T, sim *nextechtest.Sim, practice bool) {
	t.Helper()
	tokens, writes := 0, 0
	for _, r := range sim.Requests() {
		if r.Token {
			tokens++
			for name := range r.Header {
				if !slices.Contains([]string{"Content-Type", "Accept", "User-Agent", "Content-Length", "Accept-Encoding", "Connection"}, name) {
					t.Errorf("header %s went to the token endpoint", name)
				}
			}
			continue
		}
		for name := range r.Header {
			if !slices.Contains([]string{"Authorization", "Nx-Practice-Id", "Accept", "Content-Type", "User-Agent", "Content-Length", "Accept-Encoding"}, name) {
				t.Errorf("header %s went to Nextech", name)
			}
		}
		if got := r.Header.Get("nx-practice-id") != ""; got != practice {
			t.Errorf("%s %s: practice id sent: %v", r.Method, r.Path, got)
		}
		if r.Write {
			writes++
		}
		if r.Method == http.MethodPost && !strings.HasSuffix(r.Path, "/Patient/") && !strings.HasSuffix(r.Path, "/Appointment/") {
			t.Errorf("POST %s", r.Path)
		}
		if r.Method == http.MethodGet && strings.HasSuffix(r.Path, "/Slot") && !strings.Contains(r.RawQuery, "_count=50") {
			t.Errorf("a slot search with the server's own page size")
		}
	}
	if tokens != 1 {
		t.Errorf("%d token requests", tokens)
	}
	if writes < 2 || writes > 3 {
		t.Errorf("%d writes", writes)
	}
}

func TestLinksWithAWrongHostStillGiveTheWholeList(t *testing.T) {
	t.Parallel()
	for _, links := range []nextechtest.Links{nextechtest.ForeignLinks, nextechtest.PlainLinks, nextechtest.TrueLinks} {
		sim := nextechtest.New(t, &nextechtest.Options{Links: links, Patients: 120, OmitTotal: links == nextechtest.PlainLinks})
		nx := connect(t, sim.Config(), nil)
		var ids []string
		for p, err := range emr.NewClient(nx, nil).Changes(t.Context(), emr.ChangeQuery{Since: sim.Now().AddDate(-20, 0, 0), Kinds: []emr.ChangeKind{emr.ChangePatient}}) {
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, strings.ToLower(p.Patient.ID.Reveal()))
		}
		slices.Sort(ids)
		if n := len(slices.Compact(ids)); n != len(ids) || n < 120 {
			t.Errorf("%s: %d changes of %d patients", links, len(ids), n)
		}
		if sim.TrapRequests() != 0 {
			t.Errorf("%s: requests went to the foreign host", links)
		}
	}
}

func TestSlotsArePagedToTheEndOncePerSlotInOrder(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t, nil)
	client := emr.NewClient(connect(t, sim.Config(), nil), nil)
	from := emr.DateOf(sim.Now()).AddDays(1)
	slots, err := emr.Collect(client.FindSlots(t.Context(), emr.SlotQuery{From: from, To: from.AddDays(14), Locations: []emr.LocationID{"7"}, Type: "12"}))
	if err != nil || len(slots) <= 50 {
		t.Fatalf("%d slots, %v", len(slots), err)
	}
	keys := map[emr.SlotKey]bool{}
	for i, s := range slots {
		if keys[s.Key] || i > 0 && s.Start.Before(slots[i-1].Start) {
			t.Fatalf("slot %d comes twice or out of order", i)
		}
		keys[s.Key] = true
	}
}

func TestFault_B3_twoBookersOfOneSlotGiveOneAppointment(t *testing.T) {
	t.Parallel()
	sim := nextechtest.New(t)
	client := emr.NewClient(connect(t, sim.Config(), nil), nil)
	found := findOrCreate(t, client)
	slot, err := emr.First(client.FindSlots(t.Context(), emr.SlotQuery{}))
	if err != nil {
		t.Fatal(err)
	}
	errs := make(chan error, 8)
	for range cap(errs) {
		go func() {
			_, err := client.Book(t.Context(), &emr.Booking{Patient: found, Slot: slot})
			errs <- err
		}()
	}
	won := 0
	for range cap(errs) {
		if err := <-errs; err == nil {
			won++
		} else if !errors.Is(err, emr.ErrSlotTaken) {
			t.Errorf("got %v", err)
		}
	}
	if won != 1 || sim.Appointments() != 1 {
		t.Errorf("%d bookers won, %d appointments", won, sim.Appointments())
	}
}

func findOrCreate(t testing.TB, client *emr.Client) *emr.Patient {
	t.Helper()
	person := emrtest.Invent(911)
	found, err := client.FindOrCreatePatient(t.Context(), &person)
	if err != nil || found.Patient == nil {
		t.Fatalf("patient: %+v, %v", found, err)
	}
	return found.Patient
}
