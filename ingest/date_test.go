package ingest

import (
	"testing"

	"hardyards/internal/police"
)

func TestParseDate(t *testing.T) {
	for _, c := range []struct {
		cell            string
		native, swapped string
		kind            dateKind
		style           string
	}{
		{"13/09/2019", "2019-09-13", "", dateNumeric, "dd/mm/yyyy"},
		{"02/05/18", "2018-05-02", "2018-02-05", dateNumeric, "dd/mm/yy"},
		{"8/12/2013", "2013-12-08", "2013-08-12", dateNumeric, "dd/mm/yyyy"},
		{"8/13/2013", "", "2013-08-13", dateNumeric, "dd/mm/yyyy"},
		{"01.04.2011", "2011-04-01", "2011-01-04", dateNumeric, "dd.mm.yyyy"},
		{"2010-02-08T00:00:00", "2010-02-08", "2010-08-02", dateNumeric, "yyyy-mm-ddThh:mm:ss"},
		{"2018-04-03 00:00:00", "2018-04-03", "2018-03-04", dateNumeric, "yyyy-mm-ddThh:mm:ss"},
		{"2018-04-13", "2018-04-13", "", dateNumeric, "yyyy-mm-dd"},
		{"03/04/2018 00:00", "2018-04-03", "2018-03-04", dateNumeric, "dd/mm/yyyy"},
		{"13-Jan-23", "2023-01-13", "", dateFixed, "dd-Mon-yy"},
		{"3-Oct-11", "2011-10-03", "", dateFixed, "dd-Mon-yy"},
		{"02-May-2013", "2013-05-02", "", dateFixed, "dd-Mon-yyyy"},
		{"08/Dec/2010 ", "2010-12-08", "", dateFixed, "dd/Mon/yyyy"},
		{"14 Apr 2023", "2023-04-14", "", dateFixed, "dd Mon yyyy"},
		{"31 August 2023", "2023-08-31", "", dateFixed, "dd Mon yyyy"},
		{"4th May 2023", "2023-05-04", "", dateFixed, "dd Mon yyyy"},
		{"April 3, 2018", "2018-04-03", "", dateFixed, "dd Mon yyyy"},
		{"04-Sept-14", "2014-09-04", "", dateFixed, "dd-Mon-yy"},
		{"43658", "2019-07-12", "", dateFixed, "serial"},
		{"43658.614583", "2019-07-12", "", dateFixed, "serial"},
		{"20180403", "2018-04-03", "", dateFixed, "yyyymmdd"},
		{"Apr-18", "2018-04-01", "", dateMonth, "Mon-yy"},
		{"April 2018", "2018-04-01", "", dateMonth, "Mon-yyyy"},
		{"04/2018", "2018-04-01", "", dateMonth, "mm/yyyy"},
		{"2018-04", "2018-04-01", "", dateMonth, "yyyy-mm"},
		{"2010-11", "", "", dateImpossible, ""}, // the year from April 2010, or November
		{"2014/15", "", "", dateImpossible, ""},
		{"2018/19 P01", "2018-04-01", "", dateMonth, "financial year and period, 1 for April"},
		{"Period 9 2018-19", "2018-12-01", "", dateMonth, "financial year and period, 1 for April"},
		{"2018/2019 Period 10", "2019-01-01", "", dateMonth, "financial year and period, 1 for April"},
		{"p12 1999/00", "2000-03-01", "", dateMonth, "financial year and period, 1 for April"},
		{"2018/19 P13", "", "", dateMissing, ""}, // after the year's end
		{"2018/20 P01", "", "", dateImpossible, ""},
		{"2018/19 P00", "", "", dateImpossible, ""},
		{"Period 1 2015", "", "", dateMissing, ""}, // of which year, from when?
		{"July 2010-September 2010", "2010-07-01", "", dateMonth, "from month to month"},
		{"Apr - Jun 2018", "2018-04-01", "", dateMonth, "from month to month"},
		{"Nov to Jan 2019", "2018-11-01", "", dateMonth, "from month to month"},
		{"2901/02P2", "", "", dateImpossible, ""},
		{" =\"55555\" ", "2052-02-06", "", dateFixed, "serial"},
		{"09-Sep-2011 | 27-Sep-2011", "", "", dateImpossible, ""},
		{"March 2018 to April 2018", "", "", dateMissing, ""}, // two financial years
		{"3 Apr '18", "2018-04-03", "", dateFixed, "dd Mon yy"},
		{"3 Ebrill 2018", "2018-04-03", "", dateFixed, "dd Mon yyyy"},
		{"13\\04\\2018", "2018-04-13", "", dateNumeric, "dd\\mm\\yyyy"},
		{"2018-04-13 00:00:00 UTC", "2018-04-13", "", dateNumeric, "yyyy-mm-ddThh:mm:ss"},
		{"=\"13/04/2018\"", "2018-04-13", "", dateNumeric, "dd/mm/yyyy"},
		{"31-Jul-20\nNHS Elsewhere CCG", "2020-07-31", "", dateFixed, "dd-Mon-yy"},
		{"17/042015", "2015-04-17", "", dateTypo, "typo"},
		{"28/12/20/11", "2011-12-28", "", dateTypo, "typo"},
		{"31/02/2018", "", "", dateImpossible, "dd/mm/yyyy"},
		{"32/01/2023", "", "", dateImpossible, "dd/mm/yyyy"},
		{"70/12/2022", "", "", dateImpossible, "dd/mm/yyyy"},
		{"31-Feb-18", "", "", dateImpossible, "dd-Mon-yy"},
		{"25/01/212", "", "", dateImpossible, ""},
		{"08/06/2012780", "", "", dateImpossible, ""},
		{"VARIOUS", "", "", dateMissing, ""},
		{"00:00:00", "", "", dateMissing, ""},
		{"", "", "", dateMissing, ""},
		{"-", "", "", dateMissing, ""},
		{"n/a", "", "", dateMissing, ""},
		{"Week 12", "", "", dateMissing, ""},
		{"00/00/0000", "", "", dateMissing, "dd/mm/yyyy"},
	} {
		got := parseDate([]byte(c.cell), false)
		if got.native.String() != c.native || got.swapped.String() != c.swapped || got.kind != c.kind || got.style != c.style {
			t.Errorf("parseDate(%q) = %v %v kind %d %q; want %v %v kind %d %q", c.cell,
				got.native, got.swapped, got.kind, got.style, c.native, c.swapped, c.kind, c.style)
		}
	}
	// 1 January 2018 is serial 43101 in the 1900 system and 41639 in the 1904 one
	// (Microsoft, "Differences between the 1900 and the 1904 date system": 1,462 days).
	want, _ := police.DateOf(2018, 1, 1)
	if got := parseDate([]byte("43101"), false); got.native != want {
		t.Errorf("1900 system: %v", got.native)
	}
	if got := parseDate([]byte("41639"), true); got.native != want {
		t.Errorf("1904 system: %v", got.native)
	}
}
