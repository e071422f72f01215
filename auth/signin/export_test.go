package signin

import "time"

// Hurry makes the sign-ins of f end after d, for tests over real sockets.
func Hurry(f *Flow, d time.Duration) { f.cfg.Lifetime = d }

// State and verifier of an attempt, to look for where they must not be.
func Secrets(a *Attempt) (state, verifier string) { return a.state(), a.verifier() }

// Open opens the text of a cookie, for the fuzz test.
func Open(f *Flow, text string) (state string, err error) {
	a, err := f.open(text)
	if err != nil {
		return "", err
	}
	return a.state(), nil
}

// Remembered is how many finished sign-ins f keeps in mind.
func Remembered(f *Flow) int { return len(f.finished.when) }
