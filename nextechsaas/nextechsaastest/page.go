package nextechsaastest

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

const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--ground:#f3f5f8;--act:#0a5ea8}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaee;--soft:#9aa4ae;--line:#39424c;--paper:#1a2129;--ground:#0f151b;--act:#74b4f2}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{width:100%;max-width:28rem;padding:2rem;background:var(--paper);border:1px solid var(--line);border-radius:.5rem}
.where{margin:0 0 .5rem;color:var(--soft);font-size:.875rem}
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.3}
p{margin:0 0 1.5rem}
main>:last-child{margin-bottom:0}
form{display:flex;flex-wrap:wrap;gap:.75rem}
button{flex:1 1 9rem;padding:.7rem 1rem;border:1px solid var(--act);border-radius:.375rem;background:none;color:var(--act);font:inherit;font-weight:600;cursor:pointer}
button[value=agree]{background:var(--act);color:var(--paper)}
button:focus-visible{outline:3px solid var(--act);outline-offset:2px}
`

var signInPage = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (simulator)</title>
<style>` + style + `</style>
</head>
<body>
<main>
<p class="where">Simulated directory of the practice</p>
{{if .Error}}<h1>No sign-in</h1>
<p>{{.Error}}</p>
{{else}}<h1>Sign in as Ada Okafor</h1>
<p>An application wants to read the practice’s patients and visits in your name, also while you are away. Everybody here is invented, no password is needed.</p>
<form method="post" action="{{.Action}}">
<input type="hidden" name="transaction" value="{{.Transaction}}">
<button name="decision" value="agree">Agree</button>
<button name="decision" value="refuse">Say no</button>
</form>
{{end}}</main>
</body>
</html>
`))

// styleHash lets the page's own style through its content security policy.
var styleHash = func() string {
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

type pageData struct{ Error, Transaction, Action string }

// page asks a person. Browsers apply form-action also to where the answer redirects.
func (a *authority) page(transaction string, q asked) *simserver.Reply {
	target := ""
	if u, err := url.Parse(q.redirect); err == nil && u.Host != "" {
		target = " " + u.Scheme + "://" + u.Host
	}
	return html(http.StatusOK, "'self'"+target, pageData{Transaction: transaction, Action: decidePath})
}

// errorPage tells the person, and the application nothing.
func errorPage(text string) *simserver.Reply {
	return html(http.StatusBadRequest, "'none'", pageData{Error: text})
}

func html(status int, forms string, data pageData) *simserver.Reply {
	var b bytes.Buffer
	if err := signInPage.Execute(&b, data); err != nil {
		return simserver.Text(http.StatusInternalServerError, "the simulator cannot write this page")
	}
	return &simserver.Reply{Status: status, ContentType: "text/html; charset=utf-8", Body: b.Bytes(), Header: http.Header{
		"Content-Security-Policy": {"default-src 'none'; style-src " + styleHash + "; form-action " + forms + "; base-uri 'none'; frame-ancestors 'none'"},
		"Cache-Control":           {"no-store"}, "Referrer-Policy": {"no-referrer"}, "X-Content-Type-Options": {"nosniff"},
	}}
}

var transactionIn = regexp.MustCompile(`name="transaction" value="([A-Z0-9]+)"`)

// Browse does what a browser does with the URL of a sign-in: it opens it and, where the
// page asks, agrees. It returns the URL that the browser would open next, with its query,
// and opens it not.
func (s *Sim) Browse(ctx context.Context, authorizeURL string) (*url.URL, error) {
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
		return nil, errors.New("nextechsaastest: the URL of the sign-in cannot be read")
	}
	to, body, err := visit(&client, req)
	if err != nil || to != nil {
		return to, err
	}
	found := transactionIn.FindSubmatch(body)
	if found == nil {
		return nil, errors.New("nextechsaastest: the page asks nothing")
	}
	form := url.Values{"transaction": {string(found[1])}, "decision": {"agree"}}
	req, err = http.NewRequestWithContext(ctx, http.MethodPost, s.directory+decidePath, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if to, _, err = visit(&client, req); err == nil && to == nil {
		err = errors.New("nextechsaastest: the page leads nowhere")
	}
	return to, err
}

// visit returns where an answer leads, or the page.
func visit(client *http.Client, req *http.Request) (*url.URL, []byte, error) {
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, fmt.Errorf("nextechsaastest: no answer to the browser: %w", errors.Unwrap(err)) // the text around it has the URL
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
		return nil, nil, fmt.Errorf("nextechsaastest: the browser was answered %d", resp.StatusCode)
	}
	return nil, body, nil
}
