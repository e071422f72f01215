package medtech

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// gets are the queries of the reads of a resource.
func (w *wire) gets(resource string) (all []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.seen {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+resource) {
			q, _ := url.QueryUnescape(r.URL.RawQuery)
			all = append(all, q)
		}
	}
	return all
}

func record1(resource, identifier, subject string) string {
	return `{"resourceType":"` + resource + `","id":"r1","identifier":[` + identifier + `],"` + subject + `":{"reference":"Patient/` + testPatient + `"}}`
}

// A lost reply: each kind of record is looked for by its identifier, twice where it is not
// there at once, and sent once.
func TestLook_eachKindOfRecordIsFoundAfterALostReply(t *testing.T) {
	t.Parallel()
	scan := func() *Image {
		i := inboxImage()
		i.Folder, i.ContentType = FolderScan, typeTIFF
		return i
	}
	for resource, row := range map[string]struct {
		identifier, subject string
		do                  func(*Client) (string, error)
	}{
		"Media": {"img-0001", "subject", func(c *Client) (string, error) {
			s, err := c.StoreImage(t.Context(), inboxImage())
			return idOf(s), err
		}},
		"DocumentReference": {"img-0001", "subject", func(c *Client) (string, error) { s, err := c.StoreImage(t.Context(), scan()); return idOf(s), err }},
		"Communication": {"msg-0001", "subject", func(c *Client) (string, error) {
			m, err := c.SendMessage(t.Context(), inboxMessage())
			if m == nil {
				m = new(Message)
			}
			return m.ID.Reveal(), err
		}},
		"Task": {"task-0001", "for", func(c *Client) (string, error) {
			m, err := c.CreateTask(t.Context(), inboxTask())
			if m == nil {
				m = new(Task)
			}
			return m.ID.Reveal(), err
		}},
	} {
		own := `{"value":"` + row.identifier + `"}`
		looksBefore := map[bool]int{true: 1}[resource == "Media" || resource == "DocumentReference"]
		for name, c := range map[string]struct {
			after []string // what the looks after the write find
			kind  emr.Kind
		}{
			"at once":           {[]string{record1(resource, own, row.subject)}, ""},
			"the second time":   {[]string{"", record1(resource, own, row.subject)}, ""},
			"never":             {[]string{"", "", record1(resource, own, row.subject)}, emr.KindAmbiguous},
			"another number":    {[]string{record1(resource, `{"value":"img-2"}`, row.subject)}, emr.KindAmbiguous},
			"another patient's": {[]string{strings.Replace(record1(resource, own, row.subject), testPatient, otherPatient, 1)}, emr.KindAmbiguous},
			"without id":        {[]string{strings.Replace(record1(resource, own, row.subject), `"r1"`, `""`, 1)}, emr.KindAmbiguous},
		} {
			found := 0
			client, w := connect(t, nil)
			look := func() reply {
				n := found - looksBefore
				found++
				if n < 0 || n >= len(c.after) && len(c.after) > 1 {
					return reply{body: bundle()}
				}
				if body := c.after[min(n, len(c.after)-1)]; body != "" {
					return reply{body: bundle(body)}
				}
				return reply{body: bundle()}
			}
			w.answer = func(r *http.Request) (reply, bool) {
				if r.Method == http.MethodPost {
					return reply{cut: true}, true
				}
				return look(), true
			}
			id, err := row.do(client)
			if emr.KindOf(err) != c.kind || (id == "r1") != (c.kind == "") || w.posts() != 1 || found > looksBefore+2 {
				t.Errorf("%s %s: %q, %v, %d posts, %d looks", resource, name, id, err, w.posts(), found)
			}
			for _, q := range w.gets(resource) {
				want := "patient.identifier=" + NHISystem + "|" + testNHI
				if resource == "DocumentReference" {
					want += "&type=http://loinc.org|72170-4"
				}
				if q != want {
					t.Errorf("%s: looked with %s", resource, q)
				}
			}
		}
	}
}

func idOf(s *Stored) string {
	if s == nil {
		return ""
	}
	return cmp.Or(s.MediaID.Reveal(), s.DocumentID.Reveal())
}

