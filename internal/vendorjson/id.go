package vendorjson

import "strconv"

// IsWholeNumber reports whether an id is a whole number above zero that fits 64 bits, in its
// one spelling: "007" and "+7" would be sent as another text than they are compared as.
func IsWholeNumber(id string) bool {
	n, err := strconv.ParseInt(id, 10, 64)
	return err == nil && n > 0 && strconv.FormatInt(n, 10) == id
}
