package ingest

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"hardyards/ingest/source"
	"hardyards/internal/police"
)

// odd decides a record that isn't plainly a payment, in the order of the questions
// below. Exclusions need evidence from the cells; a word alone excludes nothing:
// Total Gas & Power Ltd has a date, and its amount is no sum.
func (r *fileReader) odd(rec *source.Record) error {
	cells := rec.Cells
	filled, only := filledCells(cells)
	amount := r.amountOf(cells)
	if amount.state == amountText || amount.state == amountSubPenny {
		r.part.points[amount.point]++
	}
	switch {
	case filled == 0:
		return r.blankRow(rec)
	case rec.Faults&source.Oversize != 0:
		return r.rejectRow(rec, reasonOversize, "", "a record beyond the limits is most likely torn: look for a stray quote", amount)
	case r.tooWide(cells):
		return r.rejectRow(rec, reasonWide, "", fmt.Sprintf("%d cells under %d headings: some cell was split", lastFilled(cells)+1, r.seg.width), amount)
	case r.headerAgain(rec):
		return r.excludeRow(rec, reasonHeader, "", amount)
	case amount.state == amountDash && r.onlyAmount(cells, filled, only):
		return r.excludeRow(rec, reasonPhantom, "only a dash in the amount", amount)
	case amount.state.readable() && r.onlyAmount(cells, filled, only):
		why, equal := r.part.equalsSum(amount.pence)
		if equal {
			return r.excludeTotal(rec, reasonTotal, why, amount)
		}
		r.part.oddTotals++
		return r.excludeTotal(rec, reasonUnlabeled, "no payee, date or anything else; equals no sum above", amount)
	}
	if amount.state.readable() {
		return r.oddWithAmount(rec, amount)
	}
	return r.oddWithoutAmount(rec, amount, filled, only)
}

func filledCells(cells [][]byte) (n, only int) {
	for i, c := range cells {
		if len(c) > 0 && len(trimCell(c)) > 0 {
			n++
			only = i
		}
	}
	return n, only
}

func lastFilled(cells [][]byte) int {
	for i := len(cells) - 1; i >= 0; i-- {
		if len(trimCell(cells[i])) > 0 {
			return i
		}
	}
	return -1
}

func (r *fileReader) tooWide(cells [][]byte) bool {
	return !r.plan.loose && r.plan.headed && len(cells) > r.seg.width && lastFilled(cells) >= r.seg.width
}

// oddWithAmount decides a row whose amount can be read.
func (r *fileReader) oddWithAmount(rec *source.Record, amount amountCell) error {
	cells := rec.Cells
	name := trimText(cellAt(cells, r.seg.payee))
	undated := r.undated(cells)
	if why, ok := r.isTotal(cells, name, undated, amount); ok {
		return r.excludeTotal(rec, reasonTotal, why, amount)
	}
	if amount.dollar && !r.plan.dollars {
		return r.rejectRow(rec, reasonCurrency, r.plan.heading(r.seg.amount), "written with $ among pounds", amount)
	}
	if amount.state.contradicts() {
		reason, detail := r.amountFault(cells, amount)
		return r.rejectRow(rec, reason, r.plan.heading(r.seg.second), detail, amount)
	}
	if amount.state == amountSubPenny {
		return r.rejectRow(rec, reasonSubPenny, r.plan.heading(r.seg.amount), "more than two decimals, and no noise of binary numbers: rounded here, ask the publisher", amount)
	}
	date, state := r.date(cells)
	if state == dateBad {
		return r.rejectRow(rec, reasonDate, r.plan.heading(r.seg.date), fmt.Sprintf("%q", trimCell(cellAt(cells, r.seg.date))), amount)
	}
	return r.payment(rec, amount, r.store.payee(name), date, state)
}

// undated reports that the row has no date, or that the part has no dates at all.
func (r *fileReader) undated(cells [][]byte) bool {
	if r.seg.date < 0 {
		return true
	}
	return parseDate(cellAt(cells, r.seg.date), r.plan.date1904).kind == dateMissing
}

