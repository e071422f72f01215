package nexhealth

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

const (
	opInstitutions = "list institutions"
	opInstitution  = "get institution"
)

// InstitutionID is NexHealth's number of an institution.
type InstitutionID string

// Institution is a customer organisation of NexHealth's: a practice or a group of them.
// It has one or several syncs, each of which serves one or several locations.
//
// Plain data, which may be stored as JSON; print shows ids only.
type Institution struct {
	ID        InstitutionID
	Name      string
	Subdomain string // names the institution in requests: see Config.Subdomain
	Phone     string
	Country   string    // two or three letters
	EMRs      []EMRName // the health record systems it uses
	Locations []InstitutionLocation

	TypesPerLocation bool // each location has its own appointment types
	MailsSyncDown    bool // the practice gets a mail when its sync goes down
	MailsFailed      bool // the practice gets a mail when a booking could not be written
	Created, Updated time.Time
}

// InstitutionLocation is an office as the institution lists it. What bookings need of it
// (zone, operatories) is told by emr.Client.Locations.
type InstitutionLocation struct {
	ID      emr.LocationID
	Name    string
	Street  string
	Street2 string
	City    string
	State   string
	Zip     string
	Phone   string
	Email   string
	// Inactive is what a deactivation in the portal leads to; there is no call for it.
	Inactive bool
}

// Format prints the id, for every verb: telephone numbers and e-mail addresses stay out
// of logs.
func (i Institution) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.Institution{"+string(i.ID)+"}")
}

// LogValue is the text of Format.
func (i Institution) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(i)) }

// Format prints the id, for every verb.
func (l InstitutionLocation) Format(s fmt.State, _ rune) {
	_, _ = io.WriteString(s, "nexhealth.InstitutionLocation{"+string(l.ID)+"}")
}

// LogValue is the text of Format.
func (l InstitutionLocation) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(l)) }

// Active are the locations in use.
func (i *Institution) Active() []InstitutionLocation { return i.locations(false) }

// Inactive are the locations that were deactivated in the portal.
func (i *Institution) Inactive() []InstitutionLocation { return i.locations(true) }

func (i *Institution) locations(inactive bool) []InstitutionLocation {
	var all []InstitutionLocation
	for _, l := range i.Locations {
		if l.Inactive == inactive {
			all = append(all, l)
		}
	}
	return all
}

// Deactivated reports whether the institution has locations and none of them is in use.
func (i *Institution) Deactivated() bool { return len(i.Locations) > 0 && len(i.Active()) == 0 }

// Institutions lists the institutions that the API key may see, whatever
// Config.Subdomain is: a sandbox key sees the demo practice. NexHealth gives them at once,
// with their locations; they hardly change, so keep them.
func (c *Client) Institutions(ctx context.Context) iter.Seq2[*Institution, error] {
	return func(yield func(*Institution, error) bool) {
		all, err := c.institutions(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, i := range all {
			if !yield(i, nil) {
				return
			}
		}
	}
}

func (c *Client) institutions(ctx context.Context) ([]*Institution, error) {
	list, err := c.call(opInstitutions, http.MethodGet, "/institutions")
	if err != nil {
		return nil, err
	}
	list.Impersonal = true
	return recordPage[institutionRecord, Institution]{call: list, record: institutionOf}.whole(ctx, c)
}

// Institution reads one. Kind not_found when this key does not see it; invalid for an id
// that is no number, before anything is sent.
func (c *Client) Institution(ctx context.Context, id InstitutionID) (*Institution, error) {
	get, err := c.call(opInstitution, http.MethodGet, "/institutions/{id}", string(id))
	if err != nil {
		return nil, err
	}
	get.Impersonal = true
	e, answer, err := c.send(ctx, get, nil, nil)
	if err != nil {
		return nil, err
	}
	r, err := decodeData[institutionRecord](c, get, answer, e)
	if err != nil {
		return nil, err
	}
	i := institutionOf(nil, &r)
	if i == nil || i.ID != id {
		return nil, c.http.Error(get, answer, emr.KindProtocol, "NexHealth sent another institution than the one asked for: report it with the request id")
	}
	return i, nil
}

// FindInstitutions returns the institutions whose name contains name, whatever case,
// accents, punctuation and blanks. The best come first: the same text, then the same
// name written otherwise, then names that start with it, then the rest; within each in
// NexHealth's order. Several may have one name: the caller decides, by subdomain or
// location. Nobody is no error.
//
// Kind invalid for a name without letters and digits.
func (c *Client) FindInstitutions(ctx context.Context, name string) ([]*Institution, error) {
	plain := practice.PlainName(name)
	if plain == "" {
		return nil, invalid("find institutions", "give a part of the name", "name")
	}
	all, err := c.institutions(ctx)
	if err != nil {
		return nil, err
	}
	rank := func(i *Institution) int {
		own := practice.PlainName(i.Name)
		switch {
		case i.Name == name:
			return 0
		case own == plain:
			return 1
		case strings.HasPrefix(own, plain):
			return 2
		case strings.Contains(own, plain):
			return 3
		}
		return 4
	}
	found := slices.DeleteFunc(all, func(i *Institution) bool { return rank(i) == 4 })
	slices.SortStableFunc(found, func(a, b *Institution) int { return rank(a) - rank(b) })
	return found, nil
}
