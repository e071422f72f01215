package nexhealth

import (
	"errors"
)

// ErrPortalOnly is in the chain of the errors of Client.Portal.
var ErrPortalOnly = errors.New("nexhealth: only the developer portal can do this")

// PortalTask is something that NexHealth offers in its developer portal and not in its
// API. [Client.Portal] answers each with kind unsupported and what to do instead.
type PortalTask string

// The tasks. Source: the API has no call for them (OpenAPI document of v20240412).
const (
	CreateInstitution     PortalTask = "create institution"
	UpdateInstitution     PortalTask = "update institution"
	DeactivateInstitution PortalTask = "deactivate institution"
	ActivateLocation      PortalTask = "activate location"
	DeactivateLocation    PortalTask = "deactivate location"
	CreateSync            PortalTask = "create sync"
	CreateProductKey      PortalTask = "create product key"
	RequestAccess         PortalTask = "request access to a matching institution"
	GiveConsent           PortalTask = "give consent"
	UploadBulkCSV         PortalTask = "upload bulk csv"
	RotateAPIKey          PortalTask = "rotate api key"
	ManageUsers           PortalTask = "manage users"
	ManageBilling         PortalTask = "manage billing"
)

// portalWays says, in the order of the documentation, what to do instead.
var portalWays = []struct {
	task PortalTask
	way  string
}{
	{CreateInstitution, "create it in the portal, or send the practice the link of Client.CreateOnboarding (production keys only)"},
	{UpdateInstitution, "change it in the portal"},
	{DeactivateInstitution, "deactivate it in the portal, which also ends its billing; Institution.Deactivated then shows it"},
	{ActivateLocation, "activate it in the portal: Setup.NotActivated lists what a sync already reads; or send the link of Client.CreateOnboarding with the subdomain"},
	{DeactivateLocation, "deactivate it in the portal; InstitutionLocation.Inactive then shows it"},
	{CreateSync, "create it in the portal, one for each server of the practice, or name the system in Client.CreateOnboarding"},
	{CreateProductKey, "the portal shows it with the sync; the practice types it into the installer on its server"},
	{RequestAccess, "request it in the portal when it finds a matching institution; keep the state in a SetupNote"},
	{GiveConsent, "the practice agrees by the e-mail that NexHealth sends, or in NexHealth's web app; the institution then shows in Client.Institutions"},
	{UploadBulkCSV, "write the sheet with package bulkcsv and upload it in the portal, or send each practice the link of Client.CreateOnboarding"},
	{RotateAPIKey, "rotate it in the portal, as an admin, and configure the new one: it is shown once"},
	{ManageUsers, "invite users and make admins in the portal"},
	{ManageBilling, "see the portal; billing of an institution ends with its deactivation there"},
}

// PortalTasks are all tasks.
func PortalTasks() []PortalTask {
	all := make([]PortalTask, len(portalWays))
	for i, w := range portalWays {
		all[i] = w.task
	}
	return all
}

// Instead says what to do in the portal, or with the API in its place; "" for a task that
// does not exist.
func (t PortalTask) Instead() string {
	for _, w := range portalWays {
		if w.task == t {
			return w.way
		}
	}
	return ""
}

// Portal answers a task that the API cannot do: always kind unsupported, with
// ErrPortalOnly in the chain and PortalTask.Instead as its hint. Nothing is sent. It is
// there so that an application has one place for everything a user may ask for.
func (c *Client) Portal(task PortalTask) error {
	way := task.Instead()
	if way == "" {
		return invalid("use the portal", "there is no such task: see PortalTasks", "task")
	}
	e := unsupported(string(task), way)
	e.Name, e.Err = c.name, ErrPortalOnly
	return e
}
