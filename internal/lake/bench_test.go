//go:build unix

package lake

import (
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"hardyards/internal/police"
)

// BenchmarkWritePayments writes half a million payments as a fragment does.
func BenchmarkWritePayments(b *testing.B) {
	rows := interned(payments(500_000))
	w, err := newTableWriter(Schema[police.Payment](), Zstd)
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	var facts FileFacts
	cpu := cpuTime()
	for b.Loop() {
		path := filepath.Join(dir, "p.parquet")
		disk{}.remove(path)
		if facts, err = writeWith(disk{}, w, path, one(rows)); err != nil {
			b.Fatal(err)
		}
	}
	rates(b, facts, cpuTime()-cpu)
	b.ReportMetric(float64(facts.Bytes)/float64(len(rows)), "B/row")
}

// rates reports rows and file bytes by the second of processor time, which other
// work on the machine disturbs less than the clock.
func rates(b *testing.B, facts FileFacts, cpu time.Duration) {
	b.ReportMetric(float64(facts.Rows)*float64(b.N)/cpu.Seconds()/1e6, "Mrows/cpu-s")
	b.ReportMetric(float64(facts.Bytes)*float64(b.N)/cpu.Seconds()/1e6, "MB/cpu-s")
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// interned gives equal strings one address, as ingest does.
func interned(rows []police.Payment) []police.Payment {
	words := make(map[string]string)
	one := func(s *string) {
		if w, ok := words[*s]; ok {
			*s = w
			return
		}
		words[*s] = *s
	}
	for i := range rows {
		one(&rows[i].Payee)
		one(&rows[i].Category)
		one(&rows[i].Description)
		one(&rows[i].Redaction)
	}
	return rows
}

// BenchmarkWriteSmall writes files of 200 payments: what 10,000 small inputs cost.
func BenchmarkWriteSmall(b *testing.B) {
	rows := payments(200)
	w, err := newTableWriter(Schema[police.Payment](), Zstd)
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		path := filepath.Join(dir, "p.parquet")
		disk{}.remove(path)
		if _, err = writeWith(disk{}, w, path, one(rows)); err != nil {
			b.Fatal(err)
		}
	}
}

func benchFile(b *testing.B) (string, FileFacts) {
	path := filepath.Join(b.TempDir(), "p.parquet")
	facts, err := WriteTable(path, payments(500_000), WriteOptions{})
	if err != nil {
		b.Fatal(err)
	}
	return path, facts
}

func BenchmarkReadPayments(b *testing.B) {
	path, facts := benchFile(b)
	for _, c := range []struct {
		name    string
		columns []string
	}{{"all", nil}, {"three", []string{"payee_id", "amount", "paid_on"}}} {
		b.Run(c.name, func(b *testing.B) {
			cpu := cpuTime()
			for b.Loop() {
				if err := ReadPayments(path, c.columns, func([]police.Payment) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			rates(b, facts, cpuTime()-cpu)
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	path, facts := benchFile(b)
	for name, full := range map[string]bool{"money": false, "full": true} {
		b.Run(name, func(b *testing.B) {
			cpu := cpuTime()
			for b.Loop() {
				if err := verifyFile(path, FileEntry{FileFacts: facts}, full); err != nil {
					b.Fatal(err)
				}
			}
			rates(b, facts, cpuTime()-cpu)
		})
	}
}
