package transform

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// pool is what publishers may do in the property tests: paths with the versions
// that come to each.
func pool() map[string][]file {
	april, may, june := month("2019-04", 60, 1), month("2019-05", 50, 2), month("2020-06", 40, 3)
	out := map[string][]file{}
	for _, f := range []file{
		csvFile("april.csv", april), csvFile("april.csv", changed(april, 1, 2)), csvFile("april.csv", april, april),
		csvFile("april-corrected.csv", changed(april, 7)), csvFile("old-april.csv", april[:50]),
		csvFile("may.csv", may), csvFile("q1.csv", april, may), csvFile("q1.csv", april, changed(may, 4)),
		{path: "may-again.csv", salt: "utf16", sheets: []sheet{{rows: may}}}, csvFile("june.csv", june, may[:1]),
		{path: "book.xlsx", sheets: []sheet{{"Apr", april}}}, {path: "book.xlsx", sheets: []sheet{{"Apr", april}, {"May", may}, {"Jun", june}}},
	} {
		out[f.path] = append(out[f.path], f)
	}
	return out
}

// TestOneByOneIsAtOnce: after any sequence of arrivals, changes and withdrawals,
// built after each step on one worker or several, the snapshot is byte for byte
// that of all inputs at once in another order into an empty lake.
func TestOneByOneIsAtOnce(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(seed, 4))
			bit := openLake(t)
			in := Inputs{Reference: reference()}
			order := map[string]int{}
			var last *lake.Snapshot
			for range 5 {
				step(t, r, bit, &in, order)
				last, _ = mustBuild(t, bit, in, Options{Workers: 1 + r.IntN(8)})
			}
			whole := openLake(t)
			for _, versions := range pool() {
				for _, f := range versions {
					f.arrival(t, whole, 0)
				}
			}
			r.Shuffle(len(in.Arrivals), func(i, j int) { in.Arrivals[i], in.Arrivals[j] = in.Arrivals[j], in.Arrivals[i] })
			once, _ := mustBuild(t, whole, in, Options{Workers: 8})
			if diff := cmp.Diff(tree(t, once.Dir()), tree(t, last.Dir())); diff != "" {
				t.Errorf("at once (-), one by one (+):\n%s", diff)
			}
		})
	}
}

// step lets the next version of a path arrive, or a path vanish or come back.
func step(t *testing.T, r *rand.Rand, lk *lake.Lake, in *Inputs, order map[string]int) {
	paths := slices.Sorted(maps.Keys(pool()))
	for range 1 + r.IntN(4) {
		at := paths[r.IntN(len(paths))]
		versions := pool()[at]
		if r.IntN(5) == 0 {
			for i := range in.Arrivals {
				if in.Arrivals[i].Path == at {
					in.Arrivals[i].Gone = !in.Arrivals[i].Gone
				}
			}
			continue
		}
		order[at]++
		in.Arrivals = append(in.Arrivals, versions[r.IntN(len(versions))].arrival(t, lk, order[at]))
	}
}

// TestJudgeConserves: whatever is published how often, rows kept and dropped are
// all rows, none twice; every duplicate names a row that counts; bounds enclose;
// and the order of the files changes nothing.
func TestJudgeConserves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var files [][]keyedRow
		base := keyedMonth(rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 40).Draw(t, "rows"))
		for f := range rapid.IntRange(1, 4).Draw(t, "files") {
			keep := rapid.SliceOfN(rapid.IntRange(0, len(base)-1), 1, 60).Draw(t, "keep")
			var rows []keyedRow
			for i, k := range keep {
				x := base[k]
				x.id, x.line = int64(f*1000+i+1), int32(i)
				rows = append(rows, x)
			}
			files = append(files, rows)
		}
		ranks := rapid.SliceOfN(rapid.IntRange(0, 2), len(files), len(files)).Draw(t, "ranks")
		first := judgeFiles(files, ranks)
		checkConserved(t, files, first)
		slices.Reverse(files)
		slices.Reverse(ranks)
		if diff := cmp.Diff(dropsOf(first), dropsOf(judgeFiles(files, ranks))); diff != "" {
			t.Errorf("in reverse (-forward +reverse):\n%s", diff)
		}
	})
}

func keyedMonth(seed uint64, n int) []keyedRow {
	var rows []keyedRow
	for i := range n {
		p := police.Payment{PaidOn: police.Date(18000 + i%28), Amount: police.Pence(mix(seed+uint64(i)) % 300_000), PayeeID: int64(i % 7)}
		rows = append(rows, keyed(&p))
		rows[i].amount, rows[i].once = p.Amount, p.Amount
	}
	return rows
}

