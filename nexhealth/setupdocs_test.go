package nexhealth

import (
	"os"
	"strings"
	"testing"
)

// TestTheDocumentationNamesEveryStateInItsList keeps docs/nexhealth.md true.
func TestTheDocumentationNamesEveryStateInItsList(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../docs/nexhealth.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[SetupGroup]string{}
	for line := range strings.Lines(string(data)) {
		for _, g := range []SetupGroup{SetupToDo, SetupInProgress, SetupAll} {
			if strings.HasPrefix(line, "| "+string(g)) {
				rows[g] = line
			}
		}
	}
	for _, s := range SetupStates() {
		for g, row := range rows {
			if named := strings.Contains(row, "`"+string(s)+"`"); named != (s.Group() == g) {
				t.Errorf("%s is in the list %s: %v, in the documentation: %v", s, g, s.Group() == g, named)
			}
		}
	}
	if len(rows) != 3 {
		t.Errorf("the documentation has the lists %v", rows)
	}
	for name, task := range map[string]PortalTask{
		"CreateInstitution": CreateInstitution, "UpdateInstitution": UpdateInstitution, "DeactivateInstitution": DeactivateInstitution,
		"ActivateLocation": ActivateLocation, "DeactivateLocation": DeactivateLocation, "CreateSync": CreateSync,
		"CreateProductKey": CreateProductKey, "RequestAccess": RequestAccess, "GiveConsent": GiveConsent, "UploadBulkCSV": UploadBulkCSV,
		"RotateAPIKey": RotateAPIKey, "ManageUsers": ManageUsers, "ManageBilling": ManageBilling,
	} {
		if task.Instead() == "" || !strings.Contains(string(data), "`"+name+"`") {
			t.Errorf("%s is not in the documentation", name)
		}
	}
	for _, v := range variables {
		if !strings.Contains(string(data), "`"+v+"`") {
			t.Errorf("%s is not in the documentation", v)
		}
	}
}
