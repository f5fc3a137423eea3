package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hardyards/analyze"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// mainPage is the page that the main job wrote.
func mainPage(t *testing.T) string {
	t.Helper()
	job, err := mainJob()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(job.dir, "report", "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestRunIsNamed: the page that run writes, the run's record and the manifest agree on
// snapshot and run; the snapshot itself holds no run's id, since its bytes hang on its
// inputs alone.
func TestRunIsNamed(t *testing.T) {
	page, s := mainPage(t), mainSnapshot(t)
	m := regexp.MustCompile(`Snapshot <code>([0-9a-f]+)</code> · run <code>([^<]+)</code>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page names no run")
	}
	if m[1] != s.ID() {
		t.Errorf("the page is of snapshot %s, the manifest's is %s", m[1], s.ID())
	}
	if !strings.Contains(page, "Run "+m[2]) {
		t.Error("the downloads name another run, or none")
	}
	text, err := os.ReadFile(filepath.Join(mainLake(t), "runs", m[2]+".json"))
	if err != nil {
		t.Fatalf("the page's run has no record: %v", err)
	}
	var r lake.RunRecord
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if r.ID != m[2] || r.Snapshot != s.ID() || !slices.Contains(r.Outputs, "snapshots/"+s.ID()) {
		t.Errorf("the record is of run %s, snapshot %s, outputs %v", r.ID, r.Snapshot, r.Outputs)
	}
	manifest, err := os.ReadFile(filepath.Join(mainLake(t), "snapshots", s.ID(), "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(manifest), m[2]) {
		t.Error("the manifest holds the run's id: the same inputs would give other bytes")
	}
}

// TestPublisherOf: a run that found nothing new names the snapshot, but didn't make it.
func TestPublisherOf(t *testing.T) {
	runs := []lake.RunRecord{{ID: "1", Snapshot: "a", Outputs: []string{"snapshots/a"}}, {ID: "2", Snapshot: "a"}, {ID: "3", Snapshot: "b", Outputs: []string{"snapshots/b"}}}
	for snapshot, want := range map[string]string{"a": "1", "b": "3", "c": ""} {
		if got := publisherOf(runs, snapshot); got != want {
			t.Errorf("publisher of %s is %q, want %q", snapshot, got, want)
		}
	}
}

// TestLinesOfTheReport: corrections and comment come from hardyards.toml.
func TestLinesOfTheReport(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "hardyards.toml")
	text := "[[source]]\npublisher = 'lancashire'\npaths = ['none']\n[report]\ncorrections = '2 March: <b>one</b>.'\nasked = 'All were asked.'\n"
	if err := os.WriteFile(config, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if code := run(context.Background(), []string{"report", "--force", "lancashire", "--lake", mainLake(t), "--config", config, "--out", dir}, os.Stdin, &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, &errs)
	}
	page, err := os.ReadFile(filepath.Join(dir, "force-lancashire.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Corrections: 2 March: &lt;b&gt;one&lt;/b&gt;.", "Right of reply: All were asked."} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page doesn't say %q", want)
		}
	}
}

// partitionReader keeps the payments of the payer and year read last: flows of one
// payer and year are traced one after the other.
type partitionReader struct {
	lake.Reader
	filter string
	rows   []police.Payment
}

func (r *partitionReader) ScanPayments(ctx context.Context, f lake.Filter, fn func([]police.Payment) error) error {
	if key := fmt.Sprint(f); key != r.filter {
		r.filter, r.rows = key, nil
		err := r.Reader.ScanPayments(ctx, f, func(rows []police.Payment) error {
			r.rows = append(r.rows, rows...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return fn(r.rows)
}

// idsOf are the ids of a page that trace takes: every figure's, table's and finding's.
func idsOf(page string) []string {
	seen := map[string]bool{}
	var out []string
	for _, m := range regexp.MustCompile(`<code>(?:hardyards trace )?([^<]+)</code>`).FindAllStringSubmatch(page, -1) {
		id := html.UnescapeString(m[1])
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// followed is what an id ends in, its further ids followed too.
type followed struct {
	analyze.Trace
	lines, values int
}

// TestEveryFindingOnThePageIsTraced follows every id that stands on the page of the
// main job, as the verb trace does, to the publishers' lines or to values of measures
// with their source, and makes sums and rates anew from these.
func TestEveryFindingOnThePageIsTraced(t *testing.T) {
	page, s := mainPage(t), mainSnapshot(t)
	a := &app{lakeDir: mainLake(t)}
	flowOf, err := a.flowOf(s)
	if err != nil {
		t.Fatal(err)
	}
	known := map[int64]int64{} // flow of each payment, attributed once
	in := func(f police.Flow, p *police.Payment) bool {
		id, ok := known[p.PaymentID]
		if !ok {
			id = flowOf(p)
			known[p.PaymentID] = id
		}
		return id == f.FlowID
	}
	tracer, err := analyze.NewTracer(t.Context(), &partitionReader{Reader: s}, in)
	if err != nil {
		t.Fatal(err)
	}
	run := regexp.MustCompile(`· run <code>([^<]+)</code>`).FindStringSubmatch(page)
	done := map[string]followed{}
	ids := slices.DeleteFunc(idsOf(page), func(id string) bool { return id == s.ID() || len(run) > 1 && id == run[1] })
	if len(ids) < 3000 {
		t.Fatalf("only %d ids stand on the page", len(ids))
	}
	for _, id := range ids {
		f := follow(t, tracer, id, done)
		if f.lines+f.values == 0 && !registered(f.Trace) {
			t.Errorf("%s (%s) ends in no line and no value: %s", id, f.Kind, f.Text)
		}
	}
	checkFlows(t, page, done)
	checkRates(t, s, done)
	checkHeadlines(t, s, done)
	t.Logf("%d ids followed", len(done))
}

// registered reports whether a claim names its source: what somebody said has no line
// of a table behind it, unless its members' spend is set beside.
func registered(tr analyze.Trace) bool {
	_, source, ok := strings.Cut(tr.Text, "Source: ")
	return tr.Kind == "claim" && ok && strings.TrimSpace(source) != ""
}

func follow(t *testing.T, tracer *analyze.Tracer, id string, done map[string]followed) followed {
	t.Helper()
	if f, ok := done[id]; ok {
		return f
	}
	tr, err := tracer.Trace(id)
	if err != nil {
		t.Errorf("trace %s: %v", id, err)
	}
	f := followed{Trace: tr}
	for _, p := range tr.Payments {
		if p.File == "" || len(p.SHA256) != 64 || p.LineFirst < 1 || p.LineLast < p.LineFirst {
			t.Errorf("%s: a payment without its place: %+v", id, p)
			continue
		}
		f.lines++
	}
	for _, v := range tr.Sources {
		if strings.TrimSpace(v.Source) == "" {
			t.Errorf("%s: a value without a source: %+v", id, v)
			continue
		}
		f.values++
	}
	done[id] = f // before its further ids, so that a ring would end
	for _, next := range tr.Next {
		g := follow(t, tracer, next, done)
		f.lines, f.values = f.lines+g.lines, f.values+g.values
	}
	done[id] = f
	return f
}

// checkFlows sums the lines of each flow of the page's table and compares them with
// what is printed there.
func checkFlows(t *testing.T, page string, done map[string]followed) {
	t.Helper()
	table := regexp.MustCompile(`(?s)<table id="t-flows">.*?</table>`).FindString(page)
	rows := regexp.MustCompile(`<tr[^>]*><td[^>]*><code>(\d+)</code>(.*)\n`).FindAllStringSubmatch(table, -1)
	if len(rows) < 100 {
		t.Fatalf("%d flows stand on the page", len(rows))
	}
	value := regexp.MustCompile(`<td>([^<]*)`)
	plain := strings.NewReplacer("£", "", ",", "", "−", "-")
	for _, r := range rows {
		var lines []police.Pence
		f, sum, once := done[r[1]], police.Pence(0), police.Pence(0)
		for _, p := range f.Payments {
			sum, once, lines = sum+p.Pence, once+p.Once, append(lines, p.Pence)
		}
		v := value.FindAllStringSubmatch(r[2], -1) // months, payments, £ as published, £ once
		if len(v) != 4 || plain.Replace(v[1][1]) != strconv.Itoa(len(lines)) || plain.Replace(v[2][1]) != sum.String() || plain.Replace(v[3][1]) != once.String() {
			t.Errorf("flow %s prints %v, its %d lines sum to %s, once %s", r[1], v, len(lines), sum, once)
		}
	}
}

// tracedOf are the traced values of a measure by force, in pounds or as counted.
func tracedOf(f followed, measure, function string) map[police.ForceCode]float64 {
	out := map[police.ForceCode]float64{}
	for _, v := range f.Values {
		if v.Measure == measure && v.Function == function && v.Value == v.Value {
			out[v.Force] = v.Value
			if strings.Contains(strings.ToLower(v.Unit), "thousand") {
				out[v.Force] *= 1000
			}
		}
	}
	return out
}

// checkRates makes costs a head, comparisons with peers and funnels anew from the values
// that trace leads to. Money is exact to the penny, so rates agree to 1e-9.
func checkRates(t *testing.T, s *lake.Snapshot, done map[string]followed) {
	t.Helper()
	same := func(id, what string, got, want float64) {
		if math.IsNaN(want) {
			return
		}
		if math.Abs(got-want) > 1e-9*math.Abs(want) {
			t.Errorf("%s: %s from its values is %v, the finding says %v", id, what, got, want)
		}
	}
	checked := 0
	for _, c := range rowsOf[police.CostPerHead](t, s, "cost_per_head") {
		if f, ok := done[c.FindingID]; ok {
			cost, people := tracedOf(f, c.Measure, c.Function)[c.Force], tracedOf(f, "population", "")[c.Force]
			same(c.FindingID, "cost a head", cost/people, c.Nominal)
			checked++
		}
	}
	for _, c := range append(rowsOf[police.PeerComparison](t, s, "peer_comparison"), rowsOf[police.PeerComparison](t, s, "peer_comparison_all")...) {
		f, ok := done[c.FindingID]
		if !ok || c.Prices != "nominal" || c.Per != "head" {
			continue
		}
		cost, people := tracedOf(f, c.Measure, c.Function), tracedOf(f, "population", "")
		same(c.FindingID, "value", cost[c.Force]/people[c.Force], c.Value)
		var sum, residents float64
		for p := range strings.SplitSeq(c.Peers, "|") {
			sum, residents = sum+cost[police.ForceCode(p)], residents+people[police.ForceCode(p)]
		}
		same(c.FindingID, "peers' weighted mean", sum/residents, c.MeanWeighted)
		checked++
	}
	for _, u := range rowsOf[police.FunnelRow](t, s, "funnel") {
		if f, ok := done[u.FindingID]; ok {
			same(u.FindingID, "count", tracedOf(f, u.Measure, "")[u.Force], u.Count)
			checked++
		}
	}
	if checked < 1500 {
		t.Errorf("only %d rates were made anew", checked)
	}
}

func rowsOf[T any](t *testing.T, s *lake.Snapshot, table string) []T {
	t.Helper()
	rows, err := readTable[T](s, table)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// checkHeadlines sums what the headlines on payments lead to: the lines of the year of
// F2, and the months of F1.
func checkHeadlines(t *testing.T, s *lake.Snapshot, done map[string]followed) {
	t.Helper()
	flows := map[string]police.Flow{}
	for _, f := range rowsOf[police.Flow](t, s, "fact_flow") {
		flows[strconv.FormatInt(f.FlowID, 10)] = f
	}
	for _, h := range rowsOf[police.Headline](t, s, "headline") {
		switch h.Section {
		case "flows":
			year := strings.TrimPrefix(regexp.MustCompile(`financial_year=[0-9-]+`).FindString(h.Inputs), "financial_year=")
			var sum, once police.Pence
			lines := 0
			for _, id := range done[h.FindingID].Next {
				if string(flows[id].FinYear) != year {
					continue
				}
				for _, p := range done[id].Payments {
					sum, once, lines = sum+p.Pence, once+p.Once, lines+1
				}
			}
			if sum.Float() != h.Value || once.Float() != h.Lo || lines != int(h.N) {
				t.Errorf("%s says £%.2f (once £%.2f) in %d payments; its lines sum to %s (once %s) in %d", h.FindingID, h.Value, h.Lo, h.N, sum.Pounds(), once.Pounds(), lines)
			}
		case "covered":
			sum := police.Pence(0)
			for _, v := range done[h.FindingID].Sources {
				p, err := police.ParsePence(strings.NewReplacer("£", "", ",", "").Replace(v.Value))
				if err != nil {
					t.Fatal(err)
				}
				sum += p
			}
			if want := fmt.Sprintf("£%.1fm", sum.Float()/1e6); !strings.Contains(h.Text, want) {
				t.Errorf("the months of %s sum to %s, which it doesn't say: %s", h.FindingID, want, h.Text)
			}
		}
	}
}
