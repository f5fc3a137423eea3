package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/testenv"
)

// TestDocs: the program still writes the text and, of the lines, two that are
// quick; the others come from the same code.
func TestDocs(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "simulations.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf(head, 5000, sets), middle, foot} {
		if !strings.Contains(string(docs), text) {
			t.Errorf("docs/simulations.md lacks:\n%s", text)
		}
	}
	var b bytes.Buffer
	if err := writeLines(&b, "(30|18) donors did", 5000, 2); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if !strings.Contains(string(docs), line) {
			t.Errorf("docs/simulations.md lacks: %s", line)
		}
	}
	if n := strings.Count(string(docs), "\n| "); n != len(equalNoise())+len(unequalNoise())+2 {
		t.Errorf("docs/simulations.md has %d lines of tables", n)
	}
}
