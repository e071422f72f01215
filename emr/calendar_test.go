package emr_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// calendarOf answers with one appointment a day in the days asked for.
func calendarOf(f *fake, asked *[]string) {
	f.calendar = func(ctx context.Context, q emr.AppointmentQuery, _ emr.Cursor) (page emr.Page[emr.Appointment], err error) {
		err = f.step(ctx, "list", func() error {
			*asked = append(*asked, q.From.String()+".."+q.To.String())
			for d := q.From; d.Before(q.To); d = d.AddDays(1) {
				s := slotOn(d, 10)
				a := &emr.Appointment{ID: emr.NewAppointmentID(d.String()), Start: s.Start, End: s.End, Status: emr.StatusBooked}
				if d.Day%2 == 0 {
					a.Status = emr.StatusCancelled
				}
				page.Items = append(page.Items, a, a)
			}
			return nil
		})
		return page, err
	}
}

func TestAppointments_areReadInTheVendorsWindows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var asked []string
		f := newFake()
		f.latency = 100 * time.Millisecond
		f.info.Limits.AppointmentWindow = 7
		calendarOf(f, &asked)
		c := client(t, f, nil)
		from := emr.Date{Year: 2000, Month: 3, Day: 28}
		q := emr.AppointmentQuery{From: from, To: from.AddDays(20)}
		all, err := emr.Collect(c.Appointments(t.Context(), q))
		slices.Sort(asked)
		if err != nil || len(all) != 20 || !slices.Equal(asked, []string{"2000-03-28..2000-04-04", "2000-04-04..2000-04-11", "2000-04-11..2000-04-17"}) {
			t.Fatal(len(all), err, asked)
		}
		for i, a := range all {
			if emr.DateOf(a.Start) != from.AddDays(i) {
				t.Error(i, a.Start)
			}
		}
		q.Statuses = []emr.Status{emr.StatusBooked}
		seq := c.Appointments(t.Context(), q)
		q.Statuses[0] = emr.StatusCancelled // the query was copied
		if all, err = emr.Collect(seq); err != nil || len(all) != 10 {
			t.Error(len(all), err)
		}
		for _, bad := range []emr.AppointmentQuery{{From: from}, {To: from}, {From: from, To: from}} {
			_, err := emr.First(c.Appointments(t.Context(), bad))
			wantKind(t, err, emr.KindInvalid)
		}
		began := time.Now()
		for range c.Appointments(t.Context(), emr.AppointmentQuery{From: from, To: from.AddDays(365)}) {
			break
		}
		if time.Since(began) != 100*time.Millisecond {
			t.Error("more than the first window was read:", time.Since(began))
		}
	})
}

func TestAppointments_inOneWindowComePageByPage(t *testing.T) {
	t.Parallel()
	f := newFake()
	pages := 0
	f.calendar = func(_ context.Context, _ emr.AppointmentQuery, at emr.Cursor) (emr.Page[emr.Appointment], error) {
		pages++
		return emr.Page[emr.Appointment]{Items: []*emr.Appointment{{ID: emr.NewAppointmentID(strconv.Itoa(pages))}}, Next: cursor(number(at) + 1)}, nil
	}
	if a, err := emr.First(client(t, f, nil).Appointments(t.Context(), emr.AppointmentQuery{})); err != nil || a == nil || pages != 1 {
		t.Error(err, pages)
	}
}

func TestAppointments_outsideTheDaysAskedForAreLeftOut(t *testing.T) {
	t.Parallel()
	f := newFake()
	day := emr.Date{Year: 2030, Month: 3, Day: 4}
	for _, d := range []emr.Date{day.AddDays(-1), day, day.AddDays(1)} {
		f.put(&emr.Booking{Patient: &emr.Patient{}, Slot: slotOn(d, 10)}, emr.StatusBooked)
	}
	all, err := emr.Collect(client(t, f, nil).Appointments(t.Context(), emr.AppointmentQuery{From: day, To: day.AddDays(1)}))
	if err != nil || len(all) != 1 || emr.DateOf(all[0].Start) != day {
		t.Error(len(all), err)
	}
}

func TestAppointments_aPatientWithoutAnIDIsNotEverybody(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	_, err := emr.First(c.Appointments(t.Context(), emr.AppointmentQuery{Patient: &emr.Patient{Family: ines().Family}}))
	wantKind(t, err, emr.KindInvalid)
	if f.total() != 0 {
		t.Error("sent")
	}
	p := &emr.Patient{ID: emr.NewPatientID("p-1"), Family: ines().Family}
	seq := c.Appointments(t.Context(), emr.AppointmentQuery{Patient: p})
	p.ID = emr.NewPatientID("p-2")
	if err := second(emr.Collect(seq)); err != nil || f.gotQuery[0].Patient.ID != emr.NewPatientID("p-1") || !f.gotQuery[0].Patient.Family.Equal(ines().Family) {
		t.Error("the whole patient of the query goes to the driver:", err)
	}
}

func second[V any](_ V, err error) error { return err }
