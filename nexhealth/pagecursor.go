package nexhealth

import (
	"strconv"
	"strings"

	"github.com/emrkit/emrkit/emr"
)

// A list that takes several searches of NexHealth's is read one search after the other:
// its cursor is the number of the search and NexHealth's own cursor within it, "1:abc".

// splitCursor reads a cursor of a list of so many searches.
func splitCursor(op string, at emr.Cursor, searches int) (nth int, position emr.Cursor, err error) {
	if at == "" {
		return 0, "", nil
	}
	number, rest, ok := strings.Cut(string(at), ":")
	nth, bad := strconv.Atoi(number)
	if !ok || bad != nil || nth < 0 || nth >= searches || strconv.Itoa(nth) != number {
		return 0, "", invalid(op, "the cursor belongs to another list", "cursor")
	}
	return nth, emr.Cursor(rest), nil
}

// joinCursor is where the list goes on after a page of search nth: on the next page of
// it, or with the next search. "" is the end.
func joinCursor(nth int, next emr.Cursor, searches int) emr.Cursor {
	if next == "" {
		if nth++; nth == searches {
			return ""
		}
	}
	return emr.Cursor(strconv.Itoa(nth) + ":" + string(next))
}
