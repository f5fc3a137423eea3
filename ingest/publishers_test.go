package ingest

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"hardyards/internal/police"
)

// rows3 renders three payments of £1,200.00, £-50.25 and £30.10: the sums below are
// these, unless a case says otherwise.
func rows3(format string, dates ...string) string {
	if len(dates) == 0 {
		dates = []string{"13/04/2018", "14/04/2018", "30/04/2018"}
	}
	var b strings.Builder
	for i, r := range [][2]string{{"Alpha Services Ltd", "1200.00"}, {"Beta Council", "-50.25"}, {"Gamma Trust", "30.10"}} {
		line := strings.NewReplacer("{payee}", r[0], "{amount}", r[1], "{date}", dates[i], "{n}", fmt.Sprint(501+i)).Replace(format)
		b.WriteString(line + "\n")
	}
	return b.String()
}

func encoded(t *testing.T, text string, name string) string {
	t.Helper()
	var out string
	var err error
	switch name {
	case "utf-16":
		out, err = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	case "mac":
		out, err = charmap.Macintosh.NewEncoder().String(text)
	case "cp850":
		out, err = charmap.CodePage850.NewEncoder().String(text)
	case "cp1252":
		out, err = charmap.Windows1252.NewEncoder().String(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Spend files as publishers elsewhere head and write them, by inference alone. A
// case is either read, and then its sums and first and last day are those by hand, or
// refused: never read wrongly.
func TestOtherPublishers(t *testing.T) {
	const pence, first, last = 117985, "2018-04-13", "2018-04-30"
	tests := []struct {
		name, text string
		file       string // name, if it matters
		refused    bool
		payments   int64 // 3, if 0
		pence      int64 // the three's, if 0
		first      string
		last       string
		left       RowCounts // rejections and exclusions
	}{
		{name: "beneficiary", text: "Beneficiary,Net Amount (£),Date of Payment\n" + rows3("{payee},{amount},{date}")},
		{name: "vendor", text: "Vendor Name|Posting Date|Value £\n" + rows3("{payee}|{date}|{amount}")},
		{name: "creditor", text: "Creditor;Cheque Date;Gross\n" + rows3("{payee};{date};{amount}")},
		{name: "council", text: "Body Name,Organisation,Service Area,Trans Date,Payee Name,Invoice Total\n" + rows3("Elsewhere Council,Elsewhere,Adult Care,{date},{payee},{amount}")},
		{name: "card", text: "Merchant Name\tMerchant Category\tTrans Date\tNet\n" + rows3("{payee}\tFuel\t{date}\t{amount}")},
		{name: "utf-16 tabs", text: encoded(t, "Supplier\tPayment Date\tAmount £\n"+rows3("{payee}\t{date}\t£{amount}"), "utf-16")},
		{name: "mac", text: encoded(t, "Supplier,Payment Date,Amount (£)\n"+rows3("{payee},{date},£{amount}"), "mac")},
		{name: "cp850", text: encoded(t, "Supplier,Payment Date,Amount (£)\n"+rows3("{payee},{date},£{amount}"), "cp850")},
		{name: "cp1252 cr", text: strings.ReplaceAll(encoded(t, "Supplier,Payment Date,Amount (£)\n"+rows3("{payee},{date},£{amount}"), "cp1252"), "\n", "\r")},
		{name: "no header", text: rows3("{date},{payee},{n},{amount}")},
		{name: "header last", text: rows3("{date},{payee},{n},{amount}") + "Date,Supplier,Reference,Amount\n"},
		{name: "header split", text: "Supplier,Payment,Net,Invoice\nName,Date,Amount,Number\n" + rows3("{payee},{date},{amount},{n}")},
		{name: "preamble", text: "Elsewhere Council,,\nPayments over £500,,\n,,\nPayee,Paid Date,Amount\n" + rows3("{payee},{date},{amount}")},
		{name: "subtotals", left: RowCounts{Exclusions: 4},
			text: "Supplier,Date,Amount\nAlpha Services Ltd,13/04/2018,1000.00\nAlpha Services Ltd,14/04/2018,200.00\nAlpha Services Ltd Total,,1200.00\n" +
				"Beta Council,14/04/2018,-50.25\nBeta Council Total,,-50.25\nGamma Trust,30/04/2018,30.10\nGamma Trust Total,,30.10\nGrand Total,,1179.85\n", payments: 4},
		{name: "grand total", left: RowCounts{Exclusions: 1}, text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}") + "Grand Total,,1179.85\n"},
		{name: "parentheses", text: "Supplier,Date,Amount\n" + strings.ReplaceAll(rows3("{payee},{date},{amount}"), "-50.25", "(50.25)")},
		{name: "suffix", text: "Supplier,Date,Amount\n" + strings.ReplaceAll(rows3("{payee},{date},{amount}"), "-50.25", "50.25CR")},
		{name: "trailing minus", text: "Supplier,Date,Amount\n" + strings.ReplaceAll(rows3("{payee},{date},{amount}"), "-50.25", "50.25-")},
		{name: "decimal comma", refused: true, text: "Supplier;Date;Amount\nAlpha Services Ltd;13.04.2018;1.200,00\nBeta Council;14.04.2018;-50,25\nGamma Trust;30.04.2018;30,10\n"},
		{name: "decimal comma and round thousands", refused: true,
			text: "Supplier;Date;Amount\nAlpha Services Ltd;13.04.2018;1.500\nAlpha Services Ltd;13.04.2018;2.500\nAlpha Services Ltd;13.04.2018;3.000\nBeta Council;14.04.2018;1.250,25\nGamma Trust;30.04.2018;30,10\n"},
		{name: "thousands", refused: true, text: "Supplier,Date,Amount (£000)\n" + rows3("{payee},{date},{amount}")},
		{name: "thousands in words", refused: true, text: "Supplier,Date,Amount in £ thousands\n" + rows3("{payee},{date},{amount}")},
		{name: "thousands k", refused: true, text: "Supplier,Date,Spend £k\n" + rows3("{payee},{date},{amount}")},
		{name: "us dates", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "04/13/2018", "04/14/2018", "04/30/2018")},
		{name: "compact dates", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "20180413", "20180414", "20180430")},
		{name: "named months", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "13-Apr-2018", "14-Apr-2018", "30-Apr-2018")},
		{name: "iso instants", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "2018-04-13T00:00:00Z", "2018-04-14T00:00:00Z", "2018-04-30T12:30:00.000Z")},
		{name: "serials", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "43203", "43204", "43220")},
		{name: "periods", file: "payments-2015-16.csv", first: "none", text: "Supplier,Period,Amount\n" + rows3("{payee},{date},{amount}", "Period 1 2015", "Period 1 2015", "Period 4 2015")},
		{name: "periods of a year written out", first: "2018-04-01", last: "2018-07-01", text: "Supplier,Period,Amount\n" + rows3("{payee},{date},{amount}", "2018/19 P01", "2018/19 P01", "2018/19 P04")},
		{name: "ids in place of payees", refused: true, text: "name,cofog1.change_date,amount\ncra-r1,,100.00\ncra-r2,,200.00\ncra-r3,,300.00\ncra-r4,,400.00\n"},
		{name: "one column", refused: true, text: "Spend data\nis now published\nelsewhere 2018\n"},
		{name: "newline in cell", text: "Supplier,Date,Amount\n" + strings.Replace(rows3("\"{payee}\",{date},{amount}"), "Beta Council", "Beta\nCouncil", 1)},
		{name: "stray quote", text: "Supplier,Date,Amount\n" + strings.Replace(rows3("{payee},{date},{amount}"), "Beta", "\"Beta", 1)},
		{name: "gross and net", text: "Payee,Pay Date,Gross Amount,VAT,Net Amount\n" + rows3("{payee},{date},999.99,9.99,{amount}")},
		{name: "budget beside", text: "Supplier Name,Budget,Paid Date,Amount Paid\n" + rows3("{payee},5000.00,{date},{amount}")},
		{name: "euro column", refused: true, text: "Supplier,Date,Amount (EUR)\n" + rows3("{payee},{date},{amount}")},
		{name: "debit and credit", text: "Supplier,Date,Debit,Credit\nAlpha Services Ltd,13/04/2018,1200.00,\nBeta Council,14/04/2018,,50.25\nGamma Trust,30/04/2018,30.10,\n"},
		{name: "dated subtotals", left: RowCounts{Exclusions: 2}, payments: 3, pence: 125000,
			text: "Supplier,Date,Amount\nAlpha Services Ltd,13/04/2018,1000.00\nAlpha Services Ltd,14/04/2018,200.00\nSubtotal,14/04/2018,1200.00\nBeta Council,30/04/2018,50.00\nSubtotal,30/04/2018,50.00\n"},
		{name: "cheque and invoice dates", text: "Creditor Name,Invoice Date,Cheque Date,Invoice Net Amount\n" + rows3("{payee},01/02/2018,{date},{amount}")},
		{name: "department first", text: "Department Family,Entity,Date,Expense Type,Expense Area,Supplier,Transaction Number,Amount\n" + rows3("Home Office,Elsewhere,{date},Fees,Area,{payee},{n},{amount}")},
		{name: "paid in pence", refused: true, text: "Supplier,Date,Amount (pence)\n" + rows3("{payee},{date},{amount}")},
		{name: "pounds and pence apart", pence: 128035, text: "Supplier,Date,Pounds,Pence\nAlpha Services Ltd,13/04/2018,1200,00\nBeta Council,14/04/2018,50,25\nGamma Trust,30/04/2018,30,10\n"},
		{name: "debit credit sign", text: "Supplier,Date,Amount,DR/CR\nAlpha Services Ltd,13/04/2018,1200.00,DR\nBeta Council,14/04/2018,50.25,CR\nGamma Trust,30/04/2018,30.10,DR\n"},
		{name: "two sums of one column", text: "Supplier_Name,Date,SumOfAmount_Inc_VAT,SumOfAmount_Exc_VAT\n" + rows3("{payee},{date},9.99,{amount}")},
		{name: "distribution before invoice", text: "Vendor Name,Invoice Date,Payment Date,Invoice Amount,Distribution Amount\n" + rows3("{payee},01/02/2018,{date},99.90,{amount}")},
		{name: "line before total", text: "Company Name,Transaction Date,Amount,Supplier,Total Invoice Amount\n" + rows3("Elsewhere Police Authority,{date},{amount},{payee},99.90")},
		{name: "clearance after transaction", text: "Transaction Date,Supplier Name,Value,Clearance Date\n" + rows3("01/02/2018,{payee},{amount},{date}")},
		{name: "vendor numbers", text: "Vendor,Name 1,Document Number,Posting Date,Amount in local currency\n" + rows3("1000{n},{payee},19000{n},{date},{amount}")},
		{name: "Welsh", text: "Dyddiad Talu,Enw'r Cyflenwr,Swm Net (£),Rhif Trafodyn\n" + rows3("{date},{payee},{amount},{n}")},
		{name: "bilingual", text: "Supplier Name / Enw'r Cyflenwr,Date / Dyddiad,Amount / Swm (£)\n" + rows3("{payee},{date},{amount}")},
		{name: "Welsh months", text: "Cyflenwr,Dyddiad,Swm\n" + rows3("{payee},{date},{amount}", "13 Ebrill 2018", "14 Ebrill 2018", "30 Ebrill 2018")},
		{name: "heading of the payee unknown", text: "Who,When,Amount\n" + rows3("{payee},{date},{amount}")},
		{name: "queries above", left: RowCounts{Exclusions: 1}, text: "sql select t.amount from agltransact t,,,\nsql where t.amount >= 500,,,\nquery,,,\n,,Elsewhere - over £500,\ncolumns,text description,apar_name,amount\n" +
			",Directorate,Supplier,Invoice Line Value (net of VAT)\n" + rows3("INSERTED DETAIL,Roads,{payee},{amount}"), file: "payments-apr-2018.csv", first: "none"},
		{name: "numbered parish list", left: RowCounts{Exclusions: 1}, text: "No.,Date,Category,Supplier,Details,Amount\n" + rows3("1,{date},Fees,{payee},Work,£{amount}") + "Total,,,,,£1179.85\n"},
		{name: "Swiss and no-break thousands", text: "Supplier,Date,Amount\nAlpha Services Ltd,13/04/2018,1'200.00\nBeta Council,14/04/2018,-50.25\nGamma Trust,30/04/2018,\u00a030.10\u00a0\n"},
		{name: "narrow spaces", text: "Supplier;Date;Amount\nAlpha Services Ltd;13/04/2018;1\u202f200.00\nBeta Council;14/04/2018;\u221250.25\nGamma Trust;30/04/2018;30.10\n"},
		{name: "formula quotes", text: "Supplier;Date;Amount\n" + rows3("{payee};=\"{date}\";=\"{amount}\"")},
		{name: "currency behind", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount} GBP")},
		{name: "lost pound signs", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},?{amount}")},
		{name: "pound signs garbled twice", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},ï¿½{amount}")},
		{name: "full width", text: "Supplier,Date,Amount\nAlpha Services Ltd,13/04/2018,￡１２００．００\nBeta Council,14/04/2018,－５０．２５\nGamma Trust,30/04/2018,３０．１０\n"},
		{name: "year's apostrophe", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "13 Apr '18", "14 Apr '18", "30 Apr '18")},
		{name: "instants in UTC", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "2018-04-13 00:00:00 UTC", "2018-04-14 00:00:00 UTC", "2018-04-30 00:00:00 UTC")},
		{name: "backslashes", text: "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "13\\04\\2018", "14\\04\\2018", "30\\04\\2018")},
		{name: "pointed thousands", refused: true, text: "Supplier;Date;Amount\nAlpha Services Ltd;13/04/2018;1.500\nBeta Council;14/04/2018;750\nGamma Trust;30/04/2018;12.250\n"},
		{name: "three decimals", pence: 177625, text: "Supplier;Date;Amount\nAlpha Services Ltd;13/04/2018;1500.000\nBeta Council;14/04/2018;264.000\nGamma Trust;30/04/2018;12.250\n"},
		{name: "thousands in the title", refused: true, text: "Payments by supplier (£000),,\nSupplier,Date,Amount\n" + rows3("{payee},{date},{amount}")},
		{name: "thousands below the header", refused: true, text: "Supplier,Date,Amount\n,,£'000\n" + rows3("{payee},{date},{amount}")},
		{name: "over 25,000 in the title", text: "Payments over £25,000,,\nSupplier,Date,Amount\n" + rows3("{payee},{date},{amount}")},
		{name: "care from and to", text: "Provider,Service Start,Service End,Payment Date,Amount\n" + rows3("{payee},01/03/2018,31/03/2018,{date},{amount}")},
		{name: "order and contract numbers beside", text: "Order Number,Contract Title,Budget Holder,Supplier,Date,Amount\n" + rows3("PO{n},Cleaning,Head of IT,{payee},{date},{amount}")},
		{name: "paid by and to", text: "id,paid_by,date,transaction_id,amount,paid_to\n" + rows3("{n},Borough of Elsewhere,{date},4{n},{amount},{payee}")},
		{name: "date joined with the cell below", text: "Supplier,Date,Amount\n" + rows3("{payee},\"{date}\nElsewhere CCG\",{amount}", "13-Apr-18", "14-Apr-18", "30-Apr-18")},
		{name: "reimbursed by a grant", text: "Payee,Date,Amount,Reimbursed from Grant\n" + rows3("{payee},{date},{amount},N")},
		{name: "grants paid", text: "Date Paid,Beneficiary,Purpose of Grant,Amount Paid\n" + rows3("{date},{payee},Youth club,{amount}")},
		{name: "headings unknown", refused: true, text: "Landowner,Year's end,Acres' worth\n" + rows3("{payee},{date},{amount}")},
		{name: "quotations", refused: true, text: "Supplier,Date of Quote,Quoted Price,Successful\n" + rows3("{payee},{date},{amount},Y")},
		{name: "grants awarded", refused: true, text: "Date Awarded,Beneficiary,Purpose of Grant,Amount Awarded\n" + rows3("{date},{payee},Youth club,{amount}")},
		{name: "orders", refused: true, text: "PO Number,Order Date,Supplier,Order Value\n" + rows3("PO{n},{date},{payee},{amount}")},
		{name: "sales ledger", refused: true, text: "Customer,Invoice Date,Invoice Number,Amount Invoiced\n" + rows3("{payee},{date},S{n},{amount}")},
		{name: "income", refused: true, text: "Customer Name,Receipt Date,Income Received\n" + rows3("{payee},{date},{amount}")},
		{name: "donations", refused: true, text: "Donor,Date Received,Amount,Purpose\n" + rows3("{payee},{date},{amount},Fund")},
		{name: "written off", refused: true, text: "Debtor,Date Written Off,Amount Written Off,Reason\n" + rows3("{payee},{date},{amount},Uneconomic")},
		{name: "owed", refused: true, text: "Supplier,Invoice Date,Due Date,Outstanding Balance,Days Overdue\n" + rows3("{payee},{date},01/05/2018,{amount},{n}")},
		{name: "contract values", refused: true, text: "Supplier,Description,Contract Start,Contract End,Value (£)\n" + rows3("{payee},Cleaning,{date},31/03/2020,{amount}")},
		{name: "expense claims", refused: true, text: "Name,Force Area,Month,Date,Claim Reference,Expense Type,Amount Claimed,Amount Reimbursed\n" + rows3("{payee},Elsewhere,April,{date},EC{n},Travel,{amount},{amount}")},
		{name: "hospitality", refused: true, text: "Officer,Date,Offered By,Description,Estimated Value,Accepted\n" + rows3("A Person,{date},{payee},Lunch,{amount},Declined")},
		{name: "rateable values", refused: true, text: "Account Holder Name,Property Address,Rateable Value,Liability Start Date\n" + rows3("{payee},1 High Street,{amount},{date}")},
		{name: "assets", refused: true, text: "UPRN,Property Name,Tenure,Asset Value,Valuation Date\n" + rows3("10{n},{payee},Freehold,{amount},{date}")},
		{name: "sales of assets", refused: true, text: "Asset,Purchaser,Date of Sale,Sale Price\n" + rows3("Vehicle {n},{payee},{date},{amount}")},
		{name: "virements", refused: true, text: "Date,From,To,Amount,Reason\n" + rows3("{date},{payee},Roads,{amount},Change")},
		{name: "planning fees", refused: true, text: "Application Number,Applicant Name,Received Date,Fee,Decision\n" + rows3("18/{n},{payee},{date},{amount},Approved")},
		{name: "budget and actual", refused: true, text: "Service,Budget,Actual,Variance\nRoads,1000.00,900.00,100.00\nParks,2000.00,1900.00,100.00\nSchools,500.00,450.00,50.00\n"},
		{name: "contracts register", refused: true, text: "Supplier,Contract Title,Start Date,End Date,Contract Value\n" + rows3("{payee},Cleaning,{date},31/03/2020,{amount}")},
		{name: "tenders", refused: true, text: "Supplier,Tender Reference,Estimated Annual Value\n" + rows3("{payee},{n},{amount}")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			name := tt.file
			if name == "" {
				name = "payments.csv"
			}
			r, err := openReading(t.Context(), Input{Path: file(t, name, tt.text)}, &Options{Forces: testForces()})
			if err != nil {
				t.Fatal(err)
			}
			defer r.close()
			if r.refused == "" {
				if err := r.readAll(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
			}
			if tt.refused != (r.refused != "") {
				t.Fatalf("refused: %q, want %v; read: %+v", r.refused, tt.refused, r.explanation().Parts)
			}
			if tt.refused {
				return
			}
			p := r.explanation().Parts[0]
			if tt.payments == 0 {
				tt.payments = 3
			}
			if tt.pence == 0 {
				tt.pence = pence
			}
			if p.Rows.Payments != tt.payments || int64(p.Pence.Payments) != tt.pence || p.Rows.Rejections != tt.left.Rejections || p.Rows.Exclusions != tt.left.Exclusions {
				t.Errorf("rows %+v, pence %+v, rejections %v, exclusions %v", p.Rows, p.Pence, p.Rejections, p.Exclusions)
			}
			from, to := r.fr.parts[0].first.String(), r.fr.parts[0].last.String()
			if tt.first == "none" {
				tt.first = ""
			} else if tt.first == "" {
				tt.first, tt.last = first, last
			}
			if from != tt.first || to != tt.last {
				t.Errorf("dated %s to %s, want %s to %s", from, to, tt.first, tt.last)
			}
		})
	}
}

