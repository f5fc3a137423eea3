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

// TestDEADocs: the program still writes the text of the study of efficiency scores,
// one line for each design, and one that is quick.
func TestDEADocs(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "simulations-dea.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf(deaHead, 200, deaDraws), deaFoot} {
		if !strings.Contains(string(docs), text) {
			t.Errorf("docs/simulations-dea.md lacks:\n%s", text)
		}
	}
	for _, d := range deaDesigns() {
		if !strings.Contains(string(docs), "| "+d.name()+" | ") {
			t.Errorf("docs/simulations-dea.md lacks a line of %s", d.name())
		}
	}
	line, err := deaDesigns()[0].line(200, 2)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(docs), line) {
		t.Errorf("docs/simulations-dea.md lacks: %s", line)
	}
}
