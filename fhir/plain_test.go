package fhir

import "encoding/json"

// The plain way to read the same documents: structs with the same fields,
// entries as json.RawMessage, encoding/json.

type plainBundle struct {
	Type  string `json:"type"`
	Total *int   `json:"total"`
	Link  []struct {
		Relation string `json:"relation"`
		URL      string `json:"url"`
	} `json:"link"`
	Entry []struct {
		FullURL string `json:"fullUrl"`
		Search  struct {
			Mode string `json:"mode"`
		} `json:"search"`
		Resource json.RawMessage `json:"resource"`
	} `json:"entry"`
}

type plainHead struct {
	ResourceType string            `json:"resourceType"`
	ID           string            `json:"id"`
	Meta         plainMeta         `json:"meta"`
	Contained    []json.RawMessage `json:"contained"`
	Extension    []plainExtension  `json:"extension"`
	Identifier   []plainIdentifier `json:"identifier"`
}

type plainMeta struct {
	VersionID   string        `json:"versionId"`
	LastUpdated string        `json:"lastUpdated"`
	Profile     []string      `json:"profile"`
	Tag         []plainCoding `json:"tag"`
}

type plainExtension struct {
	URL                  string           `json:"url"`
	Extension            []plainExtension `json:"extension"`
	ValueString          *string          `json:"valueString"`
	ValueCode            *string          `json:"valueCode"`
	ValueBoolean         *bool            `json:"valueBoolean"`
	ValueInteger         *int64           `json:"valueInteger"`
	ValueReference       *plainReference  `json:"valueReference"`
	ValueCodeableConcept *plainConcept    `json:"valueCodeableConcept"`
}

type plainIdentifier struct {
	Use      string          `json:"use"`
	Type     plainConcept    `json:"type"`
	System   string          `json:"system"`
	Value    string          `json:"value"`
	Period   plainPeriod     `json:"period"`
	Assigner *plainReference `json:"assigner"`
}

type plainReference struct {
	Reference string `json:"reference"`
	Display   string `json:"display"`
}

type plainCoding struct {
	System       string `json:"system"`
	Version      string `json:"version"`
	Code         string `json:"code"`
	Display      string `json:"display"`
	UserSelected *bool  `json:"userSelected"`
}

type plainConcept struct {
	Coding []plainCoding `json:"coding"`
	Text   string        `json:"text"`
}

type plainPeriod struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

type plainName struct {
	Use    string      `json:"use"`
	Text   string      `json:"text"`
	Family string      `json:"family"`
	Given  []string    `json:"given"`
	Prefix []string    `json:"prefix"`
	Suffix []string    `json:"suffix"`
	Period plainPeriod `json:"period"`
}

type plainContact struct {
	Extension []plainExtension `json:"extension"`
	System    string           `json:"system"`
	Value     string           `json:"value"`
	Use       string           `json:"use"`
	Rank      int64            `json:"rank"`
	Period    plainPeriod      `json:"period"`
}

type plainAddress struct {
	Use        string      `json:"use"`
	Type       string      `json:"type"`
	Text       string      `json:"text"`
	Line       []string    `json:"line"`
	City       string      `json:"city"`
	District   string      `json:"district"`
	State      string      `json:"state"`
	PostalCode string      `json:"postalCode"`
	Country    string      `json:"country"`
	Period     plainPeriod `json:"period"`
}

type plainPatient struct {
	plainHead
	Active        *bool          `json:"active"`
	Name          []plainName    `json:"name"`
	Telecom       []plainContact `json:"telecom"`
	Gender        string         `json:"gender"`
	BirthDate     string         `json:"birthDate"`
	Deceased      *bool          `json:"deceasedBoolean"`
	Address       []plainAddress `json:"address"`
	MaritalStatus plainConcept   `json:"maritalStatus"`
	Contact       []struct {
		Extension    []plainExtension `json:"extension"`
		Relationship []plainConcept   `json:"relationship"`
		Name         plainName        `json:"name"`
		Telecom      []plainContact   `json:"telecom"`
		Address      plainAddress     `json:"address"`
		Gender       string           `json:"gender"`
		Organization plainReference   `json:"organization"`
		Period       plainPeriod      `json:"period"`
	} `json:"contact"`
	Communication []struct {
		Language  plainConcept `json:"language"`
		Preferred *bool        `json:"preferred"`
	} `json:"communication"`
	GeneralPractitioner  []plainReference `json:"generalPractitioner"`
	ManagingOrganization plainReference   `json:"managingOrganization"`
}

type plainAppointment struct {
	plainHead
	Status          string         `json:"status"`
	ServiceCategory plainConcept   `json:"serviceCategory"`
	ServiceType     []plainConcept `json:"serviceType"`
	Specialty       []plainConcept `json:"specialty"`
	AppointmentType plainConcept   `json:"appointmentType"`
	Reason          []plainConcept `json:"reason"`
	Priority        int64          `json:"priority"`
	Description     string         `json:"description"`
	Start           string         `json:"start"`
	End             string         `json:"end"`
	MinutesDuration int64          `json:"minutesDuration"`
	Created         string         `json:"created"`
	Comment         string         `json:"comment"`
	Participant     []struct {
		Type     []plainConcept `json:"type"`
		Actor    plainReference `json:"actor"`
		Required string         `json:"required"`
		Status   string         `json:"status"`
	} `json:"participant"`
}

type plainSlot struct {
	plainHead
	ServiceType     []plainConcept `json:"serviceType"`
	Specialty       []plainConcept `json:"specialty"`
	AppointmentType plainConcept   `json:"appointmentType"`
	Schedule        plainReference `json:"schedule"`
	Status          string         `json:"status"`
	Start           string         `json:"start"`
	End             string         `json:"end"`
	Overbooked      *bool          `json:"overbooked"`
	Comment         string         `json:"comment"`
}

type plainLocation struct {
	plainHead
	Status       string         `json:"status"`
	Name         string         `json:"name"`
	Alias        []string       `json:"alias"`
	Description  string         `json:"description"`
	Mode         string         `json:"mode"`
	Type         plainConcept   `json:"type"`
	Telecom      []plainContact `json:"telecom"`
	Address      plainAddress   `json:"address"`
	PhysicalType plainConcept   `json:"physicalType"`
	Position     struct {
		Longitude json.Number `json:"longitude"`
		Latitude  json.Number `json:"latitude"`
		Altitude  json.Number `json:"altitude"`
	} `json:"position"`
	ManagingOrganization plainReference `json:"managingOrganization"`
}

type plainPractitioner struct {
	plainHead
	Active        *bool          `json:"active"`
	Name          []plainName    `json:"name"`
	Telecom       []plainContact `json:"telecom"`
	Address       []plainAddress `json:"address"`
	Gender        string         `json:"gender"`
	BirthDate     string         `json:"birthDate"`
	Qualification []struct {
		Code   plainConcept   `json:"code"`
		Period plainPeriod    `json:"period"`
		Issuer plainReference `json:"issuer"`
	} `json:"qualification"`
}
