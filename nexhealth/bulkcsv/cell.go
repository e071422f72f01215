package bulkcsv

import (
	"strings"
	"unicode/utf8"

	"github.com/emrkit/emrkit/nexhealth/internal/practice"
)

// A spreadsheet takes a cell that starts with one of these for a formula. The wide forms
// are what keyboards in East Asia write for them.
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// isFormula reports whether a spreadsheet might calculate the cell.
func isFormula(cell string) bool {
	r, _ := utf8.DecodeRuneInString(cell)
	return cell != "" && strings.ContainsRune(formulaStarts, r)
}

// shielded gives the cell a leading apostrophe if a spreadsheet would take it for a
// formula, or if it starts with apostrophes that would be mistaken for such a shield.
func shielded(cell string) string {
	if isFormula(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// unshielded takes the apostrophe of shielded away again.
func unshielded(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && isFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

// checkCell says whether a cell can be taken over as text.
func checkCell(f *columnSpec, cell string) (Problem, bool) {
	p := Problem{Field: f.column}
	switch {
	case !utf8.ValidString(cell):
		p.Code, p.Text = CodeEncoding, "the cell is not UTF-8: save the sheet as CSV UTF-8"
	case !practice.IsLine(cell):
		p.Code, p.Text = CodeControl, "the cell has a line break or another invisible character"
	case utf8.RuneCountInString(cell) > f.most:
		p.Code, p.Text = CodeLength, "the text is too long for this column"
	default:
		return p, true
	}
	return p, false
}
