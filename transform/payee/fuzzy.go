package payee

import "slices"

// spelling finds dictionary keys within one or two edits of a word, by the words
// that both become when letters are deleted (the idea of SymSpell): a lookup costs
// by the word's length, not by the dictionary's size.
type spelling struct {
	keys    []string
	deletes map[string][]int32
}

// allowedEdits bounds the edits by length: one from five letters, two from nine,
// one again above 24. Shorter words (KENT) have too many neighbours; longer runs
// are phrases, whose words are tried one by one as well, and the lookups grow with
// the square of the length.
func allowedEdits(n int) int {
	switch {
	case n < minFuzzyLength:
		return 0
	case n < 9, n > 24:
		return 1
	}
	return 2
}

func newSpelling(keys []string) *spelling {
	s := &spelling{keys: keys, deletes: map[string][]int32{}}
	for i, k := range keys {
		for _, v := range deletions(k, max(1, allowedEdits(len(k)))) {
			s.deletes[v] = append(s.deletes[v], int32(i))
		}
	}
	return s
}

// near gives the indices of keys within allowedEdits(len(word)) of word, with
// their distances, nearest first.
func (s *spelling) near(word string) []neighbour {
	limit := allowedEdits(len(word))
	if limit == 0 {
		return nil
	}
	var out []neighbour
	var buf [128]byte
	if len(word) > len(buf) {
		return nil
	}
	out = s.at([]byte(word), word, limit, out)
	for i := range len(word) {
		one := append(append(buf[:0], word[:i]...), word[i+1:]...)
		out = s.at(one, word, limit, out)
		if limit < 2 {
			continue
		}
		var two [128]byte
		for j := i; j < len(one); j++ {
			out = s.at(append(append(two[:0], one[:j]...), one[j+1:]...), word, limit, out)
		}
	}
	slices.SortFunc(out, func(a, b neighbour) int {
		if a.edits != b.edits {
			return a.edits - b.edits
		}
		return int(a.index - b.index)
	})
	return out
}

// at adds the keys that become variant by deletions, if they are near word.
func (s *spelling) at(variant []byte, word string, limit int, out []neighbour) []neighbour {
	for _, i := range s.deletes[string(variant)] {
		if slices.ContainsFunc(out, func(n neighbour) bool { return n.index == i }) {
			continue
		}
		if d := editDistance(word, s.keys[i], limit); d <= limit {
			out = append(out, neighbour{i, d})
		}
	}
	return out
}

type neighbour struct {
	index int32
	edits int
}

// deletions gives word and every word it becomes by deleting up to n letters.
func deletions(word string, n int) []string {
	out := []string{word}
	seen := map[string]bool{word: true}
	from := 0
	for range n {
		to := len(out)
		for _, w := range out[from:to] {
			for i := range len(w) {
				v := w[:i] + w[i+1:]
				if !seen[v] {
					seen[v] = true
					out = append(out, v)
				}
			}
		}
		from = to
	}
	return out
}

// editDistance is the optimal string alignment distance (insert, delete, replace,
// swap neighbours), or limit+1 where it is more than limit.
func editDistance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit || len(b) > 62 {
		return limit + 1
	}
	var rows [3][64]int
	before, last, now := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		best := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, before[j-2]+1)
			}
			now[j] = d
			best = min(best, d)
		}
		if best > limit {
			return limit + 1
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
