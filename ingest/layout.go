package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"hardyards/internal/police"
)

// Layout is a declaration of how a known publisher's files are laid out: a TOML
// file under data/layouts or in the user's directory.
//
//	id = "lancashire"           # unique; a user's layout of the same id replaces ours
//	version = 1                 # raised when its meaning changes
//	publisher = "lancashire"    # slug; empty: any
//	yields = "payments"         # or measures, then with [[table]]: measurelayout.go
//	files = ["pcc-*.xlsx"]      # names it is meant for; empty: any
//	date_order = "dmy"          # or mdy; empty: decided by the file
//	amount_basis = "unknown"    # or net, gross
//
//	[body]                      # fits only files whose rows name this body:
//	columns = ["Department family", "Department"]
//	names = ["Home Office"]     # in most rows of one of these columns
//
//	[[header]]                  # a variant of the header; the first that fits counts
//	payee = "Supplier"          # heading as published, case and spacing aside; "#3" is the third column
//	amount = ["Total Invoice Amount", "TOTAL"]
//	date = "Date"
//
// An amount that stands in two columns names the second as well, by one of
//
//	credit = "Credit"           # amount is the column of debits; this one is taken off
//	sign = "DR/CR"              # amount has no sign; CR, C, Credit and - turn it round
//	pence = "Pence"             # amount is whole pounds
type Layout struct {
	ID            string             `toml:"id"`
	Version       int                `toml:"version"`
	Publisher     string             `toml:"publisher"`
	PublisherKind string             `toml:"publisher_kind"`
	Yields        string             `toml:"yields"`
	Note          string             `toml:"note"`
	Files         []string           `toml:"files"`
	DateOrder     string             `toml:"date_order"`
	AmountBasis   police.AmountBasis `toml:"amount_basis"`
	Body          *BodyEvidence      `toml:"body"`
	Retabulated   *Retabulated       `toml:"retabulated"`
	Headers       []HeaderVariant    `toml:"header"`
	Tables        []MeasureTable     `toml:"table"`
	Measures      []MeasureEntry     `toml:"measure"` // entries of the catalogue

	file string
	hash string
}

// BodyEvidence is what rows must say for a layout to fit: headings of the Treasury's
// template are those of every department, and name no publisher by themselves.
type BodyEvidence struct {
	Columns headings `toml:"columns"`
	Names   []string `toml:"names"`
}

// HeaderVariant names the column of each role. An empty role has no column.
type HeaderVariant struct {
	wanted []wantedColumn // by role, headings in plain form

	Name        string             `toml:"name"`
	Payee       headings           `toml:"payee"`
	Amount      headings           `toml:"amount"`
	Credit      headings           `toml:"credit"`
	Sign        headings           `toml:"sign"`
	Pence       headings           `toml:"pence"`
	Date        headings           `toml:"date"`
	Reference   headings           `toml:"reference"`
	Category    headings           `toml:"category"`
	Description headings           `toml:"description"`
	PayerCode   headings           `toml:"payer_code"`
	PayerName   headings           `toml:"payer"`
	AmountBasis police.AmountBasis `toml:"amount_basis"`
}

// Retabulated names the columns of one of the project's own tables, in which each
// row says where it was published. Rows of one source file and sheet make a part
// of their own.
type Retabulated struct {
	SourceFile    string `toml:"source_file"`
	SourceSHA     string `toml:"source_sha256"`
	Sheet         string `toml:"sheet"`
	HeaderLine    string `toml:"header_line"`
	Line          string `toml:"line"`
	AmountHeading string `toml:"amount_heading"`
}

// headings are the ways a column may be headed; TOML allows one string or a list.
type headings []string

// UnmarshalTOML reads a string or a list of strings.
func (h *headings) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		*h = headings{v}
	case []any:
		for _, one := range v {
			s, ok := one.(string)
			if !ok {
				return fmt.Errorf("%v is no heading: write it in quotes", one)
			}
			*h = append(*h, s)
		}
	default:
		return fmt.Errorf("%v is no heading: write one in quotes or a list of them", v)
	}
	return nil
}

// FullID is the id with its version: lancashire@1.
func (l *Layout) FullID() string { return l.ID + "@" + strconv.Itoa(l.Version) }

