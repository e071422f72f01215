package emrtest

import (
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	t.Parallel()
	Run(t, MemoryHarness(nil))
}

func TestMemoryKeepsTheContractInABubble(t *testing.T) {
	t.Parallel()
	h := MemoryHarness(nil)
	h.Bubble = true
	Run(t, h)
}

func TestMemoryKeepsTheContractWithOtherHabits(t *testing.T) {
	t.Parallel()
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	honolulu, err := time.LoadLocation("Pacific/Honolulu") // nearly a day behind
	if err != nil {
		t.Fatal(err)
	}
	for name, vendor := range map[string]struct {
		options MemoryOptions
	}{
		"ids change case":                   {options: MemoryOptions{Habits: &emr.Habits{FoldsIDs: true}}},
		"writes are accepted first":         {options: MemoryOptions{Habits: &emr.Habits{WritesLater: true, KeepsNotes: true}}},
		"appointments are changed by id":    {options: MemoryOptions{Habits: &emr.Habits{ActsByID: true}}},
		"short windows and small pages":     {options: MemoryOptions{PageSize: 2, Limits: emr.Limits{SlotWindow: 3, AppointmentWindow: 2}, Zone: auckland}},
		"the clinic's zone has clock jumps": {options: MemoryOptions{Zone: auckland}},
		"one location is a day behind":      {options: MemoryOptions{Zone: auckland, Zones: map[emr.LocationID]*time.Location{"west": honolulu}}},
		"all locations are a day behind":    {options: MemoryOptions{Zone: auckland, Zones: map[emr.LocationID]*time.Location{"west": honolulu, "east": honolulu}}},
		"and taken times are booked there":  {options: MemoryOptions{Zone: auckland, Zones: map[emr.LocationID]*time.Location{"west": honolulu, "east": honolulu}, Habits: &emr.Habits{AcceptsDoubleBooking: true}, Limits: emr.Limits{AppointmentWindow: 1}}},
		"taken times are booked":            {options: MemoryOptions{Habits: &emr.Habits{AcceptsDoubleBooking: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			Run(t, MemoryHarness(&vendor.options))
		})
	}
}

func TestMemoryKeepsTheContractWithoutNews(t *testing.T) {
	t.Parallel()
	h := MemoryHarness(&MemoryOptions{Habits: &emr.Habits{WritesLater: true, KeepsNotes: true}}, emr.CanWatchWrites)
	h.Bubble = true
	Run(t, h)
}

func TestMemoryKeepsTheContractWithoutSomeCapabilities(t *testing.T) {
	t.Parallel()
	for name, without := range map[string][]emr.Capability{
		"a vendor that cannot cancel":             {emr.CanCancel, emr.CanReschedule, emr.CanReadDocuments},
		"a vendor without a calendar to read":     {emr.CanReadAppointments, emr.CanReadChanges},
		"a vendor without slots":                  {emr.CanFindSlots, emr.CanListAppointmentTypes},
		"a vendor that knows its patients":        {emr.CanCreatePatient, emr.CanUpdatePatient},
		"a vendor that finds nobody":              {emr.CanFindPatients, emr.CanGetPatient, emr.CanListLocations},
		"a vendor that staff books for":           {emr.CanBook, emr.CanHold},
		"a vendor that is read only":              writing(),
		"a vendor with nothing but what it books": {emr.CanHold, emr.CanConfirm, emr.CanArrive, emr.CanReadEncounters, emr.CanReadSummaries, emr.CanCheck, emr.CanRaw, emr.CanUploadDocuments},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if failed := record(t, MemoryHarness(nil, without...)).failures(); len(failed) > 0 {
				t.Errorf("failed: %v", failed)
			}
		})
	}
}

func writing() []emr.Capability {
	return []emr.Capability{
		emr.CanCreatePatient, emr.CanUpdatePatient, emr.CanBook, emr.CanHold, emr.CanConfirm, emr.CanArrive,
		emr.CanCancel, emr.CanReschedule, emr.CanUploadDocuments,
	}
}

func TestMemoryKeepsTheContractWithOneCapability(t *testing.T) {
	t.Parallel()
	for _, only := range emr.Capabilities() {
		if only == emr.CanHold || only == emr.CanWatchWrites {
			continue // the one not without cancel, see below; the other has no call of its own
		}
		t.Run("only "+string(only), func(t *testing.T) {
			t.Parallel()
			wantKept(t, only)
		})
	}
	t.Run("only hold and cancel", func(t *testing.T) {
		t.Parallel()
		wantKept(t, emr.CanHold, emr.CanCancel)
	})
}

// wantKept runs the suite against a driver with nothing but caps, and wants each of
// them tested.
func wantKept(t *testing.T, caps ...emr.Capability) {
	t.Helper()
	m := NewMemory(nil)
	var others []emr.Capability
	for _, c := range emr.Capabilities() {
		if m.Only(caps...).missing[c] {
			others = append(others, c)
		}
	}
	r := record(t, MemoryHarness(nil, others...))
	if failed := r.failures(); len(failed) > 0 {
		t.Errorf("failed: %v", failed)
	}
	if undeclared := len(emr.Capabilities()) - len(caps); len(r.subs) <= undeclared {
		t.Errorf("%d sub-tests for %d undeclared capabilities: nothing was tested", len(r.subs), undeclared)
	}
}

func TestContractNamesAreUniqueAndItsSentencesEnd(t *testing.T) {
	t.Parallel()
	seen, needed := map[string]bool{}, map[emr.Capability]bool{}
	for _, c := range Contract() {
		name := c.Topic + "/" + c.Name
		if seen[name] {
			t.Errorf("%s comes twice", name)
		}
		seen[name] = true
		if c.Name == "" || c.Text == "" || c.Text[len(c.Text)-1] != '.' && c.Text[len(c.Text)-1] != ')' || c.check == nil {
			t.Errorf("%s: name, sentence or check is missing", name)
		}
		for _, n := range c.Needs {
			needed[n] = true
		}
	}
	for _, c := range emr.Capabilities() {
		if !needed[c] && c != emr.CanGetPatient {
			t.Errorf("no sentence is about %q", c)
		}
	}
}
