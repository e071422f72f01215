// Package peer knows the server at the other end of a request: whether it is this
// machine, why it gave no answer, how long it asks to wait, and what it can be sent in a
// header. Nothing of a text of net/http gets out: those hold URLs and bodies.
package peer
