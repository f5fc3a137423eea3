package main

import (
	"context"
	"fmt"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// openSnapshot opens a snapshot of the lake by id, current or previous. It is
// resolved once: what is published meanwhile isn't mixed in.
func (a *app) openSnapshot(id string) (*lake.Snapshot, error) {
	l, err := lake.OpenExisting(a.lakeDir, lake.Options{})
	if err != nil {
		return nil, err
	}
	s, err := l.Snapshot(id)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return nil, a.noSnapshot()
	}
	return s, nil
}

func (a *app) currentSnapshot() (*lake.Snapshot, error) {
	l, err := lake.OpenExisting(a.lakeDir, lake.Options{})
	if err != nil {
		return nil, err
	}
	s, err := l.Current()
	if err == nil && s == nil {
		err = a.noSnapshot()
	}
	return s, err
}

func (a *app) noSnapshot() error {
	return police.Exitf(police.ExitUsage, "make one: hardyards run", "%s: nothing is published in this lake yet", a.lakeDir)
}

// readTable reads a whole table of the current snapshot; a snapshot without
// findings says how to get them.
func readTable[T any](s *lake.Snapshot, table string) ([]T, error) {
	rows, err := lake.ReadAll[T](s, table)
	if err != nil && !s.Manifest().Findings {
		return nil, police.Exitf(police.ExitUsage, "make the findings: hardyards analyze", "snapshot %s has no findings: %w", s.ID(), err)
	}
	return rows, err
}

// locked runs fn with the lake open and locked for writing.
func (a *app) locked(ctx context.Context, c *config, wait bool, fn func(*lake.Lake) error) (err error) {
	defer a.limitMemory()()
	l, err := lake.Open(a.lakeDir, lake.Options{Keep: c.Keep.Snapshots, Step: a.step, Link: a.link})
	if err != nil {
		return err
	}
	lock, err := l.Lock(ctx, "hardyards", wait)
	if err != nil {
		return err
	}
	defer func() {
		if e := lock.Release(); e != nil && err == nil {
			err = fmt.Errorf("lock: %w", e)
		}
	}()
	if err := l.Clean(); err != nil {
		return err
	}
	if err := a.finishForgetting(ctx, c, l); err != nil {
		return err
	}
	return fn(l)
}