// ParseLayouts reads layouts, given as file name → TOML text. Unknown keys, missing
// ones and contradictions are errors that name file and line. The result is sorted
// by id; of two with the same id, the one whose file name sorts last is kept out:
// two texts may not claim one id.
func ParseLayouts(texts map[string]string) ([]Layout, error) {
	names := make([]string, 0, len(texts))
	for name := range texts {
		names = append(names, name)
	}
	slices.Sort(names)
	var out []Layout
	at := map[string]string{}
	for _, name := range names {
		l, err := parseLayout(name, texts[name])
		if err != nil {
			return nil, err
		}
		if other, twice := at[l.ID]; twice {
			return nil, layoutError(name, lineOfKey(texts[name], "id"), "id %q is taken by %s", l.ID, other)
		}
		at[l.ID] = name
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Layout) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// OverrideLayouts gives base with the layouts of the same id replaced and new ones
// added: the user's directory over the embedded ones.
func OverrideLayouts(base, over []Layout) []Layout {
	out := slices.Clone(base)
	for _, l := range over {
		if i := slices.IndexFunc(out, func(b Layout) bool { return b.ID == l.ID }); i >= 0 {
			out[i] = l
		} else {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b Layout) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func layoutError(file string, line int, format string, args ...any) error {
	return police.Exitf(police.ExitUsage, "correct the layout, or remove it; see data/layouts for examples",
		"%s:%d: %s", file, line, fmt.Sprintf(format, args...))
}

func parseLayout(name, text string) (Layout, error) {
	var l Layout
	meta, err := toml.Decode(text, &l)
	var parse toml.ParseError
	switch {
	case errors.As(err, &parse):
		return l, layoutError(name, parse.Position.Line, "%s", parse.Message)
	case err != nil:
		return l, layoutError(name, 1, "%v", err)
	}
	if un := meta.Undecoded(); len(un) > 0 {
		key := un[0]
		return l, layoutError(name, lineOfKey(text, key[len(key)-1]), "unknown key %q", key.String())
	}
	sum := sha256.Sum256([]byte(text))
	l.file, l.hash = name, hex.EncodeToString(sum[:])
	return l, l.check(text)
}

// lineOfKey finds the first line that sets a key or opens a table of that name.
func lineOfKey(text, key string) int {
	for i, line := range strings.Split(text, "\n") {
		s := strings.TrimSpace(line)
		if s == "["+key+"]" || s == "[["+key+"]]" || strings.HasPrefix(strings.ReplaceAll(s, " ", ""), key+"=") {
			return i + 1
		}
	}
	return 1
}

func (l *Layout) check(text string) error {
	fail := func(key, format string, args ...any) error {
		return layoutError(l.file, lineOfKey(text, key), format, args...)
	}
	if l.Yields == "" {
		l.Yields = "payments"
	}
	if err := l.checkCatalogue(text); err != nil {
		return err
	}
	switch {
	case l.ID == "":
		return fail("id", "id is missing")
	case l.Version < 1:
		return fail("version", "version must be 1 or more")
	case l.DateOrder != "" && l.DateOrder != "dmy" && l.DateOrder != "mdy":
		return fail("date_order", "date_order %q is neither dmy nor mdy", l.DateOrder)
	case !validBasis(l.AmountBasis):
		return fail("amount_basis", "amount_basis %q is none of net, gross, unknown", l.AmountBasis)
	case l.Yields == "measures":
		return l.checkMeasures(fail)
	case l.Yields != "payments":
		return fail("yields", "yields %q is neither payments nor measures", l.Yields)
	case len(l.Headers) == 0:
		return fail("yields", "a layout needs at least one [[header]]")
	}
	for i := range l.Headers {
		l.Headers[i].prepare()
	}
	for _, h := range l.Headers {
		if len(h.Amount) == 0 || len(h.Payee) == 0 {
			return fail("header", "header %q needs payee and amount", h.Name)
		}
		if n := h.seconds(); n > 1 || n == 1 && l.Retabulated != nil {
			return fail("header", "header %q may name one of credit, sign and pence beside amount, and none where the table is retabulated", h.Name)
		}
		if !validBasis(h.AmountBasis) {
			return fail("amount_basis", "amount_basis %q is none of net, gross, unknown", h.AmountBasis)
		}
	}
	if l.Body != nil && (len(l.Body.Columns) == 0 || len(l.Body.Names) == 0) {
		return fail("body", "[body] needs columns and names")
	}
	return l.checkFiles(fail)
}

func validBasis(b police.AmountBasis) bool {
	return b == "" || b == police.Net || b == police.Gross || b == police.UnknownBasis
}

// meantFor reports whether a file of this name and publisher may be of the layout.
func (l *Layout) meantFor(name, publisher string) bool {
	return l.meantForBase(baseName(name), publisher)
}

// baseName is what the patterns of a layout are held against.
func baseName(name string) string {
	return strings.ToLower(path.Base(strings.ReplaceAll(name, "\\", "/")))
}

func (l *Layout) meantForBase(base, publisher string) bool {
	if l.Publisher != "" && publisher != "" && l.Publisher != publisher {
		return false
	}
	if len(l.Files) == 0 {
		return true
	}
	for _, f := range l.Files {
		if ok, _ := path.Match(strings.ToLower(f), base); ok {
			return true
		}
	}
	return false
}

// AppendLayouts appends the content's hash of each layout that a file of this name and
// publisher may be of: a change of others can't change how the file is read. It is
// asked of every file in every run.
func AppendLayouts(to []byte, layouts []Layout, name, publisher string) []byte {
	base := baseName(name)
	for i := range layouts {
		l := &layouts[i]
		of := publisher
		if l.Yields == "measures" {
			of = ""
		}
		if l.meantForBase(base, of) {
			to = append(to, l.hash...)
		}
	}
	return to
}

// named reports whether most rows below the header name the body that the layout
// asks for.
func (l *Layout) named(header []string, rows []sampleRow) bool {
	if l.Body == nil {
		return true
	}
	for _, h := range l.Body.Columns {
		i := findHeading(header, headings{h})
		if i < 0 {
			continue
		}
		hit, filled := 0, 0
		for r := range rows {
			if i >= len(rows[r].Cells) || plainHeading(rows[r].Cells[i]) == "" {
				continue
			}
			filled++
			for _, name := range l.Body.Names {
				if plainHeading(rows[r].Cells[i]) == plainHeading(name) {
					hit++
					break
				}
			}
		}
		if filled > 0 && hit*2 > filled {
			return true
		}
	}
	return false
}

// wantedColumn is a role of a variant with its headings in plain form.
type wantedColumn struct {
	role  Role
	plain []string
	place int // from #n; -1 where headings are named
}

func (h *HeaderVariant) prepare() {
	byRole := h.byRole()
	for role := RolePayee; role < roleCount; role++ {
		names := byRole[role]
		if len(names) == 0 {
			continue
		}
		w := wantedColumn{role: role, place: -1}
		for _, name := range names {
			if n, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil && strings.HasPrefix(name, "#") && n >= 1 {
				w.place = n - 1
			}
			w.plain = append(w.plain, plainHeading(name))
		}
		h.wanted = append(h.wanted, w)
	}
}

// seconds counts the second columns of amounts that the variant names.
func (h *HeaderVariant) seconds() (n int) {
	for _, names := range []headings{h.Credit, h.Sign, h.Pence} {
		if len(names) > 0 {
			n++
		}
	}
	return n
}

// byRole lists the variant's columns by role.
func (h *HeaderVariant) byRole() map[Role]headings {
	return map[Role]headings{
		RolePayee: h.Payee, RoleAmount: h.Amount, RoleDate: h.Date, RoleReference: h.Reference, RoleCategory: h.Category,
		RoleDescription: h.Description, RolePayerCode: h.PayerCode, RolePayerName: h.PayerName,
		RoleCredit: h.Credit, RoleSign: h.Sign, RolePence: h.Pence,
	}
}

// fit finds the variant's columns in a record of headings in plain form; ok only if
// every role it names has one.
func (h *HeaderVariant) fit(header []string) (columns map[Role]int, ok bool) {
	for i := range h.wanted {
		if h.wanted[i].find(header) < 0 {
			return nil, false
		}
	}
	columns = make(map[Role]int, len(h.wanted))
	for i := range h.wanted {
		columns[h.wanted[i].role] = h.wanted[i].find(header)
	}
	return columns, true
}

func (w *wantedColumn) find(header []string) int {
	if w.place >= 0 {
		if w.place < len(header) {
			return w.place
		}
		return -1
	}
	for _, want := range w.plain {
		if i := slices.Index(header, want); i >= 0 {
			return i
		}
	}
	return -1
}

// positions gives the columns of a variant for files without a header: every
// heading is #n.
func (h *HeaderVariant) positions() (columns map[Role]int, ok bool) {
	columns = map[Role]int{}
	for _, w := range h.wanted {
		if w.place < 0 {
			return nil, false
		}
		columns[w.role] = w.place
	}
	return columns, true
}

func findHeading(header []string, names headings) int {
	for _, name := range names {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "#")); err == nil && strings.HasPrefix(name, "#") && n >= 1 && n <= len(header) {
			return n - 1
		}
		want := plainHeading(name)
		for i, h := range header {
			if plainHeading(h) == want {
				return i
			}
		}
	}
	return -1
}

// plainHeading is a heading without case and spacing.
func plainHeading(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

func plainHeadings(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = plainHeading(c)
	}
	return out
}
