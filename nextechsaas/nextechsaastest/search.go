package nextechsaastest

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// search is GET /search. Documented: term is required and matches name or chart number. How
// names are matched is assumed: each word of the term begins a given, middle or family name,
// without regard to case; a chart number is compared whole.
func (s *Sim) search(c *simserver.Call, values url.Values) *simserver.Reply {
	checkParams(c, values, "term")
	term := strings.TrimSpace(values.Get("term"))
	if term == "" {
		return badRequest("The parameter term is required.")
	}
	found := []object{}
	for _, p := range s.patients {
		if p.matches(term) {
			found = append(found, s.summaryOf(p))
		}
	}
	if len(found) == 1 && s.opts.OneObject {
		return simserver.JSON(http.StatusOK, mediaType, found[0])
	}
	return simserver.JSON(http.StatusOK, mediaType, found)
}

func (p patient) matches(term string) bool {
	if strings.EqualFold(p.chart, term) {
		return true
	}
	names := []string{strings.ToLower(p.given), strings.ToLower(p.middle), strings.ToLower(p.family)}
	for word := range strings.FieldsSeq(strings.ToLower(term)) {
		fits := false
		for _, name := range names {
			fits = fits || name != "" && strings.HasPrefix(name, word)
		}
		if !fits {
			return false
		}
	}
	return true
}

// summaryOf is the documented shape: all members but the id are texts.
func (s *Sim) summaryOf(p patient) object {
	born := p.born
	if !s.opts.DateOnlyBirth {
		born += "T00:00:00.000Z"
	}
	return object{
		"patientId": p.id, "chartNumber": p.chart, "firstName": p.given, "middleName": p.middle, "lastName": p.family,
		"dob": born, "ssn": p.ssn, "homePhone": p.phone,
	}
}
