package fhir

import (
	"strings"
	"testing"
)

// compact is a full Patient on one line, with members this package does not
// know, siblings of primitives, contained resources and vendors' spellings.
const compact = `{"id":"1","resourceType":"Patient","vendorNote":{"a":[1.50,9007199254740993,1e400,null]},` +
	`"contained":[{"resourceType":"Organization","id":"o1","name":"Lantern Clinic"},{"resourceType":"Practitioner","id":"p1","x":1.0}],` +
	`"extension":[{"url":"u","valueDecimal":1.50},{"url":"v","_valueString":{"id":"q"}},{"url":"w","valueAge":{"value":9007199254740993}}],` +
	`"modifierExtension":[{"url":"m","valueBoolean":false}],` +
	`"active":"true","name":[{"family":"Roy","_family":{"extension":[{"url":"x","valueCode":"VV"}]},"given":["Ines",""],"_given":[null,{"id":"g2"}]},null],` +
	`"telecom":[{"rank":"1","system":"phone","value":2065550142}],` +
	`"birthDate":"1991-05-17","_birthDate":{"id":"b"},"multipleBirthInteger":2,"address":{"line":"12 Lantern Row","city":"Tidewick"},` +
	`"contact":[{"name":[{"family":"Roy"},{"family":"Second"}],"address":[]}],"generalPractitioner":{"reference":"practitioner/9"},"link":[{"other":null,"type":"seealso"}]}`