// Ours is what has our value, under our system where both say one.
func TestLook_theSystemOfAnIdentifierCounts(t *testing.T) {
	t.Parallel()
	const ours = "https://app.example/image-id"
	for _, tt := range []struct {
		system, identifier string
		own                bool
	}{
		{ours, `{"system":"` + ours + `","value":"img-0001"}`, true},
		{ours, `{"system":"http://app.example/image-id/","value":" img-0001 "}`, true},
		{ours, `{"value":"img-0001"}`, true},
		{ours, `{"system":"https://other.example","value":"img-0001"}`, false},
		{ours, `{"system":"` + ours + `","value":"img-00011"}`, false},
		{"", `{"system":"https://other.example","value":"img-0001"}`, true},
		{ours, `{"system":"https://other.example","value":"img-0001"},{"system":"` + ours + `","value":"img-0001"}`, true},
	} {
		c, w := connect(t, func(c *Config) { c.Images.IdentifierSystem = tt.system })
		w.fixed = map[string]reply{"GET": {body: bundle(record1("Media", tt.identifier, "subject"))}, "POST": {status: 201, body: media("m1", testPatient)}}
		stored, err := c.StoreImage(t.Context(), inboxImage())
		if err != nil || stored.Earlier != tt.own || (w.posts() == 0) != tt.own {
			t.Errorf("%s %s: %v, %v", tt.system, tt.identifier, stored, err)
		}
	}
}

// Who may not read, or has nothing to look by, gets ambiguous after one request.
func TestLook_nobodyLooksWhereThatIsNotWantedOrNotPossible(t *testing.T) {
	t.Parallel()
	c, w := connect(t, func(c *Config) { c.Images.SkipLook = true }, reply{cut: true})
	if _, err := c.StoreImage(t.Context(), inboxImage()); emr.KindOf(err) != emr.KindAmbiguous || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	c, w = connect(t, nil, reply{cut: true})
	m := inboxMessage()
	m.Identifier = ""
	if _, err := c.SendMessage(t.Context(), m); emr.KindOf(err) != emr.KindAmbiguous || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	c, w = connect(t, nil, reply{cut: true}) // a task of the staff is nobody's
	if _, err := c.CreateTask(t.Context(), &Task{Description: emr.NewPHI("Order gloves"), Identifier: "task-1"}); emr.KindOf(err) != emr.KindAmbiguous || len(w.seen) != 1 {
		t.Errorf("%v, %d requests", err, len(w.seen))
	}
	c, w = connect(t, nil) // a patient without NHI: stored without a look
	w.fixed = map[string]reply{"POST": {status: 201, body: media("m1", testPatient)}}
	w.routes["GET /Patient/"+testPatient] = reply{body: strings.Replace(patientBody, NHISystem, "https://example.com/chart", 1)}
	i := inboxImage()
	i.Patient = &emr.Patient{ID: i.Patient.ID}
	if stored, err := c.StoreImage(t.Context(), i); err != nil || stored.MediaID.Reveal() != "m1" || len(w.seen) != 1 {
		t.Errorf("%v, %v, %d requests", stored, err, len(w.seen))
	}
	c, w = connect(t, nil) // the patient cannot be read: nothing is stored
	w.routes["GET /Patient/"+testPatient] = reply{status: 403, body: outcome("error", "forbidden", "Authorization failed.")}
	if _, err := c.StoreImage(t.Context(), i); emr.KindOf(err) != emr.KindPermission || w.posts() != 0 {
		t.Errorf("%v, %d posts", err, w.posts())
	}
}

// Whether scans can be searched is a guess, and a refusal is no reason not to store one;
// that Media can is known.
func TestLook_aRefusedSearchOfScansIsNoError(t *testing.T) {
	t.Parallel()
	for folder, stores := range map[Folder]bool{FolderMedia: false, FolderScan: true} {
		for status, refused := range map[int]bool{403: true, 400: true, 404: true, 429: false} {
			c, w := connect(t, nil)
			w.fixed = map[string]reply{"GET": {status: status, body: outcome("error", "x", "x")}, "POST": {status: 201, location: "https://h/fhir/DocumentReference/d1"}}
			i := inboxImage()
			i.Folder, i.ContentType = folder, typeTIFF
			_, err := c.StoreImage(t.Context(), i)
			if want := stores && refused; (err == nil) != want || (w.posts() == 1) != want {
				t.Errorf("%s %d: %v, %d posts", folder, status, err, w.posts())
			}
		}
	}
}

