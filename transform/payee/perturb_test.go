package payee

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// perturbations are what happens to names in ledgers and exports.
var perturbations = []struct {
	name   string
	recall float64 // of forces, at least
	change func(s string, r *rand.Rand) string
}{
	{"lower case", 0.99, func(s string, _ *rand.Rand) string { return strings.ToLower(s) }},
	{"padded", 0.99, func(s string, _ *rand.Rand) string { return "  " + strings.ReplaceAll(s, " ", "  ") + "          " }},
	{"punctuation", 0.95, func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, " ", "-") }},
	{"ampersand", 0.99, func(s string, _ *rand.Rand) string { return strings.ReplaceAll(s, " & ", " AND ") }},
	{"cut at 40", 0.90, func(s string, _ *rand.Rand) string { return cut(s, 40) }},
	{"cut at 35", 0.75, func(s string, _ *rand.Rand) string { return cut(s, 35) }},
	{"cut at 30", 0.60, func(s string, _ *rand.Rand) string { return cut(s, 30) }},
	{"one typing error", 0.85, typo},
	{"two typing errors", 0.70, func(s string, r *rand.Rand) string { return typo(typo(s, r), r) }},
	{"a space lost", 0.85, loseSpace},
	{"account number", 0.99, func(s string, _ *rand.Rand) string { return s + " (200398)" }},
}

// TestPerturbed damages the labelled names: recall may fall, but no name may come
// to denote another force, and nothing else may come to be one.
func TestPerturbed(t *testing.T) {
	r := testResolver(t)
	rows := gold(t)
	for _, p := range perturbations {
		t.Run(p.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(5, 43))
			var found, right, wanted, wrong int
			for range 3 {
				for _, g := range rows {
					s := p.change(g.payee, rng)
					res := r.Resolve(s)
					switch {
					case g.label == "FORCE" && res.Kind == Force && res.Force == g.force:
						right++
					case res.Kind == Force:
						wrong++
						t.Logf("%q (%s %s) became %q: %s by %s, %.2f", g.payee, g.label, g.force, s, res.Force, res.Rule, res.Confidence)
					}
					if g.label == "FORCE" {
						wanted++
					}
					if res.Kind == Force {
						found++
					}
				}
			}
			recall, precision := float64(right)/float64(wanted), float64(right)/float64(found)
			t.Logf("recall %.3f, precision %.4f (%d wrong of %d)", recall, precision, wrong, found)
			if recall < p.recall || precision < 0.995 {
				t.Errorf("recall %.3f (want %.2f), precision %.4f (want 0.995)", recall, p.recall, precision)
			}
		})
	}
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// typo deletes, doubles, replaces or swaps one letter.
func typo(s string, r *rand.Rand) string {
	b := []byte(s)
	if len(b) < 4 {
		return s
	}
	i := 1 + r.IntN(len(b)-2)
	switch r.IntN(4) {
	case 0:
		b = append(b[:i], b[i+1:]...)
	case 1:
		b = append(b[:i], append([]byte{b[i]}, b[i:]...)...)
	case 2:
		b[i] = byte('A' + r.IntN(26))
	default:
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

func loseSpace(s string, r *rand.Rand) string {
	f := strings.Fields(s)
	if len(f) < 2 {
		return s
	}
	i := 1 + r.IntN(len(f)-1)
	return strings.Join(f[:i], " ") + strings.Join(f[i:], " ")
}
