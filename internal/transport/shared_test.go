package transport

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestSharedPoolIsKeyedByVendorCredentialAndOrigin(t *testing.T) {
	t.Parallel()
	s := emr.NewShared()
	poolFor := func(vendor, credential, base string) *pool {
		return connect(t, base, func(c *Config) {
			c.Vendor, c.Credential, c.Options.Shared = vendor, credential, s
		}).pool
	}
	first := poolFor("a", "one", "https://emr.example/api")
	for name, p := range map[string]*pool{
		"other path":     poolFor("a", "one", "https://emr.example/other"),
		"other spelling": poolFor("a", "one", "https://EMR.example:443"),
	} {
		if p != first {
			t.Errorf("%s: not shared", name)
		}
	}
	for name, p := range map[string]*pool{
		"other vendor":     poolFor("b", "one", "https://emr.example/api"),
		"other credential": poolFor("a", "two", "https://emr.example/api"),
		"other host":       poolFor("a", "one", "https://other.example/api"),
		"other port":       poolFor("a", "one", "https://emr.example:8443/api"),
	} {
		if p == first {
			t.Errorf("%s: shared", name)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSharedBudgetAndConnectionsSurviveTheCloseOfOneClinic(t *testing.T) {
	t.Parallel()
	srv := serve(t, answerWith(200, "{}"))
	s := emr.NewShared()
	share := func(c *Config) { c.Options.Shared = s }
	one, two := connect(t, srv.URL, share), connect(t, srv.URL, share)
	noError(t)(one.Do(t.Context(), get("/Patient")))
	_ = one.Close()
	noError(t)(two.Do(t.Context(), get("/Patient")))
	if n := srv.conns.Load(); n != 1 {
		t.Errorf("%d connections", n)
	}
	if !two.pool.budget.take() || one.pool.budget.tenths != two.pool.budget.tenths {
		t.Error("the budget is not shared")
	}
	_ = s.Close()
}