// What can't be told from a file is said: dates that no one could read, signs that
// may be missing.
func TestDoubtsAreReported(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"unread dates", "Supplier,Date,Amount\n" + rows3("{payee},{date},{amount}", "2018 wk 01", "2018 wk 01", "2018 wk 02"), `column "Date" holds no days that can be read`},
		{"title and name at odds", "Darlham Council,,\nDec-13,,\nSupplier,Department,Amount\n" + rows3("{payee},Roads,{amount}"), `the title "Dec-13" is of 2013-12, the name of 2014-12`},
		{"shifted cells", "Supplier,Date,Reference,Amount\n" + rows3("{payee},{date},{n},{amount}") + rows3("{payee},{date},{n},{amount}") + "32510792,13/04/2018,82500.00,519\n", "1 payments are to a payee without a letter, first on line 8"},
		{"credit notes without a sign", "Supplier,Date,Amount,Type\nAlpha Ltd,13/04/2018,1.00,INV\nAlpha Ltd,13/04/2018,2.00,CRN\nBeta Ltd,30/04/2018,3.00,INV\n", `column "Type" marks credit notes`},
	} {
		e, err := Explain(t.Context(), Input{Path: file(t, "payments 2014-12.csv", c.text)}, Options{})
		if err != nil || e.Refused != nil {
			t.Errorf("%s: %v %v", c.name, err, deref(e.Refused))
			continue
		}
		if said := strings.Join(e.Parts[0].Warnings, " | "); !strings.Contains(said, c.says) {
			t.Errorf("%s: warnings %q, want %q", c.name, said, c.says)
		}
	}
}

