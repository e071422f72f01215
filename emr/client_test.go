package emr_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// bare is a driver that can do nothing.
type bare struct{ info emr.Info }

func (b bare) Info() emr.Info   { return b.info }
func (b bare) Parts() emr.Parts { return emr.Parts{} }
func (b bare) Close() error     { return nil }

// everyCall makes each call of a Client once, with input that would be sent.
func everyCall(ctx context.Context, c *emr.Client) map[emr.Capability]error {
	first := func(err error, _ any) error { return err }
	id, appt := emr.NewPatientID("p-1"), emr.NewAppointmentID("appt-1")
	name := emr.NewPHI("Ines")
	calls := map[emr.Capability]error{}
	add := func(can emr.Capability, _ any, err error) { calls[can] = first(err, nil) }
	{
		v, err := emr.First(c.FindPatients(ctx, emr.PatientQuery{Given: name}))
		add(emr.CanFindPatients, v, err)
	}
	{
		v, err := c.GetPatient(ctx, id)
		add(emr.CanGetPatient, v, err)
	}
	{
		v, err := c.CreatePatient(ctx, ines())
		add(emr.CanCreatePatient, v, err)
	}
	{
		v, err := c.UpdatePatient(ctx, &emr.PatientUpdate{ID: id, Given: &name})
		add(emr.CanUpdatePatient, v, err)
	}
	{
		v, err := emr.First(c.Locations(ctx))
		add(emr.CanListLocations, v, err)
	}
	{
		v, err := emr.First(c.Practitioners(ctx))
		add(emr.CanListPractitioners, v, err)
	}
	{
		v, err := emr.First(c.AppointmentTypes(ctx))
		add(emr.CanListAppointmentTypes, v, err)
	}
	{
		v, err := emr.First(c.FindSlots(ctx, emr.SlotQuery{}))
		add(emr.CanFindSlots, v, err)
	}
	{
		v, err := c.GetAppointment(ctx, appt)
		add(emr.CanReadAppointments, v, err)
	}
	{
		v, err := c.Book(ctx, booking())
		add(emr.CanBook, v, err)
	}
	{
		v, err := c.Hold(ctx, booking())
		add(emr.CanHold, v, err)
	}
	{
		v, err := c.Confirm(ctx, appt)
		add(emr.CanConfirm, v, err)
	}
	{
		v, err := c.Arrive(ctx, appt)
		add(emr.CanArrive, v, err)
	}
	{
		v, err := c.Cancel(ctx, appt, nil)
		add(emr.CanCancel, v, err)
	}
	{
		v, err := c.Reschedule(ctx, &emr.Move{Appointment: appt, To: inDays(4)})
		add(emr.CanReschedule, v, err)
	}
	{
		v, err := emr.First(c.Documents(ctx, emr.DocumentQuery{Patient: &emr.Patient{ID: id}}))
		add(emr.CanReadDocuments, v, err)
	}
	{
		v, err := c.UploadDocument(ctx, &emr.NewDocument{Patient: &emr.Patient{ID: id}, ContentType: "text/plain", Content: strings.NewReader("x")})
		add(emr.CanUploadDocuments, v, err)
	}
	{
		v, err := emr.First(c.Encounters(ctx, emr.EncounterQuery{Patient: &emr.Patient{ID: id}}))
		add(emr.CanReadEncounters, v, err)
	}
	{
		v, err := c.OpenSummary(ctx, emr.SummaryQuery{Patient: &emr.Patient{ID: id}})
		add(emr.CanReadSummaries, v, err)
	}
	{
		v, err := emr.First(c.Changes(ctx, emr.ChangeQuery{Since: inDays(-1).Start}))
		add(emr.CanReadChanges, v, err)
	}
	{
		v, err := c.Check(ctx)
		add(emr.CanCheck, v, err)
	}
	{
		v, err := c.Raw(ctx, &emr.RawRequest{Path: "/x"})
		add(emr.CanRaw, v, err)
	}
	return calls
}

