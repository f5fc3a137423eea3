package analyze

import "strings"

// joinWarnings joins what isn't empty, once each, with " | ".
func joinWarnings(w ...string) string {
	var out []string
	seen := map[string]bool{}
	for _, s := range w {
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return strings.Join(out, " | ")
}
