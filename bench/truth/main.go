// Command truth compares a lake with the generator's truth.json: accepted rows and
// pence by payer and financial year, to the penny.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

func main() {
	truth := flag.String("truth", "", "truth.json of the generator")
	dir := flag.String("lake", "", "lake")
	flag.Parse()
	wrong, checked, err := compare(*truth, *dir)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d force-years compared, %d differ\n", checked, wrong)
	if wrong > 0 {
		os.Exit(1)
	}
}

// cell is an entry of truth.json.
type cell struct {
	Force string       `json:"Force"`
	FY    string       `json:"FY"`
	Rows  int64        `json:"Rows"`
	Pence police.Pence `json:"Pence"`
}

func compare(path, dir string) (wrong, checked int, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, err
	}
	cells, err := parse(text)
	if err != nil {
		return 0, 0, err
	}
	l, err := lake.OpenExisting(dir, lake.Options{})
	if err != nil {
		return 0, 0, err
	}
	s, err := l.Current()
	if err != nil {
		return 0, 0, err
	}
	got := map[string]lake.Total{}
	for _, t := range s.Manifest().Totals {
		got[string(t.Payer)+" "+string(t.FinYear)] = t
	}
	for _, c := range cells {
		t := got[c.Force+" "+c.FY]
		checked++
		if t.Payments != c.Rows || t.Pence != c.Pence {
			wrong++
			fmt.Printf("%s %s: %d payments of %s, truth %d of %s\n", c.Force, c.FY, t.Payments, t.Pence, c.Rows, c.Pence)
		}
	}
	return wrong, checked, nil
}

func parse(text []byte) ([]cell, error) {
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	var out []cell
	err := json.Unmarshal(doc["groups"], &out)
	return out, err
}
