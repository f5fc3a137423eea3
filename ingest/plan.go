package ingest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hardyards/ingest/source"
	"hardyards/internal/police"
)

// column is a role given to a column, with its evidence.
type column struct {
	index int
	role  Role
	head  float64 // how surely the heading says so
	fit   float64 // how well the contents suit
	why   string
}

// plan is how one part will be read.
type plan struct {
	header     headerFound
	headed     bool
	headerRows []int32 // First lines of the header's records
	dataFrom   int32   // first line that counts as read
	width      int     // cells of the header's record; of the widest row without a header
	loose      bool    // cells beyond the header don't spoil a row: see helperColumns
	columns    []column
	layout     *Layout
	apart      apart  // how amounts stand in two columns, if they do
	apartWhy   string // why amounts in two columns can't be joined
	basis      police.AmountBasis
	order      dayOrder
	dollars    bool
	workbook   bool
	date1904   bool
	filePeriod Period
	period     Period
	titled     bool // period is that of lines above the header
	confidence float64
	refused    string
	advice     string
	nil_       bool
	warnings   []string
	notes      []string
	sample     []sampleRow
	profiles   []profile
}

// col gives the column of a role, -1 if none.
func (p *plan) col(r Role) int {
	for _, c := range p.columns {
		if c.role == r {
			return c.index
		}
	}
	return -1
}

func (p *plan) heading(i int) string {
	if i >= 0 && i < len(p.header.cells) {
		return strings.TrimSpace(p.header.cells[i])
	}
	return ""
}

// threshold is the confidence below which a file is refused rather than guessed.
const threshold = 0.5

// planner makes plans. It holds what all parts of a run share.
type planner struct {
	heads   *headingReader
	layouts []Layout
}

// planInput is what is known of a part before its header is.
type planInput struct {
	name       string // file
	part       string // sheet or member
	publisher  string
	evidence   source.Evidence
	rows       []sampleRow
	whole      bool // rows are all there are
	lastHeader *headerFound
}

// plan decides header, roles, dates and confidence of one part from its sample.
func (pl *planner) plan(in planInput) *plan {
	p := &plan{sample: in.rows, workbook: in.evidence.Container == "xlsx" || in.evidence.Container == "ods", date1904: in.evidence.Date1904}
	p.filePeriod = periodOfFile(in.name)
	p.period = p.filePeriod
	if p.workbook || in.part != in.name {
		if s := PeriodOfName(in.part, p.filePeriod); s.Known() {
			p.period = s
		}
	}
	if pl.byLayout(p, in) {
		return pl.finish(p, in)
	}
	if h, ok := pl.heads.findHeader(in.rows); ok {
		p.header, p.headed = h, true
	} else if in.lastHeader != nil {
		p.header, p.headed = *in.lastHeader, true
	} else if h, ok := unknownHeader(in.rows); ok {
		p.header, p.headed = h, true
	}
	pl.place(p, in)
	pl.profileRows(p, in)
	if p.headed {
		pl.assignHeaded(p)
	} else {
		pl.assignByContents(p)
	}
	pl.finish(p, in)
	if a := p.col(RoleAmount); p.basis == police.UnknownBasis && p.headed && a >= 0 {
		p.basis = basisOf(headingWords(p.heading(a))) // of an amount found by its contents
	}
	p.doubt()
	return p
}

// place settles which records are data: those after the header; all others too
// where rows before it are payments already (a header as the last record).
func (pl *planner) place(p *plan, in planInput) {
	p.dataFrom = 1
	if !p.headed {
		p.width = widest(in.rows)
		return
	}
	p.width = len(p.header.cells)
	for _, i := range p.header.rows {
		p.headerRows = append(p.headerRows, in.rows[i].First)
	}
	if len(p.header.rows) == 0 { // beyond the sample
		p.headerRows = append(p.headerRows, p.header.first)
	}
	before := 0
	for i := range in.rows {
		if in.rows[i].First < p.header.first && dataLike(&in.rows[i]) {
			before++
		}
	}
	if before < 2 {
		p.dataFrom = p.header.last + 1
		return
	}
	p.notes = append(p.notes, fmt.Sprintf("header stands at line %d, below rows that are data", p.header.first))
}

func widest(rows []sampleRow) int {
	w := 0
	for _, r := range rows {
		w = max(w, len(r.Cells))
	}
	return w
}

