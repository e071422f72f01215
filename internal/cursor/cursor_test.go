package cursor

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestSeveralListsAreReadOneAfterTheOther(t *testing.T) {
	t.Parallel()
	pages := [][]emr.Cursor{{"a=1:2", ""}, {""}, {"b", "c", ""}} // the vendor's own positions
	var walked []string
	for at := emr.Cursor(""); ; {
		nth, position, err := Split("list", at, len(pages))
		if err != nil {
			t.Fatal(err)
		}
		walked = append(walked, string(position))
		next := pages[nth][0]
		pages[nth] = pages[nth][1:]
		if at = Join(nth, next, len(pages)); at == "" {
			break
		}
	}
	want := []string{"", "a=1:2", "", "", "b", "c"}
	if len(walked) != len(want) {
		t.Fatalf("%q", walked)
	}
	for i := range want {
		if walked[i] != want[i] {
			t.Errorf("page %d at %q, want %q", i, walked[i], want[i])
		}
	}
}

func TestACursorOfAnotherListIsRefused(t *testing.T) {
	t.Parallel()
	for _, at := range []emr.Cursor{"x", "2:", "-1:", "+1:", "01:", ":", "1", "9999999999999999999:x"} {
		if _, _, err := Split("list", at, 2); emr.KindOf(err) != emr.KindInvalid {
			t.Errorf("%q: %v", at, err)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("", 3)
	f.Add("1:abc", 3)
	f.Add("-1:", 1)
	f.Fuzz(func(t *testing.T, at string, lists int) {
		if lists < 1 || lists > 100 {
			return
		}
		nth, position, err := Split("list", emr.Cursor(at), lists)
		if err != nil {
			return
		}
		if nth < 0 || nth >= lists {
			t.Fatalf("list %d of %d", nth, lists)
		}
		if next := Join(nth, position, lists); position != "" && string(next) != at {
			t.Errorf("%q became %q", at, next)
		}
	})
}
