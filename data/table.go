package data

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/gocarina/gocsv"

	"hardyards/internal/police"
)

// readTable reads a clean CSV table whose header names the `col` tags of T, those
// in absent left out. Columns may stand in any order; one too many, one too few or
// one twice is an error, and so is a cell that is not of its field's type.
//
// gocsv decodes into strings only: left to itself it turns 12.99 into 12 for an
// integer and a misspelt heading into empty values, without an error.
func readTable[T any](dir fs.FS, name string, absent ...string) ([]T, error) {
	f, err := dir.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reference table: %w", err)
	}
	defer f.Close()
	fields := columnsOf(reflect.TypeFor[T](), absent)
	text := textStruct(fields)
	records := csv.NewReader(f)
	u, err := gocsv.NewUnmarshaller(records, reflect.New(text).Elem().Interface())
	if err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	if err := sameColumns(u, fields); err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	var rows []T
	for {
		cells, err := u.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err) // encoding/csv names the line
		}
		var row T
		if err := parseRow(reflect.ValueOf(cells), reflect.ValueOf(&row).Elem(), fields); err != nil {
			line, _ := records.FieldPos(0)
			return nil, fmt.Errorf("%s:%d: %w", name, line, err)
		}
		rows = append(rows, row)
	}
}

// A column of a table is a field of the row's struct.
type column struct {
	name  string
	opt   bool
	index int
	kind  reflect.Type
}

func columnsOf(row reflect.Type, absent []string) []column {
	var cols []column
	for i := range row.NumField() {
		f := row.Field(i)
		name, flags, _ := strings.Cut(f.Tag.Get("col"), ",")
		if name == "" || slices.Contains(absent, name) {
			continue
		}
		opt := slices.Contains(strings.Split(flags, ","), "opt")
		cols = append(cols, column{name: name, opt: opt, index: i, kind: f.Type})
	}
	return cols
}

// textStruct is a struct of strings with gocsv's tags, one field a column.
func textStruct(cols []column) reflect.Type {
	fields := make([]reflect.StructField, len(cols))
	for i, c := range cols {
		fields[i] = reflect.StructField{Name: "F" + strconv.Itoa(i), Type: reflect.TypeFor[string](),
			Tag: reflect.StructTag(`csv:"` + c.name + `"`)}
	}
	return reflect.StructOf(fields)
}

func sameColumns(u *gocsv.Unmarshaller, cols []column) error {
	if len(u.MismatchedHeaders) > 0 {
		return fmt.Errorf("unknown columns %s", strings.Join(u.MismatchedHeaders, ", "))
	}
	if len(u.MismatchedStructFields) > 0 {
		return fmt.Errorf("missing columns %s", strings.Join(u.MismatchedStructFields, ", "))
	}
	if len(u.Headers) != len(cols) {
		return fmt.Errorf("a column stands twice in %s", strings.Join(u.Headers, ", "))
	}
	return nil
}

func parseRow(cells, row reflect.Value, cols []column) error {
	for i, c := range cols {
		if err := c.parse(cells.Field(i).String(), row.Field(c.index)); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return nil
}

// parse sets a field from its cell. An empty cell of an optional column is the
// field's zero value, NoDate or NaN.
func (c column) parse(cell string, to reflect.Value) error {
	if c.kind == reflect.TypeFor[police.Date]() {
		d, err := police.ParseDate(cell)
		to.SetInt(int64(d))
		return err
	}
	if cell == "" && c.kind.Kind() != reflect.String {
		if !c.opt {
			return errors.New("empty")
		}
		if c.kind.Kind() == reflect.Float64 {
			to.SetFloat(math.NaN())
		}
		return nil
	}
	if c.kind == reflect.TypeFor[police.Pence]() {
		p, err := police.ParsePence(cell)
		to.SetInt(int64(p))
		return err
	}
	switch c.kind.Kind() {
	case reflect.String:
		to.SetString(cell)
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(cell, 10, c.kind.Bits())
		if err != nil {
			return fmt.Errorf("%q is not a whole number", cell)
		}
		to.SetInt(n)
	case reflect.Float64:
		v, err := strconv.ParseFloat(cell, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%q is not a number", cell)
		}
		to.SetFloat(v)
	case reflect.Bool:
		if cell != "true" && cell != "false" {
			return fmt.Errorf("%q is neither true nor false", cell)
		}
		to.SetBool(cell == "true")
	default:
		return fmt.Errorf("fields of type %s are not read", c.kind)
	}
	return nil
}
