package medtechtest

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"time"
)

// record is a stored DocumentReference, Media, Communication or Task.
type record struct {
	Stored
	number  int // gives the id
	patient string
	at      time.Time
	body    object // as answered, without the data
	binary  int    // number of a Binary; 0: none
	viaAPI  bool
}

// Stored is a resource that was stored through the API.
type Stored struct {
	Facility, Type, ID string
	Identifier         string // identifier.value
	NHI                string // of the patient, "" for none
	ContentType, Title string
	Data               []byte          // the decoded bytes
	Body               json.RawMessage // as it was sent
}

// Stored lists what was stored through the API of that type, "Media" say, in order. Data
// and Body must not be changed.
func (s *Sim) Stored(resourceType string) []Stored {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Stored
	for _, r := range s.records {
		if r.viaAPI && r.Type == resourceType {
			all = append(all, r.Stored)
		}
	}
	return all
}

// Uploads counts the images and documents stored through the API.
func (s *Sim) Uploads() int { return len(s.Stored("Media")) + len(s.Stored("DocumentReference")) }

// keep stores r under a new id, which its body gets.
func (s *Sim) keep(f *facility, r *record) *record {
	s.mu.Lock()
	s.last++
	r.number = s.last
	r.Facility, r.ID = f.id, f.wire(r.Type, itoa(r.number))
	r.body["id"], r.body["meta"] = r.ID, meta(r.ID, r.at)
	s.records = append(s.records, r)
	s.mu.Unlock()
	return r
}

// recordsOf are the facility's records of that type.
func (q *query) recordsOf(resourceType string) []*record {
	s := q.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.records)
	return slices.DeleteFunc(all, func(r *record) bool { return r.Type != resourceType || r.Facility != q.f.id })
}

// recordBy finds one by its id.
func (q *query) recordBy(resourceType, id string) (*record, bool) {
	n, _, ok := q.f.ids.read(resourceType, id)
	if !ok {
		return nil, false
	}
	all := q.recordsOf(resourceType)
	at := slices.IndexFunc(all, func(r *record) bool { return int64(r.number) == n })
	if at < 0 {
		return nil, false
	}
	return all[at], true
}

// decodeData reads base64 without a data-URL before it.
func decodeData(text string) ([]byte, bool) {
	data, err := base64.StdEncoding.DecodeString(text)
	return data, err == nil && len(data) > 0
}
