package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform"
)

// runRecord is lake/runs/<id>.json: what a run read, wrote and checked, how long it
// took and how it ended. Instants live here only.
type runRecord struct {
	ID       string             `json:"id"`
	Started  string             `json:"started"`
	Finished string             `json:"finished"`
	Seconds  float64            `json:"seconds"`
	ExitCode int                `json:"exit_code"`
	Why      string             `json:"why,omitempty"`
	Config   string             `json:"config"`
	Versions map[string]string  `json:"versions"`
	Platform string             `json:"platform"`
	Inputs   []runInput         `json:"inputs"`
	Snapshot string             `json:"snapshot,omitempty"`
	New      bool               `json:"published"`
	Ledger   *lake.LedgerTotals `json:"ledger,omitempty"`
	Checks   []lake.Guard       `json:"checks,omitempty"`
	Timings  map[string]float64 `json:"timings_seconds"`

	payments, pence int64
	begun           time.Time
}

type runInput struct {
	Name     string `json:"name"`
	SHA256   string `json:"sha256"`
	Fragment string `json:"fragment,omitempty"`
	Read     bool   `json:"read"` // false: the fragment was there
	Refused  string `json:"refused,omitempty"`
}

func newRunRecord(started time.Time, c *config) *runRecord {
	return &runRecord{ID: fmt.Sprintf("%s-%d", started.UTC().Format("20060102T150405"), os.Getpid()), Started: started.UTC().Format(time.RFC3339Nano),
		Config: c.String(), Versions: versions(), Platform: platform(), Inputs: []runInput{}, Timings: map[string]float64{}, begun: started}
}

// timing measures a stage until the function it gives is called.
func (r *runRecord) timing(stage string) func() {
	from := time.Now()
	return func() { r.Timings[stage] = time.Since(from).Seconds() }
}

func (r *runRecord) file(f readFile) {
	r.Inputs = append(r.Inputs, runInput{Name: f.Name, SHA256: f.sha256, Fragment: f.result.Key, Read: !f.result.Existing, Refused: f.result.Refused})
}

func (r *runRecord) guards(rep transform.Report) {
	r.Checks = append(append(r.Checks, rep.Manifest.Guards...), rep.Guards...)
}

func (r *runRecord) published(s *lake.Snapshot, fresh bool) {
	m := s.Manifest()
	r.Snapshot, r.New, r.Ledger = s.ID(), fresh, &m.Ledger
	r.payments, r.pence = m.Tables["payments"].Rows, int64(m.Tables["payments"].Pence)
}

// end records how the run ended: its error, a signal, or the code it goes on with.
func (r *runRecord) end(a *app, ctx context.Context, err error, took time.Duration) {
	r.Finished, r.Seconds = time.Now().UTC().Format(time.RFC3339Nano), took.Seconds()
	r.ExitCode = a.code
	switch {
	case ctx.Err() != nil:
		r.ExitCode, r.Why = signalCode(ctx), "stopped by a signal"
	case err != nil:
		r.ExitCode, r.Why = police.ExitCode(err), err.Error()
	}
}

func (r *runRecord) write(l *lake.Lake) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(l.Dir(), "runs", r.ID+".json")
	if err := os.WriteFile(path+".tmp", append(text, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

func (r *runRecord) metrics() metrics {
	m := metrics{ExitCode: r.ExitCode, Finished: time.Now().Unix(), Seconds: r.Seconds, Files: len(r.Inputs), Payments: r.payments, Pence: r.pence}
	for _, i := range r.Inputs {
		if i.Refused != "" {
			m.Refused++
		}
	}
	if r.Ledger != nil {
		m.Rejected = r.Ledger.Rejections
	}
	return m
}
