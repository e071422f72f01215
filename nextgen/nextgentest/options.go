package nextgentest

import (
	"fmt"
	"time"
	_ "time/tzdata" // America/New_York exists on every machine

	"github.com/emrkit/emrkit/emr/emrtest"
)

// Created is how the answer to a creating write tells the id. All three were seen or
// documented.
type Created string

// The ways.
const (
	CreatedLocation Created = "location" // 201 without a body, the id ends the Location header, which names the internal host
	CreatedBody     Created = "body"     // 200 with the record
	CreatedNowhere  Created = "nowhere"  // 200 with {}
	CreatedEmpty    Created = "empty"    // 200 without a body: as the answer when the quota is used up
)

// Pointer is where rescheduledAppointmentId stands after a move: the vendor does not say.
type Pointer string

// The directions.
const (
	PointerBack    Pointer = "back"    // the new appointment names the old one (seen)
	PointerForward Pointer = "forward" // the old appointment names the new one
	PointerNone    Pointer = "none"
)

// Options change the simulator; nil or the zero value is NextGen Enterprise for two sites
// on loopback sockets.
type Options struct {
	// InMemory listens on no socket: give Sim.HTTPClient to emr.Options. It works in a
	// testing/synctest bubble.
	InMemory bool
	Addr     string // of the API and the token endpoint; "": a free port of 127.0.0.1
	// Now starts the practices' clock, which runs on from there; zero: the real time.
	Now time.Time
	// Zone is the practices'. Nil: America/New_York.
	Zone         *time.Location
	Patients     int           // of the home practice; 0: 30; at least those of emrtest.People
	Appointments int           // seeded ones, besides a few special ones; 0: 45; below 0: none at all
	Latency      time.Duration // before each answer, tokens excepted
	SlowToken    time.Duration // length of emrtest.FaultSlowToken; 0: 2 s
	TokenLife    time.Duration // 0: 1 h, as documented
	// NightHours adds working hours from 0:00 to 5:00 on Sundays, where clocks change.
	NightHours bool

	// Version is the sites' API version; "": 6.0.0.1752. Before it, GET /persons is 405.
	Version string
	// Without are routes that this version does not have: "POST /appointments/availability".
	Without []string
	// Pascal writes member names of answers in PascalCase, as the vendor's collection does.
	Pascal bool
	// RotateAbsent writes what is missing as null, "", the zero GUID and year 0001 by turns.
	RotateAbsent bool
	// InternalLinks prints next links as http://127.0.0.1:889/..., as recorded, in place of
	// the host that counts who follows them.
	InternalLinks bool
	// MostTop is the largest page; 0: 400. More is cut down to it in silence.
	MostTop int
	// Envelope wraps the answer of availability, else a bare array.
	Envelope bool

	// Created is how creating writes tell the id; "": CreatedLocation.
	Created Created
	// Conflict is the status of a booking whose time is taken: 400 or 409; 0: 400.
	Conflict int
	Pointer  Pointer // "": PointerBack
	// RefuseDates answers a PATCH with date members with 400; else they are ignored.
	RefuseDates bool
	// DailyQuota is how many data calls the application has on a day of UTC; 0: no end.
	// Beyond it everything is 200 with an empty body, and nothing is done.
	DailyQuota int

	// Observe is told of each request when it is over, with the rules it broke. It is
	// called by many goroutines.
	Observe func(r emrtest.Request, broken []string)
}

// fill returns a copy with the defaults, or an error for what is no option.
func (o *Options) fill() (Options, error) {
	var f Options
	if o != nil {
		f = *o
	}
	if f.Zone == nil {
		zone, err := time.LoadLocation("America/New_York")
		if err != nil {
			return f, fmt.Errorf("nextgentest: %w", err)
		}
		f.Zone = zone
	}
	if f.TokenLife == 0 {
		f.TokenLife = time.Hour
	}
	if f.Version == "" {
		f.Version = version
	}
	if f.MostTop == 0 {
		f.MostTop = 400
	}
	if f.Created == "" {
		f.Created = CreatedLocation
	}
	if f.Conflict == 0 {
		f.Conflict = 400
	}
	if f.Pointer == "" {
		f.Pointer = PointerBack
	}
	switch {
	case f.Created != CreatedLocation && f.Created != CreatedBody && f.Created != CreatedNowhere && f.Created != CreatedEmpty:
		return f, fmt.Errorf("nextgentest: no answer to a creating write %q", f.Created)
	case f.Conflict != 400 && f.Conflict != 409:
		return f, fmt.Errorf("nextgentest: no status of a conflict %d", f.Conflict)
	case f.Pointer != PointerBack && f.Pointer != PointerForward && f.Pointer != PointerNone:
		return f, fmt.Errorf("nextgentest: no pointer %q", f.Pointer)
	case f.MostTop < 1:
		return f, fmt.Errorf("nextgentest: no page of %d", f.MostTop)
	}
	return f, nil
}
