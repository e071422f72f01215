package emrkit_test

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emrkit/emrkit/auth"
	"github.com/emrkit/emrkit/emr"
	"github.com/emrkit/emrkit/emr/emrtest"
	"github.com/emrkit/emrkit/medtech"
	"github.com/emrkit/emrkit/nexhealth"
	"github.com/emrkit/emrkit/nextech"
	"github.com/emrkit/emrkit/nextechsaas"
	"github.com/emrkit/emrkit/nextgen"
	"github.com/emrkit/emrkit/nextgen/patientaccess"
)

var update = flag.Bool("update", false, "write the generated parts of README.md and docs")

// connections makes one connection of each product, without I/O: what it can do is a
// property of the code.
func connections(t *testing.T) map[string]*emr.Client {
	t.Helper()
	all := map[string]emr.Driver{}
	for title, p := range map[string]nextech.Product{"Nextech Select": nextech.Select, "Nextech Practice+": nextech.PracticePlus} {
		d, err := nextech.New(nextech.Config{
			Product: p, BaseURL: "http://127.0.0.1:1", ClientID: "id", ClientSecret: auth.NewSecret("for-the-table"),
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		all[title] = d
	}
	d, err := nexhealth.New(nexhealth.Config{
		APIKey: auth.NewSecret("for-the-table"), Subdomain: "table", Location: "1", BaseURL: "http://127.0.0.1:1",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all["NexHealth"] = d
	mt, err := medtech.New(medtech.Config{
		Environment: medtech.NZUAT, ClientID: "id", ClientSecret: auth.NewSecret("for-the-table"), Scope: "api://table/.default", Facility: "F1Z999-A",
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all["Medtech ALEX"] = mt
	ng, err := nextgen.New(nextgen.Config{
		ClientID: "id", ClientSecret: auth.NewSecret("for-the-table"), SiteID: "site", EnterpriseID: "00001", PracticeID: "0001", Zone: time.UTC,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all["NextGen Enterprise"] = ng
	saas, err := nextechsaas.New(nextechsaas.Config{
		ClientID: "id", PracticeID: "1", Resource: "https://table.example.com", RefreshToken: auth.NewSecret("for-the-table"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all["Nextech SaaS EHR"] = saas
	pa, err := patientaccess.New(patientaccess.Config{
		ClientID: "id", ClientSecret: auth.NewSecret("for-the-table"), RedirectURL: "https://app.example.com/callback", RefreshToken: auth.NewSecret("for-the-table"),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	all["NextGen Patient Access"] = pa
	clients := map[string]*emr.Client{}
	for title, d := range all {
		c := emr.NewClient(d, nil)
		t.Cleanup(func() { _ = c.Close() })
		clients[title] = c
	}
	return clients
}

// columns is the order of the support table.
var columns = []string{"Nextech Select", "Nextech Practice+", "NexHealth", "Medtech ALEX", "Nextech SaaS EHR", "NextGen Enterprise", "NextGen Patient Access"}

// TestDocsAreGenerated keeps the tables of README.md and docs equal to the code.
func TestDocsAreGenerated(t *testing.T) {
	t.Parallel()
	all := connections(t)
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "-update -->\n", "<!-- end of support table -->"
	head, rest, ok1 := strings.Cut(string(readme), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok1 || !ok2 {
		t.Fatal("README.md has no place for the support table")
	}
	generated(t, "README.md", head+begin+supportTable(all)+end+tail)
	generated(t, "docs/support.md", supportPage(all))
	generated(t, "docs/errors.md", errorPage())
	generated(t, "docs/contract.md", contractPage())
}

// generated compares a file with what it should hold, or writes it with -update.
func generated(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != want {
		t.Errorf("%s does not match the code: run go test . -run TestDocsAreGenerated -update", name)
	}
}

func supportTable(all map[string]*emr.Client) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat(":-:|", len(columns)))
	for _, capability := range emr.Capabilities() {
		fmt.Fprintf(&b, "| %s |", capability)
		for _, title := range columns {
			mark := " - |"
			if all[title].Has(capability) {
				mark = " yes |"
			}
			b.WriteString(mark)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func supportPage(all map[string]*emr.Client) string {
	var b strings.Builder
	b.WriteString("# What each connection can do\n\nGenerated from the code. `emr.Client.Has` and `Caveat` tell the same at run time.\n")
	for _, title := range columns {
		c := all[title]
		info := c.Info()
		fmt.Fprintf(&b, "\n## %s\n\n", title)
		l := info.Limits
		fmt.Fprintf(&b, "Limits: %s; %s; uploads %s; %s.\n\n",
			most(l.SlotWindow, "days in one slot search"), most(l.AppointmentWindow, "days in one appointment list"),
			size(l.UploadBytes), rates(l.Rates))
		b.WriteString("| Capability | | Caveat |\n|---|---|---|\n")
		for _, capability := range emr.Capabilities() {
			yes := "no"
			if c.Has(capability) {
				yes = "yes"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", capability, yes, c.Caveat(capability))
		}
	}
	return b.String()
}

func rates(all []emr.Rate) string {
	if len(all) == 0 {
		return "request limits not known"
	}
	var texts []string
	for _, r := range all {
		per := "in " + r.Per.String()
		switch r.Per {
		case 0:
			per = "at the same time"
		case time.Second:
			per = "a second"
		case time.Minute:
			per = "a minute"
		}
		texts = append(texts, fmt.Sprintf("%d requests %s for %s", r.Most, per, cmp.Or(r.Class, "all together")))
	}
	return strings.Join(texts, ", ")
}

func most(n int, what string) string {
	if n == 0 {
		return "any number of " + what
	}
	return fmt.Sprintf("at most %d %s (longer ranges are split)", n, what)
}

func size(n int64) string {
	if n == 0 {
		return "of any size"
	}
	return fmt.Sprintf("up to %.1f MiB", float64(n)/(1<<20))
}

func errorPage() string {
	var b strings.Builder
	b.WriteString("# Errors: what happened, what to do\n\nGenerated from the code. Match a kind with `errors.Is(err, emr.ErrConflict)`; `emr.RedoOf` says\nwhether the call may be repeated, `emr.UserMessage` is for the person at the desk, `emr.HTTPStatus` for a\nserver of yours. `Error.Hint` is more exact than this table: it knows the vendor.\n\n")
	b.WriteString("| Kind | May it be repeated? | For the user | HTTP |\n|---|---|---|---|\n")
	for _, k := range emr.Kinds() {
		err := &emr.Error{Kind: k}
		fmt.Fprintf(&b, "| `%s` | %v | %s | %d |\n", k, emr.RedoOf(err), emr.UserMessage(err), emr.HTTPStatus(err))
	}
	b.WriteString("\n`unsupported`: a capability that is not declared (`Client.Has`) sends nothing; a declared one may be refused by this\nclinic's site, and then nothing was changed.\n")
	b.WriteString("\nRefinements: `emr.ErrSlotTaken`, `emr.ErrDuplicatePatient` and `emr.ErrWriteFailed` are conflicts, `emr.ErrWriteTimedOut` is\nambiguous, `emr.ErrLoginRequired` is an auth error.\n")
	return b.String()
}

func contractPage() string {
	var b strings.Builder
	b.WriteString("# The contract of a driver\n\nGenerated from the conformance suite: each sentence is a sub-test of `emrtest.Run`, which anybody's\ndriver can run. A capability is declared and tested, or undeclared and answered `unsupported` with no request.\nA declared one may be refused by a site with `unsupported`: then nothing was changed.\n")
	topic := ""
	for _, c := range emrtest.Contract() {
		if c.Topic != topic {
			topic = c.Topic
			fmt.Fprintf(&b, "\n## %s\n\n", topic)
		}
		fmt.Fprintf(&b, "- %s\n", c.Text)
	}
	return b.String()
}

// TestREADMEProgramRunsInAnotherModule takes the program out of README.md and runs it
// as a newcomer would: in a module of its own that requires emrkit.
func TestREADMEProgramRunsInAnotherModule(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "```go\n")
	program, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("README.md has no Go program")
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	gomod, err1 := os.ReadFile("go.mod")
	sums, err2 := os.ReadFile("go.sum")
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	mod := strings.Replace(string(gomod), "module "+module, "module example.com/newcomer", 1) +
		"\nrequire " + module + " v0.0.0\n\nreplace " + module + " => " + root + "\n"
	for name, text := range map[string]string{"go.mod": mod, "go.sum": string(sums), "main.go": program} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "go", "run", ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.HasPrefix(string(out), "booked 20") {
		t.Errorf("the program of README.md printed %q, %v; want a booked appointment", out, err)
	}
}
