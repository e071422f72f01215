package emrtest

import (
	"slices"

	"github.com/emrkit/emrkit/emr"
)

// Clause is one sentence of the driver contract and the sub-test that holds a driver
// to it. Run names the sub-test Topic/Name.
type Clause struct {
	Topic string
	Name  string // what the sub-test shows
	Text  string // the sentence, for people who write drivers
	// Needs are the capabilities without which the sentence says nothing about a driver.
	Needs []emr.Capability

	check func(*suite)
}

// applies reports whether the driver has all that the clause needs.
func (c *Clause) applies(declared map[emr.Capability]bool) bool {
	return !slices.ContainsFunc(c.Needs, func(n emr.Capability) bool { return !declared[n] })
}

// Contract returns every sentence that Run holds a driver to, by topic.
func Contract() []Clause {
	return slices.Concat(
		connectionClauses(),
		contextClauses(),
		credentialClauses(),
		directoryClauses(),
		patientClauses(),
		findOrCreateClauses(),
		slotClauses(),
		slotPageClauses(),
		slotNarrowClauses(),
		calendarNarrowClauses(),
		peopleNarrowClauses(),
		bookingClauses(),
		lostReplyClauses(),
		raceClauses(),
		calendarClauses(),
		writeClauses(),
		holdClauses(),
		rescheduleClauses(),
		recordClauses(),
		idClauses(),
		privacyClauses(),
	)
}

// needs makes the list of a clause's capabilities.
func needs(caps ...emr.Capability) []emr.Capability { return caps }
