package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"hardyards/internal/police"
	"hardyards/internal/testenv"
)

// TestTablesAreWhatTheProgramMakes makes every table again from the published files
// and compares it with the committed one, byte by byte.
func TestTablesAreWhatTheProgramMakes(t *testing.T) {
	shared := testenv.Shared(t)
	out := t.TempDir()
	if err := run(shared, out, ""); err != nil {
		t.Fatal(err)
	}
	committed := filepath.Join(testenv.Root(t), "data")
	made := 0
	err := filepath.WalkDir(out, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		made++
		name, err := filepath.Rel(out, path)
		if err != nil {
			return err
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		got, err := os.ReadFile(filepath.Join(committed, name))
		if err != nil {
			return err
		}
		if !bytes.Equal(got, want) {
			t.Errorf("data/%s differs from what the program makes: run go run ./data/retabulate", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if made != 18 {
		t.Errorf("the program makes %d tables, want 18", made)
	}
}

func TestWithholding(t *testing.T) {
	w := &withholding{judged: map[string]bool{police.NormalForm("Example Personne"): true}, numbers: map[string]int{}}
	for _, c := range []struct{ name, published, want string }{
		{"title", "MR A EXAMPLE", "[individual 1]"},
		{"the same, other case and spaces", "Mr  A Example ", "[individual 1]"},
		{"title before a trading name", "DR B EXAMPLE T/A EXAMPLE LTD", "[individual 2]"},
		{"letters of office", "C EXAMPLE KC", "[individual 3]"},
		{"judged", "EXAMPLE PERSONNE", "[individual 4]"},
		{"a word that starts like a title", "MISSING PEOPLE", "MISSING PEOPLE"},
		{"a company", "EXAMPLE SERVICES LTD", "EXAMPLE SERVICES LTD"},
		{"empty", "", ""},
	} {
		if got := w.payee(c.published); got != c.want {
			t.Errorf("%s: payee(%q) = %q, want %q", c.name, c.published, got, c.want)
		}
	}
}

func TestAliasOf(t *testing.T) {
	areas := []forceArea{
		{code: "E23000030", slug: "hampshire", name: "Hampshire"},
		{code: "E23000036", slug: "avon-and-somerset", name: "Avon and Somerset"},
		{code: "E23000034", slug: "city-of-london", name: "City of London"},
	}
	for _, c := range []struct{ name, body string }{
		{"HAMPSHIRE POLICE AUTHORITY 1 (G)", "hampshire-pa"},
		{"AVON & SOMERSET POLICE AUTHORITY 1 (G", "avon-and-somerset-pa"},
		{"POLICE & CRIME COMISSIONER HAMPSHIRE & IOW", "hampshire-pcc"},
		{"CITY OF LONDON POLICE FORCE", "city-of-london"},
		{"ST PETERS PCC", ""},
		{"CITY OF LONDON", ""},
	} {
		row, err := aliasOf(spelling{c.name, "test"}, areas)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if row[1] != c.body {
			t.Errorf("%s denotes %q, want %q", c.name, row[1], c.body)
		}
	}
	if _, err := aliasOf(spelling{"HAMPSHIRE STATIONERS", "test"}, areas); err == nil {
		t.Error("a name without a police word must be looked at by a person")
	}
}

func TestQuotesMustStandInTheRow(t *testing.T) {
	raw := map[string]string{"start": "2012", "claimed_money": "£1m saved; £2m budget"}
	ok := agreement{id: "x", events: []dated{{entry, "live", "2012", "2012"}},
		money: []money{{kind: "saving", quote: "£1m saved"}, {kind: "budget", quote: "£2m budget"}}}
	if err := ok.quotesStandIn(raw); err != nil {
		t.Error(err)
	}
	invented := ok
	invented.money = append([]money{{kind: "saving", quote: "£9m saved"}}, ok.money...)
	if err := invented.quotesStandIn(raw); err == nil {
		t.Error("an invented claim passed")
	}
	forgotten := ok
	forgotten.money = ok.money[:1]
	if err := forgotten.quotesStandIn(raw); err == nil {
		t.Error("forgotten money passed")
	}
}
