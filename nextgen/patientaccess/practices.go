package patientaccess

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/configure"
	"github.com/emrkit/emrkit/internal/transport"
)

// PracticesURL is NextGen's public list of the practices that can be read with R4: a Bundle
// of service base URLs. Source: public code.
const PracticesURL = "https://services.fhir.nextgen.com/FhirServiceBaseBundle-R4"

// practicesLimit is the most bytes of the list.
const practicesLimit = 64 << 20

// Practice is a client system of NextGen's that people can sign in at. Plain data.
type Practice struct {
	Name    string `json:"name"`
	BaseURL string `json:"base_url"` // for Config.BaseURL; often one gateway for all
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty"`
}

// Practices reads a list of practices, "" for NextGen's own (PracticesURL). It is public: no
// credential is sent. Practices without a FHIR address, and such as are switched off, are
// left out. A caller shows the list, and puts the BaseURL of the chosen one into Config.
//
// Kinds: config for an address that cannot be one, protocol for a list that is no Bundle,
// too_large beyond 64 MiB or 200,000 entries, and those of any read.
func Practices(ctx context.Context, listURL string, o *emr.Options) ([]Practice, error) {
	u, err := url.Parse(cmp.Or(listURL, PracticesURL))
	if err != nil || !isEndpoint(u.String()) || u.Path == "" || u.Path == "/" {
		return nil, configError("listURL", "use an https URL (http only on a loopback address)")
	}
	t, err := transport.New(transport.Config{Vendor: vendor, BaseURL: u.Scheme + "://" + u.Host, Options: o, Accept: "application/fhir+json, application/json"})
	if err != nil {
		return nil, configure.Because(vendor, "listURL", "use an https URL (http only on a loopback address)", err)
	}
	defer func() { _ = t.Close() }()
	call := &transport.Call{
		Op: opPractices, Method: http.MethodGet, Path: u.EscapedPath(), Route: "/(list of practices)", Query: u.RawQuery,
		Safe: true, Impersonal: true, MaxResponse: practicesLimit,
	}
	answer, err := t.Do(ctx, call)
	if err != nil {
		return nil, err
	}
	all, err := readPractices(answer.Body)
	switch {
	case err == nil:
		return all, nil
	case fhir.KindOf(err) == fhir.TooLarge:
		return nil, t.Error(call, answer, emr.KindTooLarge, "the list has more than 200,000 entries")
	}
	return nil, t.Error(call, answer, emr.KindProtocol, "the list of practices is no Bundle of FHIR: check its address")
}

// entry is what counts of an Endpoint or an Organization.
type entry struct {
	Type     string            `json:"resourceType"`
	ID       string            `json:"id"`
	Status   string            `json:"status"`
	Name     string            `json:"name"`
	Endpoint []pointer         `json:"endpoint"`
	Manager  pointer           `json:"managingOrganization"`
	Inner    []json.RawMessage `json:"contained"`
	Address  json.RawMessage   `json:"address"` // text of an Endpoint, list of an Organization

	inner map[string]*entry // of Inner by id, once somebody asked
}

// within is the contained resource of that id, nil for none.
func (e *entry) within(id string) *entry {
	if e.inner == nil {
		e.inner = map[string]*entry{}
		for _, raw := range e.Inner {
			one := new(entry)
			if json.Unmarshal(raw, one) == nil && e.inner[one.ID] == nil {
				e.inner[one.ID] = one
			}
		}
	}
	return e.inner[id]
}

type pointer struct {
	Reference string `json:"reference"`
	Display   string `json:"display"`
}

// place is the first address of an Organization.
func (e *entry) place() (city, state string) {
	var all []struct {
		City  string `json:"city"`
		State string `json:"state"`
	}
	if json.Unmarshal(e.Address, &all) == nil && len(all) > 0 {
		return all[0].City, all[0].State
	}
	return "", ""
}

// link is the address of an Endpoint that is in use.
func (e *entry) link() string {
	var text string
	if json.Unmarshal(e.Address, &text) != nil || e.Status == "off" || e.Status == "entered-in-error" {
		return ""
	}
	return strings.TrimRight(strings.TrimSpace(text), "/")
}

// readPractices joins the Organizations of a Bundle to their Endpoints. An Endpoint that no
// Organization names is a practice under its own or its manager's name.
func readPractices(body []byte) ([]Practice, error) {
	b, err := fhir.ParseBundle(body, &fhir.Options{Version: fhir.R4, MaxItems: 200_000})
	if err != nil {
		return nil, err
	}
	var order []*entry
	known := map[string]*entry{} // by Type/id and by the full URL
	entries := b.Entries()
	for i := range entries {
		e := new(entry)
		if t := entries[i].ResourceType; t != "Endpoint" && t != "Organization" || json.Unmarshal(entries[i].Raw().Bytes(), e) != nil {
			continue
		}
		order = append(order, e)
		known[e.Type+"/"+e.ID] = e
		if full := entries[i].FullURL; full != "" {
			known[full] = e
		}
	}
	var all []Practice
	named := map[*entry]bool{}
	for _, o := range order {
		if o.Type != "Organization" {
			continue
		}
		for _, ref := range o.Endpoint {
			if e := find(known, o, ref.Reference); e != nil {
				named[e] = true
				all = appendPractice(all, e.link(), cmp.Or(o.Name, e.Name), o)
			}
		}
	}
	for _, e := range order {
		if e.Type != "Endpoint" || named[e] {
			continue
		}
		manager := find(known, e, e.Manager.Reference)
		if manager == nil {
			manager = &entry{Name: e.Manager.Display}
		}
		all = appendPractice(all, e.link(), cmp.Or(manager.Name, e.Name), manager)
	}
	return all, nil
}

func appendPractice(all []Practice, link, name string, at *entry) []Practice {
	if !isEndpoint(link) {
		return all
	}
	city, state := at.place()
	return append(all, Practice{Name: strings.TrimSpace(name), BaseURL: link, City: city, State: state})
}

// find follows a reference: to an entry of the Bundle, or into the resource itself.
func find(known map[string]*entry, from *entry, ref string) *entry {
	ref = strings.TrimSpace(ref)
	if id, inner := strings.CutPrefix(ref, "#"); inner {
		return from.within(id)
	}
	if e := known[ref]; e != nil {
		return e
	}
	if parsed, err := fhir.ParseReference(ref); err == nil {
		return known[parsed.Type+"/"+parsed.ID]
	}
	return nil
}
