package ingest

import (
	"slices"
	"strings"
	"unicode"

	"hardyards/internal/police"
)

// Role is what a column means to a payment.
type Role uint8

// Roles of columns. The group of the source stands only in the project's own
// retabulated tables and says where a row was published; the last one is the second
// column of amounts that stand in two.
const (
	NoRole Role = iota
	RolePayee
	RoleAmount
	RoleDate
	RoleReference
	RoleCategory
	RoleDescription
	RolePayerCode
	RolePayerName
	RoleSourceFile
	RoleSourceSHA
	RoleSheet
	RoleHeaderLine
	RoleLine
	RoleAmountHeading
	RoleCredit // beside amount as debit: its credits
	RoleSign   // beside amount as size: DR or CR
	RolePence  // beside amount as whole pounds
	roleCount
)

var roleNames = [roleCount]string{
	"none", "payee", "amount", "date", "reference", "category", "description",
	"payer code", "payer", "source file", "source sha256", "sheet", "header line", "line", "amount heading",
	"credit", "sign", "pence",
}

// String gives the role as explain prints it.
func (r Role) String() string { return roleNames[r] }

// phrase is a way to head a column of a role: its words, in any order, and how
// sure they make (1: nothing else is headed so).
type phrase struct {
	words string
	sure  float64
}

// lexicon holds the phrases of a role, collected from the headings of real files,
// and the words that turn a heading away from it (Supplier ID is no payee).
type lexicon struct {
	phrases []phrase
	veto    string
}

