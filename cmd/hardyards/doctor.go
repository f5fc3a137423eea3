package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hardyards/data"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// diagnosis is one thing that doctor looked at.
type diagnosis struct {
	What string `json:"what"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

func newDoctor(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "doctor",
		Short:   "The configuration as understood, and whether everything a run needs is there",
		Example: "  hardyards doctor\n  hardyards doctor --config nightly.toml --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			return a.diagnose(c)
		},
	}
}

func (a *app) diagnose(c *config) error {
	found := []diagnosis{a.checkSources(c), a.checkPublishers(c), a.checkLayouts(c), a.checkReference(c), a.checkLake(), a.checkSnapshot()}
	bad := 0
	for _, d := range found {
		if !d.OK {
			bad++
		}
	}
	if a.json {
		if err := a.printJSON(map[string]any{"config": c, "sample": c.sample, "checks": found}); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.stdout, "configuration: %s\n", c)
		for _, s := range c.Sources {
			fmt.Fprintf(a.stdout, "  source %s: %s%s\n", s.Publisher, joinWords(s.Paths), because(s.Cadence))
		}
		fmt.Fprintf(a.stdout, "  limits: rejected %.3g, shrink %.3g; keep %d snapshots\n", c.Limits.Rejected, c.Limits.Shrink, c.Keep.Snapshots)
		for _, d := range found {
			mark := "ok  "
			if !d.OK {
				mark = "bad "
			}
			fmt.Fprintf(a.stdout, "%s %s: %s\n", mark, d.What, d.Text)
		}
	}
	if bad > 0 {
		return police.Exitf(police.ExitUsage, "mend what is marked bad", "%d of %d checks failed", bad, len(found))
	}
	return nil
}

// verdictOn turns an error into a diagnosis.
func verdictOn(what, good string, err error) diagnosis {
	if err != nil {
		return diagnosis{what, false, err.Error()}
	}
	return diagnosis{what, true, good}
}

func (a *app) checkSources(c *config) diagnosis {
	if c.sample {
		return diagnosis{"sources", true, "the embedded sample"}
	}
	files, urls, err := c.files()
	return verdictOn("sources", fmt.Sprintf("%d files, %d addresses", len(files), len(urls)), err)
}

// checkPublishers finds sources of publishers that nothing knows.
func (a *app) checkPublishers(c *config) diagnosis {
	own := map[string]bool{}
	for _, p := range c.Publishers {
		own[p.ID] = true
	}
	for _, s := range c.Sources {
		if s.Publisher == "" || own[s.Publisher] {
			continue
		}
		if _, err := findForce(s.Publisher); err != nil {
			return diagnosis{"publishers", false, fmt.Sprintf("%s is no slug of data/forces.csv and no [[publisher]] of the configuration", s.Publisher)}
		}
	}
	return diagnosis{"publishers", true, "all known"}
}

func (a *app) checkLayouts(c *config) diagnosis {
	all, err := c.layouts()
	return verdictOn("layouts", fmt.Sprintf("%d", len(all)), err)
}

func (a *app) checkReference(c *config) diagnosis {
	p := &pipeline{app: a, config: c}
	var err error
	if p.forces, err = data.Forces(); err == nil {
		err = p.loadReference()
	}
	return verdictOn("reference", fmt.Sprintf("%d collaborations, %d values of measures, %d overrides",
		len(p.reference.Collaborations), len(p.reference.Measures), len(p.reference.Overrides)), err)
}

// checkLake tries what a run does there: write, sync, link.
func (a *app) checkLake() diagnosis {
	dir := a.lakeDir
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		dir = filepath.Dir(dir)
	}
	tmp, err := os.MkdirTemp(dir, ".doctor-*")
	if err != nil {
		return verdictOn("lake", "", err)
	}
	defer os.RemoveAll(tmp)
	from, to := filepath.Join(tmp, "a"), filepath.Join(tmp, "b")
	if err := os.WriteFile(from, []byte("x"), 0o644); err != nil {
		return verdictOn("lake", "", err)
	}
	if err := os.Link(from, to); err != nil {
		return diagnosis{"lake", true, a.lakeDir + " can be written; hard links can't be made there, so that parts are copied"}
	}
	return diagnosis{"lake", true, a.lakeDir + " can be written, hard links too"}
}

func (a *app) checkSnapshot() diagnosis {
	if _, err := os.Stat(filepath.Join(a.lakeDir, "CURRENT")); err != nil {
		return diagnosis{"snapshot", true, "none published yet"}
	}
	l, err := lake.OpenExisting(a.lakeDir, lake.Options{})
	if err != nil {
		return verdictOn("snapshot", "", err)
	}
	s, err := l.Current()
	if err != nil {
		return verdictOn("snapshot", "", err)
	}
	return diagnosis{"snapshot", s.Manifest().Ledger.Balances, "current " + s.ID() + ": its ledger balances"}
}