func TestClient_whatTheConnectionLacksIsUnsupportedWithTheCaveatAsHint(t *testing.T) {
	t.Parallel()
	c := emr.NewClient(bare{emr.Info{Vendor: "bare", Name: "c1", Caveats: map[emr.Capability]string{emr.CanHold: "ask the practice"}}}, nil)
	calls := everyCall(t.Context(), c)
	for _, can := range emr.Capabilities() {
		if can == emr.CanWatchWrites {
			continue // has no call of its own: AwaitWritten looks without it
		}
		err, made := calls[can]
		if !made {
			t.Fatalf("no call for %q", can)
		}
		var e *emr.Error
		if !errors.As(err, &e) || e.Kind != emr.KindUnsupported || e.Vendor != "bare" || e.Name != "c1" || e.Op == "" || e.Hint == "" || e.RequestID == "" {
			t.Errorf("%s: %v", can, err)
		}
		if c.Has(can) {
			t.Errorf("%s: has", can)
		}
	}
	if e := new(emr.Error); !errors.As(calls[emr.CanHold], &e) || e.Hint != "ask the practice" {
		t.Errorf("caveat is not the hint: %v", e)
	}
}

func TestFault_X1_aCancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	f := newFake()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := client(t, f, nil)
	for can, err := range everyCall(ctx, c) {
		if c.Has(can) && (emr.KindOf(err) != emr.KindCanceled || !errors.Is(err, context.Canceled)) {
			t.Errorf("%s: %v", can, err)
		}
	}
	_, err := c.FindOrCreatePatient(ctx, ines())
	wantKind(t, err, emr.KindCanceled)
	_, err = c.FindBooking(ctx, booking())
	wantKind(t, err, emr.KindCanceled)
	_, err = c.AwaitWritten(ctx, emr.NewAppointmentID("a"))
	wantKind(t, err, emr.KindCanceled)
	if f.total() != 0 {
		t.Errorf("%d requests", f.total())
	}
}

func TestClient_callsAfterCloseAreConfigAndSendNothing(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := emr.NewClient(f, nil)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal("second close:", err)
	}
	for can, err := range everyCall(t.Context(), c) {
		if emr.KindOf(err) != emr.KindConfig {
			t.Errorf("%s: %v", can, err)
		}
	}
	if f.total() != 0 {
		t.Error("requests after close")
	}
	if err := emr.NewClient(&fake{closeErr: errors.New("secret text")}, nil).Close(); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("close error: %v", err)
	}
}

