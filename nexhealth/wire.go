package nexhealth

import (
	"github.com/emrkit/emrkit/internal/vendorjson"
)

// The directory and the slots, as they come. Names are those of the OpenAPI document.

// institutionWire is an element of GET /locations: an institution with its locations.
type institutionWire struct {
	ID        vendorjson.ID   `json:"id"`
	Subdomain vendorjson.Text `json:"subdomain"`
	Locations *[]locationWire `json:"locations"` // nil: the element is a location itself
	Inst      vendorjson.ID   `json:"institution_id"`
}

// locationWire is an office.
type locationWire struct {
	ID             vendorjson.ID   `json:"id"`
	Name           vendorjson.Text `json:"name"`
	Institution    vendorjson.ID   `json:"institution_id"`
	Street         vendorjson.Text `json:"street_address"`
	Street2        vendorjson.Text `json:"street_address_2"`
	City           vendorjson.Text `json:"city"`
	State          vendorjson.Text `json:"state"`
	Zip            vendorjson.Text `json:"zip_code"`
	Phone          vendorjson.Text `json:"phone_number"`
	Zone           vendorjson.Text `json:"tz"` // IANA
	Inactive       vendorjson.Bool `json:"inactive"`
	LastSync       vendorjson.Time `json:"last_sync_time"`
	InsertsClients vendorjson.Bool `json:"insert_appt_client"` // bookings are sent to the practice's system
	ByOperatory    vendorjson.Bool `json:"map_by_operatory"`   // a booking needs an operatory
}

// providerWire is a practitioner. Its bio, tin and e-mail are not read: nobody needs them
// to book, and tin may be a personal number.
type providerWire struct {
	ID          vendorjson.ID   `json:"id"`
	First       vendorjson.Text `json:"first_name"`
	Middle      vendorjson.Text `json:"middle_name"`
	Last        vendorjson.Text `json:"last_name"`
	Name        vendorjson.Text `json:"name"`
	DisplayName vendorjson.Text `json:"display_name"`
	NPI         vendorjson.Text `json:"npi"`
	Inactive    vendorjson.Bool `json:"inactive"`
	Locations   vendorjson.List[struct {
		ID vendorjson.ID `json:"id"`
	}] `json:"locations"`
	Requestables vendorjson.List[struct {
		Location vendorjson.ID `json:"location_id"`
	}] `json:"provider_requestables"`
}

// operatoryWire is a room or chair.
type operatoryWire struct {
	ID          vendorjson.ID             `json:"id"`
	Name        vendorjson.Text           `json:"name"`
	DisplayName vendorjson.Text           `json:"display_name"`
	Location    vendorjson.ID             `json:"location_id"`
	Active      vendorjson.Bool           `json:"active"`
	Bookable    vendorjson.Bool           `json:"bookable_online"`
	Types       vendorjson.List[typeWire] `json:"appointment_types"`
}

// typeWire is an appointment type, which only NexHealth has.
type typeWire struct {
	ID       vendorjson.ID   `json:"id"`
	Name     vendorjson.Text `json:"name"`
	Minutes  vendorjson.Int  `json:"minutes"`
	Parent   vendorjson.Text `json:"parent_type"` // Institution or Location
	ParentID vendorjson.ID   `json:"parent_id"`
	Bookable vendorjson.Bool `json:"bookable_online"`
}

// descriptorWire is a type or code of the practice's own system.
type descriptorWire struct {
	ID       vendorjson.ID   `json:"id"`
	Kind     vendorjson.Text `json:"descriptor_type"`
	Name     vendorjson.Text `json:"name"`
	Code     vendorjson.Text `json:"code"`
	Location vendorjson.ID   `json:"location_id"`
	Active   vendorjson.Bool `json:"active"`
}

// slotGroupWire is one location and provider with their free times.
type slotGroupWire struct {
	Location  vendorjson.ID             `json:"lid"`
	Provider  vendorjson.ID             `json:"pid"`
	Operatory vendorjson.ID             `json:"operatory_id"`
	Slots     vendorjson.List[slotWire] `json:"slots"`
	// NextAvailable is the next date with a slot where there is none, within 180 days.
	NextAvailable vendorjson.Text `json:"next_available_date"`
}

// slotWire is a free time; operatory and provider may be the group's.
type slotWire struct {
	Start     vendorjson.Time `json:"time"`
	End       vendorjson.Time `json:"end_time"` // absent in older answers
	Operatory vendorjson.ID   `json:"operatory_id"`
	Provider  vendorjson.ID   `json:"provider_id"`
}
