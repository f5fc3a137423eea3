package police

// ForceCode is the ONS code of a police force area: E23000003.
type ForceCode string

// PayerKey names a payer in paths and tables: the ONS code of a force, or
// x-<publisher slug> for any other publisher.
type PayerKey string

// UnknownPayer is the payer of a file of which nothing says who published it.
const UnknownPayer PayerKey = "x-unknown"

// Force gives the force code, or "" where the payer is no territorial force.
func (k PayerKey) Force() ForceCode {
	if len(k) > 2 && k[:2] == "x-" {
		return ""
	}
	return ForceCode(k)
}

// DateBasis says where a payment's date comes from.
type DateBasis string

// The bases of a payment's date. Only DatedByRow gives paid_on; the others give
// the financial year alone.
const (
	DatedByRow   DateBasis = "row"
	DatedBySheet DateBasis = "sheet"
	DatedByFile  DateBasis = "file name"
	Undated      DateBasis = "none"
)

// AmountBasis says whether amounts hold value added tax.
type AmountBasis string

// The bases of an amount.
const (
	Net          AmountBasis = "net"
	Gross        AmountBasis = "gross"
	UnknownBasis AmountBasis = "unknown"
)

// Redaction states, for payee names that are withheld.
const (
	// Redacted: the publisher withheld the name; the wording is kept as the payee.
	Redacted = "redacted"
	// PartlyRedacted: part of the name is withheld ("Redacted t/a X").
	PartlyRedacted = "partly redacted"
	// Individual: the project's own sample withholds a natural person's name.
	Individual = "individual"
	// Pseudonym: the publisher wrote a collective name (THIRD PARTY).
	Pseudonym = "pseudonym"
)

// Payment is one published line of spend: the row of tables payments and, with
// two columns more, superseded. It carries only what its own file said.
type Payment struct {
	PaymentID   int64         `col:"payment_id,key" doc:"63-bit hash of part_id and line_first"`
	PartID      int64         `col:"part_id" doc:"the sheet or file it was read from: dim_part"`
	LineFirst   int32         `col:"line_first" doc:"first physical line (CSV) or row (sheet), from 1"`
	LineLast    int32         `col:"line_last" doc:"last physical line or row"`
	Payer       PayerKey      `col:"payer" doc:"ONS code of the force, or x-<publisher slug>"`
	ForceCode   ForceCode     `col:"force_code,opt" doc:"ONS code of the paying force; null for other publishers"`
	FinYear     FinancialYear `col:"financial_year" doc:"April to March, 2018-19; unknown without any date"`
	PaidOn      Date          `col:"paid_on,opt" doc:"day of payment where the row has a readable one"`
	DateBasis   DateBasis     `col:"date_basis" doc:"row, sheet, file name or none: what the date comes from"`
	Payee       string        `col:"payee" doc:"name as published"`
	PayeeID     int64         `col:"payee_id" doc:"63-bit hash of the normal form of the name: dim_payee; 0 unknown, -1 redacted"`
	Redaction   string        `col:"redaction,opt" doc:"redacted, partly redacted, pseudonym or individual; null where the name is given"`
	Category    string        `col:"category,opt" doc:"category, expense type or purpose as published"`
	Description string        `col:"description,opt" doc:"further description, department or area as published"`
	Reference   string        `col:"reference,opt" doc:"the publisher's transaction, voucher or invoice number"`
	Amount      Pence         `col:"amount" doc:"pounds as published; a credit is negative"`
	AmountOnce  Pence         `col:"amount_once" doc:"amount where repeat_no is 1, else 0: counts a repeated invoice total once"`
	RepeatGroup int64         `col:"repeat_group" doc:"0, or the payment_id of the first of the rows of this part with the same date, amount, payee and reference"`
	RepeatNo    int32         `col:"repeat_no" doc:"number of this row within its group, from 1"`
}

// Superseded is a payment that doesn't count: a proven duplicate or an earlier
// version of a revised row.
type Superseded struct {
	Payment
	SupersededBy int64  `col:"superseded_by,opt" doc:"payment_id of the row that counts instead, where there is one"`
	Rule         string `col:"rule" doc:"why it doesn't count"`
}

// Kinds of Reject.
const (
	Rejection = "rejection" // a row that could not be read
	Exclusion = "exclusion" // a row that is rightly no payment
)