// lexicons is indexed by role. Where several columns fit, the surer phrase wins:
// this is where payment date stands before invoice date.
func lexicons() map[Role]lexicon {
	return map[Role]lexicon{
		RolePayee: {[]phrase{
			{"supplier name", 1}, {"supplier", .97}, {"suppliers name", 1}, {"vendor name", 1}, {"vendor", .95},
			{"payee name", 1}, {"payee", 1}, {"beneficiary name", 1}, {"beneficiary", .95}, {"creditor name", .97},
			{"creditor", .85}, {"merchant name", 1}, {"merchant", .8}, {"company name", .85}, {"company", .65},
			{"contractor", .75}, {"recipient", .9}, {"payment to", .9}, {"payable to", .9}, {"provider name", .85}, {"provider", .75}, {"paid to", .9},
			{"name", .7}, {"trading name", .6}, {"organisation paid", .97}, {"organisation name", .5},
		}, "id number code type post postcode group class vat address site reference category body authority department council client family entity size area cost centre account file sheet expense expenditure email project"},
		RoleAmount: {[]phrase{
			{"amount", 1}, {"net amount", 1}, {"gross amount", .96}, {"amount paid", 1}, {"payment amount", 1},
			{"invoice amount", .94}, {"line amount", .97}, {"distribution amount", .97}, {"total invoice amount", .93}, {"total amount", .95},
			{"invoice line amount", .97}, {"invoice distribution amount", .97}, {"line value", .97}, {"invoice line value", .97},
			{"payment value", .95}, {"net value", .95}, {"gross value", .9}, {"value", .85}, {"spend", .9},
			{"net", .85}, {"gross", .8}, {"total", .8}, {"paid", .6}, {"sum", .6}, {"cost", .6}, {"price", .5},
			{"expenditure", .5}, {"transaction value", .95}, {"invoice value", .9}, {"pounds", .5},
		}, "type code number category description band area basis date reason reference id heading centre group supplier vendor payee per thousands millions eur euro euros usd contract tender estimated budget budgeted forecast variance"},
		RoleDate: {[]phrase{
			{"payment date", 1}, {"date paid", 1}, {"paid date", 1}, {"pay date", 1}, {"date payment", 1},
			{"payment run date", .97}, {"invoice payment date", 1}, {"cheque date", .9}, {"clearing date", .93}, {"clearance date", .93}, {"clear date", .93}, {"date cleared", .93},
			{"date", .9}, {"transaction date", .9}, {"payment", .4}, {"posted date", .85}, {"posting date", .85}, {"date posted", .85},
			{"effective date", .75}, {"accounting date", .8}, {"gl date", .8}, {"input date", .7}, {"invoice date", .65}, {"document date", .65},
			{"due date", .4}, {"tax point date", .5},
		}, "amount number value created updated birth start end type reference status method terms"},
		RoleReference: {[]phrase{
			{"transaction number", 1}, {"transaction reference", 1}, {"transaction id", .98}, {"transaction", .75},
			{"voucher number", .97}, {"internal reference number", .95}, {"reference number", .9}, {"reference", .85}, {"payment reference", .97},
			{"payment number", .95}, {"document number", .9}, {"invoice number", .85}, {"invoice reference", .85}, {"unique reference", .9},
			{"unique id", .85}, {"voucher", .75}, {"cheque number", .8}, {"order number", .4},
		}, "vat registration contract project supplier vendor date type description amount value company charity account cost centre category line currency"},
		RoleCategory: {[]phrase{
			{"expense type", 1}, {"expenses type", 1}, {"expenditure category", .97}, {"expense category", .97}, {"category", .9},
			{"account description", .95}, {"account detail", .9}, {"account code description", .95}, {"purpose", .9}, {"purpose expenditure", .95},
			{"subjective description", .95}, {"subjective", .8}, {"spend category", .95}, {"expenditure type", .7}, {"expenditure description", .8},
			{"merchant category", .85}, {"merchant category description", .9}, {"nominal", .6}, {"nominal description", .9}, {"gl description", .85},
			{"account", .5}, {"activity", .6}, {"proclass", .6}, {"procurement classification", .7}, {"service area", .6}, {"type", .3}, {"summary purpose", .9},
		}, "supplier vendor vat number date payment transaction line document amount postcode contract"},
		RoleDescription: {[]phrase{
			{"description", .9}, {"narrative", .9}, {"transaction description", .95}, {"payment description", .95}, {"line description", .95},
			{"details", .8}, {"detail", .7}, {"item", .6}, {"expense area", .85}, {"expense area", .85}, {"service area", .8}, {"service", .6},
			{"department area", .75}, {"service cost centre", .75}, {"cost centre description", .75}, {"cost centre", .7}, {"cost center", .7},
			{"organisational unit", .75}, {"directorate", .7}, {"spend area", .75}, {"budget", .5}, {"department", .45}, {"entity", .45},
			{"group", .4}, {"area", .5}, {"division", .6}, {"unit", .4}, {"business area", .7}, {"location", .5}, {"force area", .5},
		}, "supplier vendor vat number date code amount id registration postcode contract family"},
		RolePayerCode: {[]phrase{
			{"body code", 1}, {"organisation code", .9}, {"authority code", .9}, {"force code", 1}, {"publisher code", .9}, {"body id", .8}, {"org code", .9},
		}, "supplier vendor"},
		RolePayerName: {[]phrase{
			{"body name", 1}, {"organisation name", .9}, {"authority name", .9}, {"local authority", .8}, {"force name", 1}, {"force", .8}, {"public body", .8},
			{"publisher name", .9}, {"body", .7}, {"authority", .6}, {"organisation", .6}, {"client", .5}, {"paid by", .9}, {"buyer name", .8}, {"company name", .5}, {"entity", .5},
		}, "supplier vendor code"},
	}
}

