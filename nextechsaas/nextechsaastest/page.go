package nextechsaastest

import (
	"context"
	"html/template"
	"net/http"
	"net/url"

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

var signInPage = simserver.NewPage(template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (simulator)</title>
<style>`+style+`</style>
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
`)), style)

type pageData struct{ Error, Transaction, Action string }

// page asks a person.
func (a *authority) page(transaction string, q asked) *simserver.Reply {
	return signInPage.Reply(http.StatusOK, true, q.redirect, pageData{Transaction: transaction, Action: decidePath})
}

// errorPage tells the person, and the application nothing.
func errorPage(text string) *simserver.Reply {
	return signInPage.Reply(http.StatusBadRequest, false, "", pageData{Error: text})
}

// Browse does what a browser does with the URL of a sign-in: it opens it and, where the
// page asks, agrees. It returns the URL that the browser would open next, with its query,
// and opens it not.
func (s *Sim) Browse(ctx context.Context, authorizeURL string) (*url.URL, error) {
	return s.server.Browse(ctx, authorizeURL, s.directory+decidePath, url.Values{"decision": {"agree"}})
}
