package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLastSuccessMovesOnlyOnSuccess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.prom")
	for _, step := range []struct {
		m    metrics
		want string
	}{
		{metrics{ExitCode: 4, Finished: 50}, "hardyards_last_success_timestamp_seconds 0\n"},
		{metrics{ExitCode: 0, Finished: 100}, "hardyards_last_success_timestamp_seconds 100\n"},
		{metrics{ExitCode: 4, Finished: 200}, "hardyards_last_success_timestamp_seconds 100\n"},
		{metrics{ExitCode: 3, Finished: 300}, "hardyards_last_success_timestamp_seconds 300\n"},
	} {
		if err := writeMetrics(path, step.m); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(got), step.want) {
			t.Errorf("after exit %d: %s lacks %q", step.m.ExitCode, got, step.want)
		}
	}
}