// dataLike reports whether a row holds an amount with decimals and a name, or an
// amount and a date.
func dataLike(r *sampleRow) bool {
	var p profile
	for i, c := range r.Cells {
		p.add([]byte(c), r.kind(i), false)
	}
	return p.money > 0 && (p.dates > 0 && p.names > 0 || p.decimals > 0 && p.names > 1)
}

func (pl *planner) profileRows(p *plan, in planInput) {
	p.profiles = make([]profile, max(p.width, widest(in.rows)))
	for i := range in.rows {
		r := &in.rows[i]
		if r.First < p.dataFrom || slices.Contains(p.headerRows, r.First) || r.blank() {
			continue
		}
		if p.headed && r.First > p.header.first {
			if worth, roles := pl.heads.headerWorth(r.Cells); worth >= 1.5 && enough(roles) {
				break // a later header: its columns may stand in another order
			}
		}
		for j := range p.profiles {
			if j < len(r.Cells) {
				p.profiles[j].add([]byte(r.Cells[j]), r.kind(j), p.date1904)
			} else {
				p.profiles[j].rows++
			}
		}
	}
}

// byLayout takes the first layout whose file pattern, publisher and headings fit;
// among several the one that names more columns.
func (pl *planner) byLayout(p *plan, in planInput) bool {
	type choice struct {
		l    *Layout
		v    *HeaderVariant
		row  int
		cols map[Role]int
		rank int
	}
	var best choice
	depth := min(len(in.rows), headerDepth)
	plain := make([][]string, depth)
	for r := range plain {
		if !slices.ContainsFunc(in.rows[r].Cells, looksLikeData) {
			plain[r] = plainHeadings(in.rows[r].Cells)
		}
	}
	for i := range pl.layouts {
		l := &pl.layouts[i]
		if l.Yields != "payments" || !l.meantFor(in.name, in.publisher) {
			continue
		}
		for v := range l.Headers {
			for r := range plain {
				cols, ok := l.Headers[v].fit(plain[r])
				if ok && pl.retabFits(l, in.rows[r].Cells) && l.named(in.rows[r].Cells, in.rows[r+1:]) && l.rank(cols) > best.rank {
					best = choice{l, &l.Headers[v], r, cols, l.rank(cols)}
				}
				if ok {
					break
				}
			}
		}
	}
	if best.l == nil {
		return pl.byPosition(p, in)
	}
	row := in.rows[best.row]
	p.header = headerFound{cells: row.Cells, rows: []int{best.row}, first: row.First, last: row.Last, worth: 9}
	p.headed, p.layout = true, best.l
	pl.place(p, in)
	pl.profileRows(p, planInput{rows: in.rows[:min(len(in.rows), best.row+100)]})
	for _, role := range slices.Sorted(maps.Keys(best.cols)) {
		p.columns = append(p.columns, column{best.cols[role], role, 1, 1, "named by layout " + best.l.FullID()})
	}
	pl.retabColumns(p)
	p.basis = best.l.AmountBasis
	if best.v.AmountBasis != "" {
		p.basis = best.v.AmountBasis
	}
	p.confidence = 1
	// A layout that no longer fits what the columns hold is worse than none.
	if a := p.col(RoleAmount); p.profiles[a].filled > 5 && p.profiles[a].fits(RoleAmount, true) < 0.5 {
		*p = plan{sample: p.sample, workbook: p.workbook, date1904: p.date1904, filePeriod: p.filePeriod, period: p.period,
			warnings: []string{fmt.Sprintf("layout %s fits the headings, but column %q holds no amounts: read by inference", best.l.FullID(), row.Cells[a])}}
		return false
	}
	return true
}

// byPosition fits layouts for files without a header, which must be meant for the
// file by name.
func (pl *planner) byPosition(p *plan, in planInput) bool {
	for i := range pl.layouts {
		l := &pl.layouts[i]
		if l.Yields != "payments" || len(l.Files) == 0 || !l.meantFor(in.name, in.publisher) {
			continue
		}
		for v := range l.Headers {
			cols, ok := l.Headers[v].positions()
			if !ok {
				continue
			}
			p.layout, p.basis, p.confidence = l, l.AmountBasis, 1
			pl.place(p, in)
			pl.profileRows(p, in)
			for _, role := range slices.Sorted(maps.Keys(cols)) {
				p.columns = append(p.columns, column{cols[role], role, 1, 1, "placed by layout " + l.FullID()})
			}
			return true
		}
	}
	return false
}

