package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform"
)

// runRecord gathers what lake/runs/<id>.json says of a run: what it read, wrote and
// checked, how long it took and how it ended. Instants live there only.
type runRecord struct {
	lake.RunRecord
	files, refused  int
	payments, pence int64
	rejected        int64
}

func newRunRecord(verb string, l *lake.Lake, c *config) *runRecord {
	extra, _ := json.Marshal(map[string]string{"config": c.String(), "platform": platform(), "program": version}) // strings alone
	return &runRecord{RunRecord: lake.RunRecord{ID: l.NewRunID(), Verb: verb, Started: time.Now().UTC(), Versions: versions(), Extra: extra,
		Inputs: []lake.Input{}, Seconds: map[string]float64{}}}
}

// statusKnown is the status of a file that was read in an earlier run.
const statusKnown = "known"

// timing measures a stage until the function it gives is called.
func (r *runRecord) timing(stage string) func() {
	from := time.Now()
	return func() { r.Seconds[stage] = time.Since(from).Seconds() }
}

func (r *runRecord) file(f readFile) {
	status := "read"
	switch {
	case f.result.Refused != "":
		status = "refused: " + f.result.Refused
		r.refused++
	case f.result.Existing:
		status = statusKnown
	}
	r.files++
	r.Inputs = append(r.Inputs, lake.Input{Kind: "file", Name: f.Name, SHA256: f.sha256, Publisher: f.result.Publisher, Fragment: f.result.Key, Status: status})
}

func (r *runRecord) guards(rep transform.Report) {
	r.Checks = append(append(r.Checks, rep.Manifest.Guards...), rep.Guards...)
}

func (r *runRecord) published(s stateFile, fresh bool) {
	r.Snapshot = s.Snapshot
	if fresh {
		r.Outputs = append(r.Outputs, "snapshots/"+s.Snapshot)
	} else {
		r.Inputs = slices.DeleteFunc(r.Inputs, func(i lake.Input) bool { return i.Status == statusKnown })
		r.Known = r.files - len(r.Inputs)
	}
	r.payments, r.pence, r.rejected = s.Payments, int64(s.Pence), s.Rejections
}

// end records how the run ended: its error, a signal, or the code it goes on with.
func (r *runRecord) end(a *app, ctx context.Context, err error) {
	r.Finished, r.ExitCode = time.Now().UTC(), a.code
	switch {
	case ctx.Err() != nil:
		r.ExitCode, r.Reasons = signalCode(ctx), []string{"stopped by a signal"}
	case err != nil:
		r.ExitCode, r.Reasons = exitCode(err), []string{err.Error()}
	}
	for _, g := range r.Checks {
		if !g.OK && err == nil {
			r.Reasons = append(r.Reasons, g.Name+": "+g.Text)
		}
	}
}

// exitCode is the code an error ends the program with; a full disk is worth trying
// again wherever it was met.
func exitCode(err error) int {
	if isFull(err) {
		return police.ExitTryAgain
	}
	return police.ExitCode(err)
}

func (r *runRecord) metrics() metrics {
	return metrics{ExitCode: r.ExitCode, Finished: r.Finished.Unix(), Seconds: r.Finished.Sub(r.Started).Seconds(),
		Files: r.files, Refused: r.refused, Payments: r.payments, Pence: r.pence, Rejected: r.rejected}
}
