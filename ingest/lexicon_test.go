package ingest

import "testing"

func TestHeadings(t *testing.T) {
	h := newHeadingReader()
	best := func(heading string) Role {
		words, best, at := headingWords(heading), 0.0, NoRole
		for r := RolePayee; r <= RolePayerName; r++ {
			if s := h.score(r, words); s > best {
				best, at = s, r
			}
		}
		return at
	}
	// Headings of real files.
	for heading, want := range map[string]Role{
		"Supplier Name": RolePayee, "Supplier_": RolePayee, "* SUPPLIER FINAL": RolePayee, "Suplier": RolePayee, "Name:  ": RolePayee,
		"Supplier ID": NoRole, "Supplier Postcode": NoRole, "Supplier Type": NoRole, "Vat Registration Num": NoRole, "VAT": NoRole,
		"Amount": RoleAmount, "Net Amount(£)": RoleAmount, "  Invoice Line amount Net GBP  ": RoleAmount, "Total Invoice Amount": RoleAmount,
		"TOTAL": RoleAmount, "  Payment Value  ": RoleAmount, "DISTRIBUTION_AMOUNT": RoleAmount, "Amount in Sterling": RoleAmount, " Spend ": RoleAmount,
		"3 Date": RoleDate, "Payment date": RoleDate, "Date of Payment": RoleDate, "Posted date": RoleDate, "Invoice Payment Date": RoleDate, "Input Date": RoleDate,
		"Transation number": RoleReference, "Transno": RoleReference, "Transactions Number": RoleReference, "HBC Ref No.": RoleReference, "Internal voucher No.": RoleReference,
		"Expence Type": RoleCategory, "Expenditure Catergory": RoleCategory, "Account Description": RoleCategory, "EXPENSE_TYPE_3": RoleCategory,
		"Expense Area": RoleDescription, "Organisatonal Unit": RoleDescription, "Narrative ": RoleDescription, "PO Line Description": RoleDescription,
		"Body Name": RolePayerName, "Body Code": RolePayerCode,
	} {
		if got := best(heading); got != want {
			t.Errorf("%q is read as %v, want %v", heading, got, want)
		}
	}
	if a, b := h.score(RoleDate, headingWords("Payment Date")), h.score(RoleDate, headingWords("Invoice Date")); a <= b {
		t.Errorf("payment date %v should stand before invoice date %v", a, b)
	}
	if a, b := h.score(RoleAmount, headingWords("Net Amount")), h.score(RoleAmount, headingWords("Gross Amount")); a <= b {
		t.Errorf("net %v should stand before gross %v", a, b)
	}
}
