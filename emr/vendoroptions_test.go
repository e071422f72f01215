package emr

import (
	"strings"
	"testing"
)

func TestVendorOptionsTakesTheVendorsStructAndNothingElse(t *testing.T) {
	t.Parallel()
	type options struct{ Room string }
	var none *options
	for _, c := range []struct {
		given any
		want  string
		bad   bool
	}{
		{nil, "", false}, {options{"3"}, "3", false}, {&options{"3"}, "3", false}, {none, "", false},
		{"3", "", true}, {struct{ Room string }{"3"}, "", true},
	} {
		got, err := VendorOptions[options]("book", c.given)
		if got.Room != c.want || (KindOf(err) == KindInvalid) != c.bad {
			t.Errorf("%T: %+v, %v", c.given, got, err)
		}
		if e, ok := err.(*Error); c.bad && (!ok || e.Op != "book" || !strings.Contains(e.Hint, "emr.options")) { //nolint:errorlint // returned as it is
			t.Errorf("%T: %+v", c.given, err)
		}
	}
}