func TestClient_withoutDriverEveryCallIsConfig(t *testing.T) {
	t.Parallel()
	c := emr.NewClient(nil, nil)
	for can, err := range everyCall(t.Context(), c) {
		if emr.KindOf(err) != emr.KindConfig {
			t.Errorf("%s: %v", can, err)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestClient_refusesToHoldWhatItCannotRelease(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.missing = []emr.Capability{emr.CanCancel}
	c := client(t, f, nil)
	if c.Has(emr.CanHold) || c.Caveat(emr.CanHold) == "" {
		t.Error("hold without release")
	}
	_, err := c.Hold(t.Context(), booking())
	wantKind(t, err, emr.KindUnsupported)
}

func TestClient_reachesTheVendorsOwnType(t *testing.T) {
	t.Parallel()
	f := newFake()
	c := client(t, f, nil)
	if got, ok := emr.As[*fake](c); !ok || got != f {
		t.Error("As did not find the driver")
	}
	if _, ok := emr.As[bare](c); ok {
		t.Error("As found another type")
	}
}

func TestClient_infoCannotBeChangedFromOutside(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Caveats = map[emr.Capability]string{emr.CanBook: "a"}
	f.info.Limits.UploadTypes = []string{"a/b"}
	c := client(t, f, nil)
	i := c.Info()
	i.Caveats[emr.CanBook] = "changed"
	i.Limits.UploadTypes[0] = "changed"
	f.info.Caveats[emr.CanBook] = "changed"
	if c.Caveat(emr.CanBook) != "a" || c.Info().Limits.UploadTypes[0] != "a/b" {
		t.Error("changed")
	}
}

func TestClient_errorsOfForeignDriversAreOursWithoutTheirText(t *testing.T) {
	t.Parallel()
	leak := &url.Error{Op: "Get", URL: "https://x.example/Patient?family=Canary", Err: errors.New("Canary")}
	ours := &emr.Error{Kind: emr.KindNotFound, Op: "own op", Vendor: "own", RequestID: "r-1"}
	for name, c := range map[string]struct {
		err  error
		read emr.Kind
		sent emr.Kind
		also error
	}{
		"text":                 {errors.New("Canary"), emr.KindProtocol, emr.KindAmbiguous, nil},
		"url error":            {leak, emr.KindUnavailable, emr.KindAmbiguous, nil},
		"cancelled url error":  {&url.Error{Op: "Get", URL: "Canary", Err: context.Canceled}, emr.KindCanceled, emr.KindAmbiguous, context.Canceled},
		"deadline":             {fmt.Errorf("Canary: %w", context.DeadlineExceeded), emr.KindTimeout, emr.KindAmbiguous, context.DeadlineExceeded},
		"our sentinel":         {emr.ErrSlotTaken, emr.KindConflict, emr.KindConflict, emr.ErrSlotTaken},
		"wrapped sentinel":     {fmt.Errorf("Canary: %w", emr.ErrSlotTaken), emr.KindConflict, emr.KindConflict, emr.ErrSlotTaken},
		"wrapped our error":    {fmt.Errorf("Canary: %w", ours), emr.KindNotFound, emr.KindNotFound, nil},
		"our error, url cause": {&emr.Error{Kind: emr.KindTimeout, Err: errors.Join(leak, context.DeadlineExceeded)}, emr.KindTimeout, emr.KindTimeout, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake()
			cl := client(t, f, &emr.ClientOptions{Lost: emr.Report})
			check := func(err error, kind emr.Kind) {
				t.Helper()
				wantKind(t, err, kind)
				e, ok := err.(*emr.Error) //nolint:errorlint // the outermost one
				if !ok || e.Vendor == "" || e.Name != "clinic-1" || e.Op == "" || e.RequestID == "" {
					t.Errorf("not filled in: %#v", err)
				}
				var u *url.Error
				if errors.As(err, &u) {
					t.Error("a *url.Error is in the chain")
				}
				if c.also != nil && !errors.Is(err, c.also) {
					t.Errorf("%v is not reachable", c.also)
				}
				for err := error(e); err != nil; err = errors.Unwrap(err) {
					if s := fmt.Sprintf("%v %+v %#v", err, err, err); strings.Contains(s, "Canary") {
						t.Errorf("text leaks: %s", s)
					}
				}
			}
			f.next("get", fault{err: c.err})
			_, err := cl.GetAppointment(t.Context(), emr.NewAppointmentID("a"))
			check(err, c.read)
			f.next("book", fault{err: c.err})
			_, err = cl.Book(t.Context(), booking())
			check(err, c.sent)
		})
	}
	if ours.Name != "" {
		t.Error("the driver's error was changed")
	}
}

func TestClient_aPanickingDriverIsNotRecovered(t *testing.T) {
	t.Parallel()
	f := newFake()
	f.info.Limits.SlotWindow = 1
	f.slots = func(_ context.Context, q emr.SlotQuery, _ emr.Cursor) (emr.Page[emr.Slot], error) {
		f.mu.Unlock() // let the others go on
		defer f.mu.Lock()
		if q.From == emr.Today(newYork()).AddDays(3) {
			panic("driver bug")
		}
		return emr.Page[emr.Slot]{Items: []*emr.Slot{slotOn(q.From, 9)}}, nil
	}
	defer func() {
		if r := recover(); r != "driver bug" {
			t.Errorf("recovered %v", r)
		}
	}()
	_, err := emr.Collect(client(t, f, nil).FindSlots(t.Context(), emr.SlotQuery{}))
	t.Errorf("no panic reached the consumer: %v", err)
}
