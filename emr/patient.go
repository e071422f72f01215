package emr

// Sex is the administrative sex as FHIR writes it. It is an open set: an unknown
// vendor value is kept.
type Sex string

// The FHIR values. The zero value means "not said"; nothing is ever assumed.
const (
	SexFemale  Sex = "female"
	SexMale    Sex = "male"
	SexOther   Sex = "other"
	SexUnknown Sex = "unknown"
)

// Phone is one telephone number of a patient.
type Phone struct {
	Number PHI
	Use    string // home, work, mobile; "" when not said
}

// Identifier is a number that a system gave to a patient.
type Identifier struct {
	System string // who gave it, as a URI where there is one
	Use    string // official, usual, ...; "" when not said
	Value  PHI
}

// Address is a postal address of a patient.
type Address struct {
	Lines      []PHI
	City       PHI
	State      PHI
	PostalCode PHI
	Country    PHI
}

// IsZero reports whether nothing of the address is known.
func (a Address) IsZero() bool {
	for _, l := range a.Lines {
		if !l.IsZero() {
			return false
		}
	}
	return a.City.IsZero() && a.State.IsZero() && a.PostalCode.IsZero() && a.Country.IsZero()
}

// Patient is a person in the clinic's record.
type Patient struct {
	ID           PatientID
	Given        PHI // first name; further given names in Middle
	Middle       PHI
	Family       PHI
	Born         BirthDate
	Sex          Sex
	Phones       []Phone
	Emails       []PHI
	Address      Address
	Identifiers  []Identifier   // chart number, national number, ...; never an unmasked SSN
	Practitioner PractitionerID // the patient's own practitioner, "" when not known
	Status       string         // the vendor's word for the state of the record, "" when not known
	Inactive     bool           // the vendor says that the record is no longer in use
	Write        WriteState     // "" where the vendor does not tell
	Source       Source
}

// PatientQuery says whom to look for. At least one field must be set. Vendors match
// differently (Nextech: the start of a name), so compare what comes back.
type PatientQuery struct {
	Given, Family PHI
	Born          BirthDate
	Phone, Email  PHI
	Identifier    Identifier
	Vendor        any // the vendor package's own query struct, for what only it can ask
}

// IsZero reports whether nothing is asked.
func (q PatientQuery) IsZero() bool {
	return q.Given.IsZero() && q.Family.IsZero() && q.Born.IsZero() && q.Phone.IsZero() &&
		q.Email.IsZero() && q.Identifier.Value.IsZero() && q.Vendor == nil
}

// NewPatient is what is known of a person who may have to be created.
type NewPatient struct {
	Given        PHI
	Middle       PHI
	Family       PHI
	Born         BirthDate
	Sex          Sex // never defaulted
	Phones       []Phone
	Emails       []PHI
	Address      Address
	Identifiers  []Identifier
	Practitioner PractitionerID
	Vendor       any // the vendor package's own struct, for what only it knows
}

// PatientUpdate changes a patient. Nil fields stay as they are; a pointer to an empty
// value asks the vendor to clear it, which not every vendor can.
type PatientUpdate struct {
	ID          PatientID
	Given       *PHI
	Family      *PHI
	Born        *BirthDate
	Sex         *Sex
	Phones      []Phone // nil: unchanged
	Emails      []PHI   // nil: unchanged
	Address     *Address
	Identifiers []Identifier // nil: unchanged
	Vendor      any
}

// Field names an input, for "ask the caller for this next".
type Field string

// The fields that tell namesakes apart.
const (
	FieldGiven      Field = "given"
	FieldFamily     Field = "family"
	FieldBorn       Field = "birthdate"
	FieldPhone      Field = "phone"
	FieldEmail      Field = "email"
	FieldPostalCode Field = "postal-code"
	FieldIdentifier Field = "identifier"
)

// Found is the answer of Client.FindOrCreatePatient.
type Found struct {
	Patient *Patient // nil when AskFor is set
	Created bool
	// AskFor names what would tell several matching people apart, best first. It is
	// not an error: ask the caller, fill the field in, call again. Nobody was created.
	AskFor []Field
}

// id returns the patient's id, none for nil.
func (p *Patient) id() PatientID {
	if p == nil {
		return PatientID{}
	}
	return p.ID
}

// copied keeps a query apart from what the caller does with the patient meanwhile.
func (p *Patient) copied() *Patient {
	if p == nil {
		return nil
	}
	out := *p
	return &out
}
