package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"

	"github.com/emrkit/emrkit/auth/signin"
	"github.com/emrkit/emrkit/emr"
)

// The page that the browser shows in the end. It loads nothing, runs nothing, and holds
// nothing about the person: whoever walks by may read it.

const pageStyle = `
:root{color-scheme:light dark;--ink:#1c2733;--soft:#5b6875;--line:#d5dce3;--paper:#fff;--ground:#eef2f5;--good:#1c7c43;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9aa7b4;--line:#37424d;--paper:#1b232b;--ground:#11171d;--good:#6fcf8f;--bad:#f2938c}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:1rem;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{width:100%;max-width:30rem;background:var(--paper);border:1px solid var(--line);border-top:4px solid var(--bad);border-radius:.75rem;padding:2rem}
main.good{border-top-color:var(--good)}
h1{margin:0 0 .75rem;font-size:1.375rem;line-height:1.3}
p{margin:0 0 .75rem}
p:last-child{margin:0;color:var(--soft)}
`

var pageTemplate = template.Must(template.New("").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>` + pageStyle + `</style>
</head>
<body>
<main{{if .Good}} class="good"{{end}}>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
<p>{{.Next}}</p>
</main>
</body>
</html>
`))

// pageHash lets the page's own style through its content security policy, and no other.
var pageHash = func() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}()

// story is what a page says.
type story struct {
	Good              bool
	Status            int
	Title, Text, Next string
}

// storyOf tells how a sign-in ended. Of an error only our own hint is repeated.
func storyOf(err error) story {
	const back = "You can close this window and go back to the terminal."
	var e *emr.Error
	switch {
	case err == nil:
		return story{true, http.StatusOK, "You are signed in", "The program now reads the record. It may only read, and it changes nothing.", back}
	case !errors.As(err, &e):
		return story{Status: http.StatusInternalServerError, Title: "The sign-in did not work", Text: emr.UserMessage(err), Next: back}
	case e.Kind == emr.KindPermission:
		return story{Status: http.StatusForbidden, Title: "Nothing was allowed", Text: "The sign-in ended without permission to read the record, so nothing was read.",
			Next: "If you did agree, the practice may not have approved this app yet. To try again, start the program once more."}
	case e.Kind == emr.KindUnavailable || e.Kind == emr.KindTimeout || e.Kind == emr.KindRateLimited || e.Kind == emr.KindProtocol && e.Status != 0:
		return story{Status: http.StatusBadGateway, Title: "The server could not finish", Text: "The sign-in broke off before it was complete. Nothing was read.",
			Next: "Start the program once more in a few minutes."}
	case e.Kind == emr.KindConfig, e.Status != 0 && !errors.Is(err, emr.ErrLoginRequired): // the token endpoint refuses the app, not the code
		return story{Status: http.StatusBadGateway, Title: "The app is not set up correctly", Text: "The server refuses this app, whoever signs in. Nothing was read.",
			Next: "The terminal says what to correct."}
	}
	return story{Status: http.StatusBadRequest, Title: "This sign-in cannot be used", Text: "What came back does not belong to a sign-in that this program began, or is no longer good. Nothing was read.",
		Next: "To try again, start the program once more. The terminal says more."}
}

// showPage writes the page; it is what signin.Flow.Local calls.
func showPage(w http.ResponseWriter, _ *signin.Grant, err error) {
	s := storyOf(err)
	var b bytes.Buffer
	if pageTemplate.Execute(&b, s) != nil {
		http.Error(w, s.Title, s.Status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+pageHash+"; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address has the code in it
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(s.Status)
	_, _ = w.Write(b.Bytes())
}
