package redisstore

// NamesOf are the names in Redis of the entry and the lock of a place.
func NamesOf(s *Store, place string) (entry, lock string) {
	n := s.namesOf(place)
	return n.entry, n.lock
}

// Open opens an entry with these keys, for the fuzz test.
func Open(keys [][]byte, name string, sealed []byte) (found bool, err error) {
	ring, bad := newKeyring(keys)
	if bad != nil {
		return false, bad
	}
	t, bad := ring.open(name, sealed)
	if bad != nil {
		return false, bad
	}
	return t != nil, nil
}
