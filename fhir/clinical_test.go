package fhir

import "testing"

// TestMediaTypeOfOlderReleasesIsKept: it is a code there and a CodeableConcept in R4.
func TestMediaTypeOfOlderReleasesIsKept(t *testing.T) {
	t.Parallel()
	const old = `{"resourceType":"Media","type":"photo","deviceName":"x"}`
	m, err := Decode[Media]([]byte(old), nil)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, "as it came", []byte(encode(t, m)), []byte(old))
	sameJSON(t, "from the typed fields", encodeTyped(t, m), []byte(old))
	m.Type = CodeableConcept{Text: "image"}
	sameJSON(t, "changed", []byte(encode(t, m)), []byte(`{"resourceType":"Media","type":{"text":"image"},"deviceName":"x"}`))
}

func TestClinicalResourcesAreBuiltAsR4HasThem(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		r    Resource
		want string
	}{
		{&Media{Identifier: []Identifier{{Value: "i1"}}, Status: "completed", Created: "2030-03-04", Width: 3, Content: Attachment{Title: "x"}},
			`{"resourceType":"Media","identifier":[{"value":"i1"}],"status":"completed","createdDateTime":"2030-03-04","width":3,"content":{"title":"x"}}`},
		{&Communication{Status: "completed", Payload: []CommunicationPayload{{String: "x"}, {Reference: Reference{Reference: "Media/1"}}}},
			`{"resourceType":"Communication","status":"completed","payload":[{"contentString":"x"},{"contentReference":{"reference":"Media/1"}}]}`},
		{&Task{Status: "requested", Intent: "order", For: Reference{Reference: "Patient/1"}, Restriction: TaskRestriction{Period: Period{End: "2030-03-11"}}},
			`{"resourceType":"Task","status":"requested","intent":"order","for":{"reference":"Patient/1"},"restriction":{"period":{"end":"2030-03-11"}}}`},
	} {
		sameJSON(t, row.r.ResourceType(), []byte(encode(t, row.r)), []byte(row.want))
	}
}
