package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// kentConfig has one source, a folder of files.
const kentConfig = "[[source]]\npublisher = \"kent\"\npaths = [\"spend\"]\n"

// folder is a place with a configuration, sources and a lake, where a test works as
// a user does.
type folder struct {
	t   testing.TB
	dir string

	step func(op, path string)       // see app
	link func(from, to string) error // see app
}

func newFolder(t testing.TB, config string) *folder {
	f := &folder{t: t, dir: t.TempDir()}
	f.write("hardyards.toml", config)
	return f
}

// copied gives a folder of its own with all that f holds.
func (f *folder) copied(t testing.TB) *folder {
	t.Helper()
	c := &folder{t: t, dir: t.TempDir()}
	if err := os.CopyFS(c.dir, os.DirFS(f.dir)); err != nil {
		t.Fatal(err)
	}
	return c
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// write makes a file, and its folders, with a text.
func (f *folder) write(name, text string) {
	f.t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.path(name)), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(f.path(name), []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

func (f *folder) remove(name string) {
	f.t.Helper()
	if err := os.RemoveAll(f.path(name)); err != nil {
		f.t.Fatal(err)
	}
}

// hardyards runs the command in the folder and gives its streams, which must end
// with the exit code.
func (f *folder) hardyards(code int, args ...string) (stdout, stderr string) {
	f.t.Helper()
	var out, errs strings.Builder
	a := &app{stdin: strings.NewReader(""), stdout: &out, stderr: &errs, step: f.step, link: f.link, measured: oneMeasure}
	args = append([]string{"--config", f.path("hardyards.toml"), "--lake", f.path("lake")}, args...)
	if got := a.execute(context.Background(), args); got != code {
		f.t.Fatalf("hardyards %s: exit %d, want %d\n%s%s", strings.Join(args[4:], " "), got, code, out.String(), errs.String())
	}
	return out.String(), errs.String()
}

// oneMeasure stands for the embedded measures. The value is made up.
func oneMeasure() ([]police.MeasureValue, error) {
	return []police.MeasureValue{{Force: "E23000003", Measure: "population", Year: 2019, Period: "MID_YEAR", Value: 1_500_000,
		ValueText: "1500000", Unit: "persons", Source: "made up for tests", Line: 2}}, nil
}

func (f *folder) lake() *lake.Lake {
	f.t.Helper()
	l, err := lake.OpenExisting(f.path("lake"), lake.Options{})
	if err != nil {
		f.t.Fatal(err)
	}
	return l
}

// current gives the current snapshot, which must be whole.
func (f *folder) current() *lake.Snapshot {
	f.t.Helper()
	s, err := f.lake().Current()
	if err != nil || s == nil {
		f.t.Fatalf("no current snapshot: %v", err)
	}
	if err := s.Verify(context.Background(), true); err != nil {
		f.t.Fatal(err)
	}
	return s
}

// counted gives rows and pence of the payments of the current snapshot, whose ledger
// must balance.
func (f *folder) counted() (rows int64, pence police.Pence) {
	f.t.Helper()
	m := f.current().Manifest()
	if l := m.Ledger; !l.Balances || l.RowsRead != l.Payments+l.Rejections+l.Exclusions+l.Duplicates+l.Superseded {
		f.t.Errorf("the snapshot's ledger doesn't balance: %+v", l)
	}
	return m.Tables["payments"].Rows, m.Tables["payments"].Pence
}

// monthOf is a file of n payments of a month of 2018.
func monthText(month, n int) string {
	var b strings.Builder
	b.WriteString("Date,Supplier,Category,Amount\n")
	for i := range n {
		fmt.Fprintf(&b, "%02d/%02d/2018,SUPPLIER %d LTD,Category %d,%d.%02d\n", 1+i%28, month, i%7, i%3, 500+37*i, i%100)
	}
	return b.String()
}

// treeOf gives the hash of every file below a directory by its path in it.
func treeOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)], _, err = lake.HashFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