// rank orders layouts that fit: more columns first, then those that ask for more
// evidence.
func (l *Layout) rank(cols map[Role]int) int {
	n := 8 * len(cols)
	if l.Retabulated != nil {
		n += 4
	}
	if l.Body != nil || len(l.Files) > 0 {
		n += 2
	}
	if l.Publisher != "" {
		n++
	}
	return n
}

func (pl *planner) retabFits(l *Layout, header []string) bool {
	if l.Retabulated == nil {
		return true
	}
	return findHeading(header, headings{l.Retabulated.SourceFile}) >= 0 && findHeading(header, headings{l.Retabulated.Line}) >= 0
}

func (pl *planner) retabColumns(p *plan) {
	t := p.layout.Retabulated
	if t == nil {
		return
	}
	for _, c := range []struct {
		role Role
		head string
	}{{RoleSourceFile, t.SourceFile}, {RoleSourceSHA, t.SourceSHA}, {RoleSheet, t.Sheet}, {RoleHeaderLine, t.HeaderLine}, {RoleLine, t.Line}, {RoleAmountHeading, t.AmountHeading}} {
		if c.head == "" {
			continue
		}
		if i := findHeading(p.header.cells, headings{c.head}); i >= 0 {
			p.columns = append(p.columns, column{i, c.role, 1, 1, "named by layout " + p.layout.FullID()})
		}
	}
}

// assignHeaded gives roles to columns by heading and contents together.
func (pl *planner) assignHeaded(p *plan) {
	words := make([][]string, len(p.header.cells))
	for i, c := range p.header.cells {
		words[i] = headingWords(c)
	}
	taken := map[int]bool{}
	give := func(c column) {
		p.columns = append(p.columns, c)
		taken[c.index] = true
	}
	var doubt []int // columns whose heading claims amount, date or payee and whose contents deny it
	pl.giveApart(p, words, give)
	for _, role := range []Role{RoleAmount, RoleDate, RolePayee} {
		if p.col(role) >= 0 {
			continue
		}
		cands, denied := pl.candidates(p, role, words, taken)
		doubt = append(doubt, denied...)
		if len(cands) > 0 {
			give(pl.choose(p, role, cands))
		}
	}
	pl.repairSwapped(p, doubt, taken)
	pl.tellUnreadDates(p, doubt, words)
	for _, role := range []Role{RolePayerCode, RoleReference, RoleCategory, RoleDescription, RolePayerName} {
		cands, _ := pl.candidates(p, role, words, taken)
		if len(cands) > 0 {
			give(pl.choose(p, role, cands))
		}
	}
	pl.swapNumbers(p)
	if a := p.col(RoleAmount); a >= 0 && a < len(words) {
		p.basis = basisOf(words[a])
		if p.basis == police.UnknownBasis {
			p.basis = pl.basisAbove(p)
		}
	}
	p.confidence = p.sureness()
}

// tellUnreadDates warns of a column that is headed as dates and holds what can't be
// read as one, so that nobody thinks the publisher gave none.
func (pl *planner) tellUnreadDates(p *plan, doubt []int, words [][]string) {
	if p.col(RoleDate) >= 0 {
		return
	}
	for _, i := range doubt {
		if pl.heads.score(RoleDate, words[i]) < 0.6 {
			continue
		}
		for j := range p.sample {
			if r := &p.sample[j]; r.First >= p.dataFrom && i < len(r.Cells) && strings.TrimSpace(r.Cells[i]) != "" && r.Cells[i] != p.header.cells[i] {
				p.warnings = append(p.warnings, fmt.Sprintf("column %q holds no days that can be read, but as %q", p.heading(i), cut(r.Cells[i], 40)))
				return
			}
		}
	}
}

// basisAbove reads net or gross from the preamble ("Sum of Invoice Nett Amount").
func (pl *planner) basisAbove(p *plan) police.AmountBasis {
	for i := range p.sample {
		if p.sample[i].First >= p.header.first {
			break
		}
		for _, c := range p.sample[i].Cells {
			if w := headingWords(c); pl.heads.score(RoleAmount, w) > 0 {
				if b := basisOf(w); b != police.UnknownBasis {
					return b
				}
			}
		}
	}
	return police.UnknownBasis
}

// minHead is the least a heading must say for its column to be taken by heading,
// minFit the least its contents must suit.
const (
	minHead = 0.3
	minFit  = 0.5
)

