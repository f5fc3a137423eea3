package ingest

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"hardyards/internal/testenv"
)

// notPayments are the files of ../shared/data/spend that are no list of payments to
// named payees, each looked at by hand, with the reason that must be given.
func notPayments() map[string]string {
	const (
		cards    = "card payments by merchant category: no column says who was paid"
		summary  = "a summary of totals by heading: nothing says who was paid or when"
		metadata = "a metadata form that describes a data set, not a list of payments"
		names    = "no column holds amounts, so it is no list of payments"
	)
	out := map[string]string{
		"nfc-over-25k-1009.csv":                                              metadata,
		"20110809TransparencyFY0910U.csv":                                    names, // organisations paid in a year, in three columns
		"20121221_travel_stationery_oct2012.csv":                             summary,
		"20130731_spend_gpc_stationery.csv":                                  summary,
		"20140731-gpc-travel-stationery-may-2014.csv":                        summary,
		"GPC_Transparency_data_April_2015_travel_stationery.csv":             summary,
		"GPC_Transparency_data_Dec2014_Travel_Stationery.csv":                summary,
		"GPC_Transparency_data_Jan2015_travel_Stationery.csv":                summary,
		"GPC_Transparency_data_May2015_Travel_stationery.csv":                summary,
		"GPC_Transparency_data_Sep_2014_Travel_and_stationery_contracts.csv": summary,
		"GPC_Travel_and_Stationery_contracts_data_June2014.csv":              summary,
		"GPC_transparency_data_travel_stattionery_nov2012.csv":               summary,
		"GPC_transparencydata_Oct2013_Travel_Stationery.csv":                 summary,
		"GPC_transparencydata_nov2013_Travel_Stationery.csv":                 summary,
		"gpc_spend_travel_stationery_July2013.csv":                           summary,
		"gpc_transparency_data_may2012_travel_stationery.csv":                summary,
		"july2012_gpc_spend_travel_stationery.csv":                           summary,
	}
	for _, f := range []string{"20120215GPC_TRANSPARENCY_DATA_1_DECEMBER_TO_31_DECEMBER_2011.csv", "GBP_Transparency_Data_Oct_2015_2.csv",
		"GPC_Transparency_Data_1_to_30_April_2014.csv", "GPC_Transparency_Data_Sept_2015.csv", "GPC_Transparency_data_1_28_Feb2015.csv",
		"GPC_Transparency_data_Dec2014.csv", "GPC_Transparency_data_Jan2014.csv", "GPC_Transparency_data_July2014.csv", "GPC_Transparency_data_June_2015.csv",
		"GPC_transparency_data_dec_2012.csv", "gpc_spend_June2013.csv", "gpc_transparency_data_1_apr_to_30_apr13.csv", "june2012_gpc_spend.csv"} {
		out[f] = cards
	}
	return out
}

// TestFigures reads every published file, by inference alone and with layouts, and
// prints the figures that the issue asks for: run it with -v.
func TestFigures(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Shared(t, "data", "spend"), "*", "*"))
	if err != nil || len(files) != 287 {
		t.Fatalf("%d files of spend, want 287 (%v)", len(files), err)
	}
	slices.Sort(files)
	for _, how := range []struct {
		name    string
		options Options
		least   float64
	}{{"inference alone", Options{}, 0.95}, {"with layouts", Options{Layouts: projectLayouts(t)}, 0.99}} {
		figuresOf(t, how.name, files, how.options, how.least)
	}
}

func figuresOf(t *testing.T, how string, files []string, opt Options, least float64) {
	t.Helper()
	opt.Memory = new(Memory)
	all := make([]Explanation, len(files))
	var group errgroup.Group
	group.SetLimit(runtime.NumCPU())
	for i, f := range files {
		group.Go(func() (err error) {
			all[i], err = Explain(t.Context(), Input{Path: f}, opt)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	known := notPayments()
	var genuine, understood, byLayout, outside, outsideFiles int
	var rows RowCounts
	var unbalanced []string
	for i, e := range all {
		name := filepath.Base(files[i])
		if !e.Ledger.Balances {
			unbalanced = append(unbalanced, name)
		}
		if want, no := known[name]; no {
			if e.Refused == nil || *e.Refused != want {
				t.Errorf("%s, %s: refused %v, want %q", how, name, deref(e.Refused), want)
			}
			continue
		}
		genuine++
		if e.Refused != nil {
			t.Logf("%s: refused %s: %s", how, name, *e.Refused)
			continue
		}
		understood++
		n := 0
		for _, p := range e.Parts {
			rows.Read += p.Rows.Read
			rows.Payments += p.Rows.Payments
			rows.Rejections += p.Rows.Rejections
			rows.Exclusions += p.Rows.Exclusions
			n += p.Outside
		}
		if slices.ContainsFunc(e.Parts, func(p PartExplanation) bool { return p.Layout != "inferred" }) {
			byLayout++
		}
		if outside += n; n > 0 {
			outsideFiles++
			t.Logf("%s: %s: %d dates more than a year outside the period of its name (%s)", how, name, n, e.Parts[0].Period)
		}
	}
	t.Logf("%s: %d of %d files that list payments understood (%.1f %%), %d of them by a layout; %d files refused as no list of payments",
		how, understood, genuine, 100*float64(understood)/float64(genuine), byLayout, len(known))
	t.Logf("%s: %d rows read, %d payments, %d rejections (%.2f %%), %d exclusions; ledgers out of balance: %d",
		how, rows.Read, rows.Payments, rows.Rejections, 100*float64(rows.Rejections)/float64(rows.Payments+rows.Rejections), rows.Exclusions, len(unbalanced))
	t.Logf("%s: %d dates in %d files lie more than a year outside the period of the file's name", how, outside, outsideFiles)
	if float64(understood) < least*float64(genuine) {
		t.Errorf("%s: understood %d of %d, want %.0f %%", how, understood, genuine, 100*least)
	}
	if len(unbalanced) > 0 {
		t.Errorf("%s: ledgers don't balance: %s", how, strings.Join(unbalanced, ", "))
	}
}

func deref(s *string) string {
	if s == nil {
		return "not refused"
	}
	return *s
}
