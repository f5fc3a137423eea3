package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/police"
)

// call runs one command line in an empty folder and gives stdout, stderr and code.
func call(t *testing.T, stdin string, args ...string) (string, string, int) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return out.String(), errs.String(), code
}

func TestPayeesResolve(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"lines": "Kent Police\r\nST PETERS PCC\n\nGMCA\n",
		"csv":   "amount,Payee\n1,Kent Police\n2,ST PETERS PCC\n3,GMCA\n",
	} {
		out, errs, code := call(t, text, "payees", "resolve", "-", "--json")
		if code != 0 {
			t.Fatalf("%s: code %d: %s", name, code, errs)
		}
		var got []resolvedPayee
		for line := range strings.Lines(out) {
			var r resolvedPayee
			if err := json.Unmarshal([]byte(line), &r); err != nil {
				t.Fatalf("%s: %v: %s", name, err, line)
			}
			got = append(got, r)
		}
		if len(got) != 3 || got[0].Force != "E23000032" || got[0].Kind != "force" || got[1].Kind == "force" || got[2].Kind != "ambiguous" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if _, errs, code := call(t, "", "payees", "resolve", "nowhere.csv"); code != police.ExitUsage || !strings.Contains(errs, "nowhere.csv") {
		t.Errorf("a missing file: code %d: %s", code, errs)
	}
}

func TestRegisterLint(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if out, errs, code := call(t, "", "register", "lint"); code != 0 || out != "" {
		t.Errorf("the embedded register: code %d: %s%s", code, out, errs)
	}
	if _, errs, code := call(t, "", "register", "template", "own"); code != 0 {
		t.Fatalf("template: code %d: %s", code, errs)
	}
	if _, _, code := call(t, "", "register", "template", "own"); code != police.ExitUsage {
		t.Errorf("template over a template: code %d", code)
	}
	f, err := os.OpenFile(filepath.Join(dir, "own", "members.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("nowhere,E23000003,member,2012,live,,,,\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	out, _, code := call(t, "", "register", "lint", "own")
	if code != police.ExitRejections || !strings.Contains(out, "nowhere") {
		t.Errorf("a member of nothing: code %d: %s", code, out)
	}
}

// TestFlows runs the sample. The air service's sum is that of the 31 published
// lines of West Yorkshire under "Regional Air Support Unit", added up from the
// workbooks by another program (a script over their XML): £8,261,741.92.
func TestFlows(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, errs, code := call(t, "", "run", "--only", "lake", "--quiet"); code != 0 {
		t.Fatalf("run: code %d: %s", code, errs)
	}
	out, errs, code := call(t, "", "flows", "--collaboration", "npas", "--per", "head", "--json")
	if code != 0 {
		t.Fatalf("flows: code %d: %s", code, errs)
	}
	var rows []struct {
		Payer, Payee, Certainty string
		Collaboration           *string
		Payments, Pence         int64
	}
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatal(err)
	}
	var sum, n int64
	for _, r := range rows {
		sum, n = sum+r.Pence, n+r.Payments
		if r.Payer != "E23000003" || r.Payee != "E23000010" || r.Certainty != "certain" || *r.Collaboration != "npas" {
			t.Errorf("got %+v", r)
		}
	}
	if sum != 826174192 || n != 31 {
		t.Errorf("air service: %d pence in %d payments, want 826174192 in 31", sum, n)
	}
	for _, as := range []string{"table", "csv", "chart", "matrix", "net", "network", "shares", "national"} {
		if out, errs, code := call(t, "", "flows", "--payer", "lancashire", "--as", as); code != 0 || out == "" {
			t.Errorf("--as %s: code %d: %s%s", as, code, out, errs)
		}
	}
	for _, bad := range [][]string{{"--payer", "lancshire"}, {"--payer", "kent"}, {"--collaboration", "npsa"}, {"--year", "2018"}, {"--as", "pie"}, {"--per", "dog"}} {
		if _, errs, code := call(t, "", append([]string{"flows"}, bad...)...); code != police.ExitUsage || !strings.Contains(errs, "what to do") {
			t.Errorf("%v: code %d: %s", bad, code, errs)
		}
	}
	if out, _, code := call(t, "", "payees", "review", "--limit", "5", "--toml"); code != 0 || !strings.HasPrefix(out, "version = 1") {
		t.Errorf("review: code %d: %s", code, out)
	}
}
