package medtech

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
)

// sink takes a request and throws it away.
type sink struct{}

func (sink) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {mediaType}, "Location": {"/fhir/DocumentReference/1/_history/1"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	if strings.HasSuffix(r.URL.Path, "/token") {
		return answer(200, `{"token_type":"Bearer","expires_in":3599,"access_token":"t"}`)
	}
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	return answer(201, "")
}

// BenchmarkUpload streams a document; BenchmarkUploadWhole is what a program does that
// reads it, encodes it and marshals it.
func BenchmarkUpload(b *testing.B) {
	for _, mb := range []int{1, 20, 100} {
		b.Run(fmt.Sprintf("%dMB", mb), func(b *testing.B) {
			c, err := New(Config{Environment: NZUAT, ClientID: "x", ClientSecret: auth.NewSecret("x"), Scope: "x", Facility: testFacility,
				Images: ImageConfig{Author: "p1", ScanBytes: 200 << 20}}, &emr.Options{HTTPClient: &http.Client{Transport: sink{}}})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			file := bytes.NewReader(make([]byte, mb<<20))
			b.SetBytes(int64(mb << 20))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = file.Seek(0, io.SeekStart)
				if _, err := (parts{c}).UploadDocument(b.Context(), &emr.NewDocument{Patient: inboxPatient(), ContentType: typePDF, Content: file}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkUploadWhole(b *testing.B) {
	for _, mb := range []int{1, 20, 100} {
		b.Run(fmt.Sprintf("%dMB", mb), func(b *testing.B) {
			file := bytes.NewReader(make([]byte, mb<<20))
			b.SetBytes(int64(mb << 20))
			b.ReportAllocs()
			for b.Loop() {
				_, _ = file.Seek(0, io.SeekStart)
				data, _ := io.ReadAll(file)
				body, err := json.Marshal(map[string]any{"resourceType": "DocumentReference", "content": []any{
					map[string]any{"attachment": map[string]string{"contentType": typePDF, "data": base64.StdEncoding.EncodeToString(data)}},
				}})
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, bytes.NewReader(body))
			}
		})
	}
}
