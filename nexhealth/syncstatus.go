package nexhealth

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/internal/vendorjson"
)

const opSyncStatus = "read sync status"

// SyncLight is the state of one direction of a sync: SyncGreen, SyncRed or a word this
// version does not know, kept as it came.
type SyncLight string

// The lights. Source: OpenAPI document, GET /sync_status: green means up, red means down.
const (
	SyncGreen SyncLight = "green"
	SyncRed   SyncLight = "red"
)

// SyncStatus is how one sync, the connection to one database of a practice, is doing.
type SyncStatus struct {
	Institution InstitutionID
	SourceType  string
	SourceName  string
	EMR         EMR
	Read        SyncLight
	Write       SyncLight
	ReadAt      time.Time // last time NexHealth read from the practice's system; zero: not told
	WriteAt     time.Time // last time it wrote there: old where nothing was to be written
	Locations   []InstitutionLocation

	staleAfter time.Duration // Config.StaleSync
}

// Stale reports whether NexHealth's copy is older than Config.StaleSync, or of unknown
// age: what is read may no longer be true, and a booking will wait. Gaps of up to 20
// minutes are normal; a server that is off at night, or a cloud system whose staff has
// gone home, syncs nothing. Source: docs.nexhealth.com/docs/interpreting-sync-status.
func (s *SyncStatus) Stale(now time.Time) bool { return s.StaleAfter(now, s.staleAfter) }

// StaleAfter is Stale with another bound; 0 is 30 minutes.
func (s *SyncStatus) StaleAfter(now time.Time, bound time.Duration) bool {
	return s.ReadAt.IsZero() || now.Sub(s.ReadAt) > cmp.Or(bound, defaultStale)
}

// Down reports whether reading or writing is red.
func (s *SyncStatus) Down() bool { return s.Read == SyncRed || s.Write == SyncRed }

// Serves reports whether the sync lists the location.
func (s *SyncStatus) Serves(id emr.LocationID) bool {
	return slices.ContainsFunc(s.Locations, func(l InstitutionLocation) bool { return l.ID == id })
}

// Warnings says in our own sentences why a booking may not get into the practice's
// system soon, nothing when all is well.
func (s *SyncStatus) Warnings(now time.Time) []string {
	var all []string
	switch s.Write {
	case SyncGreen:
	case SyncRed:
		all = append(all, "NexHealth cannot write to the practice's system at present: bookings wait or fail")
	default:
		all = append(all, "NexHealth does not say whether it can write to the practice's system")
	}
	switch s.Read {
	case SyncGreen:
	case SyncRed:
		all = append(all, "NexHealth cannot read from the practice's system at present: what it shows may be out of date")
	default:
		all = append(all, "NexHealth does not say whether it can read from the practice's system")
	}
	switch {
	case s.ReadAt.IsZero():
		all = append(all, "NexHealth does not say when it last read from the practice's system")
	case s.Stale(now):
		all = append(all, "NexHealth last read from the practice's system "+now.Sub(s.ReadAt).Truncate(time.Minute).String()+" ago: what it shows may be out of date")
	}
	return all
}

// SyncQuery narrows SyncStatuses. Fields that are blank do not.
type SyncQuery struct {
	Subdomain string // "" is the connection's own; see Everywhere
	// Everywhere asks for all institutions of the API key, and goes without Subdomain.
	Everywhere bool
	Locations  []emr.LocationID
	Read       SyncLight
	Write      SyncLight
}

// SyncStatuses reads how the syncs are doing. NexHealth gives them at once. Its webhooks
// tell when a sync has recovered, not when it went down: ask every few minutes.
//
// Kind invalid for a location that is no number or a light that cannot be asked for,
// before anything is sent; permission for a subdomain that the key does not see.
func (c *Client) SyncStatuses(ctx context.Context, q SyncQuery) ([]*SyncStatus, error) {
	if err := checkIDs(opSyncStatus, "Locations", q.Locations...); err != nil {
		return nil, err
	}
	for field, light := range map[string]SyncLight{"Read": q.Read, "Write": q.Write} {
		if light != "" && light != SyncGreen && light != SyncRed {
			return nil, invalid(opSyncStatus, "ask for green or red", field)
		}
	}
	if q.Everywhere && q.Subdomain != "" {
		return nil, invalid(opSyncStatus, "Everywhere goes without a subdomain", "Subdomain")
	}
	get, err := c.call(opSyncStatus, http.MethodGet, "/sync_status")
	if err != nil {
		return nil, err
	}
	get.Impersonal = true
	p := new(params)
	if !q.Everywhere {
		p.set("subdomain", cmp.Or(q.Subdomain, c.cfg.Subdomain))
	}
	p.set("read_status", string(q.Read)).set("write_status", string(q.Write)).add("location_ids[]", texts(q.Locations)...)
	e, answer, err := c.send(ctx, get, p, nil)
	if err != nil {
		return nil, err
	}
	if err := c.filtered(get, answer, e, "subdomain"); err != nil {
		return nil, err
	}
	records, err := decodeData[[]syncRecord](c, get, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*SyncStatus
	for i := range records {
		if r := &records[i]; r.Institution == "" && r.Read == "" && r.Write == "" && len(r.Locations) == 0 {
			return nil, c.http.Error(get, answer, emr.KindProtocol, "NexHealth sent something that is no sync status: report it with the request id")
		}
		if s := c.sync(&records[i]); q.wants(s) { // NexHealth has ignored filters before
			all = append(all, s)
		}
	}
	return all, nil
}

func (q *SyncQuery) wants(s *SyncStatus) bool {
	return (q.Read == "" || s.Read == q.Read) && (q.Write == "" || s.Write == q.Write) &&
		(len(q.Locations) == 0 || slices.ContainsFunc(q.Locations, s.Serves))
}

// syncRecord is a sync as NexHealth sends it, in webhooks too.
// Source: OpenAPI document, API_V2_Entities_SyncStatus.
type syncRecord struct {
	Institution vendorjson.ID   `json:"institution_id"`
	SourceType  vendorjson.Text `json:"sync_source_type"`
	SourceName  vendorjson.Text `json:"sync_source_name"`
	EMR         *struct {
		ID      vendorjson.ID   `json:"id"`
		Name    vendorjson.Text `json:"name"`
		Display vendorjson.Text `json:"display_name"`
		Type    vendorjson.Text `json:"type"`
	} `json:"emr"`
	Read      vendorjson.Text              `json:"read_status"`
	ReadAt    vendorjson.Time              `json:"read_status_at"`
	Write     vendorjson.Text              `json:"write_status"`
	WriteAt   vendorjson.Time              `json:"write_status_at"`
	Locations vendorjson.List[placeRecord] `json:"locations"`
}

func (c *Client) sync(r *syncRecord) *SyncStatus {
	s := r.sync()
	s.staleAfter = c.cfg.StaleSync
	return s
}

// sync is the record with the default bound of Stale.
func (r *syncRecord) sync() *SyncStatus {
	s := &SyncStatus{
		Institution: InstitutionID(r.Institution), SourceType: string(r.SourceType), SourceName: string(r.SourceName),
		Read: SyncLight(r.Read), Write: SyncLight(r.Write), ReadAt: r.ReadAt.At, WriteAt: r.WriteAt.At,
		Locations: places(r.Locations),
	}
	if r.EMR != nil {
		s.EMR = EMR{ID: string(r.EMR.ID), Name: EMRName(r.EMR.Name), Display: string(r.EMR.Display), Hosting: Hosting(r.EMR.Type)}
	}
	return s
}
