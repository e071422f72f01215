package nextgentest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/emrkit/emrkit/internal/simserver"
)

// paChoice is one line of the sign-in page.
type paChoice struct {
	Value, Name, Sees string
	account           int
	patient           string // "": all records of the account
}

// choices are the people who can sign in, and for whom.
func (s *PatientAccess) choices() []paChoice {
	self, proxy := s.accounts[0], s.accounts[1]
	ward := paName(paPeople()[2])
	return []paChoice{
		{"self", self.name, "own record", 0, self.patients[0]},
		{"proxy", proxy.name, "two records, the app asks which", 1, ""},
		{"proxy-self", proxy.name, "own record", 1, proxy.patients[0]},
		{"proxy-other", proxy.name, "record of " + ward, 1, proxy.patients[1]},
	}
}

const paStyle = `
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6875;--line:#d5dce3;--paper:#fff;--ground:#eef2f5;--act:#0b5cad}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9aa7b4;--line:#37424d;--paper:#1b232b;--ground:#11171d;--act:#6cb1f5}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{width:100%;max-width:30rem;background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:2rem}
.where{margin:0 0 .25rem;color:var(--soft);font-size:.8125rem;letter-spacing:.04em;text-transform:uppercase}
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.3}
p{margin:0 0 1.25rem}
main>:last-child{margin-bottom:0}
fieldset{margin:0 0 1.5rem;padding:0;border:0}
legend{padding:0;margin-bottom:.5rem;font-weight:600}
label{display:flex;gap:.75rem;align-items:flex-start;padding:.75rem;border:1px solid var(--line);border-radius:.5rem;margin-bottom:.5rem;cursor:pointer}
label:has(input:checked){border-color:var(--act);box-shadow:inset 0 0 0 1px var(--act)}
input{margin:.3rem 0 0;accent-color:var(--act);flex:none}
small{display:block;color:var(--soft);font-size:.875rem}
.acts{display:flex;gap:.75rem}
button{flex:1;padding:.7rem 1rem;border:1px solid var(--act);border-radius:.5rem;background:none;color:var(--act);font:inherit;font-weight:600;cursor:pointer}
button[value=agree]{background:var(--act);color:var(--paper)}
button:focus-visible,input:focus-visible{outline:3px solid var(--act);outline-offset:2px}
`

var paSignInPage = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (simulator)</title>
<style>` + paStyle + `</style>
</head>
<body>
<main>
<p class="where">Simulated patient portal</p>
{{if .Error}}<h1>No sign-in</h1>
<p>{{.Error}}</p>
{{else}}<h1>An app asks for your record</h1>
<p>It wants to read {{if .Offline}}the record, also while you are away{{else}}the record for the next hour{{end}}. Everybody here is invented, no password is needed.</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="transaction" value="{{.Transaction}}">
<fieldset>
<legend>Sign in as</legend>
{{range $i, $c := .Choices}}<label><input type="radio" name="who" value="{{$c.Value}}"{{if eq $i 0}} checked{{end}}><span>{{$c.Name}}<small>{{$c.Sees}}</small></span></label>
{{end}}</fieldset>
<div class="acts">
<button name="decision" value="agree">Agree</button>
<button name="decision" value="refuse">Say no</button>
</div>
</form>
{{end}}</main>
</body>
</html>
`))

// paStyleHash lets the page's own style through its content security policy.
var paStyleHash = func() string {
	sum := sha256.Sum256([]byte(paStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

type paPageData struct {
	Error, Transaction, Action string
	Offline                    bool
	Choices                    []paChoice
}

// page asks a person. Browsers apply form-action also to where the answer redirects.
func (a *paAuthority) page(transaction string, asked paAsked) *simserver.Reply {
	target := ""
	if u, err := url.Parse(asked.redirect); err == nil && u.Host != "" {
		target = " " + u.Scheme + "://" + u.Host
	}
	offline := len(asked.scopes) == 0 || strings.Contains(" "+strings.Join(asked.scopes, " ")+" ", " offline_access ")
	return paHTML(http.StatusOK, "'self'"+target, paPageData{
		Transaction: transaction, Action: paOAuthPath + "/sign-in", Offline: offline, Choices: a.sim.choices(),
	})
}

// paErrorPage tells the person, and the app nothing.
func paErrorPage(text string) *simserver.Reply {
	return paHTML(http.StatusBadRequest, "'none'", paPageData{Error: text})
}

func paHTML(status int, forms string, data paPageData) *simserver.Reply {
	var b bytes.Buffer
	if err := paSignInPage.Execute(&b, data); err != nil {
		return simserver.Text(http.StatusInternalServerError, "the simulator cannot write this page")
	}
	return &simserver.Reply{Status: status, ContentType: "text/html; charset=utf-8", Body: b.Bytes(), Header: http.Header{
		"Content-Security-Policy": {"default-src 'none'; style-src " + paStyleHash + "; form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"},
		"Cache-Control":           {"no-store"}, "Referrer-Policy": {"no-referrer"}, "X-Content-Type-Options": {"nosniff"},
	}}
}

var paTransaction = regexp.MustCompile(`name="transaction" value="([A-Z0-9]+)"`)

func (s *PatientAccess) browse(ctx context.Context, authorizeURL string) (*url.URL, error) {
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if c := s.HTTPClient(); c != nil {
		client.Transport = c.Transport
	} else {
		t := &http.Transport{}
		defer t.CloseIdleConnections()
		client.Transport = t
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, authorizeURL, nil)
	if err != nil {
		return nil, errors.New("nextgentest: the URL of the sign-in cannot be read")
	}
	to, body, err := paVisit(&client, req)
	if err != nil || to != nil {
		return to, err
	}
	found := paTransaction.FindSubmatch(body)
	if found == nil {
		return nil, errors.New("nextgentest: the page asks nothing")
	}
	form := url.Values{"transaction": {string(found[1])}, "who": {"self"}, "decision": {"agree"}}
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, s.origin+paOAuthPath+"/sign-in", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if to, _, err = paVisit(&client, req); err == nil && to == nil {
		err = errors.New("nextgentest: the page leads nowhere")
	}
	return to, err
}

// paVisit returns where an answer leads, or the page.
func paVisit(client *http.Client, req *http.Request) (*url.URL, []byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("nextgentest: no answer to the browser: %w", errors.Unwrap(err)) // the text around it has the URL
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, nil, err
	}
	if resp.StatusCode == http.StatusSeeOther {
		to, err := resp.Location()
		return to, nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, fmt.Errorf("nextgentest: the browser was answered %d", resp.StatusCode)
	}
	return nil, body, nil
}
