package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// printJSON writes v as indented JSON without HTML escapes.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// printTable writes rows under headings; columns named in right are aligned to
// the right, as numbers are read. Widths count runes.
func (a *app) printTable(heads []string, right map[string]bool, rows [][]string) error {
	width := make([]int, len(heads))
	for _, r := range append([][]string{heads}, rows...) {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	var b strings.Builder
	for _, r := range append([][]string{heads}, rows...) {
		var line strings.Builder
		for i, c := range r {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(c))
			if right[heads[i]] {
				line.WriteString(pad + c + "  ")
			} else {
				line.WriteString(c + pad + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}

// say prints a message on stderr unless --quiet.
func (a *app) say(format string, args ...any) {
	if a.quiet {
		return
	}
	if a.logFormat == "json" {
		a.logger().Info(fmt.Sprintf(format, args...))
		return
	}
	fmt.Fprintf(a.stderr, format+"\n", args...)
}

// warn prints a warning on stderr, --quiet or not.
func (a *app) warn(format string, args ...any) {
	if a.logFormat == "json" {
		a.logger().Warn(fmt.Sprintf(format, args...))
		return
	}
	fmt.Fprintf(a.stderr, "warning: "+format+"\n", args...)
}

func (a *app) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(a.stderr, nil)) }

// onTerminal reports whether stderr is a terminal, so that a bar may be drawn.
func (a *app) onTerminal() bool {
	f, ok := a.stderr.(*os.File)
	return ok && !a.quiet && a.logFormat == "text" && term.IsTerminal(int(f.Fd()))
}

// raise keeps the worst exit code of a run that goes on; a snapshot that was
// published with a refused file ends 3, one that is only late ends 5.
func (a *app) raise(code int) {
	if a.code == 0 || severity(code) > severity(a.code) {
		a.code = code
	}
}

// severity orders exit codes: money before usage before guards before rejections.
func severity(code int) int {
	order := []int{0, 3, 5, 75, 6, 2, 4, 1}
	for i, c := range order {
		if c == code {
			return i
		}
	}
	return len(order)
}

// count writes a number with thousands separators.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// joinWords joins words with commas.
func joinWords(words []string) string { return strings.Join(words, ", ") }

// sortedKeys lists a set in order, so that no output depends on a map's.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
