package lake

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"

	"hardyards/internal/police"
)

// jsonRows writes rows as JSON objects with the columns' names. A NaN and a day
// that isn't known are null, which encoding/json alone can't say.
type jsonRows[T any] []T

// MarshalJSON implements json.Marshaler.
func (rows jsonRows[T]) MarshalJSON() ([]byte, error) {
	t := Schema[T]()
	var out bytes.Buffer
	out.WriteByte('[')
	for i := range rows {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := t.writeObject(&out, reflect.ValueOf(&rows[i]).Elem()); err != nil {
			return nil, err
		}
	}
	out.WriteByte(']')
	return out.Bytes(), nil
}

func (t Table) writeObject(out *bytes.Buffer, row reflect.Value) error {
	for i, c := range t.Columns {
		sep := byte(',')
		if i == 0 {
			sep = '{'
		}
		out.WriteByte(sep)
		v, err := json.Marshal(c.jsonValue(row))
		if err != nil {
			return err
		}
		name, _ := json.Marshal(c.Name)
		out.Write(name)
		out.WriteByte(':')
		out.Write(v)
	}
	out.WriteByte('}')
	return nil
}

// field gives the column's field of a row struct that can be addressed.
func (c Column) field(row reflect.Value) reflect.Value {
	for {
		for i := range row.NumField() {
			f := row.Type().Field(i)
			if f.Offset == c.offset && !(f.Anonymous && f.Type.Kind() == reflect.Struct) && f.Tag.Get("col") != "" {
				return row.Field(i)
			}
			if f.Anonymous && f.Offset <= c.offset && c.offset < f.Offset+f.Type.Size() {
				inner := c
				inner.offset -= f.Offset
				return inner.field(row.Field(i))
			}
		}
		panic("lake: no field for column " + c.Name)
	}
}

func (c Column) jsonValue(row reflect.Value) any {
	v := c.field(row)
	switch c.Kind {
	case DateDay:
		if d := police.Date(v.Int()); d != police.NoDate {
			return d.String()
		}
		return nil
	case Double:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return f
		}
		return nil
	}
	return v.Interface()
}

// UnmarshalJSON implements json.Unmarshaler.
func (rows *jsonRows[T]) UnmarshalJSON(data []byte) error {
	var objects []map[string]json.RawMessage
	if err := json.Unmarshal(data, &objects); err != nil {
		return err
	}
	t := Schema[T]()
	*rows = make([]T, len(objects))
	for i, o := range objects {
		row := reflect.ValueOf(&(*rows)[i]).Elem()
		for _, c := range t.Columns {
			if err := c.setJSON(row, o[c.Name]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c Column) setJSON(row reflect.Value, raw json.RawMessage) error {
	v := c.field(row)
	null := len(raw) == 0 || string(raw) == "null"
	switch {
	case c.Kind == DateDay:
		var s string
		if !null {
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
		}
		d, err := police.ParseDate(s)
		v.SetInt(int64(d))
		return err
	case null && c.Kind == Double:
		v.SetFloat(math.NaN())
		return nil
	case null:
		return nil
	}
	return json.Unmarshal(raw, v.Addr().Interface())
}
