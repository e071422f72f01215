package nexhealth

import (
	"errors"
	"testing"

	"github.com/emrkit/emrkit/emr"
)

func TestWhatOnlyThePortalDoesIsUnsupportedWithoutARequest(t *testing.T) {
	t.Parallel()
	c, r := connect(t, nil)
	for _, task := range PortalTasks() {
		err := c.Portal(task)
		e := wantKind(t, err, emr.KindUnsupported)
		if !errors.Is(err, ErrPortalOnly) || !errors.Is(err, emr.ErrUnsupported) || e.Hint == "" || e.Hint != task.Instead() || e.Op != string(task) {
			t.Errorf("%s: %v", task, err)
		}
	}
	for _, task := range []PortalTask{
		CreateInstitution, UpdateInstitution, DeactivateInstitution, ActivateLocation, DeactivateLocation, CreateSync,
		CreateProductKey, RequestAccess, GiveConsent, UploadBulkCSV, RotateAPIKey, ManageUsers, ManageBilling,
	} {
		if task.Instead() == "" {
			t.Errorf("%s is not in the table", task)
		}
	}
	wantKind(t, c.Portal("make coffee"), emr.KindInvalid)
	if len(r.requests()) != 0 {
		t.Errorf("%d requests were sent", len(r.requests()))
	}
}