// isTotal looks for evidence that a row is a sum. Either its amount equals the sum
// of the rows above and it has no payee (or one that only says Total); or it has
// neither payee nor date, and a cell that says nothing but Total.
func (r *fileReader) isTotal(cells [][]byte, name []byte, undated bool, amount amountCell) (why string, ok bool) {
	bare := len(name) > 0 && isTotalWord(name)
	if len(name) > 0 && !bare {
		return r.isSubtotal(cells, name, undated, amount)
	}
	label := bare
	for i, c := range cells {
		if i != r.seg.amount && startsTotal(c) {
			label = true
			break
		}
	}
	sum, equal := r.part.equalsSum(amount.pence)
	switch {
	case equal && (label || undated):
		return sum, true
	case label && undated && !r.hasReference(cells):
		if r.part.lines.Payments > 0 {
			r.part.oddTotals++
		}
		return "says total, has no payee and no date; equals no sum above", true
	}
	return "", false
}

// isSubtotal takes "Alpha Ltd Total" for what a spreadsheet writes below the rows of
// Alpha Ltd, if it has neither date nor reference and equals a sum above.
func (r *fileReader) isSubtotal(cells [][]byte, name []byte, undated bool, amount amountCell) (why string, ok bool) {
	if !undated || !endsTotal(name) || r.hasReference(cells) {
		return "", false
	}
	return r.part.equalsSum(amount.pence)
}

// endsTotal reports a name whose last word is Total, or its first two Total for.
func endsTotal(name []byte) bool {
	low := strings.TrimRight(strings.ToLower(string(trimCell(name))), " :")
	return strings.HasSuffix(low, " total") || strings.HasSuffix(low, "subtotal") || strings.HasPrefix(low, "total for ") || strings.HasPrefix(low, "subtotal ")
}

// hasReference reports a transaction number beside the word Total: a payee may be
// called so.
func (r *fileReader) hasReference(cells [][]byte) bool {
	ref := trimCell(cellAt(cells, r.seg.reference))
	return len(ref) > 0 && !startsTotal(ref)
}

// startsTotal reports a cell that begins with Total, Grand Total, Sub-total or Sum.
func startsTotal(cell []byte) bool {
	b := trimCell(cell)
	if len(b) < 3 || len(b) > 60 {
		return false
	}
	low := strings.ToLower(string(b))
	low = strings.TrimPrefix(low, "grand ")
	low = strings.TrimPrefix(low, "sub")
	low = strings.TrimLeft(low, " -")
	return strings.HasPrefix(low, "total") || isTotalWord(b)
}

// equalsSum compares an amount with the sums above: of all rows, of all payments,
// since the last total.
func (st *partState) equalsSum(p police.Pence) (why string, ok bool) {
	if st.lines.Payments+st.lines.Rejections < 2 {
		return "", false
	}
	switch p {
	case st.sumAll:
		return "equals the sum of all rows above", true
	case st.sumPaid:
		return "equals the sum of all payments above", true
	case st.sumBlock:
		return "equals the sum since the last total", true
	}
	return "", false
}

