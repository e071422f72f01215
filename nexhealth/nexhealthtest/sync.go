package nexhealthtest

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/internal/simserver"
)

// syncSource is one connection to one practice system.
type syncSource struct {
	inst                       *institution
	id                         int
	title, name, display, kind string
	readRed, writeRed          bool
	age                        time.Duration // of both stamps; 0: two minutes
}

// foreignType is what foreign_id_type says of records of this practice system. The form
// is that of the vendor's examples.
func (y *syncSource) foreignType() string {
	return fmt.Sprintf("msg-%s-DataSource-%d", y.name, y.id)
}

func (s *Sim) lastSync(y *syncSource) time.Time {
	age := y.age
	if age == 0 {
		age = 2 * time.Minute
	}
	return s.server.Clock().Now().Add(-age).Truncate(time.Second)
}

// SyncState is how the sync of some locations is doing.
type SyncState struct {
	ReadRed, WriteRed bool
	Age               time.Duration // since the last read and write; 0: two minutes
}

// SetSync changes the sync that serves a location, with all its other locations. What
// turns from red to green sets off the webhook for it; the way down sets off none, as
// the vendor says.
func (s *Sim) SetSync(location string, state SyncState) error {
	defer s.flush()
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.siteOf(location)
	if l == nil {
		return fmt.Errorf("nexhealthtest: no location %q", location)
	}
	y := l.sync
	read, write := y.readRed && !state.ReadRed, y.writeRed && !state.WriteRed
	y.readRed, y.writeRed, y.age = state.ReadRed, state.WriteRed, state.Age
	s.syncRecovered(y, read, write)
	return nil
}

// SetInsert says whether a location sends bookings to its practice system
// (insert_appt_client).
func (s *Sim) SetInsert(location string, on bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.siteOf(location)
	if l == nil {
		return fmt.Errorf("nexhealthtest: no location %q", location)
	}
	l.insert = on
	return nil
}

func (s *Sim) syncRoutes() []route {
	return []route{{method: http.MethodGet, path: "/sync_status", sub: optional, handle: s.listSyncs, params: params(
		of(id, "location_ids[]"), []param{oneOf("read_status", "green", "red"), oneOf("write_status", "green", "red")},
	)}}
}

func (s *Sim) listSyncs(q *query) *simserver.Reply {
	var all []object
	for _, y := range s.syncs {
		if y.inst.env != q.env || q.inst != nil && q.inst != y.inst ||
			!q.hits("read_status", light(y.readRed)) || !q.hits("write_status", light(y.writeRed)) {
			continue
		}
		if len(q.values["location_ids[]"]) > 0 && !slices.ContainsFunc(s.sites, func(l *site) bool { return l.sync == y && q.among("location_ids[]", l.ID) }) {
			continue
		}
		all = append(all, s.syncObject(y))
	}
	return q.list(all)
}

func light(red bool) string {
	if red {
		return "red"
	}
	return "green"
}

func (s *Sim) syncObject(y *syncSource) object {
	nested := []object{}
	for _, l := range s.sites {
		if l.sync == y {
			nested = append(nested, l.brief())
		}
	}
	at := stamp(s.lastSync(y))
	return object{
		"institution_id": y.inst.id, "sync_source_type": "DataSource", "sync_source_name": y.title,
		"emr":         object{"id": y.id, "name": y.name, "display_name": y.display, "type": y.kind},
		"read_status": light(y.readRed), "read_status_at": at, "write_status": light(y.writeRed), "write_status_at": at,
		"locations": nested,
	}
}
