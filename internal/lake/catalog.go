package lake

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// catalog writes catalog.sql: a DuckDB view a table. Its paths start at the lake's
// directory and name this snapshot, not the link: a query that opens many files
// through a link can mix two nights.
func catalog(m *Manifest) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "-- Views on snapshot %s. Run DuckDB in the lake's directory: duckdb -init snapshots/%s/catalog.sql\n", m.ID, m.ID)
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		view, from := viewOf(name, m)
		fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS SELECT * FROM %s;\n", view, from)
	}
	return []byte(b.String())
}

func viewOf(table string, m *Manifest) (view, from string) {
	root := "snapshots/" + m.ID + "/"
	for _, e := range m.Files {
		if e.Table == table && strings.HasPrefix(e.Path, "marts/") {
			return table, "read_parquet('" + root + e.Path + "')"
		}
	}
	if table == "payments" {
		view = "fact_payment"
	} else {
		view = table
	}
	if table == "payments" || table == "superseded" {
		return view, "read_parquet('" + root + table + "/*/*/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
	}
	return view, "read_parquet('" + root + table + "/*.parquet')"
}

// pkgResource is a table in datapackage.json (Frictionless Data Package v1).
type pkgResource struct {
	Name      string    `json:"name"`
	Path      []string  `json:"path"`
	Format    string    `json:"format"`
	Mediatype string    `json:"mediatype"`
	Schema    pkgSchema `json:"schema"`
}

type pkgSchema struct {
	Fields     []pkgField `json:"fields"`
	PrimaryKey []string   `json:"primaryKey,omitempty"`
}

type pkgField struct {
	Name        string         `json:"name"`
	Type        string         `json:"type"`
	SQLType     Kind           `json:"sqlType"` // beyond the standard: the column's type in the Parquet file
	Description string         `json:"description"`
	Constraints map[string]any `json:"constraints,omitempty"`
}

type pkg struct {
	Profile   string        `json:"profile"`
	Name      string        `json:"name"`
	ID        string        `json:"id"`
	Resources []pkgResource `json:"resources"`
}

func dataPackage(m *Manifest, tables map[string]Table) ([]byte, error) {
	p := pkg{Profile: "data-package", Name: "hardyards-lake", ID: m.ID, Resources: []pkgResource{}}
	twins := make(map[string]bool)
	for _, d := range m.Documents {
		twins[d.Path] = true
	}
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		r := pkgResource{Name: name, Format: "parquet", Mediatype: "application/vnd.apache.parquet", Schema: tables[name].pkgSchema()}
		for _, e := range filesOf(m.Files, name) {
			r.Path = append(r.Path, e.Path)
		}
		p.Resources = append(p.Resources, r)
		if csv := "marts/" + name + ".csv"; twins[csv] {
			r.Name, r.Path, r.Format, r.Mediatype = name+"-csv", []string{csv}, "csv", "text/csv"
			p.Resources = append(p.Resources, r)
		}
	}
	return indented(p)
}

func (t Table) pkgSchema() pkgSchema {
	s := pkgSchema{Fields: []pkgField{}}
	for _, c := range t.Columns {
		f := pkgField{Name: c.Name, Type: frictionless(c.Kind), SQLType: c.Kind, Description: c.Doc}
		if !c.Nullable {
			f.Constraints = map[string]any{"required": true}
		}
		if c.Key {
			s.PrimaryKey = append(s.PrimaryKey, c.Name)
		}
		s.Fields = append(s.Fields, f)
	}
	return s
}

func frictionless(k Kind) string {
	switch k {
	case Decimal, Double:
		return "number"
	case DateDay:
		return "date"
	case Integer, Bigint:
		return "integer"
	case Boolean:
		return "boolean"
	}
	return "string"
}

// baseSchemas reads the schemas of a snapshot back from its data package: tables
// that are linked whole need no Go type at hand.
func baseSchemas(s *Snapshot) map[string]Table {
	var p pkg
	data, err := os.ReadFile(s.FilePath("datapackage.json"))
	if err != nil || json.Unmarshal(data, &p) != nil {
		return nil
	}
	all := make(map[string]Table)
	for _, r := range p.Resources {
		if r.Format == "parquet" {
			all[r.Name] = r.Schema.table()
		}
	}
	return all
}

func (s pkgSchema) table() Table {
	var t Table
	for _, f := range s.Fields {
		t.Columns = append(t.Columns, Column{Name: f.Name, Kind: f.SQLType, Doc: f.Description,
			Nullable: f.Constraints["required"] == nil, Key: slices.Contains(s.PrimaryKey, f.Name)})
	}
	return t
}
