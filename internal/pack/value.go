package pack

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// Value writes a plain value: strings, numbers, truth values, slices and structs of
// them, unexported fields included as nothing. Text written so is read by a program
// of the same Form alone.
func Value[T any](e *Encoder, v *T) { e.value(reflect.ValueOf(v).Elem()) }

// ReadValue reads what Value wrote.
func ReadValue[T any](d *Decoder, v *T) { d.value(reflect.ValueOf(v).Elem()) }

// Form names the fields of T and of all in it: it changes with them, so that a text
// that begins with it is never misread by another version of the program.
func Form[T any]() string {
	var b strings.Builder
	form(&b, reflect.TypeFor[T]())
	return b.String()
}

func form(b *strings.Builder, t reflect.Type) {
	switch t.Kind() {
	case reflect.Slice:
		b.WriteString("[]")
		form(b, t.Elem())
	case reflect.Struct:
		b.WriteByte('{')
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() {
				b.WriteString(f.Name + " ")
				form(b, f.Type)
				b.WriteByte(';')
			}
		}
		b.WriteByte('}')
	default:
		b.WriteString(t.Kind().String())
	}
}

func (e *Encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		e.String(v.String())
	case reflect.Bool:
		e.Bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.Int(v.Int())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.Uint(v.Uint())
	case reflect.Float64:
		e.Uint(math.Float64bits(v.Float()))
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			e.Bytes(v.Bytes())
			return
		}
		e.Uint(uint64(v.Len()))
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanInterface() {
				e.value(f)
			}
		}
	default:
		panic(fmt.Sprintf("pack: a %v is no plain value", v.Type()))
	}
}

func (d *Decoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(d.String())
	case reflect.Bool:
		v.SetBool(d.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(d.Int())
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(d.Uint())
	case reflect.Float64:
		v.SetFloat(math.Float64frombits(d.Uint()))
	case reflect.Slice:
		d.slice(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				d.value(f)
			}
		}
	default:
		panic(fmt.Sprintf("pack: a %v is no plain value", v.Type()))
	}
}

func (d *Decoder) slice(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		if b := d.Bytes(); len(b) > 0 {
			v.SetBytes(append([]byte(nil), b...))
		}
		return
	}
	n := d.Count()
	if n == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		d.value(v.Index(i))
	}
}
