package medtech

// ImageConfig says what StoreImage may send beyond what is proved.
type ImageConfig struct{}

// resolved fills the defaults in.
func (c ImageConfig) resolved() ImageConfig { return c }
