//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// secret is the payee that only the file to be forgotten holds.
const secret = "QUOKKA MARSUPIAL SERVICES"

// lakeWithSecret is a lake of three snapshots, in which a file's rows count, are
// superseded by a corrected version, are rejected, and came under two names.
func lakeWithSecret(t *testing.T) *folder {
	f := newFolder(t, kentConfig+"[limits]\nrejected = 0.2\nshrink = 1.0\n")
	may := monthText(5, 40)
	head, rows, _ := strings.Cut(may, "\n")
	withSecret := head + "\n07/05/2018," + secret + ",Rent,612.34\n09/05/2018," + secret + ",Rent,not known\n" + rows
	f.write("spend/april-2018.csv", monthText(4, 30))
	f.write("spend/may-2018.csv", withSecret)
	f.hardyards(0, "run", "--only", "lake")
	f.write("spend/june-2018.csv", monthText(6, 20))
	f.write("spend/second/may-2018-copy.csv", withSecret)
	f.hardyards(0, "run", "--only", "lake")
	f.write("spend/may-2018-corrected.csv", may+"07/05/2018,SOMEBODY ELSE LTD,Rent,612.34\n")
	f.hardyards(0, "run", "--only", "lake")
	return f
}

// placesOf lists the kinds of files of the lake that hold a text: Parquet is read
// back, all else is searched as it is.
func placesOf(t testing.TB, dir, text string) map[string]bool {
	t.Helper()
	places := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		at := strings.Split(filepath.ToSlash(rel), "/")
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found := strings.Contains(strings.ToUpper(string(raw)), text)
		if filepath.Ext(path) == ".parquet" {
			payments, err := lake.ReadTable[police.Payment](path)
			for _, p := range payments {
				found = found || strings.Contains(p.Payee, text)
			}
			if err != nil {
				return err
			}
			rejects, err := lake.ReadTable[police.Reject](path)
			for _, r := range rejects {
				found = found || strings.Contains(r.Raw, text)
			}
			if err != nil {
				return err
			}
		}
		if found {
			kind := at[0]
			switch at[0] {
			case "snapshots":
				kind += "/" + at[2]
			case "fragments":
				kind += "/" + filepath.Ext(path)
			}
			places[kind] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return places
}

// neverHadIt is the current snapshot of a lake that never saw the secret.
func neverHadIt(t *testing.T, f *folder) map[string]string {
	clean := newFolder(t, kentConfig+"[limits]\nrejected = 0.2\nshrink = 1.0\n")
	for _, n := range []string{"april-2018.csv", "june-2018.csv", "may-2018-corrected.csv"} {
		text, err := os.ReadFile(f.path("spend/" + n))
		if err != nil {
			t.Fatal(err)
		}
		clean.write("spend/"+n, string(text))
	}
	clean.hardyards(0, "run", "--only", "lake")
	return treeOf(t, clean.current().Dir())
}

// checkForgotten checks that nothing of the secret is left, that all else is as if it
// had never been, and that it doesn't come back.
func (f *folder) checkForgotten(want map[string]string) {
	f.t.Helper()
	for _, after := range []string{"forget", "a run", "another name"} {
		if places := placesOf(f.t, f.path("lake"), secret); len(places) > 0 {
			f.t.Errorf("after %s the payee is still in %v", after, sortedKeys(places))
		}
		if diff := cmp.Diff(want, treeOf(f.t, f.current().Dir())); diff != "" {
			f.t.Errorf("after %s: a lake that never had it (-), this one (+):\n%s", after, diff)
		}
		switch after {
		case "forget":
			f.hardyards(0, "run", "--only", "lake")
		case "a run":
			text, err := os.ReadFile(f.path("spend/may-2018.csv"))
			if err != nil {
				f.t.Fatal(err)
			}
			f.write("spend/third/may-again.csv", string(text))
			f.hardyards(0, "run", "--only", "lake")
		}
	}
	all, err := f.lake().Snapshots()
	if err != nil || len(all) != 1 {
		f.t.Errorf("%d snapshots are kept, %v; every other held the file", len(all), err)
	}
	stones, err := os.ReadFile(f.path("lake/tombstones.csv"))
	sum, _, _ := lake.HashFile(f.path("spend/may-2018.csv"))
	if err != nil || strings.Count(string(stones), "\n") != 2 || !strings.Contains(string(stones), sum) {
		f.t.Errorf("tombstones %q, %v; want one, of %s", stones, err, sum)
	}
}

// TestForgetEndToEnd: by name and by hash.
func TestForgetEndToEnd(t *testing.T) {
	f := lakeWithSecret(t)
	places := placesOf(t, f.path("lake"), secret)
	for _, want := range []string{"snapshots/payments", "snapshots/superseded", "snapshots/rejections", "snapshots/marts", "fragments/.parquet", "cache"} {
		if !places[want] {
			t.Errorf("the payee isn't in %s beforehand: the test can't fail there (it is in %v)", want, sortedKeys(places))
		}
	}
	_, stderr := f.hardyards(2, "forget", "july-2018.csv")
	if !strings.Contains(stderr, "no file of that name or hash") {
		t.Error(stderr)
	}
	want := neverHadIt(t, f)
	sum, _, err := lake.HashFile(f.path("spend/may-2018.csv"))
	if err != nil {
		t.Fatal(err)
	}
	byHash := f.copied(t)
	_, stderr = f.hardyards(0, "forget", "spend/may-2018.csv")
	if !strings.Contains(stderr, "tombstones.csv") || !strings.Contains(stderr, "hardyards report") {
		t.Error(stderr)
	}
	f.checkForgotten(want)
	f.hardyards(0, "forget", "spend/may-2018.csv") // again: nothing is left to do
	byHash.hardyards(0, "forget", sum[:12])
	byHash.checkForgotten(want)
}

// TestForgetOneOfTwo: a name that may mean two files forgets neither.
func TestForgetOneOfTwo(t *testing.T) {
	f := newFolder(t, "[[source]]\npublisher = \"kent\"\npaths = [\"kent\"]\n[[source]]\npublisher = \"essex\"\npaths = [\"essex\"]\n")
	f.write("kent/may.csv", monthText(5, 20))
	f.write("essex/may.csv", monthText(5, 30))
	f.hardyards(0, "run", "--only", "lake")
	before := f.current().ID()
	_, stderr := f.hardyards(2, "forget", "may.csv")
	if !strings.Contains(stderr, "may mean essex/may.csv, kent/may.csv") || f.current().ID() != before {
		t.Errorf("forgetting one of two: %s", stderr)
	}
	f.hardyards(0, "forget", "essex/may.csv")
	if rows, _ := f.counted(); rows != 20 {
		t.Errorf("%d rows are left, want 20", rows)
	}
}

// TestForgetKilled kills a forget at steps all along its way: the next run, of
// whatever verb, ends what it began.
func TestForgetKilled(t *testing.T) {
	f := lakeWithSecret(t)
	want := neverHadIt(t, f)
	whole := memoryDir(t)
	steps := killed(t, f.dir, copyTree(t, f.path("lake"), filepath.Join(whole, "lake")), 0, "forget", "may-2018.csv")
	if len(placesOf(t, filepath.Join(whole, "lake"), secret)) > 0 || steps < 20 {
		t.Fatalf("undisturbed, in %d steps, it leaves the payee in the lake", steps)
	}
	const kills = 6
	for k := range kills {
		at := 3 + k*(steps-3)/kills // the first ones open the lake and take its lock
		l := copyTree(t, f.path("lake"), filepath.Join(memoryDir(t), "lake"))
		killed(t, f.dir, l, at, "forget", "may-2018.csv")
		currentOf(t, l) // is whole
		killed(t, f.dir, l, 0, "run", "--only", "lake")
		_, err := os.Stat(filepath.Join(l, "tombstones.csv"))
		if places := placesOf(t, l, secret); err == nil && len(places) > 0 {
			t.Errorf("killed at step %d of %d: the next run leaves the payee in %v", at, steps, sortedKeys(places))
		} else if err == nil {
			if diff := cmp.Diff(want, treeOf(t, filepath.Join(l, "snapshots", currentOf(t, l)))); diff != "" {
				t.Errorf("killed at step %d: a lake that never had it (-), this one (+):\n%s", at, diff)
			}
		} else if k > 1 {
			t.Errorf("killed at step %d of %d: nothing was forgotten", at, steps)
		}
	}
}