// abbreviations are written out before headings are compared.
var abbreviations = map[string]string{
	"no": "number", "num": "number", "nos": "number", "nr": "number", "ref": "reference", "refs": "reference",
	"trans": "transaction", "transactions": "transaction", "tran": "transaction", "trx": "transaction", "txn": "transaction",
	"amt": "amount", "amounts": "amount", "desc": "description", "descr": "description", "descriptions": "description",
	"dept": "department", "org": "organisation", "organization": "organisation", "cat": "category", "catergory": "category",
	"inv": "invoice", "nett": "net", "suppliers": "supplier", "vendors": "supplier", "acc": "account", "acct": "account",
	"grp": "group", "center": "centre", "dates": "date", "doc": "document", "expenses": "expense", "identifier": "id",
	"values": "value", "pmt": "payment", "payments": "payment", "transno": "transaction number", "transref": "transaction reference",
	"supp": "supplier", "narration": "narrative", "payer": "body", "invoiced": "invoice", "excl": "excluding", "exc": "excluding",
	"ex": "excluding", "exclusive": "excluding", "incl": "including", "inc": "including", "inclusive": "including",
	"postcodes": "postcode", "dateof": "date", "paymentdate": "payment date", "paydate": "pay date", "suppliername": "supplier name",
	"netamount": "net amount", "expensetype": "expense type", "expensearea": "expense area", "transactionnumber": "transaction number",
	"datepaid": "date paid", "reg": "registration",
	// Welsh bodies head their columns in Welsh, or in both languages.
	"cyflenwr": "supplier", "gyflenwr": "supplier", "chyflenwr": "supplier", "enw": "name", "talai": "payee", "derbynnydd": "payee",
	"dyddiad": "date", "ddyddiad": "date", "talwyd": "paid", "talu": "payment", "taliad": "payment", "daliad": "payment", "taliadau": "payment",
	"swm": "amount", "gwerth": "value", "werth": "value", "cyfanswm": "total", "gros": "gross", "crynswth": "gross", "anfoneb": "invoice",
	"trafodyn": "transaction", "trafodiad": "transaction", "rhif": "number", "cyfeirnod": "reference", "cyfeirif": "reference",
	"disgrifiad": "description", "ddisgrifiad": "description", "gwariant": "expenditure", "wariant": "expenditure", "categori": "category", "gategori": "category",
	"math": "type", "adran": "department", "gwasanaeth": "service", "taw": "vat", "heb": "excluding", "gan": "", "cynnwys": "including", "gynnwys": "including",
}

// idle words say nothing of a role: fillers, and what people add to headings.
var idle = map[string]bool{
	"of": true, "the": true, "in": true, "for": true, "a": true, "by": true, "and": true, "to": false, "final": true,
	"gbp": true, "sterling": true, "y": true, "yr": true, "r": true, "o": true, "ar": true, // of, the, on in Welsh
	"uk": true, "n": false, "t": true, "cc": true, "ac": true, "c": true, "hbc": true, "k": true,
}

// headingWords reduces a heading to its words: "* SUPPLIER FINAL" to supplier,
// "3 Date" to date, "Transno" to transaction number.
func headingWords(heading string) []string {
	words := strings.FieldsFunc(strings.ToLower(spaceCamel(heading)), func(r rune) bool {
		return r > 0x7f || !(unicode.IsLetter(r) || unicode.IsDigit(r))
	})
	out := words[:0:0]
	if u := unitOf(heading); u != "" {
		out = append(out, u)
	}
	for _, w := range words {
		if idle[w] || w[0] <= '9' {
			continue
		}
		if full, ok := abbreviations[w]; ok {
			out = append(out, strings.Fields(full)...)
			continue
		}
		out = append(out, w)
	}
	return out
}

// unitOf gives thousands or millions for a heading that counts pounds in them: £000,
// £'000, £k, (000s), £m. £25,000 is a threshold.
func unitOf(heading string) string {
	low := strings.ToLower(heading)
	low = strings.NewReplacer("\u2019", "'", "\u2018", "'", " ", "", "gbp", "£").Replace(low)
	if containsAny(low, "thousand", "£000", "£'000", "£(000", "(000", "('000", "000's", "x1000") {
		return "thousands"
	}
	if containsAny(low, "million") {
		return "millions"
	}
	for rest := low; ; {
		_, after, ok := strings.Cut(rest, "£")
		if !ok {
			return ""
		}
		rest = after
		if len(after) == 0 || (len(after) > 1 && (after[1] >= 'a' && after[1] <= 'z')) {
			continue
		}
		switch after[0] {
		case 'k':
			return "thousands"
		case 'm':
			return "millions"
		}
	}
}

// notPounds reports words that say an amount is not in pounds: no column headed so is
// an amount, whatever its cells look like.
func notPounds(words []string) bool {
	if slices.Contains(words, "pence") && !slices.Contains(words, "pounds") {
		return true
	}
	for _, w := range words {
		switch w {
		case "thousands", "millions", "eur", "euro", "euros", "usd":
			return true
		}
	}
	return false
}

