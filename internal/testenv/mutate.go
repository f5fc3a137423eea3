package testenv

import (
	"bytes"
	"fmt"
	"iter"
	"math/rand/v2"
	"testing"
)

// Choices makes a table, a style or any other test input of the bytes that a fuzzer
// changes: each choice takes one byte, or 0 where none is left, so that any bytes mean
// something, and a small change of them a small change of the input.
type Choices struct{ left []byte }

// ChoicesOf starts at the first of the bytes.
func ChoicesOf(b []byte) *Choices { return &Choices{b} }

// UpTo chooses a number from 0 to n-1.
func (c *Choices) UpTo(n int) int {
	v := 0
	for most := 1; most < n; most <<= 8 {
		v <<= 8
		if len(c.left) > 0 {
			v |= int(c.left[0])
			c.left = c.left[1:]
		}
	}
	return v % n
}

// Bool chooses between two.
func (c *Choices) Bool() bool { return c.UpTo(2) == 1 }

// One chooses one of several.
func One[T any](c *Choices, of ...T) T { return of[c.UpTo(len(of))] }

// Noise is n random bytes, the same for the same number.
func Noise(n int, seed uint64) []byte {
	rng := rand.New(rand.NewPCG(seed, 11))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

// mutationText is what files are damaged by: what separates, encloses, or means another
// character in another encoding.
var mutationText = []string{"\"", ",", ";", "\t", "\n", "\r\n", "\r", "£", "\xa3", "\x9c", "-", " ", "\u00a0", "'", "(", ")", "0", "9", "/", ".", "\x00", "\xff\xfe", "é", "\xe9", "<", ">", "&"}

// Mutations gives the seeds, then n inputs that come of them by small random changes;
// always the same.
func Mutations(n int, seeds ...[]byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for _, s := range seeds {
			if !yield(bytes.Clone(s)) {
				return
			}
		}
		rng := rand.New(rand.NewPCG(uint64(n), uint64(len(seeds))))
		for range n {
			b := bytes.Clone(seeds[rng.IntN(len(seeds))])
			for range 1 + rng.IntN(4) {
				b = mutated(rng, b, seeds)
			}
			if !yield(b) {
				return
			}
		}
	}
}

func mutated(rng *rand.Rand, b []byte, seeds [][]byte) []byte {
	at := rng.IntN(len(b) + 1)
	end := min(len(b), at+rng.IntN(8))
	switch rng.IntN(6) {
	case 0: // another byte
		if at < len(b) {
			b[at] = byte(rng.Uint32())
		}
		return b
	case 1: // a piece less
		return append(b[:at:at], b[end:]...)
	case 2: // a piece twice
		return append(b[:end:end], b[at:]...)
	case 3: // the end of another
		other := seeds[rng.IntN(len(seeds))]
		return append(b[:at:at], other[rng.IntN(len(other)+1):]...)
	}
	piece := mutationText[rng.IntN(len(mutationText))]
	return append(append(b[:at:at], piece...), b[at:]...)
}

// FindsFault holds a property to be worth something: over the seeds and n mutations of
// them it must hold of the parser as it is, and fail at least once of each parser with
// a planted fault.
func FindsFault[P any](t *testing.T, property func(parser P, in []byte) error, sound P, faulty map[string]P, n int, seeds ...[]byte) {
	t.Helper()
	for in := range Mutations(n, seeds...) {
		if err := guarded(property, sound, in); err != nil {
			t.Fatalf("the parser as it is: %v", err)
		}
	}
	for name, parser := range faulty {
		found := false
		for in := range Mutations(n, seeds...) {
			if guarded(property, parser, in) != nil {
				found = true
				break
			}
		}
		if !found {
			t.Errorf("the property doesn't see a parser that %s", name)
		}
	}
}

func guarded[P any](property func(P, []byte) error, parser P, in []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%q: panic: %v", in, p)
		}
	}()
	return property(parser, in)
}
