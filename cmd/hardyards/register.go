package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"hardyards/data"
	"hardyards/internal/police"
	"hardyards/transform/collaboration"
)

func newRegister(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "register",
		Short: "The register of agreements: check it, fill it in, see what is known",
	}
	c.AddCommand(newRegisterLint(a), newRegisterTemplate(a), newRegisterScorecard(a))
	return c
}

func newRegisterLint(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "lint [DIR]",
		Short: "What is wrong with a register, one line a fault",
		Long: `Checks collaborations.csv, members.csv, events.csv and claims.csv of a directory (or the directory that holds the file
named), else the register in force: keys that stand twice, codes, functions and measures nobody knows, dates that are
none, rows without a source, figures that contradict themselves. Exits 3 where there is a fault.`,
		Example: "  hardyards register lint\n  hardyards register lint register/",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := ""
			if len(args) == 1 {
				path = args[0]
			}
			return a.registerLint(path)
		},
	}
}

// registerAt reads the register of a directory, or of the directory of a file; the
// one in force where path is empty.
func (a *app) registerAt(path string) (data.Agreements, error) {
	if path == "" {
		c, err := a.loadConfig()
		if err != nil {
			return data.Agreements{}, err
		}
		return (&pipeline{app: a, config: c}).agreements()
	}
	info, err := os.Stat(path)
	if err != nil {
		return data.Agreements{}, police.Exitf(police.ExitUsage, "name a directory with collaborations.csv, members.csv, events.csv and claims.csv; make one: hardyards register template DIR", "%w", err)
	}
	if !info.IsDir() {
		path = filepath.Dir(path)
	}
	r, err := data.ReadRegister(os.DirFS(path))
	if err != nil {
		return r, police.Exitf(police.ExitUsage, "mend the table; headers as in: hardyards register template DIR", "%s: %w", path, err)
	}
	return r, nil
}

func (a *app) registerLint(path string) error {
	reg, err := a.registerAt(path)
	if err != nil {
		return err
	}
	forces, err := data.Forces()
	if err != nil {
		return err
	}
	catalogue, err := data.Catalogue()
	if err != nil {
		return err
	}
	faults := reg.Lint(forces, catalogue)
	if a.json {
		if faults == nil {
			faults = []string{}
		}
		if err := a.printJSON(map[string]any{"collaborations": len(reg.Collaborations), "faults": faults}); err != nil {
			return err
		}
	} else {
		for _, f := range faults {
			if _, err := fmt.Fprintln(a.stdout, f); err != nil {
				return err
			}
		}
	}
	a.say("%d collaborations, %d memberships, %d events, %d claims: %d faults", len(reg.Collaborations), len(reg.Members), len(reg.Events), len(reg.Claims), len(faults))
	if len(faults) > 0 {
		a.raise(police.ExitRejections)
	}
	return nil
}

func newRegisterTemplate(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "template DIR",
		Short:   "Empty tables for a force to fill in its own agreements",
		Example: "  hardyards register template register/",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.registerTemplate(args[0]) },
	}
}

// registerTemplate writes the four tables; a file that is there is left alone.
func (a *app) registerTemplate(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return police.Exitf(police.ExitUsage, "name a directory that can be made", "%w", err)
	}
	tables := data.RegisterTemplate()
	for _, name := range sortedKeys(tables) {
		path := filepath.Join(dir, name)
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			return police.Exitf(police.ExitUsage, "name another directory, or move it away", "%s is there already", path)
		}
		if err != nil {
			return police.Exitf(police.ExitUsage, "name a directory that can be written", "%w", err)
		}
		_, err = f.WriteString(tables[name])
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		a.say("%s", path)
	}
	a.say("fill them in as docs describe, then: hardyards register lint %s", dir)
	return nil
}

func newRegisterScorecard(a *app) *cobra.Command {
	var id string
	c := &cobra.Command{
		Use:   "scorecard",
		Short: "What the register knows of each agreement, on the four themes of The Hard Yards",
		Long: `Themes: purpose; benefits and cost analysis; leadership and governance; skills and capabilities. Unknown means that the
register's sources don't say, not that the partners lack it.`,
		Example: "  hardyards register scorecard --collaboration npas",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.registerScorecard(id) },
	}
	c.Flags().StringVar(&id, "collaboration", "", "id of an agreement (all when empty)")
	return c
}

func (a *app) registerScorecard(id string) error {
	reg, err := a.registerAt("")
	if err != nil {
		return err
	}
	rows := collaboration.Scorecard(collaboration.Register{Collaborations: reg.Collaborations, Members: reg.Members, Claims: reg.Claims})
	out := []map[string]any{}
	var text [][]string
	for _, r := range rows {
		if id != "" && r.Collaboration != id {
			continue
		}
		out = append(out, map[string]any{"collaboration": r.Collaboration, "theme": r.Theme, "item": r.Item, "state": r.State, "evidence": r.Evidence, "source": r.Source})
		text = append(text, []string{r.Collaboration, r.Theme, r.Item, r.State, r.Evidence})
	}
	if len(out) == 0 {
		return police.Exitf(police.ExitUsage, "ids stand in data/collaborations.csv", "no collaboration %q in the register of %d", id, len(reg.Collaborations))
	}
	if a.json {
		return a.printJSON(out)
	}
	return a.printTable([]string{"collaboration", "theme", "item", "state", "evidence"}, nil, text)
}
