// Package practice knows what the texts about a practice look like (name, website, e-mail
// address, subdomain) and how two of them are compared. Package nexhealth uses it for
// onboardings and searches, package bulkcsv for sheets.
//
// A rule that refuses a text says so in a sentence for the user, which never holds the
// text itself; "" means that the text is fine.
package practice