// spaceCamel parts SupplierName into words; capitals that follow one another (VAT)
// stay together.
func spaceCamel(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if i > 0 && s[i] >= 'A' && s[i] <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z' {
			b.WriteByte(' ')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// headingReader scores headings against the lexicons; it holds them split once.
type headingReader struct {
	roles map[Role]splitLexicon
}

type splitLexicon struct {
	phrases []splitPhrase
	veto    map[string]bool
}

type splitPhrase struct {
	words []string
	sure  float64
}

func newHeadingReader() *headingReader {
	h := &headingReader{roles: map[Role]splitLexicon{}}
	for role, lex := range lexicons() {
		s := splitLexicon{veto: map[string]bool{}}
		for _, p := range lex.phrases {
			s.phrases = append(s.phrases, splitPhrase{strings.Fields(p.words), p.sure})
		}
		for _, w := range strings.Fields(lex.veto) {
			s.veto[w] = true
		}
		h.roles[role] = s
	}
	return h
}

// score says how surely the words head a column of a role, 0 to 1.
func (h *headingReader) score(role Role, words []string) float64 {
	if len(words) == 0 {
		return 0
	}
	lex, best := h.roles[role], 0.0
	for _, w := range words {
		if lex.veto[w] {
			return h.exactly(lex, words)
		}
	}
	if role == RoleAmount && (onlyTax(words) || notPounds(words)) {
		return 0
	}
	for _, p := range lex.phrases {
		share, ok := covers(words, p.words)
		if !ok {
			continue
		}
		if s := p.sure * (0.75 + 0.25*share); s > best {
			best = s
		}
	}
	return best
}

// exactly allows a vetoed word where it belongs to the phrase itself.
func (h *headingReader) exactly(lex splitLexicon, words []string) float64 {
	for _, p := range lex.phrases {
		if share, ok := covers(words, p.words); ok && share == 1 && len(p.words) == len(words) {
			return p.sure
		}
	}
	return 0
}

// onlyTax reports a column of value added tax: VAT, but neither excluding nor
// including it.
func onlyTax(words []string) bool {
	tax := false
	for _, w := range words {
		switch w {
		case "vat", "tax":
			tax = true
		case "net", "gross", "excluding", "including", "less", "minus", "without":
			return false
		}
	}
	return tax
}

// basisOf reads net or gross from the heading of an amount.
func basisOf(words []string) police.AmountBasis {
	for i, w := range words {
		switch w {
		case "net", "excluding", "less", "without":
			return police.Net
		case "gross", "including":
			return police.Gross
		case "irrecoverable":
			if i > 0 && words[i-1] == "including" {
				return police.Gross
			}
		}
	}
	return police.UnknownBasis
}

// covers reports whether every word of the phrase stands among words, and what
// share of words the phrase makes up. A misspelt word (Suplier, Expence) counts a
// little less.
func covers(words, phrase []string) (share float64, ok bool) {
	got := 0.0
	for _, p := range phrase {
		best := 0.0
		for _, w := range words {
			if w == p {
				best = 1
				break
			}
			if near(w, p) {
				best = 0.9
			}
		}
		if best == 0 {
			return 0, false
		}
		got += best
	}
	return got / float64(max(len(words), len(phrase))), true
}

// near reports whether a is a misspelling of b: one letter added, dropped, changed
// or two neighbours swapped in a word of five letters or more, two in one of nine.
func near(a, b string) bool {
	if len(b) < 5 || len(a) < 4 {
		return false
	}
	limit := 1
	if len(b) >= 9 {
		limit = 2
	}
	if d := len(a) - len(b); d > limit || -d > limit || a[0] != b[0] {
		return false
	}
	return editDistance(a, b) <= limit
}

// editDistance is the optimal string alignment distance (Damerau–Levenshtein with
// each substring edited once); words longer than a heading's are told apart.
func editDistance(a, b string) int {
	const most = 31
	if len(a) > most || len(b) > most {
		return most
	}
	var rows [3][most + 1]int
	prev2, prev, row := &rows[0], &rows[1], &rows[2]
	for j := 0; j <= len(b); j++ {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
