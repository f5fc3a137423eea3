package lake

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// RunRecord is what a run read, wrote and checked: runs/<id>.json. It is the one
// place where times live.
type RunRecord struct {
	ID       string             `json:"id"`
	Verb     string             `json:"verb"`
	Args     []string           `json:"args,omitempty"`
	Started  time.Time          `json:"started"`
	Finished time.Time          `json:"finished"`
	ExitCode int                `json:"exit_code"`
	Reasons  []string           `json:"reasons,omitempty"` // why that code
	Snapshot string             `json:"snapshot,omitempty"`
	Inputs   []Input            `json:"inputs,omitempty"`
	Known    int                `json:"known_inputs,omitempty"` // inputs left out above where nothing was new: the snapshot's manifest lists them
	Outputs  []string           `json:"outputs,omitempty"`
	Checks   []Guard            `json:"checks,omitempty"`
	Seconds  map[string]float64 `json:"seconds,omitempty"` // by stage
	Versions map[string]string  `json:"versions,omitempty"`
	Extra    json.RawMessage    `json:"extra,omitempty"`
}

// NewRunID gives an id for a run: its start and process, so that names sort by time.
func (l *Lake) NewRunID() string {
	return fmt.Sprintf("%s-%d", l.now().UTC().Format("20060102T150405Z"), os.Getpid())
}

// WriteRun writes a run's record, in the place of an earlier one of the same id.
func (l *Lake) WriteRun(r RunRecord) error {
	if err := pathSafe(r.ID); err != nil {
		return err
	}
	data, err := indented(r)
	if err != nil {
		return err
	}
	return l.disk.replaceWhole(l.path("runs", r.ID+".json"), data)
}

// Runs reads the records of all runs, oldest first. One that can't be read is left
// out: a record is no reason to stop.
func (l *Lake) Runs() ([]RunRecord, error) {
	files, err := os.ReadDir(l.path("runs"))
	if err != nil {
		return nil, err
	}
	var all []RunRecord
	for _, e := range files {
		var r RunRecord
		data, err := os.ReadFile(l.path("runs", e.Name()))
		if err == nil && json.Unmarshal(data, &r) == nil {
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b RunRecord) int { return a.Started.Compare(b.Started) })
	return all, nil
}
