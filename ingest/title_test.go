package ingest

import "testing"

// A list without dates whose name says nothing is dated by the title above its header,
// and by nothing else there: days of publication, notes, two months.
func TestDatedByTheTitle(t *testing.T) {
	for title, want := range map[string]string{
		"Payments over £500 February 2011": "2011-02",
		"Dec-13":                           "2013-12",
		"Quarter 1st April 2014 to 30th June 2014":         "2014-04 to 2014-06",
		"Spend Apr - Jun 2018":                             "2018-04 to 2018-06",
		"1st August 2010 - 31st August 2010":               "2010-08",
		"Published 12 May 2018":                            "",
		"Data extracted 3 June 2018":                       "",
		"You may ask us for more":                          "",
		"where period between '201309' and '201309'":       "",
		"Payments over £500,March 2018 to April 2018":      "2018-03 to 2018-04",
		"January 2018,February 2018":                       "",
		"Payments over £25000 in the year to be published": "",
	} {
		text := title + "\n\nSupplier,Department,Amount\n" + rows3("{payee},Roads,{amount}")
		e, err := Explain(t.Context(), Input{Path: file(t, "spend.csv", text)}, Options{})
		if err != nil || e.Refused != nil {
			t.Errorf("%q: %v %v", title, err, deref(e.Refused))
			continue
		}
		if p := e.Parts[0]; p.Period != want || p.Rows.Payments != 3 {
			t.Errorf("%q: period %q, want %q; rows %+v", title, p.Period, want, p.Rows)
		}
	}
}
