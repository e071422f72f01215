// Package record guards what gets recorded: it finds personal data, secrets and
// paths of somebody's machine in files that are about to be committed.
//
// The rules are allow-lists: a telephone number or e-mail address in testdata must be
// one of those reserved for fiction, because no rule can tell a real one from an
// invented one.
package record
