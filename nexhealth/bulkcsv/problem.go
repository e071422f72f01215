package bulkcsv

import (
	"cmp"
	"fmt"
	"slices"
)

// Code is the class of a problem, for an application that words it itself.
type Code string

// The classes of problems.
const (
	CodeQuote          Code = "quote"           // a quote is misplaced or never closed: the row was not read
	CodeCells          Code = "cells"           // more cells than titles
	CodeEncoding       Code = "encoding"        // not UTF-8
	CodeControl        Code = "control"         // line breaks and other invisible characters in a cell
	CodeLength         Code = "length"          // longer than the column takes
	CodeMissing        Code = "missing"         // a required cell is empty
	CodeMissingColumn  Code = "missing_column"  // a required column is not there
	CodeRepeatedColumn Code = "repeated_column" // two titles mean one column: the first is read
	CodeUnknownColumn  Code = "unknown_column"  // warning: a column that is not read
	CodeFormat         Code = "format"          // the text is no e-mail, zip code, ...
	CodeSystem         Code = "system"          // a health record system that cannot be set up this way
	CodeContradiction  Code = "contradiction"   // warning: rows of one institution disagree
	CodeDuplicate      Code = "duplicate"       // warning: the same server twice
	CodeTooMany        Code = "too_many"        // more problems than are listed
)

// Problem is what is wrong with one cell, row or column. It never holds the text of a
// cell: that may be somebody's name.
type Problem struct {
	Line    int    // in the file, from 1; rows without a line count from 1 in their order
	Column  int    // from 1; 0: the whole row
	Field   Column // "" when no known column is meant
	Code    Code
	Text    string // our own sentence: what to mend
	Warning bool   // the row can be used as it is
}

// String gives place and text.
func (p Problem) String() string {
	s := fmt.Sprintf("line %d", p.Line)
	if p.Column > 0 {
		s += fmt.Sprintf(", column %d", p.Column)
	}
	if p.Field != "" {
		s += " (" + string(p.Field) + ")"
	}
	return s + ": " + p.Text
}

func sortProblems(all []Problem) {
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