func decodePatient(t *testing.T, doc string) *Patient {
	t.Helper()
	p, err := Decode[Patient]([]byte(doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFault_F6_whatWasReadIsWrittenBackByteForByte(t *testing.T) {
	t.Parallel()
	if got := encode(t, decodePatient(t, compact)); got != compact {
		t.Errorf("written as\n%s\nwant\n%s", got, compact)
	}
}

func TestFault_F6_anEditChangesItsOwnMemberOnly(t *testing.T) {
	t.Parallel()
	yes := true
	for name, tc := range map[string]struct {
		edit     func(*Patient)
		old, new string
	}{
		"string":                   {func(p *Patient) { p.BirthDate = "1991-05-18" }, `"1991-05-17"`, `"1991-05-18"`},
		"string cleared":           {func(p *Patient) { p.BirthDate = "" }, `"birthDate":"1991-05-17",`, ``},
		"nested string":            {func(p *Patient) { p.Name[0].Family = "O\"Roy" }, `"family":"Roy","_family"`, `"family":"O\"Roy","_family"`},
		"element of a string list": {func(p *Patient) { p.Name[0].Given[0] = "Inès" }, `["Ines",""]`, `["Inès",""]`},
		"string list longer":       {func(p *Patient) { p.Name[0].Given[1] = "Ada" }, `["Ines",""]`, `["Ines","Ada"]`},
		"new member of an element": {func(p *Patient) { p.Telecom[0].Use = "home" }, `"value":2065550142`, `"value":2065550142,"use":"home"`},
		"number for text":          {func(p *Patient) { p.Telecom[0].Value = "(206) 555-0143" }, `2065550142`, `"(206) 555-0143"`},
		"text for number":          {func(p *Patient) { p.Telecom[0].Rank = 2 }, `"rank":"1"`, `"rank":2`},
		"text for boolean":         {func(p *Patient) { p.Active = new(bool) }, `"active":"true"`, `"active":false`},
		"boolean said again":       {func(p *Patient) { p.Active = &yes }, ``, ``},
		"one object for a list":    {func(p *Patient) { p.Address[0].City = "Northwick" }, `"city":"Tidewick"`, `"city":"Northwick"`},
		"one text for a list":      {func(p *Patient) { p.Address[0].Line = []string{"1 Quay"} }, `"line":"12 Lantern Row"`, `"line":["1 Quay"]`},
		"a second address": {func(p *Patient) { p.Address = append(p.Address, Address{City: "X"}) },
			`"address":{"line":"12 Lantern Row","city":"Tidewick"}`, `"address":[{"line":"12 Lantern Row","city":"Tidewick"},{"city":"X"}]`},
		"list for one object": {func(p *Patient) { p.Contact[0].Name.Family = "Moss" }, `[{"family":"Roy"},{"family":"Second"}]`, `[{"family":"Moss"},{"family":"Second"}]`},
		"element removed":     {func(p *Patient) { p.Extension = p.Extension[1:] }, `{"url":"u","valueDecimal":1.50},`, ``},
		"elements swapped": {func(p *Patient) { p.Extension[0], p.Extension[1] = p.Extension[1], p.Extension[0] },
			`{"url":"u","valueDecimal":1.50},{"url":"v","_valueString":{"id":"q"}}`, `{"url":"v","_valueString":{"id":"q"}},{"url":"u","valueDecimal":1.50}`},
		"list removed":      {func(p *Patient) { p.Telecom = nil }, `"telecom":[{"rank":"1","system":"phone","value":2065550142}],`, ``},
		"object replaced":   {func(p *Patient) { p.Name[0] = HumanName{Family: "Vale"} }, `{"family":"Roy","_family":{"extension":[{"url":"x","valueCode":"VV"}]},"given":["Ines",""],"_given":[null,{"id":"g2"}]}`, `{"family":"Vale"}`},
		"contained edited":  {func(p *Patient) { p.Contained[1].(*Practitioner).Gender = "female" }, `"id":"p1","x":1.0`, `"id":"p1","x":1.0,"gender":"female"`},
		"contained removed": {func(p *Patient) { p.Contained = p.Contained[:1] }, `,{"resourceType":"Practitioner","id":"p1","x":1.0}`, ``},
		"new member":        {func(p *Patient) { p.Gender = "female" }, `"type":"seealso"}]}`, `"type":"seealso"}],"gender":"female"}`},
		"new object":        {func(p *Patient) { p.MaritalStatus.Text = "?" }, `"type":"seealso"}]}`, `"type":"seealso"}],"maritalStatus":{"text":"?"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.Replace(compact, tc.old, tc.new, 1)
			p := decodePatient(t, compact)
			tc.edit(p)
			got := encode(t, p)
			if got != want {
				t.Errorf("written as\n%s\nwant\n%s", got, want)
			}
			if again := encode(t, decodePatient(t, got)); again != got {
				t.Errorf("second round gives\n%s", again)
			}
			if string(p.Raw().Bytes()) != compact {
				t.Error("Raw changed with the edit")
			}
		})
	}
}

// FHIR forbids it; reading it would cost a pass for each level.
func TestContainedInContainedIsKeptButNotTyped(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"Slot","contained":[{"resourceType":"Patient","contained":[{"resourceType":"Patient","id":"2"}]},{"id":"o","resourceType":"Organization"}]}`
	s, err := Decode[Slot]([]byte(doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := s.Contained[0].(*Patient); !ok || len(p.Contained) != 0 {
		t.Error("inner resource was read")
	}
	if g, ok := s.Contained[1].(*Generic); !ok || g.Type != "Organization" || g.ID != "o" {
		t.Error("resource of another type")
	}
	if got := encode(t, s); got != doc {
		t.Errorf("written as %s", got)
	}
}

// Nextech's own example has maritalstatus.
func TestFault_F6_aSetFieldReplacesItsMisspeltMember(t *testing.T) {
	t.Parallel()
	p := decodePatient(t, `{"resourceType":"Patient","maritalstatus":{"text":"Married"},"gender":"male"}`)
	if got := encode(t, p); !strings.Contains(got, `"maritalstatus":{"text":"Married"}`) {
		t.Errorf("written as %s", got)
	}
	p.MaritalStatus.Text = "Single"
	if got := encode(t, p); got != `{"resourceType":"Patient","maritalStatus":{"text":"Single"},"gender":"male"}` {
		t.Errorf("written as %s", got)
	}
}

func TestFault_F6_unknownMembersCanBeRead(t *testing.T) {
	t.Parallel()
	p := decodePatient(t, compact)
	if m, ok := p.Member("_birthDate"); !ok || string(m.Bytes()) != `{"id":"b"}` {
		t.Errorf("_birthDate: %v", ok)
	}
	if m, ok := p.Name[0].Member("_family"); !ok || m.Len() == 0 {
		t.Errorf("_family: %v", ok)
	}
	if _, ok := p.Member("absent"); ok {
		t.Error("a member that is not there")
	}
	if _, ok := (&Patient{}).Member("id"); ok {
		t.Error("a member of a value built in code")
	}
}

func TestFault_F7_numbersKeepTheirText(t *testing.T) {
	t.Parallel()
	doc := `{"resourceType":"Location","position":{"longitude":-83.6900,"latitude":4.20E+1,"altitude":9007199254740993},"x":[1.50,1.0,-0,100000000000000000000000]}`
	l, err := Decode[Location]([]byte(doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	if l.Position.Longitude != "-83.6900" || l.Position.Altitude != "9007199254740993" {
		t.Error("digits were lost")
	}
	if got := encode(t, l); got != doc {
		t.Errorf("written as %s", got)
	}
	if got := string(encodeTyped(t, l)); got != doc {
		t.Errorf("written from the fields as %s", got)
	}
	e := decodePatient(t, compact).Extension[0]
	if d, ok := e.ValueDecimal(); !ok || d != "1.50" {
		t.Errorf("valueDecimal %q", d)
	}
	a, err := Decode[Appointment]([]byte(`{"resourceType":"Appointment","priority":9007199254740993}`), nil)
	if err != nil || a.Priority != 9007199254740993 {
		t.Errorf("integer beyond 2^53: %v", err)
	}
	for _, bad := range []Decimal{"1,5", "01", "1.", "NaN", "1 ", "--1"} {
		_, err := Encode(&Location{Position: Position{Latitude: bad}}, nil)
		wantKind(t, err, Invalid, string(bad))
		_, err = Encode(&Location{Extension: []Extension{NewExtension("u", bad)}}, nil)
		wantKind(t, err, Invalid, string(bad))
	}
}

func TestShapesThatCannotBeReadNameTheMember(t *testing.T) {
	t.Parallel()
	for doc, element := range map[string]string{
		`{"resourceType":"Patient","birthDate":{"Secret1":1}}`:                                      "Patient.birthDate",
		`{"resourceType":"Patient","active":"Secret1"}`:                                             "Patient.active",
		`{"resourceType":"Patient","name":["Secret1"]}`:                                             "Patient.name",
		`{"resourceType":"Patient","name":[{"Secret1":1},7]}`:                                       "Patient.name",
		`{"resourceType":"Patient","name":[[{"family":"Secret1"}]]}`:                                "Patient.name",
		`{"resourceType":"Patient","name":[{"given":[["Secret1"]]}]}`:                               "HumanName.given",
		`{"resourceType":"Patient","telecom":[{"Secret1":{"a":1}},{"rank":1.5}]}`:                   "ContactPoint.rank",
		`{"resourceType":"Patient","telecom":[{"rank":99999999999999999999}]}`:                      "ContactPoint.rank",
		`{"resourceType":"Patient","maritalStatus":"Secret1"}`:                                      "Patient.maritalStatus",
		`{"resourceType":"Patient","contained":["Secret1"]}`:                                        "Patient.contained",
		`{"resourceType":"Patient","contained":[{"resourceType":"Slot","start":{"Secret1":true}}]}`: "Slot.start",
		`{"resourceType":"Patient","meta":{"tag":[{"userSelected":3}]}}`:                            "Coding.userSelected",
	} {
		_, err := Decode[Patient]([]byte(doc), nil)
		wantKind(t, err, WrongType, "Secret1")
		if elementOf(err) != element || !strings.Contains(err.Error(), element) {
			t.Errorf("%s: got %v, want it in %s", doc, err, element)
		}
	}
}

func TestTolerantReadingOfVendorShapes(t *testing.T) {
	t.Parallel()
	p := decodePatient(t, compact)
	if p.Active == nil || !*p.Active || p.Telecom[0].Rank != 1 || p.Telecom[0].Value != "2065550142" {
		t.Error("values in quotes, or a number for a text")
	}
	if len(p.Name) != 2 || len(p.Name[0].Given) != 2 || p.Name[0].Given[1] != "" {
		t.Error("empty second given name")
	}
	if len(p.Address) != 1 || p.Address[0].City != "Tidewick" || len(p.Address[0].Line) != 1 {
		t.Error("object for a list")
	}
	if len(p.GeneralPractitioner) != 1 || p.GeneralPractitioner[0].Reference != "practitioner/9" {
		t.Error("generalPractitioner as an object")
	}
	if p.Contact[0].Name.Family != "Roy" {
		t.Error("list for an object")
	}
	if d, err := Decode[Patient]([]byte(`{"resourceType":"Patient","name":[{"family":["de","Roy"]}],"id":12}`), nil); err != nil || d.Name[0].Family != "de Roy" || d.ID != "12" {
		t.Errorf("list for a text: %v", err)
	}
}
