package lake

import (
	"fmt"
	"reflect"
	"strings"

	"hardyards/internal/police"
)

// Kind is a column's type, in the words the data dictionary uses.
type Kind string

// The kinds of column, each with one Parquet type for ever.
const (
	Decimal Kind = "DECIMAL(18,2)" // police.Pence; INT64 in the file
	DateDay Kind = "DATE"          // police.Date; INT32 days in the file
	Varchar Kind = "VARCHAR"       // any string
	Integer Kind = "INTEGER"       // int32
	Bigint  Kind = "BIGINT"        // int64
	Boolean Kind = "BOOLEAN"       // bool
	Double  Kind = "DOUBLE"        // float64
)

// Column is one column of a table.
type Column struct {
	Name     string `json:"name"`
	Kind     Kind   `json:"type"`
	Nullable bool   `json:"nullable"` // the Go zero value (NaN, NoDate) is stored as null
	Key      bool   `json:"key"`      // part of the natural key
	Doc      string `json:"description"`

	offset uintptr // of the field in the row struct
}

// Table is a table's schema, in column order.
type Table struct {
	Columns []Column
	size    uintptr // of the row struct
	row     reflect.Type
}

// Column gives the column of that name and its index, or -1.
func (t Table) Column(name string) (Column, int) {
	for i, c := range t.Columns {
		if c.Name == name {
			return c, i
		}
	}
	return Column{}, -1
}

var (
	typePence = reflect.TypeFor[police.Pence]()
	typeDate  = reflect.TypeFor[police.Date]()
)

// Schema derives a table from the `col` tags of T; the fields of embedded structs
// stand where the embedding stands. It panics where T is no struct of tagged
// fields: a programmer's error.
func Schema[T any]() Table {
	row := reflect.TypeFor[T]()
	t := Table{size: row.Size(), row: row}
	t.add(row, 0)
	if len(t.Columns) == 0 {
		panic(fmt.Sprintf("lake: %v has no field with a col tag", row))
	}
	return t
}

func (t *Table) add(row reflect.Type, base uintptr) {
	if row.Kind() != reflect.Struct {
		panic(fmt.Sprintf("lake: %v is no struct", row))
	}
	for i := range row.NumField() {
		f := row.Field(i)
		tag, tagged := f.Tag.Lookup("col")
		switch {
		case tagged:
			t.Columns = append(t.Columns, columnOf(row, f, tag, base))
		case f.Anonymous:
			t.add(f.Type, base+f.Offset)
		}
	}
}

func columnOf(row reflect.Type, f reflect.StructField, tag string, base uintptr) Column {
	name, opts, _ := strings.Cut(tag, ",")
	c := Column{Name: name, Kind: kindOf(row, f), Doc: f.Tag.Get("doc"), offset: base + f.Offset}
	for opt := range strings.SplitSeq(opts, ",") {
		switch opt {
		case "opt":
			c.Nullable = true
		case "key":
			c.Key = true
		case "":
		default:
			panic(fmt.Sprintf("lake: %v.%s: unknown option %q in its col tag", row, f.Name, opt))
		}
	}
	return c
}

func kindOf(row reflect.Type, f reflect.StructField) Kind {
	switch {
	case f.Type == typePence:
		return Decimal
	case f.Type == typeDate:
		return DateDay
	}
	switch f.Type.Kind() {
	case reflect.String:
		return Varchar
	case reflect.Int32:
		return Integer
	case reflect.Int64:
		return Bigint
	case reflect.Bool:
		return Boolean
	case reflect.Float64:
		return Double
	}
	panic(fmt.Sprintf("lake: %v.%s: no column can hold a %v", row, f.Name, f.Type))
}
