package emr

import "fmt"

// VendorOptions is for drivers: it reads the Vendor field of a request, which holds the
// vendor package's own struct by value or pointer; nil is the zero value. Kind invalid
// for any other type, because a mistake there must not pass in silence.
func VendorOptions[T any](op string, v any) (T, error) {
	var zero T
	switch o := v.(type) {
	case nil:
		return zero, nil
	case T:
		return o, nil
	case *T:
		if o == nil {
			return zero, nil
		}
		return *o, nil
	}
	return zero, Invalid(op, fmt.Sprintf("Vendor takes a %T here", zero), "vendor")
}
