package emr_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/google/go-cmp/cmp"
)

// canary stands in every personal field of the models below, canaryBorn in birth dates.
const canary = "Canary7391"

var canaryBorn = emr.NewBirthDate(1937, 11, 29)

// spots are the ways in which the canary may show: plain, in hex, in base64, as bytes,
// and a birth date in any layout. A year alone would also be found in clock times and
// addresses.
var spots = regexp.MustCompile(canary + `|37333931|Q2FuYXJ5|\[67 97 110|43 61 6e|0x43, 0x61|1937\D{1,14}(11|Nov)|11\D29\D{1,3}1937`)

// models is one of everything, full of canaries.
func models() map[string]any {
	phi, id := emr.NewPHI(canary), emr.NewPatientID(canary)
	appt, doc, visit := emr.NewAppointmentID(canary), emr.NewDocumentID(canary), emr.NewEncounterID(canary)
	source := emr.NewSource([]byte(`{"name":"` + canary + `"}`))
	address := emr.Address{Lines: []emr.PHI{phi}, City: phi, State: phi, PostalCode: phi, Country: phi}
	phones, emails := []emr.Phone{{Number: phi}}, []emr.PHI{phi}
	ids := []emr.Identifier{{System: "urn:x", Value: phi}}
	patient := emr.Patient{ID: id, Given: phi, Middle: phi, Family: phi, Born: canaryBorn, Phones: phones, Emails: emails, Address: address, Identifiers: ids, Source: source}
	appointment := emr.Appointment{ID: appt, Patient: id, Note: phi, Start: time.Now(), Source: source}
	slot := inDays(3)
	failure := (&emr.Error{Kind: emr.KindConflict, Op: "book", Code: "has " + canary, Err: emr.ErrSlotTaken}).WithDetail(canary)
	return map[string]any{
		"PHI": phi, "BirthDate": canaryBorn, "PatientID": id, "AppointmentID": appt, "Source": source,
		"Phone": phones[0], "Identifier": ids[0], "Address": address, "Patient": patient,
		"NewPatient":    emr.NewPatient{Given: phi, Middle: phi, Family: phi, Born: canaryBorn, Phones: phones, Emails: emails, Address: address, Identifiers: ids},
		"PatientUpdate": emr.PatientUpdate{ID: id, Given: &phi, Family: &phi, Born: &canaryBorn, Address: &address},
		"PatientQuery":  emr.PatientQuery{Given: phi, Family: phi, Born: canaryBorn, Phone: phi, Email: phi, Identifier: ids[0]},
		"Found":         emr.Found{Patient: &patient}, "Appointment": appointment,
		"AppointmentQuery": emr.AppointmentQuery{Patient: &emr.Patient{ID: id}},
		"Booking":          emr.Booking{Patient: &patient, Slot: slot, Note: phi},
		"Cancellation":     emr.Cancellation{Reason: "patient", Note: phi},
		"Move":             emr.Move{Appointment: appt, To: slot, Note: phi},
		"Change":           emr.Change{Kind: emr.ChangePatient, Action: emr.ActionMerged, Into: id, Patient: &patient, Appointment: &appointment},
		"Document":         emr.Document{ID: doc, Patient: id, Title: phi, Encounter: visit, Source: source},
		"DocumentQuery":    emr.DocumentQuery{Patient: &emr.Patient{ID: id}},
		"NewDocument":      emr.NewDocument{Patient: &emr.Patient{ID: id}, Title: phi, Description: phi, Encounter: visit},
		"Encounter":        emr.Encounter{ID: visit, Patient: id, Type: phi, Source: source},
		"EncounterQuery":   emr.EncounterQuery{Patient: &emr.Patient{ID: id}},
		"SummaryQuery":     emr.SummaryQuery{Patient: &emr.Patient{ID: id}, Encounter: visit},
		"AuditEvent":       emr.AuditEvent{Patient: id, Op: "get patient"},
		"RawRequest":       emr.RawRequest{Path: "/Patient/" + canary, Query: url.Values{"name": {canary}}, Header: http.Header{"X": {canary}}, Body: []byte(canary)},
		"RawResponse":      emr.RawResponse{Header: http.Header{"X": {canary}}, Body: []byte(canary)},
		"Error":            *failure, "error": error(failure), "Cursor": emr.Cursor(canary),
		"Revealed": emr.Reveal(patient), "Revealed appointment": emr.Reveal(appointment),
	}
}

func show(w io.Writer, v any) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%e", "%c", "%U", "%10.3v", "%-5s"} {
		fmt.Fprintf(w, verb+"\n", v)
	}
	fmt.Fprintln(w, v)
}

type exported struct{ In any }
type unexported struct{ in any }

