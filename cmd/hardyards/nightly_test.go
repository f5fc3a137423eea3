package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/testenv"
)

// TestNightlyExamples keeps the examples under docs/nightly true: the configuration
// parses, and every flag of the commands exists.
func TestNightlyExamples(t *testing.T) {
	dir := filepath.Join(testenv.Root(t), "docs", "nightly")
	text, err := os.ReadFile(filepath.Join(dir, "hardyards.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parseConfig("hardyards.toml", string(text)); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"hardyards.service", "crontab"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		_, command, found := strings.Cut(string(text), "/usr/local/bin/hardyards ")
		if !found {
			t.Fatalf("%s runs no hardyards", name)
		}
		line, _, _ := strings.Cut(command, "\n")
		line, _, _ = strings.Cut(line, " 2>>")
		args := append(strings.Fields(line), "--help")
		var out, errs bytes.Buffer
		if code := run(context.Background(), args, nil, &out, &errs); code != 0 {
			t.Errorf("%s: hardyards %s: exit %d: %s", name, line, code, errs.String())
		}
	}
}
