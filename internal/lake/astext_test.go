package lake

import (
	"path/filepath"
	"slices"
	"testing"

	"hardyards/internal/police"
)

func TestReadTextKeepsDigits(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.parquet")
	rows := payments(12)
	if _, err := WriteTable(path, rows, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
	names, columns, err := ReadText(path)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(names, "amount")
	if at < 0 {
		t.Fatalf("no column amount in %v", names)
	}
	for i, r := range rows {
		if got, err := police.ParsePence(columns[at][i]); err != nil || got != r.Amount {
			t.Errorf("row %d: %q, want %v (%v)", i, columns[at][i], r.Amount, err)
		}
	}
	paid := slices.Index(names, "paid_on")
	if columns[paid][5] != "" || columns[paid][0] != "2018-04-01" {
		t.Errorf("paid_on: %q and %q, want a null and 2018-04-01", columns[paid][5], columns[paid][0])
	}
}
