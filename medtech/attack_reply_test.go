package medtech

import (
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

// A 200 with nothing in it, and no copy in the record: nobody can say that it is stored.
func TestStore_anEmptyAnswerAndNoCopyIsAmbiguous(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]emr.Kind{200: emr.KindAmbiguous, 204: emr.KindAmbiguous, 201: ""} {
		c, w := connect(t, nil)
		w.fixed = map[string]reply{"POST": {status: status}, "GET": {body: bundle()}}
		stored, err := c.StoreImage(t.Context(), inboxImage())
		if emr.KindOf(err) != kind || w.posts() != 1 || (stored == nil) != (err != nil) {
			t.Errorf("%d: %v, %v, %d posts", status, stored, err, w.posts())
		}
	}
}

// The same where nobody may look, or has nothing to look by.
func TestStore_anEmptyAnswerIsAmbiguousWithoutALookToo(t *testing.T) {
	t.Parallel()
	for status, kind := range map[int]emr.Kind{200: emr.KindAmbiguous, 204: emr.KindAmbiguous, 201: ""} {
		c, w := connect(t, func(c *Config) { c.Images.SkipLook = true }, reply{status: status})
		if _, err := c.StoreImage(t.Context(), inboxImage()); emr.KindOf(err) != kind || len(w.seen) != 1 {
			t.Errorf("image %d: %v, %d requests", status, err, len(w.seen))
		}
		c, w = connect(t, nil, reply{status: status})
		if _, err := c.CreateTask(t.Context(), &Task{Description: emr.NewPHI("Order gloves")}); emr.KindOf(err) != kind || len(w.seen) != 1 {
			t.Errorf("task %d: %v, %d requests", status, err, len(w.seen))
		}
	}
}

// Who waits for a write in doubt gets the reference that the practice and Medtech can find.
func TestUserMessage_hasTheReferenceOfALostReplyAndOfAPartialOne(t *testing.T) {
	t.Parallel()
	c, w := connect(t, nil)
	w.fixed = map[string]reply{"POST": {status: 400, body: outcome("error", "business-rule", "x")}, "GET": {body: bundle()}}
	w.routes["POST /Media"] = reply{status: 201, body: media("m1", testPatient)}
	i := inboxImage()
	i.Message = inboxMessage()
	stored, err := c.StoreImage(t.Context(), i)
	if stored == nil || emr.KindOf(err) != emr.KindPartial || !strings.Contains(UserMessage(err), "(reference "+stored.RequestID+")") {
		t.Errorf("%v, %v: %s", stored, err, UserMessage(err))
	}
	c, w = connect(t, nil)
	w.fixed = map[string]reply{"POST": {status: 201, cut: true}, "GET": {body: bundle()}}
	_, err = c.StoreImage(t.Context(), inboxImage())
	if e := wantError(t, err, emr.KindAmbiguous); !strings.Contains(UserMessage(err), "(reference "+e.RequestID+")") || e.Status != 0 {
		t.Errorf("%v: %s", err, UserMessage(err))
	}
}
