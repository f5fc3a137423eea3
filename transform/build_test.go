package transform

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

func totalOf(s *lake.Snapshot) (rows int64, pence, once, lower, upper police.Pence) {
	for _, t := range s.Manifest().Totals {
		rows, pence, once = rows+t.Payments, pence+t.Pence, once+t.PenceOnce
		lower, upper = lower+t.Lower, upper+t.Upper
	}
	return
}

func TestBuildSumsWhatTheFilesHold(t *testing.T) {
	lk := openLake(t)
	april, may := month("2019-04", 120, 1), month("2019-05", 90, 2)
	s, rep := mustBuild(t, lk, arrive(t, lk, csvFile("april.csv", april), csvFile("may.csv", may)), Options{})
	rows, pence, once, lower, upper := totalOf(s)
	want := sumOf(april) + sumOf(may)
	if rows != 210 || pence != want || once != want || lower != want || upper != want {
		t.Errorf("%d rows, %v, once %v, %v to %v; want 210 rows of %v", rows, pence, once, lower, upper, want)
	}
	if rep.Code != 0 || len(rep.Bounds) != 0 || !s.Manifest().Ledger.Balances {
		t.Errorf("report %+v", rep)
	}
	_, again := mustBuild(t, lk, arrive(t, lk, csvFile("may.csv", may), csvFile("april.csv", april)), Options{})
	if !again.Nothing {
		t.Error("the same files in another order were built again")
	}
}

func TestTablesAgreeWithPayments(t *testing.T) {
	lk := openLake(t)
	s, _ := mustBuild(t, lk, arrive(t, lk, csvFile("april.csv", month("2019-04", 120, 1)), csvFile("may.csv", month("2019-05", 90, 2))), Options{})
	_, pence, _, _, _ := totalOf(s)
	months, err := lake.ReadAll[police.PaymentMonth](s, "payment_month")
	if err != nil {
		t.Fatal(err)
	}
	var sum police.Pence
	for _, m := range months {
		sum += m.Pence
	}
	payees, err := lake.ReadAll[police.PayeeLink](s, "dim_payee")
	if err != nil {
		t.Fatal(err)
	}
	var paid police.Pence
	for _, p := range payees {
		paid += p.Pence
	}
	if sum != pence || paid != pence {
		t.Errorf("payment_month sums to %v, dim_payee to %v, payments to %v", sum, paid, pence)
	}
	cover, err := lake.ReadAll[police.CoverageRow](s, "coverage")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cover {
		got = append(got, c.Month+" "+c.State)
	}
	if diff := cmp.Diff([]string{"2019-04 published", "2019-05 published"}, got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
}