// A write that does not come back leaves half of the time for the look; one that is
// cancelled leaves none.
func TestLook_halfOfTheTimeIsForReadingBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, w := connect(t, nil)
		looks := 0
		w.answer = func(r *http.Request) (reply, bool) {
			if r.Method == http.MethodPost {
				return reply{hang: true}, true
			}
			if looks++; looks > 1 {
				return reply{body: bundle(media("m1", testPatient))}, true
			}
			return reply{body: bundle()}, true
		}
		ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
		defer cancel()
		stored, err := c.StoreImage(ctx, inboxImage())
		if err != nil || stored.MediaID.Reveal() != "m1" || w.posts() != 1 {
			t.Errorf("%v, %v, %d posts", stored, err, w.posts())
		}
	})
}

// 2xx with nothing to tell what was made.
func TestStore_whatAnAnswerTellsOfTheID(t *testing.T) {
	t.Parallel()
	const at = "https://h/FHIR/media/m7/_history/m7"
	for name, row := range map[string]struct {
		answer reply
		id     string
		kind   emr.Kind
	}{
		"location":               {reply{status: 201, location: at}, "m7", ""},
		"location of another":    {reply{status: 201, location: "https://h/fhir/Task/m7"}, "", emr.KindAmbiguous},
		"location no URL":        {reply{status: 201, location: "http://[::1/Media/m7"}, "m7", ""},
		"relative":               {reply{status: 201, location: "Media/m7"}, "m7", ""},
		"body first":             {reply{status: 201, location: at, body: media("m1", testPatient)}, "m1", ""},
		"body without id":        {reply{status: 201, location: at, body: media("", testPatient)}, "m7", ""},
		"outcome":                {reply{status: 201, location: at, body: outcome("information", "informational", "Request processed successfully.")}, "m7", ""},
		"outcome, no location":   {reply{status: 201, body: outcome("information", "informational", "Request processed successfully.")}, "", emr.KindAmbiguous},
		"failed":                 {reply{status: 201, location: at, body: outcome("error", "invalid", "Request is invalid.")}, "", emr.KindInvalid},
		"another resource":       {reply{status: 201, location: at, body: patientBody}, "m7", ""},
		"another, no location":   {reply{status: 201, body: patientBody}, "", emr.KindAmbiguous},
		"another patient's":      {reply{status: 201, location: at, body: media("m1", otherPatient)}, "", emr.KindAmbiguous},
		"cut, with the location": {reply{status: 201, location: at, body: `{"resourceType":"Med`}, "m7", ""},
	} {
		c, w := connect(t, nil)
		w.fixed = map[string]reply{"POST": row.answer, "GET": {body: bundle()}}
		stored, err := c.StoreImage(t.Context(), inboxImage())
		if emr.KindOf(err) != row.kind || idOf(stored) != row.id || w.posts() != 1 {
			t.Errorf("%s: %q, %v, %d posts", name, idOf(stored), err, w.posts())
		}
	}
}

// A record that names nobody is the patient's it was asked for, and what a task of the
// staff is answered with may name anybody.
func TestLook_aRecordThatNamesNobodyIsTaken(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil, reply{body: bundle(`{"resourceType":"Media","id":"m1","identifier":[{"value":"img-0001"}]}`)})
	if stored, err := c.StoreImage(t.Context(), inboxImage()); err != nil || !stored.Earlier || w.posts() != 0 {
		t.Errorf("%v, %v", stored, err)
	}
	c, _ = connect(t, nil, reply{status: 201, body: `{"resourceType":"Task","id":"t1","for":{"reference":"Patient/` + otherPatient + `"}}`})
	if made, err := c.CreateTask(t.Context(), &Task{Description: emr.NewPHI("Order gloves")}); err != nil || made.ID.Reveal() != "t1" {
		t.Errorf("%v, %v", made, err)
	}
}
