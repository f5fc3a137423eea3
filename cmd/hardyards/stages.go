package main

import (
	"context"

	"github.com/spf13/cobra"

	"hardyards/internal/lake"
	"hardyards/transform"
)

// newTransform and newAnalyze are single stages of run: each builds, verifies and
// publishes a snapshot that links all that did not change.
func newTransform(a *app) *cobra.Command {
	var allowShrink, wait bool
	c := &cobra.Command{
		Use:     "transform",
		Short:   "Make and publish a snapshot from the fragments at hand, without findings",
		Example: "  hardyards transform\n  hardyards transform --allow-shrink",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.stage(c.Context(), c.Name(), wait, transform.Options{AllowShrink: allowShrink}, false)
		},
	}
	c.Flags().BoolVar(&allowShrink, "allow-shrink", false, "publish although a table or a force's year lost rows or pounds")
	c.Flags().BoolVar(&wait, "wait", false, "wait for another run instead of ending with 6")
	return c
}

func newAnalyze(a *app) *cobra.Command {
	var wait bool
	c := &cobra.Command{
		Use:     "analyze",
		Aliases: []string{"analyse"},
		Short:   "Compute the findings on the fragments at hand and publish them",
		Example: "  hardyards analyze && hardyards report",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.stage(c.Context(), c.Name(), wait, transform.Options{}, true)
		},
	}
	c.Flags().BoolVar(&wait, "wait", false, "wait for another run instead of ending with 6")
	return c
}

// stage publishes from what arrived so far: no source is read.
func (a *app) stage(ctx context.Context, verb string, wait bool, opt transform.Options, findings bool) error {
	c, err := a.loadConfig()
	if err != nil {
		return err
	}
	return a.locked(ctx, c, wait, func(l *lake.Lake) error {
		rec := newRunRecord(verb, l, c)
		err := func() error {
			p, err := a.newPipeline(c, l)
			if err != nil {
				return err
			}
			if err := p.atHand(); err != nil {
				return err
			}
			opt.Workers = a.workers
			return p.snapshot(ctx, rec, opt, findings)
		}()
		rec.end(a, ctx, err)
		if e := l.WriteRun(rec.RunRecord); e != nil && err == nil {
			err = e
		}
		return err
	})
}
