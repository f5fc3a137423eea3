package ingest

import "testing"

// The names are those of real files and sheets, and what a reader makes of them.
func TestPeriodOfName(t *testing.T) {
	fy := PeriodOfName("pcc-2018-19.xlsx", Period{})
	for _, c := range []struct {
		name   string
		within Period
		want   string
	}{
		{"pcc-2018-19.xlsx", Period{}, "2018-19"},
		{"Apr 18", fy, "2018-04"},
		{"Apr", fy, "2018-04"},
		{"Feb", fy, "2019-02"},
		{"Jan '24", Period{}, "2024-01"},
		{"APR 24", Period{}, "2024-04"},
		{"april-2011.xls", Period{}, "2011-04"},
		{"25K-spend-august-2010.csv", Period{}, "2010-08"},
		{"HO_FY1314_AP10_25K_Spend_CSV.csv", Period{}, "2014-01"},
		{"HO_FY1516_AP1_Proc_Spend_25K_CSV.csv", Period{}, "2015-04"},
		{"Home-Office-Spending-Over-25000-April-2016-CSV.csv", Period{}, "2016-04"},
		{"1575631095wpdm_1910.csv", Period{}, "2019-10"},
		{"1603177375wpdm_July-2020.csv", Period{}, "2020-07"},
		{"1805.csv", Period{}, "2018-05"},
		{"CALL51683-May-21-250.csv", Period{}, "2021-05"},
		{"Jan22.csv", Period{}, "2022-01"},
		{"August-23-csv.csv", Period{}, "2023-08"},
		{"SpendOver250Feb24.csv", Period{}, "2024-02"},
		{"Spend-over-250.00-Mar-24.csv", Period{}, "2024-03"},
		{"2011-12-payments.csv", Period{}, "2011-12"},
		{"2012-03-payments.csv", Period{}, "2012-03"},
		{"expenditure-over-500-apr-jun-2014.csv", Period{}, "2014-04 to 2014-06"},
		{"expenditure-over-500-jan-mar-2014.csv", Period{}, "2014-01 to 2014-03"},
		{"expenditure-over-500-oct-dec-2017.csv", Period{}, "2017-10 to 2017-12"},
		{"20120726_transparency_report_june12.csv", Period{}, "2012-06"},
		{"20140925_Transparency_Aug14.csv", Period{}, "2014-08"},
		{"25KspendMar14CSV.csv", Period{}, "2014-03"},
		{"ProcSpend25KApr14CSV.csv", Period{}, "2014-04"},
		{"ProcSpend25K14MayCSV.csv", Period{}, ""},
		{"2002.csv", Period{}, "2020-02"},
		{"2012.csv", Period{}, ""},
		{"kew-over-25k-1008.csv", Period{}, "2010-08"},
		{"defra_%C2%A325k%2B-%2BMAY%2B2015.csv", Period{}, "2015-05"},
		{"defra_25k_april16.csv", Period{}, "2016-04"},
		{"transparency_jan12.csv", Period{}, "2012-01"},
		{"qcda%20and%20qcdae%20spend%20-%20july%202011.csv", Period{}, "2011-07"},
		{"april-to-may-12th-2010.xls", Period{}, "2010-04 to 2010-05"},
		{"all-sept-2013.csv", Period{}, "2013-09"},
		{"new-march-2012.csv", Period{}, "2012-03"},
		{"HO25KSpend.csv", Period{}, ""},
		{"Sheet1", fy, ""},
		{"CSV_April_over_25_000_exp.csv", Period{}, ""},
		{"lancashire_2021-04_03.csv", Period{}, "2021-04"},
		{"CSV_GPC__25K_August_Data.csv", Period{}, ""},
		{"transaction_spend_data_august_10_northern_ireland_office.xls", Period{}, "2010-08"},
	} {
		if got := PeriodOfName(c.name, c.within).Text; got != c.want {
			t.Errorf("PeriodOfName(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}
