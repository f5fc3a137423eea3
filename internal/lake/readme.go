package lake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

const readmeHead = `# hardyards snapshot %[1]s

Published payments of police bodies, and findings made from them. Nothing in this directory ever changes; a new
night is a new directory.

* payments/ holds only rows that count: sum(amount) over all of it is the published total. amount_once counts an
  invoice total that is repeated on every line of the invoice once.
* superseded/ holds proven duplicates and earlier versions of revised rows, rejections/ the rows that are no payments.
* marts/ holds one flat file a table, as Parquet and as CSV. In a CSV a text that begins with = + - @, a tab or a
  carriage return has an apostrophe in front, so that a spreadsheet does not run it; the Parquet has the exact text.
* manifest.json: totals, ledger, inputs, and SHA-256 of every file. datapackage.json: the tables for machines.

Always read one snapshot by its own path, snapshots/%[1]s/, not through the link current: a query that opens many
files while a new night is published would mix two. Snapshots are kept for at least 48 hours.

## DuckDB (in the lake's directory)

    duckdb -init snapshots/%[1]s/catalog.sql
    SELECT payer, financial_year, sum(amount) FROM fact_payment GROUP BY ALL ORDER BY ALL;

## Power Query (Power BI, Excel)

    let
        Lake = "C:\path\to\lake",
        Mart = (name as text) => Parquet.Document(File.Contents(Lake & "\snapshots\%[1]s\marts\" & name & ".parquet"))
    in
        Mart("fact_flow")

## Data dictionary

Keys are 63-bit hashes of the natural key; 0 is unknown, -1 redacted. A column marked * is part of the key; "null"
may be null.
`

func readme(m *Manifest, tables map[string]Table) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, readmeHead, m.ID)
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		f := m.Tables[name]
		fmt.Fprintf(&b, "\n### %s\n\n%d rows in %d file(s)\n\n| column | type | | meaning |\n|---|---|---|---|\n", name, f.Rows, f.Files)
		for _, c := range tables[name].Columns {
			fmt.Fprintf(&b, "| %s%s | %s | %s | %s |\n", c.Name, mark(c.Key, "*"), c.Kind, mark(c.Nullable, "null"), strings.ReplaceAll(c.Doc, "|", `\|`))
		}
	}
	return []byte(b.String())
}

func mark(is bool, s string) string {
	if is {
		return s
	}
	return ""
}
