package nexhealth

import (
	"context"
	"net/http"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Descriptor is a type of visit, procedure code or the like of the practice's own system.
// Appointment types are NexHealth's own; descriptors say what they mean at the practice.
type Descriptor struct {
	ID       string         `json:"id"`
	Kind     string         `json:"kind"` // NexHealth's descriptor_type: "Procedure Code"
	Name     string         `json:"name"`
	Code     string         `json:"code,omitempty"`
	Location emr.LocationID `json:"location,omitempty"`
	Active   bool           `json:"active"`
}

// Descriptors lists those of a location, "" is the connection's own; kind narrows them to
// one descriptor_type, "" is all. Source: GET /locations/{id}/appointment_descriptors.
// It fails with kind invalid for an id that is no whole number, and the kinds of a read.
func (c *Client) Descriptors(ctx context.Context, location emr.LocationID, kind string) ([]*Descriptor, error) {
	return c.descriptors(ctx, new(params), kind, "/locations/{id}/appointment_descriptors", c.location(location))
}

// TypeDescriptors lists the descriptors that an appointment type stands for.
func (c *Client) TypeDescriptors(ctx context.Context, id emr.AppointmentTypeID, kind string) ([]*Descriptor, error) {
	q := c.scoped().set("location_id", c.location(""))
	return c.descriptors(ctx, q, kind, "/appointment_types/{id}/appointment_descriptors", string(id))
}

// AppointmentDescriptors lists the descriptors of one appointment.
func (c *Client) AppointmentDescriptors(ctx context.Context, id emr.AppointmentID, kind string) ([]*Descriptor, error) {
	return c.descriptors(ctx, c.scoped(), kind, "/appointments/{id}/appointment_descriptors", id.Reveal())
}

func (c *Client) descriptors(ctx context.Context, q *params, kind, route, id string) ([]*Descriptor, error) {
	call, err := c.call(opDescriptors, http.MethodGet, route, id)
	if err != nil {
		return nil, err
	}
	call.Impersonal = true
	e, answer, err := c.send(ctx, call, q.set("descriptor_type", kind), nil)
	if err != nil {
		return nil, err
	}
	found, err := decodeData[[]descriptorWire](c, call, answer, e)
	if err != nil {
		return nil, err
	}
	var all []*Descriptor
	for _, r := range found {
		if r.ID == "" {
			return nil, c.http.Error(call, answer, emr.KindProtocol, "NexHealth sent a descriptor without an id")
		}
		d := &Descriptor{
			ID: string(r.ID), Kind: string(r.Kind), Name: strings.TrimSpace(string(r.Name)), Code: string(r.Code),
			Location: emr.LocationID(r.Location), Active: r.Active.Value || !r.Active.Known,
		}
		if kind == "" || strings.EqualFold(kind, d.Kind) {
			all = append(all, d)
		}
	}
	return all, nil
}
