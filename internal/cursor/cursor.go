// Package cursor strings several lists of a vendor's together into one: its cursor is the
// number of the list and the vendor's own position within it, "1:abc".
package cursor

import (
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// Split reads a cursor of so many lists; "" is the start of the first. Kind invalid when
// it belongs to another list.
func Split(op string, at emr.Cursor, lists int) (nth int, position emr.Cursor, err error) {
	if at == "" {
		return 0, "", nil
	}
	number, rest, ok := strings.Cut(string(at), ":")
	nth, bad := strconv.Atoi(number)
	if !ok || bad != nil || nth < 0 || nth >= lists || strconv.Itoa(nth) != number {
		return 0, "", emr.Invalid(op, "the cursor belongs to another list", "cursor")
	}
	return nth, emr.Cursor(rest), nil
}

// Join is where the lists go on after a page of the nth: on the next page of it, or with
// the next list. "" is the end.
func Join(nth int, next emr.Cursor, lists int) emr.Cursor {
	if next == "" {
		if nth++; nth >= lists {
			return ""
		}
	}
	return emr.Cursor(strconv.Itoa(nth) + ":" + string(next))
}
