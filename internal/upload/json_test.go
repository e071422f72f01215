package upload

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestAJSONEnvelopeHasTheContentWhereItsMarkStands(t *testing.T) {
	t.Parallel()
	const envelope = `{"title":"\"data\":\"@content@\"","content":{"data":"@content@","x":1}}`
	raw := bytes.Repeat([]byte{0, 1, 0xff, '"'}, page/3)
	b, err := JSON("upload", []byte(envelope), bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(b)
	var got struct {
		Title   string
		Content struct {
			Data []byte
			X    int
		}
	}
	if bad := json.Unmarshal(all, &got); err != nil || bad != nil || !bytes.Equal(got.Content.Data, raw) || got.Title != `"data":"@content@"` || got.Content.X != 1 {
		t.Errorf("%d bytes, %v, %v", len(all), err, bad)
	}
	if _, err := JSON("upload", []byte(`{"data":"none"}`), strings.NewReader("x")); emr.KindOf(err) != emr.KindInvalid {
		t.Errorf("no mark: %v", err)
	}
}

func TestABodyPrintsItsSizeAndNothingOfThePatient(t *testing.T) {
	t.Parallel()
	b, err := Base64("upload", []byte("a name"), strings.NewReader("a picture"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		if got := fmt.Sprintf(verb, b); got != "upload.Body{18 bytes}" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}
