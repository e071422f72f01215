package medtech

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/emrkit/emrkit/fhir"
)

// decoding reads what ALEX sends.
var decoding = &fhir.Options{Version: fhir.R4}

// said is what ALEX says about a request, in one of its forms: an OperationOutcome, alone
// or inside a Bundle, the gateway's own JSON, or anything else.
type said struct {
	issues  []issue
	gateway bool   // {"statusCode":404,"message":"Resource not found"}
	page    string // words of neither form
}

type issue struct {
	severity, code string
	texts          []string
}

// hear reads the body of an answer that is no success.
func hear(body []byte) said {
	if r, err := fhir.DecodeAny(body, decoding); err == nil {
		if o, ok := r.(*fhir.OperationOutcome); ok {
			return heard(o)
		}
	}
	if b, err := fhir.ParseBundle(body, decoding); err == nil {
		all, _ := b.Outcomes()
		return heard(all...)
	}
	var gateway struct {
		StatusCode json.Number `json:"statusCode"`
		Message    string      `json:"message"`
	}
	if json.Unmarshal(body, &gateway) == nil && gateway.Message != "" {
		return said{gateway: true, issues: []issue{{texts: []string{gateway.Message}}}}
	}
	return said{page: string(body[:min(len(body), 4096)])}
}

// heard collects the issues of outcomes; texts are in diagnostics, and in details where
// older answers have them.
func heard(outcomes ...*fhir.OperationOutcome) said {
	var s said
	for _, o := range outcomes {
		for _, i := range o.Issue {
			texts := []string{i.Diagnostics, i.Details.Text}
			code := i.Code
			for _, c := range i.Details.Coding {
				texts = append(texts, c.Display)
				code = cmp.Or(code, c.Code)
			}
			s.issues = append(s.issues, issue{severity: strings.ToLower(i.Severity), code: strings.ToLower(code), texts: texts})
		}
	}
	return s
}

// failed reports whether an issue is an error, or says nothing about how bad it is.
func (s said) failed() bool {
	for _, i := range s.issues {
		if i.severity != "information" && i.severity != "warning" && i.severity != "success" && i.code != "informational" {
			return true
		}
	}
	return false
}

// detail is what was said in words, for the person who asked; never for a log.
func (s said) detail() string {
	var all []string
	for _, i := range s.issues {
		for _, t := range i.texts {
			if t = strings.TrimSpace(t); t != "" {
				all = append(all, t)
			}
		}
	}
	if len(all) == 0 {
		return fhir.Excerpt(s.page)
	}
	return fhir.Excerpt(strings.Join(all, "; "))
}

// refusal returns the first row that fits one of the issues.
func (s said) refusal(status int, op string) *refusal {
	for _, i := range s.issues {
		for _, t := range append(i.texts, "") {
			if r := refusalFor(status, op, i.code, t); r != nil && (t != "" || len(r.texts) == 0) {
				return r
			}
		}
	}
	switch {
	case len(s.issues) > 0:
		return nil
	case status < 500 && strings.Contains(plainText(s.page), facilityWords):
		return refusalFor(status, op, "", facilityWords)
	}
	return refusalFor(status, op, "", "")
}

// grave reports whether an answer with 2xx is none, however mildly it is said: it failed,
// or the practice is not known, away or slow.
func (s said) grave(status int, op string) bool {
	for _, i := range s.issues {
		for _, t := range i.texts {
			if t == "" {
				continue
			}
			r := refusalFor(status, op, i.code, t)
			if r != nil && len(r.texts)+len(r.words) > 0 && (r.passing || r.code == codeFacility) {
				return true
			}
		}
	}
	return s.failed()
}

// nothing reports whether s says no more than that a list is empty.
func (s said) nothing(status int, op string) bool {
	if s.gateway || len(s.issues) == 0 {
		return false
	}
	for _, i := range s.issues {
		empty := false
		for _, t := range i.texts {
			if t == "" {
				continue
			}
			r := refusalFor(status, op, i.code, t)
			if r == nil || !r.empty {
				return false
			}
			empty = true
		}
		if !empty && i.code != "not-found" {
			return false
		}
	}
	return true
}
