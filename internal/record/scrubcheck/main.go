// Command scrubcheck looks for personal data, secrets and machine paths in a tree:
//
//	go run ./internal/record/scrubcheck .
//
// It prints file, line and rule, never the text, and exits with 1 when there is a finding.
package main

import (
	"fmt"
	"os"

	"github.com/emrkit/emrkit/internal/record"
)

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	found, err := record.Check(os.DirFS(dir))
	if err != nil {
		fmt.Fprintln(os.Stderr, "scrubcheck:", err)
		os.Exit(2)
	}
	for _, f := range found {
		fmt.Println(f)
	}
	if len(found) > 0 {
		os.Exit(1)
	}
}
