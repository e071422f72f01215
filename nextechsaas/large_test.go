package nextechsaas_test

import (
	"errors"
	"io"
	"runtime"
	"testing"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nextechsaas/nextechsaastest"
)

// largest reads a stream and samples the heap meanwhile.
func largest(r io.Reader) (read int64, heap uint64, err error) {
	buf := make([]byte, 64<<10)
	for next := int64(0); ; {
		var n int
		n, err = r.Read(buf)
		read += int64(n)
		if read >= next {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			heap, next = max(heap, m.HeapAlloc), next+4<<20
		}
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return read, heap, err
		}
	}
}

// Not parallel: it looks at the memory of the whole process.
func TestADocumentOf50MBIsReadOverHTTPWithLittleMemory(t *testing.T) { //nolint:paralleltest // see above
	for _, opts := range []nextechsaastest.Options{
		{LargeDocument: 50 << 20}, {LargeDocument: 4 << 20, DocumentFirst: true},
	} {
		sim := nextechsaastest.New(t, &opts)
		c := emr.NewClient(connect(t, sim.Config(), nil), nil)
		id, visit := sim.LargeVisit()
		who := &emr.Patient{ID: id}
		content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: who, Encounter: visit})
		if err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		read, heap, err := largest(content.Body)
		if err := errors.Join(err, content.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if grown := int64(heap) - int64(before.HeapAlloc); read != opts.LargeDocument || grown > 12<<20 {
			t.Errorf("document first %v: %d bytes, %d bytes of memory", opts.DocumentFirst, read, grown)
		}
		if !opts.DocumentFirst { // one long look is enough
			continue
		}
		visits, err := emr.Collect(c.Encounters(t.Context(), emr.EncounterQuery{Patient: who}))
		if want := sim.Visits(id); err != nil || len(visits) != len(want) || visits[len(visits)-1].ID != visit {
			t.Errorf("%d visits, %v", len(visits), err)
		}
		cfg := sim.Config()
		cfg.MostBytes = 1 << 20
		small := emr.NewClient(connect(t, cfg, nil), nil)
		if _, err := emr.Collect(small.Encounters(t.Context(), emr.EncounterQuery{Patient: who})); emr.KindOf(err) != emr.KindTooLarge {
			t.Errorf("beyond the limit: %v", err)
		}
	}
}

// A document whose connection breaks in the middle must not look like a whole one.
func TestFault_F1_aDocumentOfABrokenConnectionIsAnError(t *testing.T) {
	t.Parallel()
	sim, err := nextechsaastest.Start(&nextechsaastest.Options{LargeDocument: 30 << 20})
	if err != nil {
		t.Fatal(err)
	}
	c := emr.NewClient(connect(t, sim.Config(), nil), nil)
	id, visit := sim.LargeVisit()
	content, err := c.OpenSummary(t.Context(), emr.SummaryQuery{Patient: &emr.Patient{ID: id}, Encounter: visit})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.CopyN(io.Discard, content.Body, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := sim.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, content.Body)
	if e, ok := errors.AsType[*emr.Error](err); !ok || e.Kind != emr.KindProtocol && e.Kind != emr.KindUnavailable {
		t.Errorf("%v", err)
	}
	if err := content.Body.Close(); err != nil {
		t.Error(err)
	}
}
