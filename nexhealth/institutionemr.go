package nexhealth

import "slices"

// EMRName is NexHealth's word for a health record system. The set is open: systems that
// only the portal can set up have names of their own.
type EMRName string

// The systems that an onboarding can name. Source: OpenAPI document, POST /onboardings.
const (
	EMRAthena        EMRName = "athena"
	EMRCurve         EMRName = "curve2"
	EMRCloud9        EMRName = "cloud9"
	EMRDenticon      EMRName = "denticon"
	EMRDentrix       EMRName = "dentrix"
	EMRDentrixAscend EMRName = "dentrixascend"
	EMRDrChrono      EMRName = "drchrono" // with a new institution only
	EMREaglesoft     EMRName = "eaglesoft"
	EMRClinicalWorks EMRName = "ecw" // eClinicalWorks
	EMRModMed        EMRName = "modmed"
	EMRNextGen       EMRName = "nextgen"
	EMROpenDental    EMRName = "opendental"
)

// EMRNames are the systems that an onboarding can name.
func EMRNames() []EMRName {
	return []EMRName{
		EMRAthena, EMRCurve, EMRCloud9, EMRDenticon, EMRDentrix, EMRDentrixAscend,
		EMRDrChrono, EMREaglesoft, EMRClinicalWorks, EMRModMed, EMRNextGen, EMROpenDental,
	}
}

// Known reports whether an onboarding can name the system.
func (n EMRName) Known() bool { return slices.Contains(EMRNames(), n) }

// EMR is a health record system.
type EMR struct {
	ID      string
	Name    EMRName
	Display string // for people: "Open Dental"
	// Hosting is HostedCloud, HostedOnPrem or a word this version does not know. A cloud
	// system is connected with a log-in; one on the practice's own server by an installer,
	// and syncs only while that server runs.
	Hosting Hosting
}

// Hosting is where a health record system runs.
type Hosting string

// The places a system runs in.
const (
	HostedCloud  Hosting = "cloud"
	HostedOnPrem Hosting = "onprem"
)
