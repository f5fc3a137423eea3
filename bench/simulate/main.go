// Command simulate measures how often the placebo tests of analyze/stat raise a
// false alarm and how often their intervals cover, on panels like those of the
// 43 forces, and writes docs/simulations.md. Seeds are fixed: the same program
// writes the same file.
//
//	go run ./bench/simulate > docs/simulations.md
//	go run ./bench/simulate -wild -draws 500 > docs/simulations-wildboot.md
//	go run ./bench/simulate -dea -draws 400 > docs/simulations-dea.md
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	draws := flag.Int("draws", 5000, "panels drawn for each line")
	workers := flag.Int("workers", 2, "panels estimated at once")
	only := flag.String("only", "", "print the lines whose panel and estimator match this pattern, without text")
	wild := flag.Bool("wild", false, "the wild bootstrap's tests instead: docs/simulations-wildboot.md")
	dea := flag.Bool("dea", false, "the intervals of efficiency scores instead: docs/simulations-dea.md")
	flag.Parse()
	err := error(nil)
	if *dea {
		err = writeDEA(os.Stdout, *draws, *workers)
	} else if *wild {
		err = writeWild(os.Stdout, *draws, *workers)
	} else if *only == "" {
		err = writeStudy(os.Stdout, *draws, *workers)
	} else {
		err = writeLines(os.Stdout, *only, *draws, *workers)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "simulate:", err)
		os.Exit(1)
	}
}
