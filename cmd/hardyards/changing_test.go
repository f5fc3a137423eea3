package main

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// largeMonth is a month of n payments of £500 to £599.99 to suppliers of a name, in
// long lines. From 4 MiB on a file isn't kept in memory but read in several passes.
func largeMonth(n int, supplier string) string {
	var b strings.Builder
	b.WriteString("Date,Supplier,Category,Description,Amount\n")
	about := strings.Repeat("as described in the framework agreement ", 14)
	for i := range n {
		b.WriteString(itoaPadded(1+i%28, 2) + "/05/2018," + supplier + " " + itoaPadded(i%997, 6) + " LTD,Consultancy," + about + "," +
			itoaPadded(500+i%100, 3) + "." + itoaPadded(i%100, 2) + "\n")
	}
	return b.String()
}

func itoaPadded(n, width int) string {
	text := strings.Repeat("0", width) + strings.ReplaceAll(itoa(n), ",", "")
	return text[len(text)-width:]
}

// TestFileChangesWhileRead really changes a file between the passes of its reading:
// what was half read is never in the lake. One change, and the file is read again at
// once; a file that goes on changing, or is gone, ends the run with 75.
func TestFileChangesWhileRead(t *testing.T) {
	const rows = 8_000
	large := largeMonth(rows, "ALPHA")
	other := strings.ReplaceAll(large, "ALPHA", "GAMMA") // as many bytes
	base := newFolder(t, kentConfig)
	base.write("spend/april-2018.csv", monthText(4, 40))
	base.hardyards(0, "run", "--only", "lake")
	before := base.current().ID()
	for _, c := range []struct {
		name   string // of the change
		change func(f *folder, at string)
		always bool
		code   int
		says   string
		final  string // what is there in the end, where nothing goes on
	}{
		{"grows", func(f *folder, at string) { f.append(at, "01/05/2018,LATE LTD,Rent,late,700.00\n") }, false, 0, "", large + "01/05/2018,LATE LTD,Rent,late,700.00\n"},
		{"is truncated", func(f *folder, at string) { f.write(at, large[:strings.LastIndex(large[:len(large)-9], "\n")+1]) }, false, 0, "",
			large[:strings.LastIndex(large[:len(large)-9], "\n")+1]},
		{"is written over", func(f *folder, at string) { f.write(at, other) }, false, 0, "", other},
		{"is replaced", func(f *folder, at string) { f.write("new", other); f.rename("new", at) }, false, 0, "", other},
		{"vanishes", func(f *folder, at string) { f.remove(at) }, false, 75, "the file went away while it was to be read; run again", ""},
		{"goes on growing", func(f *folder, at string) { f.append(at, "01/05/2018,LATE LTD,Rent,late,700.00\n") }, true, 75,
			"run again when it is complete; what was published stays", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			const at = "spend/may-2018.csv"
			f := base.copied(t)
			f.write(at, large)
			done := false
			f.step = func(op, path string) { // the file was opened, hashed and sampled
				if op == "mkdir" && strings.Contains(path, "fragment") && (!done || c.always) {
					c.change(f, at)
					done = true
				}
			}
			_, stderr := f.hardyards(c.code, "run", "--only", "lake")
			if !done || !strings.Contains(stderr, c.says) {
				t.Errorf("changed: %t; the message lacks %q:\n%s", done, c.says, stderr)
			}
			if id := f.current().ID(); (id == before) != (c.code != 0) {
				t.Errorf("exit %d, and current went from %s to %s", c.code, before, id)
			}
			f.fragmentsAreWhole(monthText(4, 40), large, c.final)

			f.step = nil
			f.hardyards(0, "run", "--only", "lake")
			final, err := os.ReadFile(f.path(at))
			if err != nil && c.name != "vanishes" || c.final != "" && string(final) != c.final {
				t.Fatalf("%d bytes in the end, %v", len(final), err)
			}
			fresh := newFolder(t, kentConfig)
			fresh.write("spend/april-2018.csv", monthText(4, 40))
			if err == nil {
				fresh.write(at, string(final))
			}
			fresh.hardyards(0, "run", "--only", "lake")
			if diff := cmp.Diff(treeOf(t, fresh.current().Dir()), treeOf(t, f.current().Dir())); diff != "" {
				t.Errorf("undisturbed (-), changed while read (+):\n%s", diff)
			}
		})
	}
}

// fragmentsAreWhole checks that every fragment holds one of the versions of a file,
// and all rows of it.
func (f *folder) fragmentsAreWhole(versions ...string) {
	f.t.Helper()
	rows := map[string]int64{}
	for _, v := range versions {
		sum := sha256.Sum256([]byte(v))
		rows[hex.EncodeToString(sum[:])] = int64(strings.Count(v, "\n") - 1)
	}
	l := f.lake()
	keys, err := l.FragmentKeys()
	if err != nil {
		f.t.Fatal(err)
	}
	for _, k := range keys {
		frag, err := l.Fragment(k)
		if err != nil {
			f.t.Fatal(err)
		}
		var got int64
		for _, led := range frag.Record.Ledgers {
			got += led.Payments
		}
		if want, ok := rows[frag.Record.SHA256]; !ok || got != want {
			f.t.Errorf("fragment of %s, %s: %d payments, want %d", frag.Record.Name, frag.Record.SHA256, got, want)
		}
	}
}

func (f *folder) append(name, text string) {
	f.t.Helper()
	file, err := os.OpenFile(f.path(name), os.O_APPEND|os.O_WRONLY, 0)
	if err == nil {
		_, err = file.WriteString(text)
		file.Close()
	}
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *folder) rename(from, to string) {
	f.t.Helper()
	if err := os.Rename(f.path(from), f.path(to)); err != nil {
		f.t.Fatal(err)
	}
}
