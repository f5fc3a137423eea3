package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// metrics are what a scheduler's monitor reads of a run, in Prometheus' text format.
type metrics struct {
	ExitCode int
	Finished int64 // seconds since 1970
	Seconds  float64
	Files    int
	Refused  int
	Payments int64
	Pence    int64
	Rejected int64
}

// lastSuccess finds the former success in a metrics file, so that a failed run
// leaves it as it was: an alert on its age then works.
var lastSuccess = regexp.MustCompile(`(?m)^hardyards_last_success_timestamp_seconds (\d+)$`)

// writeMetrics replaces the file at path whole. The last success moves only when a
// snapshot was published or was already current.
func writeMetrics(path string, m metrics) error {
	success := "0"
	if old, err := os.ReadFile(path); err == nil {
		if found := lastSuccess.FindSubmatch(old); found != nil {
			success = string(found[1])
		}
	}
	if m.ExitCode == 0 || m.ExitCode == 3 || m.ExitCode == 5 {
		success = fmt.Sprint(m.Finished)
	}
	var b strings.Builder
	gauge := func(name, help string, value any) {
		fmt.Fprintf(&b, "# HELP hardyards_%s %s\n# TYPE hardyards_%s gauge\nhardyards_%s %v\n", name, help, name, name, value)
	}
	gauge("last_success_timestamp_seconds", "End of the last run that left a whole snapshot.", success)
	gauge("last_run_timestamp_seconds", "End of the last run.", m.Finished)
	gauge("last_run_exit_code", "Exit code of the last run.", m.ExitCode)
	gauge("last_run_duration_seconds", "Duration of the last run.", m.Seconds)
	gauge("files", "Files of the sources.", m.Files)
	gauge("files_refused", "Files that were refused.", m.Refused)
	gauge("payments", "Payments that count.", m.Payments)
	gauge("payments_pence", "Their sum in pence.", m.Pence)
	gauge("rejected_rows", "Rows that could not be read.", m.Rejected)
	tmp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp")
	if err := os.WriteFile(tmp, []byte(b.String()), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
