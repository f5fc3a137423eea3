package collaboration

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hardyards/data"
	"hardyards/internal/police"
	"hardyards/internal/testenv"
	"hardyards/transform/payee"
)

// published is one line of Lancashire's workbooks, read by a few lines of code of
// its own, so that this test shares nothing with ingest.
type published struct {
	category, payee string
	date            police.Date
	pence           police.Pence
	sheet           string
}

func lancashire(t testing.TB) []published {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data", "spend", "lancashire-pcc"), "*.xlsx"))
	if err != nil || len(files) != 7 {
		t.Fatalf("workbooks: %v %v", files, err)
	}
	var out []published
	for _, f := range files {
		out = append(out, workbook(t, f)...)
	}
	return out
}

func workbook(t testing.TB, path string) []published {
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	var texts struct {
		SI []struct {
			T string   `xml:"t"`
			R []string `xml:"r>t"`
		} `xml:"si"`
	}
	parse(t, &z.Reader, "xl/sharedStrings.xml", &texts)
	var shared []string
	for _, s := range texts.SI {
		shared = append(shared, s.T+strings.Join(s.R, ""))
	}
	var out []published
	for _, f := range z.File {
		if ok, _ := filepath.Match("xl/worksheets/sheet*.xml", f.Name); ok {
			out = append(out, sheet(t, &z.Reader, f.Name, shared)...)
		}
	}
	return out
}

func parse(t testing.TB, z *zip.Reader, name string, v any) {
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err == nil {
		err = xml.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// sheet reads columns A to D: category, date, amount, payee in every sheet.
func sheet(t testing.TB, z *zip.Reader, name string, shared []string) []published {
	var doc struct {
		Rows []struct {
			Cells []struct {
				Ref  string `xml:"r,attr"`
				Type string `xml:"t,attr"`
				V    string `xml:"v"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	parse(t, z, name, &doc)
	var out []published
	for _, r := range doc.Rows {
		var c [4]string
		for _, cell := range r.Cells {
			v := cell.V
			if cell.Type == "s" && v != "" {
				i, _ := strconv.Atoi(v)
				v = shared[i]
			}
			if col := cell.Ref[0]; col <= 'D' && cell.Ref[1] <= '9' {
				c[col-'A'] = v
			}
		}
		amount, err := strconv.ParseFloat(c[2], 64)
		if err != nil || strings.TrimSpace(c[3]) == "" {
			continue
		}
		p := published{category: c[0], payee: c[3], date: police.NoDate, pence: police.Pence(math.Round(amount * 100)), sheet: filepath.Base(name)}
		if serial, err := strconv.ParseFloat(c[1], 64); err == nil {
			p.date = police.Date(int(serial) - 25569) // 1970-01-01 in Excel's serial days
		}
		out = append(out, p)
	}
	return out
}

func embedded(t testing.TB) (*payee.Resolver, *Attributor, Register) {
	t.Helper()
	forces, err := data.Forces()
	if err != nil {
		t.Fatal(err)
	}
	bodies, err := data.Bodies()
	if err != nil {
		t.Fatal(err)
	}
	aliases, err := data.Aliases()
	if err != nil {
		t.Fatal(err)
	}
	reg, err := data.Register()
	if err != nil {
		t.Fatal(err)
	}
	res, err := payee.New(payee.Tables{Forces: forces, Bodies: bodies, Aliases: aliases})
	if err != nil {
		t.Fatal(err)
	}
	r := Register{Collaborations: reg.Collaborations, Members: reg.Members, Claims: reg.Claims}
	a, err := New(r, forces)
	if err != nil {
		t.Fatal(err)
	}
	return res, a, r
}

func month(d police.Date) string {
	if d == police.NoDate {
		return "unknown"
	}
	return d.String()[:7]
}

// rowsOf sums published lines as transform does.
func rowsOf(lines []published) ([]Row, []payee.Name) {
	at := map[string]*Row{}
	names := map[string]*payee.Name{}
	var rows []*Row
	for _, l := range lines {
		k := fmt.Sprint(police.PayeeKey(l.payee), l.category, month(l.date))
		r := at[k]
		if r == nil {
			r = &Row{Payer: "E23000003", PayeeID: police.PayeeKey(l.payee), Category: l.category, Month: month(l.date), FinYear: police.FinancialYearOf(l.date)}
			at[k] = r
			rows = append(rows, r)
		}
		r.Payments++
		r.Pence += l.pence
		r.Once += l.pence
		n := names[l.payee]
		if n == nil {
			n = &payee.Name{Published: l.payee}
			names[l.payee] = n
		}
		n.Payments++
		n.Pence += l.pence
	}
	var out []Row
	for _, r := range rows {
		out = append(out, *r)
	}
	var list []payee.Name
	for _, n := range names {
		list = append(list, *n)
	}
	return out, list
}

// TestLancashire attributes all real payments of Lancashire. Expected sums come
// from the published lines themselves, by the words of payee and category.
func TestLancashire(t *testing.T) {
	lines := lancashire(t)
	if n := len(lines); n != 51976 { // gold/lancashire_sheet_totals.csv
		t.Fatalf("%d lines, want 51976", n)
	}
	res, a, _ := embedded(t)
	rows, names := rowsOf(lines)
	links, err := res.Links(names, 2)
	if err != nil {
		t.Fatal(err)
	}
	flows, err := a.Flows(rows, links, nil)
	if err != nil {
		t.Fatal(err)
	}
	var air, motorway, equipment, all police.Pence
	for _, l := range lines {
		up := strings.ToUpper(l.payee)
		cat := strings.ToUpper(l.category)
		switch {
		case strings.Contains(up, "WEST YORKSHIRE") && strings.Contains(cat, "AIR SUPPORT"):
			air += l.pence
		case strings.Contains(up, "CHESHIRE") && strings.Contains(cat, "MOTORWAY"):
			motorway += l.pence
		case up == "MERSEYSIDE POLICE AUTHORITY" && strings.TrimSpace(cat) == "EQUIPMENT":
			equipment += l.pence
		}
		if r := res.Resolve(l.payee); payee.IsPolice(r.Kind) {
			all += l.pence
		}
	}
	got := map[string]police.Pence{}
	var total police.Pence
	for _, f := range flows {
		got[f.Payee+" "+f.Collaboration+" "+f.Certainty] += f.Pence
		total += f.Pence
	}
	if total != all {
		t.Errorf("flows sum to %s, payments to police bodies to %s", total.Pounds(), all.Pounds())
	}
	if g := got["E23000010 npas certain"]; g != air {
		t.Errorf("air service, certain: %s, want %s", g.Pounds(), air.Pounds())
	}
	if g := got["E23000006 nwmpg possible"]; g != motorway {
		t.Errorf("motorway group, possible: %s, want %s", g.Pounds(), motorway.Pounds())
	}
	if g := got["E23000004  unattributed"]; g < equipment {
		t.Errorf("Merseyside unattributed: %s, less than its equipment %s", g.Pounds(), equipment.Pounds())
	}
	for _, k := range slices.Sorted(keys(got)) {
		t.Logf("%14s  %s", got[k].Pounds(), k)
	}
	seen := map[string]bool{}
	for _, f := range flows {
		if k := f.Payee + f.Collaboration + f.Certainty; f.Certainty != Unattributed && !seen[k] {
			seen[k] = true
			t.Logf("%s %s %s %s: %s", f.PayeeName, f.Collaboration, f.Certainty, f.FinYear, f.Reason)
		} else if f.Payee == "E23000004" {
			t.Logf("%s %s: %s", f.PayeeName, f.FinYear, f.Reason)
		}
	}
}
