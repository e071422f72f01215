package nextgentest

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/emrkit/emrkit/internal/vendortest"
)

// paStatement is what a capability statement says of types.
type paStatement struct {
	Rest []struct {
		Resource []struct {
			Type             string
			Interaction      []struct{ Code string }
			SearchParam      []struct{ Name, Type string }
			SearchRevInclude []string
		}
	}
}

// types are lines "Patient: read search-type: _id/token ...", sorted.
func (s paStatement) types() []string {
	var all []string
	for _, r := range s.Rest[0].Resource {
		line := r.Type + ":"
		for _, i := range r.Interaction {
			line += " " + i.Code
		}
		var params []string
		for _, p := range r.SearchParam {
			params = append(params, p.Name+"/"+p.Type)
		}
		slices.Sort(params)
		for _, p := range append(params, r.SearchRevInclude...) {
			line += " " + p
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

func TestPatientAccessAdvertisesWhatTheVendorAdvertises(t *testing.T) {
	t.Parallel()
	var want, got paStatement
	if err := json.Unmarshal(vendortest.Published(t, "nextgen/fhir-r4-capabilitystatement.json"), &want); err != nil {
		t.Fatal(err)
	}
	b := paOpen(t, nil)
	if err := json.Unmarshal([]byte(b.get("/metadata").Body), &got); err != nil {
		t.Fatal(err)
	}
	if w, g := want.types(), got.types(); !slices.Equal(w, g) {
		for i := range min(len(w), len(g)) {
			if w[i] != g[i] {
				t.Errorf("\nvendor    %s\nsimulator %s", w[i], g[i])
			}
		}
		t.Errorf("%d types, the vendor has %d", len(g), len(w))
	}
}

func TestPatientAccessDiscoveryHasTheMembersOfTheVendors(t *testing.T) {
	t.Parallel()
	b := paOpen(t, nil)
	for _, name := range []string{"smart-configuration", "openid-configuration"} {
		want := vendortest.JSON(t, vendortest.Published(t, "nextgen/fhir-r4-"+name+".json")).(map[string]any)
		got := b.get("/.well-known/" + name).JSON
		if w, g := slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)); !slices.Equal(w, g) {
			t.Errorf("%s: %v, the vendor has %v", name, g, w)
		}
	}
}
