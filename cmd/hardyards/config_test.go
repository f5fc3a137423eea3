package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/police"
)

func TestConfigErrors(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":  {"[limits]\nrejcted = 0.1\n[[source]]\npublisher='x'\npaths=['a']", "unknown key limits.rejcted"},
		"report key":   {"[[source]]\npublisher='x'\npaths=['a']\n[report]\ncorection='x'", "unknown key report.corection"},
		"syntax":       {"[[source]\n", "x.toml:2:"},
		"no source":    {"", "there is no [[source]]"},
		"no paths":     {"[[source]]\npublisher='x'", "source 1 (x) has no paths"},
		"cadence":      {"[[source]]\npublisher='x'\npaths=['a']\ncadence='often'", "cadence \"often\""},
		"basis":        {"[[source]]\npublisher='x'\npaths=['a']\nbasis='vat'", "basis \"vat\""},
		"limit over 1": {"[[source]]\npublisher='x'\npaths=['a']\n[limits]\nrejected=5.0", "between 0 and 1"},
		"keep 0":       {"[[source]]\npublisher='x'\npaths=['a']\n[keep]\nsnapshots=0", "keep.snapshots"},
		"publisher id": {"[[source]]\npublisher='x'\npaths=['a']\n[[publisher]]\nid='A b'", "lower-case slug"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parseConfig("x.toml", c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
			if police.ExitCode(err) != police.ExitUsage {
				t.Errorf("exit code %d, want 2", police.ExitCode(err))
			}
		})
	}
}

func TestFilesOfSources(t *testing.T) {
	dir := t.TempDir()
	for _, n := range []string{"a/1.csv", "a/b/2.csv", "a/.hidden", "odd[1].csv"} {
		p := filepath.Join(dir, n)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "hardyards.toml")
	c, err := parseConfig(path, "[[source]]\npublisher='p'\npaths=['a', 'odd[1].csv', 'a/*.csv']")
	if err != nil {
		t.Fatal(err)
	}
	files, _, err := c.files()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	if got, want := strings.Join(names, " "), "a/1.csv a/b/2.csv odd[1].csv"; got != want {
		t.Errorf("files %q, want %q", got, want)
	}
	c.Sources[0].Paths = []string{"nowhere"}
	if _, _, err := c.files(); police.ExitCode(err) != police.ExitUsage {
		t.Errorf("a path that isn't there: %v, want exit 2", err)
	}
}