// oddWithoutAmount decides a row without a readable amount.
func (r *fileReader) oddWithoutAmount(rec *source.Record, amount amountCell, filled, only int) error {
	cells := rec.Cells
	name := trimCell(cellAt(cells, r.seg.payee))
	undated := r.undated(cells)
	head := r.plan.heading(r.seg.amount)
	switch {
	case isControl(cells) && undated:
		return r.excludeRow(rec, reasonControl, "a line of the report writer, without date and amount", amount)
	case filled == 1 && r.saysNil(cells[only]):
		return r.excludeRow(rec, reasonNil, "the publisher says that there were no payments", amount)
	case filled == 1 && tornRow(cells[only]):
		return r.rejectRow(rec, reasonAmount, "", "one cell holds a whole row: delimiters were lost", amount)
	case filled == 1 && (only != r.seg.payee || footnoteText(cells[only])):
		return r.excludeRow(rec, reasonFootnote, "one cell of text, no amount", amount)
	case len(name) == 0 && undated && amount.state == amountEmpty:
		return r.excludeRow(rec, reasonFootnote, "no payee, date or amount", amount)
	case amount.state == amountEmpty:
		return r.rejectRow(rec, reasonNoAmount, head, "nothing in the amount", amount)
	case amount.state == amountError:
		return r.rejectRow(rec, reasonError, head, r.amountsText(cells), amount)
	}
	return r.rejectRow(rec, reasonAmount, head, r.amountsText(cells), amount)
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// controlWords begin the lines that Agresso's report writer leaves in its output.
var controlWords = []string{"setdefault", "setparameter", "declare", "query", "sort", "columns", "subtotal", "parameter", "detail",
	"header", "footer", "title", "inserted parameter", "inserted detail", "page"}

func isControl(cells [][]byte) bool {
	for _, c := range cells {
		b := trimCell(c)
		if len(b) == 0 {
			continue
		}
		low := strings.TrimPrefix(strings.ToLower(cut(string(b), 40)), "*")
		for _, w := range controlWords {
			if rest, ok := strings.CutPrefix(low, w); ok && (rest == "" || rest[0] == ' ' || rest[0] == ',') {
				return true
			}
		}
		return false
	}
	return false
}

func (r *fileReader) saysNil(cell []byte) bool {
	return nilReturn([]sampleRow{{Cells: []string{string(cell)}}})
}

// tornRow reports a single cell that holds a date and an amount beside text.
func tornRow(cell []byte) bool {
	date, money := false, false
	for _, f := range bytes.FieldsFunc(cell, func(c rune) bool { return c == ',' || c == ';' || c == '\t' || c == '|' }) {
		f = trimCell(f)
		if d := parseDate(f, false); d.kind == dateNumeric || (d.kind == dateFixed && d.style != "serial") {
			date = true
		} else if a := parseAmount(f, false); a.state.readable() && bytes.IndexByte(f, '.') >= 0 {
			money = true
		}
	}
	return date && money
}

// footnoteText reports a text too long, or too much a sentence, to be a payee.
func footnoteText(cell []byte) bool {
	b := trimCell(cell)
	return len(b) > 60 || b[0] == '*' || b[len(b)-1] == '.' || b[len(b)-1] == ':' ||
		bytes.HasPrefix(bytes.ToLower(b), []byte("note")) || bytes.HasPrefix(bytes.ToLower(b), []byte("report "))
}

// headerAgain reports a record that repeats the header, and where its columns
// stand in another order, begins a new segment.
func (r *fileReader) headerAgain(rec *source.Record) bool {
	if !r.plan.headed || looksLikeData(string(cellAt(rec.Cells, r.seg.amount))) {
		return false
	}
	same, filled := 0, 0
	cells := make([]string, len(rec.Cells))
	for i, c := range rec.Cells {
		cells[i] = string(c)
		if len(trimCell(c)) == 0 {
			continue
		}
		filled++
		if i < len(r.plan.header.cells) && plainHeading(cells[i]) == plainHeading(r.plan.header.cells[i]) {
			same++
		}
	}
	if filled >= 2 && same*4 >= filled*3 && same >= 2 {
		r.part.lostHeader = r.part.lostHeader || r.plan.newlyApart(cells)
		return true
	}
	if filled < 3 {
		return false
	}
	worth, roles := r.pl.heads.headerWorth(cells)
	if worth < 1.5 || !enough(roles) || isControl(rec.Cells) {
		return false
	}
	r.part.lostHeader = r.part.lostHeader || r.plan.newlyApart(cells)
	return r.remap(rec, cells)
}

// remap finds the roles of a later header: by the names of the first one, else by
// meaning. A record that names no amount and no payee column is no header.
func (r *fileReader) remap(rec *source.Record, cells []string) bool {
	find := func(role Role, old int) int {
		if old < 0 {
			return -1
		}
		if i := findHeading(cells, headings{r.plan.header.cells[old]}); i >= 0 && old < len(r.plan.header.cells) {
			return i
		}
		best, at := 0.45, -1
		for i, c := range cells {
			if s := r.pl.heads.score(role, headingWords(c)); s > best {
				best, at = s, i
			}
		}
		return at
	}
	p := r.plan
	next := r.seg
	next.amount, next.payee, next.date = find(RoleAmount, p.col(RoleAmount)), find(RolePayee, p.col(RolePayee)), find(RoleDate, p.col(RoleDate))
	if next.amount < 0 || next.payee < 0 || (next.date < 0 && p.col(RoleDate) >= 0) {
		return false
	}
	if p.apart.kind != together {
		if next.second = find(p.apart.kind.second(), r.plan.col(p.apart.kind.second())); next.second < 0 || next.second == next.amount {
			r.part.lostHeader = true
			return false
		}
	}
	next.reference, next.category, next.description = find(RoleReference, p.col(RoleReference)), find(RoleCategory, p.col(RoleCategory)), find(RoleDescription, p.col(RoleDescription))
	next.payerCode, next.payerName = find(RolePayerCode, p.col(RolePayerCode)), find(RolePayerName, p.col(RolePayerName))
	next.width = max(len(cells), next.amount+1, next.second+1)
	next.from = rec.Last + 1
	if next.amount != r.seg.amount || next.payee != r.seg.payee || next.date != r.seg.date || next.reference != r.seg.reference || next.second != r.seg.second {
		r.part.warnings = append(r.part.warnings, fmt.Sprintf("line %d: the header repeats with its columns in another order: read by that order from there", rec.First))
	}
	if next.amount != r.seg.amount {
		r.part.segments = append(r.part.segments, source.ColumnFrom{Line: next.from, Column: next.amount})
	}
	if next.second != r.seg.second {
		r.part.seconds = append(r.part.seconds, source.ColumnFrom{Line: next.from, Column: next.second})
	}
	r.seg = next
	return true
}

func (r *fileReader) blankRow(rec *source.Record) error {
	st := r.part
	st.lines.Exclusions++
	st.exclusions[reasonBlank]++
	first, last := r.lines(rec)
	if st.blank.Rows > 0 && st.blank.LineLast+1 == first {
		st.blank.Rows++
		st.blank.LineLast = last
		return nil
	}
	r.flushBlank()
	st.blank = police.Reject{PartID: st.id, LineFirst: first, LineLast: last, Rows: 1, Kind: police.Exclusion, Reason: reasonBlank}
	return nil
}

// lines gives the record's lines in the published file.
func (r *fileReader) lines(rec *source.Record) (first, last int32) {
	if r.retab && r.seg.srcRow >= 0 {
		line := lineNumber(cellAt(rec.Cells, r.seg.srcRow), rec.First)
		return line, line
	}
	return rec.First, rec.Last
}

func (r *fileReader) rejectRow(rec *source.Record, reason, col, detail string, amount amountCell) error {
	st := r.part
	st.reject(reason)
	if amount.state.readable() {
		st.lines.PenceRejections += amount.pence
		st.sumAll += amount.pence
		st.sumBlock += amount.pence
	}
	return r.note(rec, police.Rejection, reason, col, detail, amount)
}

func (r *fileReader) excludeRow(rec *source.Record, reason, detail string, amount amountCell) error {
	st := r.part
	st.lines.Exclusions++
	st.exclusions[reason]++
	if amount.state.readable() {
		st.lines.PenceExclusions += amount.pence
	}
	return r.note(rec, police.Exclusion, reason, "", detail, amount)
}

func (r *fileReader) excludeTotal(rec *source.Record, reason, detail string, amount amountCell) error {
	r.part.sumBlock = 0
	return r.excludeRow(rec, reason, detail, amount)
}

func (r *fileReader) note(rec *source.Record, kind, reason, col, detail string, amount amountCell) error {
	r.flushBlank()
	first, last := r.lines(rec)
	x := police.Reject{PartID: r.part.id, LineFirst: first, LineLast: last, Rows: 1, Kind: kind, Reason: reason, Column: col, Detail: detail, Raw: rawText(rec)}
	if amount.state.readable() {
		x.AmountKnown, x.Amount = true, amount.pence
	}
	r.rejects = append(r.rejects, x)
	return r.flushRejects(512)
}

// rawText is the record as published; a workbook's row is shown as CSV.
func rawText(rec *source.Record) string {
	const most = 4000
	if rec.Raw != nil {
		return cut(string(rec.Raw), most)
	}
	texts := make([]string, len(rec.Cells))
	for i, c := range rec.Cells {
		texts[i] = string(c)
	}
	n := len(texts)
	for n > 0 && texts[n-1] == "" {
		n--
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(slices.Clip(texts[:n])) // to memory: can't fail
	w.Flush()
	return cut(strings.TrimSuffix(b.String(), "\n"), most)
}
