package nexhealthtest

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// onboarding is a link for a practice that sets itself up.
type onboarding struct {
	id, name, subdomain, emr, status string // subdomain is empty until it is matched
	location                         string
	created, ready                   time.Time
}

var onboardingFields = []string{"institution_name", "institution_zip_code", "institution_website", "institution_email", "subdomain", "emr_name"}

// practiceSystems are those an onboarding link can carry; drchrono for new institutions
// only (documented).
var practiceSystems = []string{
	"athena", "curve2", "cloud9", "denticon", "dentrix", "dentrixascend", "drchrono", "eaglesoft", "ecw", "modmed", "nextgen", "opendental",
}

func (s *Sim) onboardingRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/onboardings", v3: true, sub: optional, paged: byCursor, handle: s.listOnboardings, params: []param{
			oneOf("status", "in_progress", "complete", "failed"), sortable("created_at", "status", "subdomain"),
		}},
		{method: http.MethodPost, path: "/onboardings", v3: true, handle: s.createOnboarding},
		{method: http.MethodGet, path: "/onboardings/{hashid}", v3: true, handle: func(q *query) *simserver.Reply {
			for _, o := range s.onboardings {
				if o.id == q.vars["hashid"] && q.env == Production {
					return q.done(http.StatusOK, o.object())
				}
			}
			return q.unknown("Onboarding")
		}},
	}
}

// listOnboardings: the latest first unless asked otherwise (documented).
func (s *Sim) listOnboardings(q *query) *simserver.Reply {
	var all []*onboarding
	for _, o := range s.onboardings {
		if q.env == Production && q.hits("status", o.status) && q.hits(subParam, o.subdomain) {
			all = append(all, o)
		}
	}
	by := q.get("sort")
	if by == "" {
		by = "-created_at"
	}
	field, descending := strings.CutPrefix(strings.Split(by, ",")[0], "-")
	slices.SortStableFunc(all, func(a, b *onboarding) int {
		if descending {
			a, b = b, a
		}
		switch field {
		case "status":
			return strings.Compare(a.status, b.status)
		case "subdomain":
			return strings.Compare(a.subdomain, b.subdomain)
		}
		return a.created.Compare(b.created)
	})
	return cursorPage(q, all, entry[*onboarding]{id: func(o *onboarding) string { return o.id }, dress: (*onboarding).object})
}

// createOnboarding: production keys only; a subdomain wins over a name (documented).
func (s *Sim) createOnboarding(q *query) *simserver.Reply {
	if q.env == Sandbox {
		return q.forbidden()
	}
	in, _, refusal := q.wrapped("onboarding")
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "onboarding", onboardingFields...)
	o := &onboarding{
		id: strings.ToLower(rand.Text()[:12]), name: simserver.StringIn(in, "institution_name"), subdomain: simserver.StringIn(in, "subdomain"), emr: simserver.StringIn(in, "emr_name"),
		status: "in_progress", created: q.Now,
	}
	switch {
	case o.name == "" && o.subdomain == "":
		q.Violate("neither institution_name nor subdomain")
		return q.invalid("institution_name, subdomain are missing, at least one parameter must be provided")
	case o.subdomain != "":
		if inst := s.institution(o.subdomain); inst == nil || inst.env != q.env {
			return q.forbidden()
		}
		o.name = ""
	}
	if o.emr != "" && (!slices.Contains(practiceSystems, o.emr) || o.emr == "drchrono" && o.subdomain != "") {
		q.Violate("emr_name is not in the vendor's list")
		return q.invalid("emr_name does not have a valid value")
	}
	s.onboardings = append(s.onboardings, o)
	s.emit(onboardingResource, "onboarding_created", nil, object{"onboarding": o.object()})
	return q.done(http.StatusCreated, o.object())
}

func (o *onboarding) object() object {
	var params any
	if o.location != "" {
		// The id may be text (documented).
		params = object{"location_id": o.location, "appointment_type_ids": []int{}}
	}
	return object{
		"id": o.id, "created_at": stamp(o.created), "subdomain": orNull(o.subdomain), "url": "https://onboarding.example.com/onboardings/" + o.id,
		"url_expires_at": stamp(o.created.AddDate(0, 3, 0)), "status": o.status, "booking_params": params, "availability_ready_at": stamp(o.ready),
	}
}

// FinishOnboarding is what the practice does with the link: with ok the onboarding is
// complete and its institution there, with a new location; else it has failed. The
// institution is named by the subdomain that comes back.
func (s *Sim) FinishOnboarding(id string, ok bool) (subdomain string, err error) {
	defer s.flush()
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.onboardings, func(o *onboarding) bool { return o.id == id && o.status == "in_progress" })
	if at < 0 {
		return "", fmt.Errorf("nexhealthtest: no onboarding of that id is in progress")
	}
	o := s.onboardings[at]
	o.status = "failed"
	if ok {
		s.settleIn(o)
		s.emit(onboardingResource, "onboarding_availability_ready", nil, object{"onboarding": o.object()})
	}
	s.emit(onboardingResource, "onboarding_updated", nil, object{"onboarding": o.object()})
	return o.subdomain, nil
}

// settleIn gives the onboarding its institution, sync and location.
func (s *Sim) settleIn(o *onboarding) {
	now, n := s.server.Clock().Now(), s.number()
	inst := s.institution(o.subdomain)
	if inst == nil {
		o.subdomain = "onboarded-" + itoa(n)
		inst = &institution{id: n, name: o.name, subdomain: o.subdomain, env: Production, phone: "5185550199", created: now}
		s.institutions = append(s.institutions, inst)
	}
	system := o.emr
	if system == "" {
		system = "opendental"
	}
	source := s.addSync(inst, syncSource{id: n, name: system, display: system, kind: "cloud", title: "Onboarded sync"})
	o.location, o.status, o.ready = itoa(s.number()), "complete", now
	s.addSite(inst, source, simserver.Location{
		ID: o.location, Name: inst.name, Zone: s.clinic.Locations[0].Zone, City: "Albany", State: "NY", Zip: "12207", Phone: inst.phone, Active: true, Managed: true,
	})
}