// flags are what a column holds that tells capital from revenue, or yes from no, and
// nothing of what was bought.
var flags = map[string]bool{"capital": true, "revenue": true, "cap": true, "rev": true, "c": true, "r": true, "y": true, "n": true, "yes": true, "no": true}

// isFlag reports a column of nothing but flags.
func (p *profile) isFlag() bool {
	for text := range p.distinct {
		if !flags[strings.ToLower(text)] {
			return false
		}
	}
	return len(p.distinct) > 0
}

func (pl *planner) candidates(p *plan, role Role, words [][]string, taken map[int]bool) (cands []column, denied []int) {
	for i := range words {
		if taken[i] {
			continue
		}
		head := pl.heads.score(role, words[i])
		if head < minHead {
			continue
		}
		prof := &p.profiles[i]
		fit := prof.fits(role, true)
		switch {
		case role == RolePayerCode && fit < 0.5:
			continue
		case (role == RoleCategory || role == RoleDescription) && prof.isFlag():
			continue
		case prof.filled == 0:
			if prof.rows > 0 {
				fit = 0.1 // nothing in it: only where nothing else is
			} else {
				fit = 1
			}
		case fit < minFit && isCore(role):
			denied = append(denied, i)
			continue
		}
		cands = append(cands, column{index: i, role: role, head: head, fit: fit})
	}
	return cands, denied
}

func isCore(r Role) bool { return r == RoleAmount || r == RoleDate || r == RolePayee }

// choose takes the best of several columns, and says why it and no other. A column
// that is filled more rarely counts less.
func (pl *planner) choose(p *plan, role Role, cands []column) column {
	rank := func(c column) float64 {
		r := c.head
		if isCore(role) {
			r *= 0.5 + 0.5*c.fit
			if prof := &p.profiles[c.index]; prof.rows > 0 {
				r *= 0.4 + 0.6*share(prof.filled, prof.rows)
			}
			if role == RoleAmount {
				r *= netBeforeGross(headingWords(p.heading(c.index)))
			}
		} else if prof := &p.profiles[c.index]; prof.rows > 0 && prof.filled == 0 {
			r /= 4
		} else if role != RoleReference && role != RolePayerCode && share(prof.names, prof.filled) < 0.2 {
			r /= 2 // codes, where another column has the words
		}
		return r
	}
	best := cands[0]
	for _, c := range cands[1:] {
		if rank(c) > rank(best) {
			best = c
		}
	}
	best.why = fmt.Sprintf("headed %q", p.heading(best.index))
	if prof := &p.profiles[best.index]; prof.filled > 0 && isCore(role) {
		best.why += fmt.Sprintf("; %.0f %% of its cells suit", 100*best.fit)
	}
	var others []string
	for _, c := range cands {
		if c.index != best.index {
			others = append(others, fmt.Sprintf("%q", p.heading(c.index)))
		}
	}
	if len(others) > 0 {
		best.why += "; rather than " + strings.Join(others, ", ") + preference(role)
	}
	return best
}

// netBeforeGross weighs an amount's heading: of 1,000 excluding and 1,200 including
// tax the body bears the first, however clearly the other is headed.
func netBeforeGross(words []string) float64 {
	switch basisOf(words) {
	case police.Net:
		return 1.1
	case police.Gross:
		return 0.9
	}
	return 1
}

func preference(r Role) string {
	switch r {
	case RoleAmount:
		return " (net before gross, filled before empty)"
	case RoleDate:
		return " (payment before invoice date)"
	}
	return ""
}

// swappedHead is how much a heading that stands over the wrong column still says:
// that the file has such a column.
const swappedHead = 0.4

// repairSwapped handles headings over the wrong columns: where a core role found no
// column whose contents suit, one whose own heading the contents deny may hold it.
func (pl *planner) repairSwapped(p *plan, doubt []int, taken map[int]bool) {
	for _, role := range []Role{RoleAmount, RoleDate, RolePayee} {
		if p.col(role) >= 0 {
			continue
		}
		for _, i := range doubt {
			prof := &p.profiles[i]
			if taken[i] || prof.fits(role, role == RoleDate) < 0.8 {
				continue
			}
			if role == RoleAmount && share(prof.decimals, prof.filled) < 0.3 {
				continue // whole numbers: the payees' numbers, or days
			}
			p.columns = append(p.columns, column{i, role, swappedHead, prof.fits(role, true),
				fmt.Sprintf("headed %q, but its cells are those of a %s: headings swapped", p.heading(i), role)})
			taken[i] = true
			p.warnings = append(p.warnings, fmt.Sprintf("column %d is headed %q but holds what a %s column holds", i+1, p.heading(i), role))
			break
		}
	}
}

