package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestProbe(t *testing.T) {
	pat := os.Getenv("PROBE")
	if pat == "" {
		t.Skip()
	}
	for _, g := range strings.Fields(pat) {
		files, _ := filepath.Glob(g)
		for _, p := range files {
			f, err := Open(context.Background(), p, Limits{})
			if err != nil {
				fmt.Println("REFUSED", p, err)
				continue
			}
			for _, part := range f.Parts {
				n := 0
				wid := map[int]int{}
				err := part.Read(context.Background(), func(b *Batch) error {
					n += len(b.Records)
					for _, r := range b.Records {
						wid[len(r.Cells)]++
					}
					return nil
				})
				ev := part.Evidence()
				fmt.Println(filepath.Base(p), f.Container, part.Name(), ev.Encoding, ev.Delimiter, ev.Quote, ev.LineEnds, "w", ev.Width, "lines", ev.Lines, "recs", n, err, f.Warnings)
				for _, w := range ev.Warnings {
					fmt.Println("     W", w)
				}
				if os.Getenv("NOTES") != "" {
					for _, w := range ev.Notes {
						fmt.Println("     N", w)
					}
					fmt.Println("     widths", wid)
				}
			}
			f.Close()
		}
	}
}
