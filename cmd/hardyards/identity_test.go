package main

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/data"
)

// edits are the states that a user's own files go through in TestEditsEndAsAtOnce;
// the last of each is the final one.
var (
	// Which column names the payee: by inference it is Supplier.
	editedLayouts = []string{"", ownLayout("Vendor Group"), ownLayout("Supplier"), ownLayout("Vendor Group", "Supplier")}
	editedPayees  = []string{"", ownPayee("ACME LTD", "company", ""), ownPayee("ACME LTD", "force", "kent"), ownPayee("ACME GROUP", "force", "essex")}
	// What is replaced in the embedded register.
	editedRegister = [][2]string{{}, {"Central Motorway Police Group", "Central Motorway Group"}, {"E23000014", "E23000017"}, {"Strategic Alliance", "Alliance"}}
)

func ownLayout(payee ...string) string {
	return fmt.Sprintf("id = \"kent-own\"\nversion = 1\npublisher = \"kent\"\namount_basis = \"net\"\n\n[[header]]\nname = \"own\"\ndate = \"Date\"\npayee = [\"%s\"]\n"+
		"category = \"Category\"\namount = \"Amount\"\n", strings.Join(payee, `", "`))
}

func ownPayee(name, kind, body string) string {
	return fmt.Sprintf("version = 1\n[[payee]]\nname = %q\nkind = %q\nbody = %q\nby = \"finance\"\non = \"2026-11-24\"\nwhy = \"made up\"\n", name, kind, body)
}

// edit brings the user's own layouts, overrides and register to states of the lists
// above.
func (f *folder) edit(layout, payees, register int) {
	f.t.Helper()
	f.remove("layouts")
	f.write("layouts/README", "own layouts")
	if text := editedLayouts[layout]; text != "" {
		f.write("layouts/kent-own.toml", text)
	}
	f.remove("overrides")
	f.write("overrides/README", "own decisions")
	if text := editedPayees[payees]; text != "" {
		f.write("overrides/payees.toml", text)
	}
	for _, name := range []string{"collaborations.csv", "members.csv", "events.csv", "claims.csv"} {
		text, err := fs.ReadFile(data.Files(), name)
		if err != nil {
			f.t.Fatal(err)
		}
		edited := string(text)
		if e := editedRegister[register]; e[0] != "" {
			edited = strings.ReplaceAll(edited, e[0], e[1])
		}
		f.write("register/"+name, edited)
	}
}

const editedConfig = `[[source]]
publisher = "kent"
paths = ["spend/kent"]
[[source]]
publisher = "essex"
paths = ["spend/essex"]
[files]
layouts = "layouts"
overrides = "overrides"
register = "register"
`

// publishedMonths are the files of TestEditsEndAsAtOnce by path: two publishers, a
// month that stands in two files, a quarter that holds it again.
func publishedMonths() map[string]string {
	month := func(month, from, n int) string {
		var b strings.Builder
		for i := from; i < from+n; i++ {
			fmt.Fprintf(&b, "%02d/%02d/2018,SUPPLIER %d LTD,ACME GROUP,Category %d,%d.%02d\n", 1+i%28, month, i%7, i%3, 500+37*i, i)
			if i%10 == 0 {
				fmt.Fprintf(&b, "%02d/%02d/2018,ACME LTD,Essex Police,Police - Collaboration,%d.50\n", 1+i%28, month, 9000+i)
			}
		}
		return b.String()
	}
	const head = "Date,Supplier,Vendor Group,Category,Amount\n"
	april, may, june := month(4, 0, 30), month(5, 30, 25), month(6, 55, 20)
	return map[string]string{
		"spend/kent/april-2018.csv":       head + april,
		"spend/kent/may-2018.csv":         head + may,
		"spend/kent/quarter-1-2018.csv":   head + april + may + june,
		"spend/essex/june-2018.csv":       head + month(6, 80, 15),
		"spend/essex/june-2018-again.csv": head + month(6, 80, 15) + "\n",
	}
}

// TestEditsEndAsAtOnce: a lake that came to its state through edits of layouts,
// overrides and register, back and forth, with files arriving one by one in between,
// is byte for byte the one made at once of the final state; so is one that read the
// files in another order, one a run.
func TestEditsEndAsAtOnce(t *testing.T) {
	files := publishedMonths()
	names := sortedKeys(files)
	const last = 3

	once := newFolder(t, editedConfig)
	once.edit(last, last, last)
	for _, n := range names {
		once.write(n, files[n])
	}
	once.hardyards(0, "--workers", "8", "run", "--out", once.path("report"))
	want := treeOf(t, once.current().Dir())
	if len(want) < 30 {
		t.Fatalf("%d files in a snapshot: too few to mean anything", len(want))
	}

	t.Run("edited", func(t *testing.T) {
		f := newFolder(t, editedConfig)
		f.write(names[0], files[names[0]]) // a source without files is an error
		seen := map[string]bool{}
		for _, s := range []struct{ file, layout, payees, register, workers int }{
			{4, 0, 0, 0, 1}, {4, 1, 0, 0, 8}, {4, 1, 1, 0, 1}, {1, 2, 1, 2, 8}, {1, 0, 2, 1, 1}, {2, 1, 3, 2, 8},
			{2, 3, 2, 3, 1}, {3, 3, 1, 0, 8}, {3, 3, 3, 3, 1},
		} {
			f.edit(s.layout, s.payees, s.register)
			f.write(names[s.file], files[names[s.file]])
			f.hardyards(0, "--workers", itoa(s.workers), "run", "--only", "lake", "--allow-shrink")
			id, err := f.lake().CurrentID()
			if err != nil {
				t.Fatal(err)
			}
			seen[id] = true
		}
		if len(seen) != 9 {
			t.Errorf("%d different snapshots of 9 states: an edit changed nothing", len(seen))
		}
		f.hardyards(0, "--workers", "1", "run", "--out", f.path("report"))
		if diff := cmp.Diff(want, treeOf(t, f.current().Dir())); diff != "" {
			t.Errorf("at once (-), by edits (+):\n%s", diff)
		}
	})
	t.Run("one by one", func(t *testing.T) {
		f := newFolder(t, editedConfig)
		f.edit(last, last, last)
		f.write(names[0], files[names[0]])
		for i := len(names) - 1; i > 0; i-- {
			f.write(names[i], files[names[i]])
			f.hardyards(0, "--workers", "1", "run", "--only", "lake")
		}
		f.hardyards(0, "--workers", "8", "run", "--out", f.path("report"))
		if diff := cmp.Diff(want, treeOf(t, f.current().Dir())); diff != "" {
			t.Errorf("at once (-), one by one (+):\n%s", diff)
		}
	})
}