// The body named in a row pays, in whichever of its offices.
func TestPayerNamedInTheRow(t *testing.T) {
	f := testForces()[0]
	for _, body := range []string{f.Name, f.Name + " Police Authority", "Police and Crime Commissioner for " + f.Name, "The Chief Constable of " + f.Name} {
		text := "Company Name,Transaction Date,Amount,Supplier\n" + rows3(body+",{date},{amount},{payee}")
		r, err := openReading(t.Context(), Input{Path: file(t, "payments.csv", text)}, &Options{Forces: testForces()})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.readAll(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if got := r.fr.store.payers[r.fr.parts[0].payer]; got != police.PayerKey(f.Code) {
			t.Errorf("%s: paid by %q, want %q", body, got, f.Code)
		}
		r.close()
	}
}

// Where nothing else says who published a list, the one body that its rows name did.
func TestPublisherNamedInEveryRow(t *testing.T) {
	f := testForces()[0]
	for _, c := range []struct{ text, payer string }{
		{"Body Name,Date,Supplier,Amount\n" + rows3("Harrogate Borough Council,{date},{payee},{amount}"), "x-harrogate-borough-council"},
		{"Department Family,Entity,Date,Expense Area,Supplier,Amount\n" + rows3("Department of Health,Lewisham and Greenwich NHS Trust,{date},ICT,{payee},{amount}"), "x-lewisham-and-greenwich-nhs-trust"},
		{"Body Name,Date,Supplier,Amount\n" + rows3(f.Name+" Police Authority,{date},{payee},{amount}"), string(f.Code)},
		{"Body Name,Date,Supplier,Amount\n" + rows3("Council {n},{date},{payee},{amount}"), "x-unknown"},
		{"Body,Date,Supplier,Amount\n" + rows3("http://statistics.data.gov.uk/id/00DA,{date},{payee},{amount}"), "x-unknown"},
	} {
		e, err := Explain(t.Context(), Input{Path: file(t, "spend.csv", c.text)}, Options{Forces: testForces()})
		if err != nil || e.Refused != nil || e.Payer != c.payer {
			t.Errorf("payer %q (%s), want %q: %v %v", e.Payer, e.PayerWhy, c.payer, err, deref(e.Refused))
		}
	}
}
