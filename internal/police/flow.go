package police

// PayeeLink says who a payee's name denotes: dim_payee, one row per normal form.
type PayeeLink struct {
	PayeeID    int64     `col:"payee_id,key" doc:"63-bit hash of normal_form"`
	Normal     string    `col:"normal_form" doc:"the name in capitals, without punctuation and legal suffixes"`
	Published  string    `col:"payee" doc:"the commonest spelling as published (first by spelling among equals)"`
	Spellings  int32     `col:"spellings" doc:"number of spellings"`
	Kind       string    `col:"kind" doc:"force, national_police_body, other_uk_force, police_association, public_body, company, individual, redacted, ambiguous, unknown"`
	Force      ForceCode `col:"force_code,opt" doc:"force, where it is a force or its local policing body"`
	Body       string    `col:"body_id,opt" doc:"police body"`
	Name       string    `col:"name" doc:"resolved name; the published one where unresolved"`
	Group      string    `col:"supplier_group" doc:"normal form that suppliers are grouped by"`
	Rule       string    `col:"rule" doc:"rung of the ladder that decided, with its evidence"`
	Confidence float64   `col:"confidence" doc:"0 to 1"`
	Payments   int64     `col:"payments" doc:"payments to it"`
	Pence      Pence     `col:"amount" doc:"paid to it, as published"`
}

// Flow is what one payer paid one police body in one financial year under one
// agreement: fact_flow.
type Flow struct {
	FlowID        int64         `col:"flow_id,key" doc:"63-bit hash of the key columns"`
	Payer         PayerKey      `col:"payer,key" doc:"payer"`
	Payee         string        `col:"payee,key" doc:"ONS code of the force paid, or x-<slug> of a national body"`
	PayeeName     string        `col:"payee_name" doc:"name of the body paid"`
	PayeeKind     string        `col:"payee_kind" doc:"kind of the body paid"`
	Collaboration string        `col:"collaboration,opt,key" doc:"id of the agreement; null: unattributed"`
	Certainty     string        `col:"certainty,key" doc:"certain, likely, possible or unattributed"`
	Reason        string        `col:"reason" doc:"evidence for the attribution"`
	FinYear       FinancialYear `col:"financial_year,key" doc:"April to March"`
	Payments      int64         `col:"payments" doc:"payments"`
	Pence         Pence         `col:"amount" doc:"as published"`
	PenceOnce     Pence         `col:"amount_once" doc:"counting repeated invoice totals once"`
	Months        int32         `col:"months_covered" doc:"months of the year in which the payer published anything"`
}

// PaymentMonth is the sum of payments of a payer to a payee under a category in a
// month.
type PaymentMonth struct {
	Payer      PayerKey      `col:"payer,key" doc:"payer"`
	PayeeID    int64         `col:"payee_id,key" doc:"dim_payee"`
	CategoryID int64         `col:"category_id,key" doc:"dim_category"`
	Month      string        `col:"month,key" doc:"2018-04; unknown without a date"`
	FinYear    FinancialYear `col:"financial_year" doc:"April to March"`
	Payments   int64         `col:"payments" doc:"payments"`
	Pence      Pence         `col:"amount" doc:"as published"`
	PenceOnce  Pence         `col:"amount_once" doc:"counting repeated invoice totals once"`
}

// Category is a category of spend as published: dim_category.
type Category struct {
	CategoryID int64  `col:"category_id,key" doc:"63-bit hash of category"`
	Category   string `col:"category" doc:"as published"`
}

// Day is a row of dim_date.
type Day struct {
	Date     Date          `col:"date,key" doc:"day"`
	Year     int32         `col:"year" doc:"calendar year"`
	Month    string        `col:"month" doc:"2018-04"`
	Quarter  string        `col:"quarter" doc:"2018-Q2"`
	FinYear  FinancialYear `col:"financial_year" doc:"April to March"`
	FinMonth int32         `col:"financial_month" doc:"1 is April"`
}

// CoverageRow says what of a publisher and month is held: coverage.
type CoverageRow struct {
	Payer     PayerKey `col:"payer,key" doc:"payer"`
	Month     string   `col:"month,key" doc:"2018-04"`
	State     string   `col:"state" doc:"published, late, missing, revised, part"`
	Payments  int64    `col:"payments" doc:"payments dated in it"`
	Pence     Pence    `col:"amount" doc:"as published"`
	PenceOnce Pence    `col:"amount_once" doc:"counting repeats once"`
	Redacted  Pence    `col:"amount_redacted" doc:"of it paid to names the publisher withheld, pseudonyms among them"`
	Rejected  int64    `col:"rejected_rows" doc:"rows of its parts that could not be read"`
	Why       string   `col:"why" doc:"evidence for the state"`
}
