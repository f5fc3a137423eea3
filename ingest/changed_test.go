package ingest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// TestChangesInTheMiddle changes a file at a row of the pass that makes payments of
// it, in each way a file can change: no fragment is made, and the error says so,
// whatever the reading itself made of it.
func TestChangesInTheMiddle(t *testing.T) {
	var b strings.Builder
	b.WriteString("Date,Supplier,Category,Description,Amount\n")
	about := strings.Repeat("as described in the framework agreement ", 14)
	for i := range 8_000 { // over 4 MiB: not read into memory at once
		fmt.Fprintf(&b, "%02d/05/2018,SUPPLIER %05d LTD,Consultancy,%s,%d.00\n", 1+i%28, i%997, about, 500+i%100)
	}
	text := b.String()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, change := range map[string]func(path string){
		"untouched": nil,
		"grows": func(path string) {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			must(err)
			_, err = f.WriteString("01/05/2018,LATE LTD,Rent,late,700.00\n")
			must(errors.Join(err, f.Close()))
		},
		"is cut off": func(path string) { must(os.Truncate(path, int64(len(text)/2+11))) },
		"is written over": func(path string) {
			must(os.WriteFile(path, []byte(strings.ReplaceAll(text, "SUPPLIER", "RECEIVER")), 0o644))
		},
		"is replaced": func(path string) {
			must(os.WriteFile(path+".new", []byte(text), 0o644))
			must(os.Rename(path+".new", path))
		},
		"vanishes": func(path string) { must(os.Remove(path)) },
	} {
		t.Run(name, func(t *testing.T) {
			lk, err := lake.Open(filepath.Join(t.TempDir(), "lake"), lake.Options{})
			must(err)
			path := filepath.Join(t.TempDir(), "may-2018.csv")
			must(os.WriteFile(path, []byte(text), 0o644))
			met := false
			opt := Options{drop: func(line int32) bool {
				if line == 4_000 && change != nil {
					met = true
					change(path)
				}
				return false
			}}
			_, err = Read(t.Context(), lk, Input{Path: path, Publisher: "kent"}, opt)
			keys, _ := lk.FragmentKeys()
			if change == nil {
				if err != nil || len(keys) != 1 {
					t.Errorf("%d fragments, %v; want one", len(keys), err)
				}
				return
			}
			if !met || !errors.Is(err, ErrChanged) || police.ExitCode(err) != police.ExitTryAgain || len(keys) != 0 {
				t.Errorf("row met: %t; %v, exit %d, %d fragments; want ErrChanged, exit %d, none", met, err, police.ExitCode(err), len(keys), police.ExitTryAgain)
			}
		})
	}
}
