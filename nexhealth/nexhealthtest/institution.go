package nexhealthtest

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// institution is a customer organisation; home has the seeded clinic.
type institution struct {
	id                     int
	name, subdomain, phone string
	env                    Environment
	home                   bool
	emrs                   []string
	created                time.Time
}

// site is a location with what only NexHealth says of it.
type site struct {
	simserver.Location
	inst           *institution
	sync           *syncSource
	insert, mapped bool
}

// The institutions' subdomains.
const (
	practiceSubdomain = "lantern-row-dental"
	otherSubdomain    = "hillside-dentistry"
	sandboxSubdomain  = "emrkit-demo-practice"
)

// found makes the three institutions: two that the production key reaches, and the demo
// practice of the sandbox key. The seeded clinic is in the one of Options.Environment;
// the others have a location and nothing in it.
func (s *Sim) found() {
	began := s.server.Clock().Now().AddDate(-1, 0, 0).Truncate(time.Second)
	production := &institution{id: 101, name: "Lantern Row Dental", subdomain: practiceSubdomain, phone: "5185550100", env: Production, created: began}
	other := &institution{id: 102, name: "Hillside Family Dentistry", subdomain: otherSubdomain, phone: "5185550140", env: Production, created: began}
	demo := &institution{id: 900, name: "emrkit Demo Practice", subdomain: sandboxSubdomain, phone: "5185550190", env: Sandbox, created: began}
	s.institutions = []*institution{production, other, demo}

	home, empty := production, demo
	if s.opts.Environment == Sandbox {
		home, empty = demo, production
	}
	home.home = true
	office := s.addSync(home, syncSource{id: 31, name: "opendental", display: "Open Dental", kind: "onprem", title: "Front Office Server"})
	cloud := s.addSync(home, syncSource{id: 32, name: "curve2", display: "Curve Dental", kind: "cloud", title: "Bay Office"})
	for _, l := range s.clinic.Locations {
		if !l.Managed {
			continue // another organisation's
		}
		source := office
		if l.ID == "8" {
			source = cloud
		}
		s.addSite(home, source, l)
	}
	for n, inst := range []*institution{other, empty} {
		source := s.addSync(inst, syncSource{id: 41 + n, name: "dentrix", display: "Dentrix", kind: "onprem", title: "Dentrix Server"})
		zone := s.clinic.Locations[0].Zone
		s.addSite(inst, source, simserver.Location{
			ID: itoa(41 + n), Name: inst.name, Zone: zone, Lines: []string{itoa(40+n) + " Quarry Hill"}, City: "Troy", State: "NY", Zip: "12180",
			Phone: inst.phone, Active: true, Managed: true,
		})
	}
}

func (s *Sim) addSync(inst *institution, source syncSource) *syncSource {
	source.inst = inst
	inst.emrs = append(inst.emrs, source.name)
	s.syncs = append(s.syncs, &source)
	return &source
}

func (s *Sim) addSite(inst *institution, source *syncSource, l simserver.Location) {
	s.sites = append(s.sites, &site{
		Location: l, inst: inst, sync: source,
		insert: !slices.Contains(s.opts.NoInsert, l.ID), mapped: slices.Contains(s.opts.MapByOperatory, l.ID),
	})
}

func (s *Sim) institution(subdomain string) *institution {
	for _, i := range s.institutions {
		if i.subdomain == subdomain {
			return i
		}
	}
	return nil
}

// homeInstitution has the seeded clinic.
func (s *Sim) homeInstitution() *institution {
	for _, i := range s.institutions {
		if i.home {
			return i
		}
	}
	return nil
}

// siteOf finds a location of the seeded clinic, or another; nil for none.
func (s *Sim) siteOf(id string) *site {
	for _, l := range s.sites {
		if l.ID == id {
			return l
		}
	}
	return nil
}

