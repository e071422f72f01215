package emr_test

import (
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestChosenCorrelationID_isNoneThatWasMadeUp(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	if emr.ChosenCorrelationID(ctx) != "" {
		t.Error("an id from nowhere")
	}
	made := emr.WithCorrelationID(ctx, "")
	if emr.CorrelationID(made) == "" || emr.ChosenCorrelationID(made) != "" {
		t.Error("an id that was made up counts as chosen")
	}
	if refused := emr.WithCorrelationID(ctx, "two words"); emr.ChosenCorrelationID(refused) != "" {
		t.Error("a refused id counts as chosen")
	}
	own := emr.WithCorrelationID(ctx, "order-77")
	if emr.CorrelationID(own) != "order-77" || emr.ChosenCorrelationID(own) != "order-77" {
		t.Error("the chosen id is lost")
	}
}
