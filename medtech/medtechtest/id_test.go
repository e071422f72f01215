package medtechtest

import (
	"net/url"
	"strings"
	"testing"
)

func TestIDsAreReadBackInTheirFacilityAndTypeOnly(t *testing.T) {
	t.Parallel()
	for _, long := range []bool{false, true} {
		here, there := newIDs(homeFacility, long), newIDs(otherFacility, long)
		id := here.of("Patient", 20017, 5)
		if n, d, ok := here.read("Patient", id); !ok || n != 20017 || d != 5 {
			t.Errorf("%s: %d %d %v", id, n, d, ok)
		}
		for _, odd := range []string{inURL(id), strings.ReplaceAll(id, "%3D", "=")} { // as fullUrl has it, or unescaped
			if _, _, ok := here.read("Patient", odd); ok != long && odd != id {
				t.Errorf("%s: %v", odd, ok)
			}
		}
		if _, _, ok := here.read("Practitioner", id); ok {
			t.Error("another type reads it")
		}
		if _, _, ok := there.read("Patient", id); ok || there.of("Patient", 20017, 5) == id {
			t.Error("another facility reads it")
		}
		if long != (len(id) > 100) || long != strings.HasSuffix(id, "%3D%3D") || url.PathEscape(id) == id == long {
			t.Errorf("%d characters: %s", len(id), id)
		}
		for _, bad := range []string{"", "999999999", strings.Repeat("0", 32), strings.Repeat("f", 31), "%zz"} {
			if _, _, ok := here.read("Patient", bad); ok {
				t.Errorf("%q is an id", bad)
			}
		}
	}
}
