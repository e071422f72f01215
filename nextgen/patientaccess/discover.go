package patientaccess

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/fhir"
	"github.com/emrkit/emrkit/internal/transport"
)

// endpoints are the addresses of a sign-in, as far as a document names them. The issuer is
// not among them: NextGen's own documents contradict each other about it, so that an iss in
// the callback is held against the host of these addresses.
type endpoints struct{ authorize, token string }

func (e endpoints) complete() bool { return e.authorize != "" && e.token != "" }

// Discover asks the server where to sign in and returns c with AuthorizeURL and TokenURL
// filled in: .well-known/smart-configuration says it, else the extension oauth-uris
// in metadata; where neither does, NextGen's own gateway has documented addresses. What is
// set in c already stays; with both addresses set nothing is sent. No credential is sent.
//
// Kinds: untrusted_url when the server names a host that credentials do not go to (see the
// package documentation): set AuthorizeURL and TokenURL if it is right; config when the
// server names none: check the base URL; and those of any read.
func (c Config) Discover(ctx context.Context, o *emr.Options) (Config, error) {
	full, bad := c.resolve()
	if bad != nil {
		return c, bad
	}
	if c.AuthorizeURL != "" && c.TokenURL != "" {
		return c, nil
	}
	t, err := transport.New(transport.Config{Vendor: vendor, BaseURL: full.BaseURL, Options: o, Accept: "application/json, " + full.Version.accept()})
	if err != nil {
		return c, err
	}
	defer func() { _ = t.Close() }()
	found, err := smartConfiguration(ctx, t)
	if err != nil && !isAbsent(err) {
		return c, err
	}
	if !found.complete() {
		named, err := oauthURIs(ctx, t, full.Version)
		if err != nil && !isAbsent(err) {
			return c, err
		}
		found.authorize, found.token = cmp.Or(found.authorize, named.authorize), cmp.Or(found.token, named.token)
	}
	return c.with(found, full, t.Base())
}

// with fills in what was found, if it may be trusted; full has the documented addresses.
func (c Config) with(found endpoints, full Config, base *url.URL) (Config, error) {
	for _, end := range []struct {
		field              string
		own                *string
		named, doc, beside string
	}{
		{"AuthorizeURL", &c.AuthorizeURL, found.authorize, full.AuthorizeURL, cmp.Or(c.TokenURL, found.token)},
		{"TokenURL", &c.TokenURL, found.token, full.TokenURL, cmp.Or(c.AuthorizeURL, found.authorize)},
	} {
		switch {
		case *end.own != "":
		case end.named == "" && end.doc == "":
			return Config{}, &emr.Error{Kind: emr.KindConfig, Vendor: vendor, Op: opDiscover, Fields: []string{"BaseURL", end.field},
				Hint: "the server does not say where to sign in: check the base URL (NEXTGEN_FHIR_BASE_URL), or set AuthorizeURL and TokenURL"}
		case end.named == "":
			*end.own = end.doc
		case !isTrusted(base, end.named, end.beside):
			return Config{}, &emr.Error{Kind: emr.KindUntrustedURL, Vendor: vendor, Op: opDiscover, Fields: []string{end.field},
				Hint: "the server says that people sign in at another host, or in plain http; nothing was sent there: if that is right, set AuthorizeURL and TokenURL"}
		default:
			*end.own = end.named
		}
	}
	return c, nil
}

// smartConfiguration reads GET .well-known/smart-configuration. A document that cannot be
// read is none.
func smartConfiguration(ctx context.Context, t *transport.Client) (endpoints, error) {
	answer, err := t.Do(ctx, &transport.Call{
		Op: opDiscover, Method: http.MethodGet, Path: "/.well-known/smart-configuration", Route: "/.well-known/smart-configuration", Safe: true, Impersonal: true,
	})
	if err != nil {
		return endpoints{}, err
	}
	return readSmart(answer.Body), nil
}

func readSmart(body []byte) endpoints {
	var said struct {
		Authorize string `json:"authorization_endpoint"`
		Token     string `json:"token_endpoint"`
	}
	if fhir.Check(body, nil) != nil || json.Unmarshal([]byte(strings.TrimPrefix(string(body), "\ufeff")), &said) != nil {
		return endpoints{}
	}
	return endpoints{strings.TrimSpace(said.Authorize), strings.TrimSpace(said.Token)}
}

// oauthURIs reads the extension of GET metadata: a CapabilityStatement, or the Conformance
// of DSTU2.
func oauthURIs(ctx context.Context, t *transport.Client, v Version) (endpoints, error) {
	answer, err := t.Do(ctx, &transport.Call{
		Op: opDiscover, Method: http.MethodGet, Path: "/metadata", Route: "/metadata", Safe: true, Impersonal: true, AcceptTypes: v.mediaTypes(),
	})
	if err != nil {
		return endpoints{}, err
	}
	return readOAuthURIs(answer.Body, v), nil
}

func readOAuthURIs(body []byte, v Version) (found endpoints) {
	statement, err := fhir.Decode[fhir.CapabilityStatement](body, &fhir.Options{Version: v.release()})
	if err != nil {
		return found
	}
	for _, rest := range statement.Rest {
		for _, x := range rest.Security.Extension {
			if name, _ := x.LocalName(); name != "oauth-uris" {
				continue
			}
			for _, part := range x.Extension {
				value, _ := part.ValueURI()
				switch value = strings.TrimSpace(value); part.URL {
				case "authorize":
					found.authorize = cmp.Or(found.authorize, value)
				case "token":
					found.token = cmp.Or(found.token, value)
				}
			}
		}
	}
	return found
}

// isAbsent reports whether an error says that there is no such document, and not that the
// server is away.
func isAbsent(err error) bool {
	e, ok := errors.AsType[*emr.Error](err)
	if !ok {
		return false
	}
	switch e.Kind {
	case emr.KindNotFound, emr.KindUnsupported, emr.KindProtocol, emr.KindInvalid, emr.KindPermission, emr.KindAuth:
		return true
	}
	return false
}
