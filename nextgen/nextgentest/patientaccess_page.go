package nextgentest

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
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

var paSignInPage = simserver.NewPage(template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in (simulator)</title>
<style>`+paStyle+`</style>
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
`)), paStyle)

type paPageData struct {
	Error, Transaction, Action string
	Offline                    bool
	Choices                    []paChoice
}

// page asks a person.
func (a *paAuthority) page(transaction string, asked paAsked) *simserver.Reply {
	offline := len(asked.scopes) == 0 || strings.Contains(" "+strings.Join(asked.scopes, " ")+" ", " offline_access ")
	return paSignInPage.Reply(http.StatusOK, true, asked.redirect, paPageData{
		Transaction: transaction, Action: paOAuthPath + "/sign-in", Offline: offline, Choices: a.sim.choices(),
	})
}

// paErrorPage tells the person, and the app nothing.
func paErrorPage(text string) *simserver.Reply {
	return paSignInPage.Reply(http.StatusBadRequest, false, "", paPageData{Error: text})
}

func (s *PatientAccess) browse(ctx context.Context, authorizeURL string) (*url.URL, error) {
	return s.server.Browse(ctx, authorizeURL, s.origin+paOAuthPath+"/sign-in", url.Values{"who": {"self"}, "decision": {"agree"}})
}