// judgeFiles puts each list of rows into a part of its own and decides.
func judgeFiles(files [][]keyedRow, ranks []int) *decision {
	var cells []cellRef
	rows := map[*partInfo][]keyedRow{}
	for f, rs := range files {
		name := fmt.Sprintf("file %03d", rs[0].id/1000)
		p := &partInfo{Part: police.Part{PartID: rs[0].id, SourceFile: name, SHA256: name, FragmentKey: name}, source: f,
			rows: int64(len(rs)), name: nameVersion{stem: "file", rank: ranks[f]}, mainMonth: 2019*12 + 3}
		cells = append(cells, cellRef{&Cell{PartID: p.PartID, Payer: payer, FinYear: "2019-20", Month: 2019*12 + 3, Rows: int64(len(rs))}, p})
		mine := slices.Clone(rs)
		sortKeyed(mine)
		rows[p] = mine
	}
	slices.SortFunc(cells, func(a, b cellRef) int { return compareParts(a.part, b.part) })
	var pairs []pair
	for a := range cells {
		for b := a + 1; b < len(cells); b++ {
			pairs = append(pairs, pair{a, b})
		}
	}
	return judge(cells, pairs, func(i int) []keyedRow { return rows[cells[i].part] }, nil)
}

func dropsOf(d *decision) map[int64]string {
	out := map[int64]string{}
	for _, ds := range d.drops {
		for _, x := range ds {
			out[x.id] = fmt.Sprint(x.by, x.rule)
		}
	}
	return out
}

func checkConserved(t *rapid.T, files [][]keyedRow, d *decision) {
	n, amounts := 0, map[int64]keyedRow{}
	for _, rows := range files {
		for _, r := range rows {
			amounts[r.id] = r
		}
	}
	gone := dropsOf(d)
	for _, ds := range d.drops {
		for _, x := range ds {
			n++
			if _, kept := gone[x.by]; x.by != 0 && kept {
				t.Errorf("row %d gives way to %d, which doesn't count", x.id, x.by)
			}
			if isDuplicateRule(x.rule) && (x.by == 0 || amounts[x.by].full != amounts[x.id].full) {
				t.Errorf("row %d is called a duplicate of %d", x.id, x.by)
			}
		}
	}
	if n != len(gone) {
		t.Errorf("%d drops of %d rows: one was dropped twice", n, len(gone))
	}
	for _, b := range d.bounds {
		if b.Low > 0 || b.High < 0 {
			t.Errorf("bound %v", b)
		}
	}
}

// TestLedgerViolationIsMoneyError: a fragment whose ledger says one payment more
// than its file holds is never published.
func TestLedgerViolationIsMoneyError(t *testing.T) {
	lk := openLake(t)
	f := csvFile("april.csv", month("2019-04", 30, 1))
	in := arrive(t, lk, f)
	at := lk.Dir() + "/fragments/" + in.Arrivals[0].Key + "/ledger.json"
	rec, err := lk.Fragment(in.Arrivals[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	rec.Record.Ledgers[0].Payments++
	rec.Record.Ledgers[0].RowsRead++
	if err := lk.RemoveFragment(in.Arrivals[0].Key); err != nil {
		t.Fatal(err)
	}
	w, err := lk.NewFragment(in.Arrivals[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	_, _, rows := f.part(t, f.sheets[0])
	slices.SortFunc(rows, comparePayments)
	if err := errors.Join(w.Payments(payer, "2019-20", rows), w.Commit(rec.Record)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(at); err != nil {
		t.Fatal(err)
	}
	_, _, err = Build(context.Background(), lk, in, Options{})
	if police.ExitCode(err) != police.ExitMoney {
		t.Errorf("error %v, want exit %d", err, police.ExitMoney)
	}
}

func TestShrinkGuard(t *testing.T) {
	lk := openLake(t)
	april, may := month("2019-04", 100, 1), month("2019-05", 100, 2)
	in := arrive(t, lk, csvFile("april.csv", april), csvFile("may.csv", may))
	mustBuild(t, lk, in, Options{})
	less := arrive(t, lk, csvFile("april.csv", april), csvFile("april.csv", april[:60]), csvFile("may.csv", may))
	b, rep, err := Build(context.Background(), lk, less, Options{})
	if err != nil {
		t.Fatal(err)
	}
	b.Abort()
	if rep.Code != police.ExitGuard || !rep.Blocked || len(rep.Guards) == 0 {
		t.Errorf("code %d, blocked %v, %v", rep.Code, rep.Blocked, rep.Guards)
	}
	b, rep, err = Build(context.Background(), lk, less, Options{AllowShrink: true})
	if err != nil {
		t.Fatal(err)
	}
	b.Abort()
	if rep.Code != 0 || rep.Blocked {
		t.Errorf("allowed: code %d, blocked %v", rep.Code, rep.Blocked)
	}
}
