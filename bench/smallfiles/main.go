// Command smallfiles writes many small spend files, each of one force and month, for
// the benchmark of a nightly run over a large archive.
//
//	go run ./bench/smallfiles -out DIR -files 10000 -rows 20
package main

import (
	"bufio"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"path/filepath"

	"hardyards/data"
)

func main() {
	out := flag.String("out", "", "directory")
	files := flag.Int("files", 10000, "files")
	rows := flag.Int("rows", 20, "rows a file")
	flag.Parse()
	if err := write(*out, *files, *rows); err != nil {
		log.Fatal(err)
	}
}

// write spreads the files over 43 forces and the months from April 2005 on.
func write(dir string, files, rows int) error {
	forces, err := data.Forces()
	if err != nil {
		return err
	}
	for i := range files {
		force := forces[i%len(forces)]
		month := i / len(forces)
		year, m := 2005+(month+3)/12, (month+3)%12+1
		path := filepath.Join(dir, force.Slug, fmt.Sprintf("%s-%04d-%02d.csv", force.Slug, year, m))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := writeFile(path, year, m, rows, uint64(i)); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(path string, year, month, rows int, seed uint64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "Date,Supplier,Category,Amount")
	for range rows {
		fmt.Fprintf(w, "%02d/%02d/%d,SUPPLIER %d LTD,Category %d,%d.%02d\n", 1+rng.IntN(28), month, year, rng.IntN(5000), rng.IntN(40), 500+rng.IntN(90000), rng.IntN(100))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