// swapNumbers tells amount from reference where their headings are swapped: amounts
// have pence or separators, references are whole numbers, nearly all different.
func (pl *planner) swapNumbers(p *plan) {
	a, r := p.col(RoleAmount), p.col(RoleReference)
	if a < 0 || r < 0 || a >= len(p.profiles) || r >= len(p.profiles) {
		return
	}
	pa, pr := &p.profiles[a], &p.profiles[r]
	if pa.filled < 10 || share(pr.decimals, pr.filled) < 0.6 || share(pa.decimals, pa.filled) > 0.02 || share(pa.whole, pa.filled) < 0.95 {
		return
	}
	for i := range p.columns {
		switch p.columns[i].role {
		case RoleAmount:
			p.columns[i].index = r
			p.columns[i].head = 0.5
			p.columns[i].why = fmt.Sprintf("headed %q, but holds pounds and pence: headings swapped", p.heading(r))
		case RoleReference:
			p.columns[i].index = a
			p.columns[i].why = fmt.Sprintf("headed %q, but holds whole numbers: headings swapped", p.heading(a))
		}
	}
	p.warnings = append(p.warnings, fmt.Sprintf("headings %q and %q stand over each other's columns", p.heading(a), p.heading(r)))
}

// assignByContents gives roles in a file without any header. It asks for more:
// exactly one column of dates, one of money, and a column of names that stands out.
func (pl *planner) assignByContents(p *plan) {
	date, money, payee := -1, -1, -1
	moneyTies := 0
	for i := range p.profiles {
		prof := &p.profiles[i]
		if prof.rows < 3 || share(prof.filled, prof.rows) < 0.5 {
			continue
		}
		if share(prof.dates, prof.filled) > 0.9 && (date < 0 || len(prof.distinct) > len(p.profiles[date].distinct)) {
			date = i
			continue
		}
		if share(prof.money, prof.filled) > 0.95 && share(prof.decimals, prof.filled) > 0.5 {
			if money >= 0 {
				moneyTies++
			}
			money = i
			continue
		}
	}
	bestName := 0.0
	for i := range p.profiles {
		prof := &p.profiles[i]
		if i == date || i == money || prof.rows < 3 || share(prof.filled, prof.rows) < 0.5 {
			continue
		}
		if n := nameness(prof); n > bestName {
			payee, bestName = i, n
		}
	}
	if date < 0 || money < 0 || payee < 0 {
		p.confidence = 0.1
		return
	}
	p.columns = []column{
		{date, RoleDate, 0, p.profiles[date].fits(RoleDate, false), "no heading; its cells are dates"},
		{money, RoleAmount, 0, p.profiles[money].fits(RoleAmount, false), "no heading; its cells are pounds and pence"},
		{payee, RolePayee, 0, bestName, "no heading; its cells are names of companies and bodies, many of them different"},
	}
	p.basis = police.UnknownBasis
	p.confidence = 0.45 + 0.4*bestName
	if moneyTies > 0 {
		p.confidence -= 0.25
		p.warnings = append(p.warnings, "no header, and several columns hold money")
	}
}

// nameness is how much a column looks like names of payees: words, companies among
// them, many different ones.
func nameness(p *profile) float64 {
	company := min(1, 3*share(p.company, p.filled))
	variety := min(1, 4*share(len(p.distinct), p.filled))
	return share(p.names, p.filled) * company * (0.5 + 0.5*variety)
}

// sureness of a headed reading, 0 to 1: the weaker of amount and payee, less where
// there is no date.
func (p *plan) sureness() float64 {
	amount, payee, date := 0.0, 0.0, 0.0
	for _, c := range p.columns {
		s := 0.6*c.head + 0.4*c.fit
		switch c.role {
		case RoleAmount:
			amount = s
		case RolePayee:
			payee = s
		case RoleDate:
			date = s
		}
	}
	sure := min(amount, payee)
	switch {
	case date == 0 && (p.period.Known() || p.filePeriod.Known()):
		sure -= 0.1
	case date == 0:
		sure -= 0.2
	default:
		sure = min(sure, 0.3+0.7*date)
	}
	return max(0, min(0.99, sure))
}
