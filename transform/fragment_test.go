package transform

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// row is a line of a made-up file.
type row struct {
	date     string
	pence    police.Pence
	payee    string
	category string
}

// sheet is a part of a made-up file.
type sheet struct {
	name string
	rows []row
}

// file is a made-up published file. salt makes other bytes of the same rows, as
// another encoding would.
type file struct {
	path   string
	salt   string
	sheets []sheet
}

const payer police.PayerKey = "E23000003"

func (f file) sha() string {
	h := sha256.Sum256([]byte(fmt.Sprint(f.salt, f.sheets)))
	return hex.EncodeToString(h[:])
}

// arrival makes the fragment of the file, if it isn't there, and gives its arrival.
func (f file) arrival(t testing.TB, lk *lake.Lake, order int) Arrival {
	t.Helper()
	sum := sha256.Sum256([]byte(f.sha() + path.Base(f.path)))
	key := hex.EncodeToString(sum[:16])
	if !lk.HasFragment(key) {
		f.write(t, lk, key)
	}
	return Arrival{Path: f.path, Publisher: "lancashire", SHA256: f.sha(), Key: key, Order: order}
}

func (f file) write(t testing.TB, lk *lake.Lake, key string) {
	t.Helper()
	w, err := lk.NewFragment(key)
	if err != nil {
		t.Fatal(err)
	}
	rec := lake.FragmentRecord{Key: key, SHA256: f.sha(), Name: path.Base(f.path), Publisher: "lancashire", Layout: "test", ReaderVersion: "t"}
	byYear := map[police.FinancialYear][]police.Payment{}
	for _, s := range f.sheets {
		p, l, rows := f.part(t, s)
		rec.Parts, rec.Ledgers = append(rec.Parts, p), append(rec.Ledgers, l)
		for _, r := range rows {
			byYear[r.FinYear] = append(byYear[r.FinYear], r)
		}
	}
	for _, fy := range sortedOf(byYear) {
		rows := byYear[fy]
		slices.SortFunc(rows, comparePayments)
		if err := w.Payments(payer, fy, rows); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(rec); err != nil {
		t.Fatal(err)
	}
}

func (f file) part(t testing.TB, s sheet) (police.Part, police.Ledger, []police.Payment) {
	t.Helper()
	id := police.Key("part", f.sha(), s.name)
	p := police.Part{PartID: id, SourceFile: path.Base(f.path), SHA256: f.sha(), Sheet: s.name, Publisher: "lancashire", Payer: payer,
		Layout: "test", AmountBasis: police.AmountBasis("unknown"), Rows: int32(len(s.rows)), Payments: int32(len(s.rows))}
	var rows []police.Payment
	type same struct {
		date, payee string
		pence       police.Pence
	}
	count := map[same]int32{}
	for i, r := range s.rows {
		d, err := police.ParseDate(r.date)
		if err != nil {
			t.Fatal(err)
		}
		line := int32(i + 2)
		k := same{r.date, r.payee, r.pence}
		count[k]++
		pay := police.Payment{PaymentID: police.PaymentKey(id, line), PartID: id, LineFirst: line, LineLast: line, Payer: payer,
			ForceCode: payer.Force(), FinYear: police.FinancialYearOf(d), PaidOn: d, DateBasis: police.DatedByRow, Payee: r.payee,
			PayeeID: police.PayeeKey(r.payee), Category: cmp.Or(r.category, "Goods"), Amount: r.pence, AmountOnce: r.pence, RepeatNo: count[k]}
		if count[k] > 1 {
			pay.AmountOnce = 0
		}
		p.Pence += pay.Amount
		p.PenceOnce += pay.AmountOnce
		rows = append(rows, pay)
	}
	n := int64(len(s.rows))
	return p, police.Ledger{PartID: id, RowsRead: n, Payments: n, PenceRead: p.Pence, PencePayments: p.Pence}, rows
}

// month makes n rows of a month whose amounts and payees differ, from a seed.
func month(name string, n int, seed uint64) []row {
	var rows []row
	for i := range n {
		z := mix(seed*1_000_003 + uint64(i))
		rows = append(rows, row{fmt.Sprintf("%s-%02d", name, 1+z%28), police.Pence(50_000 + z>>8%2_000_000), fmt.Sprintf("Supplier %d Ltd", z>>40%60), ""})
	}
	return rows
}

func sumOf(rows []row) (p police.Pence) {
	for _, r := range rows {
		p += r.pence
	}
	return p
}

// csvFile is a file of one part.
func csvFile(path string, rows ...[]row) file {
	return file{path: path, sheets: []sheet{{rows: slices.Concat(rows...)}}}
}

func openLake(t testing.TB) *lake.Lake {
	t.Helper()
	lk, err := lake.Open(t.TempDir(), lake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return lk
}

// arrive gives inputs with the files, each at its path in the given order.
func arrive(t testing.TB, lk *lake.Lake, files ...file) Inputs {
	t.Helper()
	in := Inputs{Reference: reference()}
	order := map[string]int{}
	for _, f := range files {
		order[f.path]++
		in.Arrivals = append(in.Arrivals, f.arrival(t, lk, order[f.path]))
	}
	return in
}

// mustBuild builds and publishes.
func mustBuild(t testing.TB, lk *lake.Lake, in Inputs, opt Options) (*lake.Snapshot, Report) {
	t.Helper()
	ctx := context.Background()
	b, rep, err := Build(ctx, lk, in, opt)
	if err != nil {
		t.Fatal(err)
	}
	if rep.Nothing {
		s, err := lk.Current()
		if err != nil {
			t.Fatal(err)
		}
		return s, rep
	}
	s, err := b.Publish(ctx, rep.Manifest)
	if err != nil {
		t.Fatal(err)
	}
	return s, rep
}

// tree hashes every file of a directory, so that snapshots can be compared.
func tree(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		h := sha256.Sum256(data)
		out[filepath.ToSlash(rel)] = hex.EncodeToString(h[:8])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// reference is the least reference data that Build takes.
func reference() Reference {
	return Reference{Forces: []police.Force{
		{Code: "E23000003", Name: "Lancashire", ForceName: "Lancashire Constabulary", Slug: "lancashire", Region: "North West", Nation: "England"},
		{Code: "E23000010", Name: "West Yorkshire", ForceName: "West Yorkshire Police", Slug: "west-yorkshire", Region: "Yorkshire", Nation: "England"},
	}}
}
