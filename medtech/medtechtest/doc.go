// Package medtechtest simulates Medtech ALEX in front of two New Zealand practices, with
// the Azure AD endpoint that hands out tokens. Develop against it before there are
// credentials, and test with it afterwards:
//
//	sim, err := medtechtest.Start(nil)          // on loopback sockets
//	mt, err := medtech.New(sim.Config(), nil)   // ready to use
//	c := emr.NewClient(mt, nil)
//
// In a test, New(t) stops the simulator at the end and fails the test for each of the
// vendor's rules that a request broke. examples/simulator runs it as a process.
//
// # The practices
//
// The first practice (Sim.Facilities) has its patients: those of emrtest.People and
// emrtest.Invent, whose test numbers are NHI(0) and on; patient 12 has a number whose
// check character is wrong, 13 has none. Of five practitioners, 15 minutes a slot, one has both
// an HPI and an NZMC number, one only the latter, one only the former, one neither, and
// one is a nurse. The calendar is partly full, with a block without a patient and an
// appointment without a practitioner. The other practice knows the same people under
// other ids, and its calendar is empty. A third one is not mapped for the application.
//
// # What is known and what is assumed
//
// D: in the vendor's documentation or profiles. W: seen in public code or a public
// record. S: told by the project's founders. A: assumed, because no public source tells.
//
//	token      client_credentials, /{tenant}/oauth2/v2.0/token, form fields       D W
//	           expires_in 3599, ext_expires_in, a JWT with aud and roles          D S
//	           error bodies with AADSTS numbers; which number                     W A
//	requests   Bearer; mt-facilityid of the practice, 403 for an unknown one      D W
//	           a missing mt-facilityid is answered like an unknown one            A
//	           application/fhir+json on POST and PUT; 415 for another             S A
//	           mt-correlationid: a UUID v4, a new one each time                   S
//	           one shared by the calls that store one image                       S
//	           mt-roles, mt-env, mt-locationid, Facility-Id are broken rules      W
//	           at most 4 calls at once for a practice (Options.Parallel)          A
//	           /FHIR in any case; /fhir in Location, fullUrl and references       W D
//	403        "Authorization failed." for a missing role, another form of the    W
//	           query, an unfiltered search
//	           each unknown parameter is such a form                              A
//	errors     OperationOutcome, the gateway's JSON; texts of the guide           W D
//	           statuses beside the texts (Sim.AnswerNext gives any pair)          A
//	           practice offline: 503, 504 (Sim.SetOutage)                         W A
//	lists      no paging (Options.PageSize), no link, fullUrl and mode            W
//	           nothing found: a bundle with an OperationOutcome (Options.Empty)   D A
//	Patient    by NHI, or family, birthdate and telecom together                  D
//	           telecom is compared by its digits                                  A
//	           create: the endpoint W; required members, 422 for a known NHI      A
//	$summary   a document by NHI, with the mistakes of the published one          D
//	Slot       by HPI or NZMC number; ge and le; a week without an end            D
//	           more than 168 hours are the invalid range                          A
//	           15 minutes; cancelled times come back                              A
//	booking    patient, practitioner, start, status; 201, 422                     D
//	           which text comes with 422; a time in the past is 422               A
//	changes    PUT with the NHI, or by id (Options.PutByID); arrived, cancelled   D
//	           a cancelled one is found no more: 404; nothing else can change     A
//	Media      identifier.value, headers and body of the answer                   W
//	           two of one identifier are two; lists leave the bytes out           A
//	           bodySite, view, modality, encounter are broken rules               W
//	           (Options.ClinicalMedia), a size limit (Options.MediaLimit)         W A
//	scans      identifier, LOINC 72170-4, TIFF or PDF, 8 MB, title                D W
//	           without author 400 (Options.AuthorOptional)                        W A
//	           scans are listed among the patient's documents                     A
//	documents  notes as RTF called text/plain, one without content                D
//	           letters with a key for /Binary, here as url; both forms of Binary  D A
//	messages   Communication after the Australian profile                         D A
//	tasks      plain R4; the names of the search parameters                       A
//	ids        32 hexadecimal characters, or those of 2021 (Options.LongIDs)      W D
//	others     clinical lists, empty; Encounter: 404 of the gateway               W A
//	schedules  404 of the gateway; Options.Schedules offers them, in our own form D A
//
// Not simulated: Australia's profiles, PUT /Patient, writing consultation notes,
// clinical records and money, confidential records, launch context.
package medtechtest
