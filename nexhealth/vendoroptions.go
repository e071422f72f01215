package nexhealth

import "fmt"

// vendorOptions takes the vendor struct of a neutral request, by value or pointer; nil
// is the zero value. Another type is a mistake that must not pass in silence.
func vendorOptions[T any](op string, v any) (T, error) {
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
	return zero, invalid(op, fmt.Sprintf("Vendor takes a %T here", zero), "vendor")
}
