package data

import (
	"strings"
	"testing"
	"testing/fstest"

	"hardyards/internal/police"
)

func TestReadTableIsStrict(t *testing.T) {
	const head = "claim_id,collaboration,kind,claimed_by,claimed_when,as_published,amount_low,amount_high,period,per,basis,timing,against,source\n"
	for _, c := range []struct{ name, text, want string }{
		{"good", head + "a-1,a,saving,,,£1m,1000000,,,,,,,s\n", ""},
		{"unknown column", strings.Replace(head, "kind", "kimd", 1), "claims.csv:1: unknown columns kimd"},
		{"column missing", strings.Replace(head, "kind,", "", 1), "claims.csv:1: missing columns kind"},
		{"column twice", strings.Replace(head, "kind,", "kind,kind,", 1), "claims.csv:1: a column stands twice"},
		{"half a penny", head + "a-1,a,saving,,,x,1.005,,,,,,,s\n", "claims.csv:2: amount_low: amount"},
		{"words for money", head + "\na-1,a,saving,,,x,lots,,,,,,,s\n", "claims.csv:3: amount_low: amount"},
		{"short row", head + "a-1,a\n", "wrong number of fields"},
		{"no header", "", "claims.csv:1: EOF"},
	} {
		_, err := readTable[police.Claim](fstest.MapFS{"claims.csv": {Data: []byte(c.text)}}, "claims.csv")
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: error %v, want %q", c.name, err, c.want)
		}
	}
}

func TestReadTableParses(t *testing.T) {
	const text = "body_id,kind,name,force_code,valid_from,valid_to,successor,source\n" +
		"x,force,X Police,,2012-11-22,,,\"a, b\"\n"
	rows, err := readTable[police.PoliceBody](fstest.MapFS{"bodies.csv": {Data: []byte(text)}}, "bodies.csv")
	if err != nil {
		t.Fatal(err)
	}
	b := rows[0]
	if b.From.String() != "2012-11-22" || b.To != police.NoDate || b.Source != "a, b" || b.Name != "X Police" {
		t.Errorf("%+v", b)
	}
	const values = "force_code,measure,function,year,period_type,value,value_text,state,unit,series_break,source\n" +
		"E23000003,m,,2018,CAL_YEAR,,x,suppressed,u,,s\n"
	vs, err := ReadMeasures(fstest.MapFS{"m.csv": {Data: []byte(values)}})
	if err != nil {
		t.Fatal(err)
	}
	if v := vs[0]; v.Value == v.Value || v.Year != 2018 || v.Line != 2 {
		t.Errorf("suppressed value: %+v", v)
	}
}

func BenchmarkMeasures(b *testing.B) {
	for b.Loop() {
		if _, err := Measures(); err != nil {
			b.Fatal(err)
		}
	}
}
