// Package bulkcsv reads, checks and writes the sheet by which many practices are set up at
// NexHealth at once.
//
//	sheet, err := bulkcsv.Read(file, nil)       // sheet.Problems: what is wrong, and where
//	known, err := emr.Collect(nx.Institutions(ctx))
//	bulkcsv.Match(sheet.Usable(), known)        // what may be at NexHealth already
//	bulkcsv.Group(sheet.Usable())               // rows by institution
//	bulkcsv.Write(out, sheet.Usable(), nil)     // for the portal
//	nx.CreateOnboarding(ctx, row.Onboarding())  // or by the API, row by row
//
// # What NexHealth does with a sheet
//
// Only NexHealth's developer portal takes one: the API has no call for it (see
// nexhealth.UploadBulkCSV, and [Row.Onboarding] for what the API does take). Rows with the
// same institution are syncs of that institution, one for each of its servers. Where the
// portal finds that it already has an institution, it offers to request access instead.
//
// The columns of the portal's template are not documented in public. So the columns here
// are ours: [Format] renames and reorders them to the template.
//
// # What this package does
//
//   - [WriteSample] writes a sheet to start from; [Group] shows which rows are syncs of one
//     institution.
//   - [Read] and [Check] name each mistake by line, column and class, and never by the text
//     of a cell. A sheet with mistakes is still read: [Sheet.Usable] are the good rows.
//   - [Match] flags rows whose institution may already be there, in the sheet or at
//     NexHealth: look before uploading.
//   - What fails later, when NexHealth creates the institution, shows in Client.Setups of
//     package nexhealth; keep Row.Reference in its SetupNote to know the row again.
//
// No sheet is sent anywhere and no file is opened: sheets come from an io.Reader and go to
// an io.Writer. Names of people, telephone numbers and e-mail addresses are emr.PHI.
package bulkcsv