func TestFault_C7_noModelShowsAPatientInAnyOutput(t *testing.T) {
	t.Parallel()
	for name, v := range models() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pointer := reflect.New(reflect.TypeOf(v))
			pointer.Elem().Set(reflect.ValueOf(v))
			p := pointer.Interface()
			var out bytes.Buffer
			for _, x := range []any{v, p, []any{v, p}, map[string]any{"k": v, "p": p}, exported{v}, exported{p}, &exported{v}, struct{ In any }{p}, errors.Join(fmt.Errorf("%v", v), fmt.Errorf("%+v", p))} {
				show(&out, x)
			}
			switch name {
			case "RawRequest", "RawResponse", "Cursor", "Error", "error": // plain texts inside
			default:
				fmt.Fprintf(&out, "%p %p", v, p)
				show(&out, unexported{v}) // fmt does not ask the methods of unexported fields: the fields' types have to hide
				show(&out, struct{ in any }{p})
			}
			for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
				l := slog.New(h)
				l.Info("x", "v", v, "p", p, slog.Group("g", "v", v))
				l.With("v", p).WithGroup("g").Error("x", "p", v)
				l.Info("x", "s", exported{v}, "m", map[string]any{"k": p})
				l.Info(fmt.Sprint("x", v, p))
			}
			panicked := func() (text string) {
				defer func() { r := recover(); text = fmt.Sprint(r) }()
				panic(v)
			}
			out.WriteString(panicked())
			_ = template.Must(template.New("").Parse("{{.}} {{printf `%v` .}}")).Execute(&out, v)
			if !plainInJSON(v) {
				for _, x := range []any{v, p, []any{v}, exported{v}} {
					data, err := json.Marshal(x)
					out.Write(data)
					fmt.Fprint(&out, err)
					if strings.ToLower(name) != "error" {
						data, err = xml.Marshal(x)
						out.Write(data)
						fmt.Fprint(&out, err)
					}
				}
			}
			text := withoutJSONIDs(out.String(), name)
			if at := spots.FindStringIndex(text); at != nil {
				t.Fatalf("%q shows: %s", text[at[0]:at[1]], text[max(0, at[0]-120):min(len(text), at[1]+60)])
			}
		})
	}
}

// What an operator has to know of a record is in its log line.
func TestLogValue_showsWarningsAndStatesOfRecords(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("x",
		"a", emr.Appointment{Write: emr.WriteFailed, Warnings: []string{"look at one.", "look at two."}},
		"p", emr.Patient{Inactive: true, Write: emr.WriteAccepted}, "in use", emr.Patient{}, "d", emr.Document{Write: emr.WriteTimedOut})
	for _, want := range []string{`a.write=failed`, `a.warnings="look at one. look at two."`, `p.inactive=true`, `p.write=accepted`, `d.write=timed_out`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not in %s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "use.inactive") {
		t.Error(out.String())
	}
}

// plainInJSON tells for what JSON is the deliberate way out: ids, and what holds
// nothing but ids, and Revealed.
func plainInJSON(v any) bool {
	switch v.(type) {
	case emr.PatientID, emr.AppointmentID, emr.AppointmentQuery, emr.DocumentQuery, emr.EncounterQuery, emr.SummaryQuery,
		emr.AuditEvent, emr.Cursor, emr.Revealed[emr.Patient], emr.Revealed[emr.Appointment]:
		return true
	}
	return false
}

// withoutJSONIDs drops the lines in which slog's JSON handler encoded a holder of ours
// with encoding/json, for the types that are plain there.
func withoutJSONIDs(text, name string) string {
	if !plainInJSON(models()[name]) {
		return text
	}
	var kept []string
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, `{"time"`) || !strings.Contains(line, `"s":`) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// go-cmp and reflect compare the texts. Their reports show them: such tools read
// memory, and are for tests with invented people.
func TestPHI_isComparedInTestsByWhatItHolds(t *testing.T) {
	t.Parallel()
	patient := func(name string, day int) emr.Patient {
		return emr.Patient{ID: emr.NewPatientID(name), Given: emr.NewPHI(name), Born: emr.NewBirthDate(1937, 11, day), Source: emr.NewSource([]byte(name))}
	}
	a, same, other := patient("a", 29), patient("a", 29), patient("b", 28)
	if d := cmp.Diff(a, same); d != "" || !reflect.DeepEqual(a, same) {
		t.Error("equal records differ", d)
	}
	if cmp.Diff(a, other) == "" || reflect.DeepEqual(a, other) {
		t.Error("no difference seen")
	}
}

func TestPHI_equalsDoesNotCompile(t *testing.T) {
	t.Parallel()
	for _, v := range []any{emr.PHI{}, emr.BirthDate{}, emr.Source{}, emr.Bookmark{}, emr.Patient{}, emr.NewPatient{}, emr.Appointment{}, emr.Address{}} {
		if reflect.TypeOf(v).Comparable() {
			t.Errorf("%T can be compared with == and be a map key", v)
		}
	}
	for _, v := range []any{emr.PatientID{}, emr.AppointmentID{}, emr.Date{}} {
		if !reflect.TypeOf(v).Comparable() {
			t.Errorf("%T is no map key", v)
		}
	}
}

// A panic that nobody recovers prints its value in the runtime's own way.
func TestFault_C7_anUncaughtPanicShowsNoPatient(t *testing.T) {
	if name := os.Getenv("EMR_TEST_PANIC"); name != "" {
		panic(models()[name])
	}
	t.Parallel()
	for _, name := range []string{"PHI", "PatientID", "Patient", "Cursor", "error", "RawResponse", "Source"} {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestFault_C7_anUncaughtPanicShowsNoPatient$")
		cmd.Env = append(os.Environ(), "EMR_TEST_PANIC="+name)
		out, err := cmd.CombinedOutput()
		if err == nil || !bytes.Contains(out, []byte("panic:")) {
			t.Fatalf("%s: no panic: %s", name, out)
		}
		if spots.Match(out) {
			t.Errorf("%s: %s", name, out)
		}
	}
}