func (s *Sim) institutionRoutes() []route {
	return []route{
		{method: http.MethodGet, path: "/institutions", handle: s.listInstitutions},
		{method: http.MethodGet, path: "/institutions/{id}", handle: s.readInstitution},
		{method: http.MethodGet, path: "/locations", sub: optional, handle: s.listLocations, params: params(
			of(flag, "inactive"), of(text, "foreign_id"), []param{oneOf("filter_by_subscription_feature",
				"messaging", "campaigns", "reviews", "recalls", "reminders", "online_booking", "waitlist", "forms", "payments",
				"ledger_sync", "enterprise", "insurance_verification")},
		)},
		{method: http.MethodGet, path: "/locations/{id}", handle: s.readLocation},
	}
}

func (s *Sim) listInstitutions(q *query) *simserver.Reply {
	var all []object
	for _, i := range s.institutions {
		if i.env == q.env {
			all = append(all, s.institutionObject(i))
		}
	}
	return q.list(all)
}

// readInstitution: one that the key does not reach is not there, as no 403 is documented
// for this path.
func (s *Sim) readInstitution(q *query) *simserver.Reply {
	for _, i := range s.institutions {
		if itoa(i.id) == q.vars["id"] && i.env == q.env {
			return q.done(http.StatusOK, s.institutionObject(i))
		}
	}
	return q.unknown("Institution")
}

// listLocations gives institutions with nested locations (documented). Without inactive
// both kinds come (assumed).
func (s *Sim) listLocations(q *query) *simserver.Reply {
	var all []object
	for _, i := range s.institutions {
		if i.env != q.env || q.inst != nil && q.inst != i {
			continue
		}
		nested := []object{}
		for _, l := range s.sites {
			if l.inst == i && q.is("inactive", !l.Active) && q.hits("foreign_id", l.foreign()) {
				nested = append(nested, s.locationObject(l))
			}
		}
		all = append(all, object{"id": i.id, "name": i.name, "subdomain": i.subdomain, "locations": nested})
	}
	return q.list(all)
}

func (s *Sim) readLocation(q *query) *simserver.Reply {
	if l, ok := q.reach(q.vars["id"]); ok {
		return q.done(http.StatusOK, s.locationObject(l))
	}
	return q.unknown("Location")
}

func (l *site) foreign() string { return "L" + l.ID }

// number is the id as an integer.
func (l *site) number() int {
	n, _ := strconv.Atoi(l.ID)
	return n
}

func (s *Sim) institutionObject(i *institution) object {
	nested := []object{}
	for _, l := range s.sites {
		if l.inst == i {
			nested = append(nested, l.brief())
		}
	}
	return object{
		"id": i.id, "name": i.name, "created_at": stamp(i.created), "updated_at": stamp(i.created), "subdomain": i.subdomain,
		"phone_number": i.phone, "emrs": i.emrs, "country_code": "US", "appointment_types_location_scoped": false,
		"is_sync_notifications": true, "notify_insert_fails": false, "locations": nested,
	}
}

// brief is a location inside of an institution or a sync status.
func (l *site) brief() object {
	second := ""
	if len(l.Lines) > 1 {
		second = l.Lines[1]
	}
	first := ""
	if len(l.Lines) > 0 {
		first = l.Lines[0]
	}
	return object{
		"id": l.number(), "name": l.Name, "street_address": first, "street_address_2": orNull(second), "city": l.City, "state": l.State,
		"zip_code": l.Zip, "phone_number": simserver.Digits(l.Phone), "email": "office" + l.ID + "@example.com", "inactive": !l.Active,
	}
}

func (s *Sim) locationObject(l *site) object {
	o := l.brief()
	for name, v := range (object{
		"institution_id": l.inst.id, "country_code": "US", "created_at": stamp(l.inst.created), "updated_at": stamp(l.inst.created),
		"latitude": 42.65, "longitude": -73.75, "foreign_id": l.foreign(), "foreign_id_type": l.sync.foreignType(),
		"tz": zoneName(l.Zone), "last_sync_time": stamp(s.lastSync(l.sync)), "insert_appt_client": l.insert,
		"map_by_operatory": l.mapped, "set_availability_by_operatory": false, "specialty": object{"id": nil, "name": nil},
	}) {
		o[name] = v
	}
	return o
}

// zoneName is the IANA name of a zone; the vendor knows no others.
func zoneName(z *time.Location) string {
	if name := z.String(); name != "" && name != "Local" {
		return name
	}
	return "UTC"
}
