package nexhealthtest

import (
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// subscription says which events go to an endpoint.
type subscription struct {
	id, resource, event string
	inst                *institution // nil for Onboarding
	active              bool
	created, updated    time.Time
}

// onboardingResource belongs to no institution.
const onboardingResource = "Onboarding"

// events are what can be subscribed to (documented), by resource.
var events = map[string][]string{
	"Adjustment":               {"adjustment_created", "adjustment_updated", "adjustment_deleted", "adjustment_insertion"},
	"AdjustmentType":           {"adjustment_type_created", "adjustment_type_updated"},
	"Appointment":              {"appointment_insertion", "appointment_created", "appointment_updated", "appointment_requested"},
	"Charge":                   {"charge_created", "charge_updated", "charge_deleted"},
	"Claim":                    {"claim_created", "claim_updated", "claim_deleted"},
	"Document":                 {"document_insertion"},
	"FeeSchedule":              {"fee_schedule_created", "fee_schedule_updated"},
	"FormResponse":             {"form_response_insertion"},
	"Message":                  {"message_created", "message_updated"},
	onboardingResource:         {"onboarding_created", "onboarding_updated", "onboarding_availability_ready"},
	"Patient":                  {"patient_created", "patient_updated"},
	"PatientInsuranceCoverage": {"patient_insurance_created", "patient_insurance_updated"},
	"Payment":                  {"payment_created", "payment_updated", "payment_deleted", "payment_insertion"},
	"PaymentType":              {"payment_type_created", "payment_type_updated"},
	"Procedure":                {"procedure_created", "procedure_updated"},
	"ProcedureCode":            {"procedure_code_created", "procedure_code_updated", "procedure_code_deleted"},
	"SyncStatus":               {"sync_status_read_change", "sync_status_write_change"},
	"TreatmentPlan":            {"treatment_plan_created", "treatment_plan_updated", "treatment_plan_deleted"},
}

func (s *Sim) subscriptionRoutes() []route {
	const all = "/webhook_endpoints/{id}/webhook_subscriptions"
	const one = all + "/{subscription_id}"
	return []route{
		{method: http.MethodGet, path: all, v3: true, sub: optional, params: of(text, "resource_type", "event"), handle: s.listSubscriptions},
		{method: http.MethodPost, path: all, v3: true, sub: optional, handle: s.subscribe}, // without one for Onboarding only
		{method: http.MethodPatch, path: one, v3: true, sub: required, handle: s.changeSubscription},
		{method: http.MethodDelete, path: one, v3: true, handle: func(q *query) *simserver.Reply {
			return q.oneSubscription(func(e *endpoint, o *subscription) *simserver.Reply {
				e.drop(o)
				return deleted()
			})
		}},
	}
}

func (e *endpoint) drop(gone *subscription) {
	e.subscriptions = slices.DeleteFunc(e.subscriptions, func(o *subscription) bool { return o == gone })
}

func (q *query) oneSubscription(do func(*endpoint, *subscription) *simserver.Reply) *simserver.Reply {
	return q.oneEndpoint(func(e *endpoint) *simserver.Reply {
		for _, o := range e.subscriptions {
			if o.id == q.vars["subscription_id"] {
				return do(e, o)
			}
		}
		return q.unknown("Webhook subscription")
	})
}

func (s *Sim) listSubscriptions(q *query) *simserver.Reply {
	return q.oneEndpoint(func(e *endpoint) *simserver.Reply {
		var all []object
		for _, o := range e.subscriptions {
			if (q.inst == nil || q.inst == o.inst) && q.hits("resource_type", o.resource) && q.hits("event", o.event) {
				all = append(all, o.object(e))
			}
		}
		return q.list(all)
	})
}

// subscribe: the body is not wrapped, and a subdomain is wanted for all but Onboarding,
// where it gives 400 (documented).
func (s *Sim) subscribe(q *query) *simserver.Reply {
	in, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "the body", "resource_type", "event", "active")
	o := &subscription{
		id: itoa(s.number()), resource: simserver.StringIn(in, "resource_type"), event: simserver.StringIn(in, "event"), inst: q.inst, active: true, created: q.Now, updated: q.Now,
	}
	if on, has := truth(in, "active"); has {
		o.active = on
	}
	switch known, ok := events[o.resource]; {
	case !ok:
		q.Violate("resource_type is not in the vendor's list")
		return q.invalid("resource_type does not have a valid value")
	case !slices.Contains(known, o.event):
		q.Violate("event is not in the vendor's list for this resource")
		return q.invalid("event does not have a valid value")
	case o.resource == onboardingResource && q.inst != nil:
		q.Violate("a subdomain for Onboarding")
		return q.invalid("subdomain is not allowed for Onboarding")
	case o.resource != onboardingResource && q.inst == nil:
		q.Violate("without the required parameter subdomain")
		return q.missing(subParam)
	}
	return q.oneEndpoint(func(e *endpoint) *simserver.Reply {
		e.subscriptions = append(e.subscriptions, o)
		return q.done(http.StatusCreated, o.object(e))
	})
}

// changeSubscription switches one on or off, or moves it to another endpoint.
func (s *Sim) changeSubscription(q *query) *simserver.Reply {
	in, refusal := q.decode()
	if refusal != nil {
		return refusal
	}
	q.onlyMembers(in, "the body", "active", "new_endpoint_id")
	return q.oneSubscription(func(e *endpoint, o *subscription) *simserver.Reply {
		if to := q.idIn(in, "new_endpoint_id"); to != "" {
			at := slices.IndexFunc(s.endpoints, func(n *endpoint) bool { return n.id == to && n.env == q.env })
			if at < 0 {
				return q.unknown("Webhook endpoint")
			}
			e.drop(o)
			e = s.endpoints[at]
			e.subscriptions = append(e.subscriptions, o)
		}
		if on, has := truth(in, "active"); has {
			o.active = on
		}
		o.updated = q.Now
		return q.done(http.StatusOK, o.object(e))
	})
}

func (o *subscription) object(e *endpoint) object {
	var inst any
	if o.inst != nil {
		inst = o.inst.id
	}
	return object{
		"id": number(o.id), "webhook_endpoint_id": number(e.id), "institution_id": inst, "resource_type": o.resource, "event": o.event,
		"active": o.active, "created_at": stamp(o.created), "updated_at": stamp(o.updated),
	}
}
