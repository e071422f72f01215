package nexhealth

import (
	"testing"

	"github.com/emrkit/emrkit/internal/vendortest"
)

func TestTheDocumentationSaysWhereEachFileBelongs(t *testing.T) {
	t.Parallel()
	vendortest.CheckLayout(t)
}
