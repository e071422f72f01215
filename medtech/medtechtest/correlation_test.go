package medtechtest

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emrkit/emrkit/emr/emrtest"
)

// bubble runs f where waiting costs no time.
func bubble(t *testing.T, f func(*testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

func (b *bare) media(identifier string) object {
	return object{
		"resourceType": "Media", "identifier": []object{{"system": "https://app.example/image-id", "value": identifier}}, "status": "completed",
		"subject": object{"reference": "Patient/" + b.person(0)}, "operator": object{"reference": "Practitioner/" + b.okafor()},
		"createdDateTime": tenAM, "content": object{"contentType": "image/jpeg", "data": "/9j/4AAQ", "title": "Left forearm"},
	}
}

func (b *bare) message() object {
	return object{
		"resourceType": "Communication", "identifier": []object{{"value": "msg-1"}}, "status": "completed",
		"category": []object{{"coding": []object{{"system": "http://snomed.info/sct", "code": "423876004"}}}},
		"subject":  object{"reference": "Patient/" + b.person(0)}, "sender": object{"reference": "Practitioner/" + b.okafor()},
		"recipient": []object{{"reference": "Practitioner/" + b.okafor()}}, "sent": tenAM,
		"payload": []object{{"contentString": "An image is in the inbox"}},
	}
}

func (b *bare) task() object {
	return object{
		"resourceType": "Task", "status": "requested", "intent": "order", "description": "Prepare referral", "authoredOn": tenAM,
		"for": object{"reference": "Patient/" + b.person(0)}, "owner": object{"reference": "Practitioner/" + b.okafor()},
	}
}

func TestOneCorrelationIDIsForOneCallOrOneImage(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	id := newUUID()
	b.header.Set(correlationHeader, id)
	commit := func() {
		b.get("/Media?" + byNHI(0))
		for target, body := range map[string]object{"/Media": b.media("a"), "/Communication": b.message(), "/Task": b.task()} {
			if r := b.do(http.MethodPost, target, body); r.status != http.StatusCreated {
				t.Fatalf("%s: %d %s", target, r.status, r.body)
			}
		}
		b.get("/Media?" + byNHI(0))
	}
	b.sim.FailNextOn(StepMedia, emrtest.FaultRateLimited, 1)
	b.do(http.MethodGet, "/Media?"+byNHI(0), nil)
	commit()
	if v := b.sim.Violations(); len(v) > 0 {
		t.Errorf("one image: %q", v)
	}
	if got := b.sim.RepeatedCorrelations(); len(got) != 1 || got[0] != id {
		t.Errorf("%q", got)
	}
	b.sim.ExpectViolation("is that of another image")
	b.do(http.MethodPost, "/Media", b.media("b"))
	b.sim.ExpectViolation("GET /Location: mt-correlationid is not new")
	b.get("/Location")
	b.header.Set(correlationHeader, newUUID())
	b.get("/Location")
	b.sim.ExpectViolation("GET /Practitioner: mt-correlationid is not new")
	b.get("/Practitioner")
}

func TestACallThatMetAFaultHasUsedItsCorrelationID(t *testing.T) {
	t.Parallel()
	b := open(t, nil)
	b.header.Set(correlationHeader, newUUID())
	b.sim.FailNext(emrtest.FaultUnavailableOnce, 1)
	b.do(http.MethodGet, "/Location", nil)
	b.sim.ExpectViolation("is not new for this call")
	b.get("/Location")
}

func TestMoreThanFourCallsAtOnceAreABrokenRule(t *testing.T) {
	t.Parallel()
	for most, wanted := range map[int]string{4: "", 5: "more than 4 calls at once for one facility"} {
		bubble(t, func(t *testing.T) {
			b := open(t, func(o *Options) { o.Latency = time.Second })
			if wanted != "" {
				b.sim.ExpectViolation(wanted)
			}
			var all sync.WaitGroup
			for range most {
				all.Go(func() { _, _ = b.try(http.MethodGet, "/Location", nil) })
			}
			all.Wait()
			b.get("/Location")
			if got := b.sim.MaxParallel(); got != most {
				t.Errorf("%d at once, want %d", got, most)
			}
		})
	}
}
