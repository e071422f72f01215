package medtechtest

import "fmt"

const nhiLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ" // no I, no O: A is 1, Z is 24

// NHI returns the n-th of many National Health Index numbers that are reserved for tests:
// they begin with Z and their check characters are right; every fourth has the new form.
// Those from 0 on are emrtest.People's, then emrtest.Invent's of the seeded practice:
// NHI(len(emrtest.People()) + n) is the one of emrtest.Invent(n). Patient 5000 of
// emrtest.Invent has taken slots behind the client's back. Use 20,000 and more for
// patients of your own. A negative n is 0; they repeat after 190,000.
func NHI(n int) string {
	n = max(n, 0) % 190_000
	if n%4 == 3 {
		return newNHI(n)
	}
	return oldNHI(n)
}

// oldNHI is Zxx and three digits with a check digit: sum modulo 11, of which 0 is no
// number, subtracted from 11, and 10 becomes 0 (dossier section 8).
func oldNHI(n int) string {
	for at := n; ; at += 190_000 {
		text := fmt.Sprintf("Z%c%c%03d", nhiLetters[at/1000/24%24], nhiLetters[at/1000%24], at%1000)
		if r := nhiSum(text) % 11; r != 0 {
			return text + string(rune('0'+(11-r)%10))
		}
	}
}

// newNHI is Zxx, two digits and a letter, with a check letter: the letter with number 23
// less the sum modulo 23.
func newNHI(n int) string {
	text := fmt.Sprintf("Z%c%c%02d%c", nhiLetters[n/100/24/24%24], nhiLetters[n/100/24%24], n%100, nhiLetters[n/100%24])
	return text + string(nhiLetters[23-nhiSum(text)%23-1])
}

// nhiSum weighs the first six characters 7 to 2.
func nhiSum(text string) int {
	sum := 0
	for i, c := range []byte(text[:6]) {
		value := int(c - '0')
		for at := range nhiLetters {
			if nhiLetters[at] == c {
				value = at + 1
			}
		}
		sum += value * (7 - i)
	}
	return sum
}
