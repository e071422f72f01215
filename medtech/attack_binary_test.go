package medtech

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/emr"
)

// Whatever a record says about where its bytes are, nothing leaves for another host, and no
// id reaches another path.
func TestBinary_isAskedOfOurOwnHostOnly(t *testing.T) {
	t.Parallel()
	for _, at := range []string{
		"https://evil.example/Binary/b1", "//evil.example/Binary/b1", "https://evil.example/b1", "Binary/..%2f..%2ftoken", "Binary/../Patient", "http://user:pw@evil.example/Binary/b1?x=" + testNHI,
		"Binary/b1#@evil.example", "file:///etc/passwd", "\\\\evil.example\\b1", "b1\r\nmt-roles: all", "Binary/%00", strings.Repeat("b", 70_000),
	} {
		raw, _ := json.Marshal(at)
		c, w := connect(t, nil, reply{body: `{"resourceType":"Media","id":"m1","content":{"url":` + string(raw) + `}}`}, reply{body: `{"resourceType":"Binary","contentType":"text/plain","data":"aGk="}`})
		err := drain(c.OpenImage(t.Context(), emr.NewID[StoredImage]("m1")))
		for _, r := range w.seen {
			if r.URL.Host != "alexapiuat.medtechglobal.com" || !strings.HasPrefix(r.URL.EscapedPath(), "/FHIR/Media/m1") && !strings.HasPrefix(r.URL.EscapedPath(), "/FHIR/Binary/b") || strings.Contains(r.URL.EscapedPath(), "..") {
				t.Errorf("%.40q: asked %.80s", at, r.URL)
			}
		}
		if err != nil && inboxLeak(err.Error()) != "" {
			t.Errorf("%.40q: %v", at, err)
		}
	}
}

// An empty file is a record without content, and a login page is no file.
func TestBinary_nothingAndPagesAreNoContent(t *testing.T) {
	t.Parallel()
	media := reply{body: `{"resourceType":"Media","id":"m1","content":{"url":"Binary/b1"}}`}
	for name, answer := range map[string]reply{
		"empty":        {kind: "image/jpeg"},
		"page":         {kind: "text/html; charset=utf-8", body: "<html>login</html>"},
		"empty Binary": {body: `{"resourceType":"Binary","contentType":"text/plain","data":""}`},
		"outcome":      {body: outcome("error", "not-found", "No information related to Resource ID found.")},
		"not base64":   {body: `{"resourceType":"Binary","contentType":"text/plain","data":"!!"}`},
	} {
		c, _ := connect(t, nil, media, answer)
		if content, err := c.OpenImage(t.Context(), emr.NewID[StoredImage]("m1")); err == nil {
			data, _ := io.ReadAll(content.Body)
			t.Errorf("%s: %d bytes and no error", name, len(data))
		}
	}
}

// Days are the practice's: at both changes of the clocks, and for instants without a zone.
func TestTimes_documentsAndTasksOnDaysOfAuckland(t *testing.T) {
	t.Parallel()
	c, _ := connect(t, nil)
	for _, row := range []struct {
		text string
		day  emr.Date
	}{
		{"2030-04-07T02:30:00", emr.Date{Year: 2030, Month: 4, Day: 7}},  // twice
		{"2030-09-29T02:30:00", emr.Date{Year: 2030, Month: 9, Day: 29}}, // never
		{"2030-04-06T11:30:00Z", emr.Date{Year: 2030, Month: 4, Day: 7}},
		{"2030-04-07T11:59:59.9+00:00", emr.Date{Year: 2030, Month: 4, Day: 7}},
		{"2030-09-28T12:00:00+00:00", emr.Date{Year: 2030, Month: 9, Day: 29}},
		{"2030-09-29T11:00:00Z", emr.Date{Year: 2030, Month: 9, Day: 30}},
	} {
		at, err := c.moment(row.text)
		if err != nil || emr.DateOf(at) != row.day || !c.within(at, row.day, row.day.AddDays(1)) || c.dueDay(row.text) != row.day {
			t.Errorf("%s: %v, %v", row.text, at, err)
		}
	}
	zone, _ := time.LoadLocation("Pacific/Auckland")
	if text := string(c.instant(time.Date(2030, 9, 29, 3, 0, 0, 0, zone))); text != "2030-09-29T03:00:00+13:00" {
		t.Error(text)
	}
	if text := string(c.instant(time.Date(2030, 4, 6, 14, 0, 0, 0, time.UTC))); text != "2030-04-07T02:00:00+12:00" {
		t.Error(text)
	}
}