// Reject is a row that became no payment: a rejection, which could not be read,
// or an exclusion, which is rightly no payment (blank, total, repeated header).
type Reject struct {
	PartID      int64  `col:"part_id,key" doc:"the sheet or file: dim_part"`
	LineFirst   int32  `col:"line_first,key" doc:"first physical line or row"`
	LineLast    int32  `col:"line_last" doc:"last physical line or row"`
	Rows        int32  `col:"rows" doc:"records it stands for: runs of blank rows are one entry"`
	Kind        string `col:"kind" doc:"rejection or exclusion"`
	Reason      string `col:"reason" doc:"short stable reason"`
	Column      string `col:"column_name,opt" doc:"heading of the cell at fault"`
	Detail      string `col:"detail,opt" doc:"what was read and what to do"`
	AmountKnown bool   `col:"amount_known" doc:"whether an amount could be read"`
	Amount      Pence  `col:"amount" doc:"the amount read, rounded half up to pence; 0 if none"`
	Raw         string `col:"raw,opt" doc:"the record as published"`
}

// Part is one sheet of a workbook, or one text file: the row of dim_part.
type Part struct {
	PartID      int64         `col:"part_id,key" doc:"63-bit hash of the file's SHA-256, the sheet and the reading"`
	FragmentKey string        `col:"fragment" doc:"key of the fragment that holds its rows"`
	SourceFile  string        `col:"source_file" doc:"name of the published file, as configured or listed in the sample"`
	SHA256      string        `col:"sha256" doc:"SHA-256 of the published file"`
	Sheet       string        `col:"sheet,opt" doc:"sheet, or member of an archive"`
	Publisher   string        `col:"publisher" doc:"publisher's slug"`
	Payer       PayerKey      `col:"payer,opt" doc:"payer of its rows where all have one"`
	Layout      string        `col:"layout" doc:"id of the layout it was read by, or inferred"`
	Encoding    string        `col:"encoding,opt" doc:"character encoding found"`
	HeaderLine  int32         `col:"header_line" doc:"line of the header; 0 if none"`
	DateStyle   string        `col:"date_style,opt" doc:"how dates are written"`
	AmountBasis AmountBasis   `col:"amount_basis" doc:"net, gross or unknown"`
	AmountHead  string        `col:"amount_heading,opt" doc:"heading of the amount column"`
	Period      string        `col:"period,opt" doc:"period claimed by the sheet's or file's name: 2018-04, 2018-19 or two days"`
	Rows        int32         `col:"rows" doc:"records read after the header"`
	Payments    int32         `col:"payments" doc:"rows that became payments"`
	Pence       Pence         `col:"amount" doc:"sum of its payments"`
	PenceOnce   Pence         `col:"amount_once" doc:"the same counting repeats once"`
	FirstPaid   Date          `col:"first_paid,opt" doc:"first date"`
	LastPaid    Date          `col:"last_paid,opt" doc:"last date"`
	Repeats     string        `col:"repeats,opt" doc:"repeated, genuine or undecided: whether rows repeated in it are one invoice's total; set by transform"`
	RepeatsWhy  string        `col:"repeats_why,opt" doc:"evidence for repeats"`
	Status      string        `col:"status,opt" doc:"current, superseded, duplicate, withdrawn or undecided: set by transform"`
	StatusWhy   string        `col:"status_why,opt" doc:"evidence for status"`
	FinYear     FinancialYear `col:"financial_year,opt" doc:"financial year of its period, where one"`
	Confidence  float64       `col:"confidence,opt" doc:"0 to 1: how sure the reading is"`
	Evidence    string        `col:"evidence,opt" doc:"how the reading was decided, as text"`
}

// Ledger accounts for every record and every penny of one part. It balances when
// read = payments + rejections + exclusions, in records and in pence, where read
// is counted by a second pass that shares no code with the first.
type Ledger struct {
	PartID          int64 `col:"part_id,key" doc:"the sheet or file: dim_part"`
	RowsRead        int64 `col:"rows_read" doc:"records after the header, counted by the second pass"`
	Payments        int64 `col:"payments" doc:"payments"`
	Rejections      int64 `col:"rejections" doc:"rejections"`
	Exclusions      int64 `col:"exclusions" doc:"exclusions"`
	PenceRead       Pence `col:"amount_read" doc:"sum of the amount column, by the second pass"`
	PencePayments   Pence `col:"amount_payments" doc:"sum of payments"`
	PenceRejections Pence `col:"amount_rejections" doc:"sum of rejections with a readable amount"`
	PenceExclusions Pence `col:"amount_exclusions" doc:"sum of exclusions with an amount, totals among them"`
	Used            int64 `col:"rows_used" doc:"rows that gave values of measures; 0 for files of payments"`
}

// Balances reports whether nothing is missing and nothing was made up.
func (l Ledger) Balances() bool {
	return l.RowsRead == l.Payments+l.Used+l.Rejections+l.Exclusions &&
		l.PenceRead == l.PencePayments+l.PenceRejections+l.PenceExclusions
}
