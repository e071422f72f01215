// Package nextgen connects to the Enterprise APIs of NextGen Healthcare (NextGen
// Enterprise EHR): proprietary JSON over the database of one site.
//
//	cfg, err := nextgen.ConfigFromEnv()
//	ng, err := nextgen.New(cfg, nil)
//	c := emr.NewClient(ng, nil)
//
// The [Client] is the [emr.Driver]; applications call the emr.Client around it. What only
// NextGen has are methods of Client, reached with emr.As[*nextgen.Client]. The FHIR APIs
// for patients (Patient Access) are another registration and another package,
// nextgen/patientaccess.
package nextgen
