package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hardyards/ingest/source"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// measureReading is an opened file of official figures with the layout that fits it.
// Its steps: find a layout by the file's name and its parts' headers; read every
// record of those parts into values, exclusions and rejections (measureTable); prove
// the count of records by the second pass; derive sums; write the fragment.
type measureReading struct {
	in     Input
	opt    *Options
	file   *source.File
	layout *Layout
	book   *forceBook
	parts  []*measurePart

	refused, advice string
}

// measurePart is a part that a table of the layout fits.
type measurePart struct {
	part   source.Part
	table  *MeasureTable
	sheet  string
	header tableHeader

	id       int64
	ledger   police.Ledger
	values   []police.MeasureValue
	rejects  []police.Reject
	warnings []string
}

// wantsMeasures reports whether a file may be one of measures: its source says so,
// or says nothing and a layout of measures is meant for its name.
func wantsMeasures(in Input, opt *Options) bool {
	switch in.Yields {
	case "measures":
		return true
	case "payments":
		return false
	}
	return len(measureLayouts(in, opt)) > 0
}

// measureLayouts are those meant for the file's name, in order of their ids. The
// publisher doesn't count: tables are passed on by others than their publisher.
func measureLayouts(in Input, opt *Options) []*Layout {
	var out []*Layout
	for i := range opt.Layouts {
		l := &opt.Layouts[i]
		if l.Yields == "measures" && l.meantFor(in.name(), "") {
			out = append(out, l)
		}
	}
	return out
}

// openMeasures opens a file and finds the layout. Without one the reading is refused
// where the source asked for measures, and nil where payments may be meant.
func openMeasures(ctx context.Context, in Input, opt *Options) (*measureReading, error) {
	f, err := source.Open(ctx, in.Path, opt.Limits)
	if err != nil {
		return nil, err
	}
	m := &measureReading{in: in, opt: opt, file: f, book: newForceBook(opt.Forces)}
	m.in.Name = in.name()
	for _, l := range measureLayouts(in, opt) {
		if err := m.fit(ctx, l); err != nil {
			return nil, errors.Join(err, f.Close())
		}
		if len(m.parts) > 0 {
			m.layout = l
			return m, nil
		}
	}
	if in.Yields != "measures" {
		return nil, f.Close()
	}
	m.refused = "no layout of measures fits its name and headings"
	m.advice = "write one, as docs/measures.md says, into the directory of [files] layouts"
	return m, nil
}

// fit finds the parts that tables of a layout fit: the first table counts.
func (m *measureReading) fit(ctx context.Context, l *Layout) error {
	for _, part := range m.file.Parts {
		sheet := part.Name()
		if m.file.Container == "csv" || m.file.Container == "gzip" {
			sheet = ""
		}
		for i := range l.Tables {
			t := &l.Tables[i]
			if !t.meantFor(part.Name()) {
				continue
			}
			head, err := findTableHeader(ctx, part, t)
			if err != nil {
				return err
			}
			if head.cells == nil {
				continue
			}
			m.parts = append(m.parts, &measurePart{part: part, table: t, sheet: sheet, header: head,
				id: police.Key("part", m.file.SHA256, sheet, l.FullID(), ReaderVersion)})
			break
		}
	}
	return nil
}

func (t *MeasureTable) meantFor(part string) bool {
	if len(t.Parts) == 0 && len(t.PartMeasures) == 0 {
		return true
	}
	for _, p := range t.Parts {
		if globMatch(strings.ToLower(p), strings.ToLower(part)) {
			return true
		}
	}
	return t.partMeasure(part) != ""
}

// partMeasure is the measure that the part's name tells; of several patterns the
// first in order.
func (t *MeasureTable) partMeasure(part string) string {
	for _, p := range slices.Sorted(maps.Keys(t.PartMeasures)) {
		if globMatch(strings.ToLower(p), strings.ToLower(part)) {
			return t.PartMeasures[p]
		}
	}
	return ""
}

// readMeasures is Read for a file of measures.
func readMeasures(ctx context.Context, lk *lake.Lake, in Input, opt *Options) (res Result, done bool, err error) {
	m, err := openMeasures(ctx, in, opt)
	if err != nil {
		res, err = refusedBySource(in, err)
		return res, true, err
	}
	if m == nil {
		return Result{}, false, nil
	}
	defer m.file.Close()
	res = Result{Publisher: m.publisher(), Refused: m.refused, Advice: m.advice}
	if m.refused != "" {
		res.Explanation = m.explanation()
		return res, true, nil
	}
	res.Key = m.key()
	if lk.HasFragment(res.Key) {
		f, err := lk.Fragment(res.Key)
		if err != nil {
			return res, true, err
		}
		res, err = existing(res, f)
		return res, true, err
	}
	res, err = m.write(ctx, lk, res)
	return res, true, err
}

// explainMeasures is Explain for a file of measures.
func explainMeasures(ctx context.Context, in Input, opt *Options) (e Explanation, groups []RejectGroup, done bool, err error) {
	m, err := openMeasures(ctx, in, opt)
	if err != nil {
		res, err := refusedBySource(in, err)
		return res.Explanation, nil, true, err
	}
	if m == nil {
		return e, nil, false, nil
	}
	defer m.file.Close()
	if m.refused == "" {
		if err := m.readAll(ctx); err != nil {
			return e, nil, true, err
		}
	}
	var parts []police.Part
	var rejects []police.Reject
	for _, p := range m.parts {
		parts = append(parts, police.Part{PartID: p.id, SourceFile: m.in.Name, Sheet: p.sheet})
		rejects = append(rejects, p.rejects...)
	}
	return m.explanation(), GroupRejects(m.in.Name, parts, rejects), true, nil
}

func (m *measureReading) publisher() string {
	switch {
	case m.in.Publisher != "":
		return m.in.Publisher
	case m.layout != nil && m.layout.Publisher != "":
		return m.layout.Publisher
	}
	return "unknown"
}

// key is the fragment's: bytes, context, layout, the forces it is read with, and the
// reader's version.
func (m *measureReading) key() string {
	h := sha256.New()
	for _, s := range []string{"measures", m.file.SHA256, m.in.Publisher, m.in.Name, ReaderVersion, m.layout.hash} {
		fmt.Fprintf(h, "%d:%s\n", len(s), s)
	}
	for _, f := range m.opt.Forces {
		fmt.Fprintf(h, "%s|%s|%s|%s|%s|%d\n", f.Code, f.Name, f.ForceName, f.Slug, f.Aliases, f.STATS19)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// readAll reads every part that fits, and refuses the file where none holds a value.
func (m *measureReading) readAll(ctx context.Context) error {
	n := 0
	for _, p := range m.parts {
		if err := m.readPart(ctx, p); err != nil {
			return err
		}
		n += len(p.values)
	}
	if n == 0 && !m.ofNoForce() {
		m.refused = "layout " + m.layout.FullID() + " fits its headings, but no row gives a value"
		m.advice = "see why: hardyards rejects, and correct the layout"
	}
	return nil
}

// ofNoForce reports a file all of whose rows are rightly of no force: a month of the
// British Transport Police.
func (m *measureReading) ofNoForce() bool {
	for _, p := range m.parts {
		for _, r := range p.rejects {
			if r.Kind == police.Rejection || r.Reason != noForce && r.Reason != "blank" {
				return false
			}
		}
	}
	return true
}

func (m *measureReading) readPart(ctx context.Context, p *measurePart) error {
	t, err := newTableReader(m, p)
	if err != nil {
		return police.Exitf(police.ExitUsage, "correct the layout", "layout %s: %w", m.layout.FullID(), err)
	}
	if err := p.part.Read(ctx, t.batch); err != nil {
		return fmt.Errorf("%s %s: %w", m.in.Name, p.sheet, err)
	}
	if p.values, err = t.finish(); err != nil {
		return err
	}
	p.rejects, p.warnings = t.rejects(), append(t.warnings, p.part.Evidence().Warnings...)
	return m.prove(ctx, p)
}

// prove counts the records again by the second pass.
func (m *measureReading) prove(ctx context.Context, p *measurePart) error {
	proof, err := p.part.Proof(ctx, source.ProofSpec{Columns: []source.ColumnFrom{{Column: -1}}, From: p.header.last + 1,
		Parse: func([]byte) (int64, bool) { return 0, false }})
	if err != nil {
		return err
	}
	read := p.ledger.RowsRead
	p.ledger.PartID, p.ledger.RowsRead = p.id, proof.Records
	if proof.Records != read || !p.ledger.Balances() {
		return police.Exitf(police.ExitMoney, "nothing was written; report it with the file",
			"%s %s: %d records by the second pass, %d read: %d used, %d excluded, %d rejected",
			m.in.Name, p.sheet, proof.Records, read, p.ledger.Used, p.ledger.Exclusions, p.ledger.Rejections)
	}
	return nil
}

func (m *measureReading) write(ctx context.Context, lk *lake.Lake, res Result) (Result, error) {
	if err := m.readAll(ctx); err != nil {
		return res, err
	}
	res.Explanation = m.explanation()
	if m.refused != "" {
		res.Key, res.Refused, res.Advice = "", m.refused, m.advice
		return res, nil
	}
	w, err := lk.NewFragment(res.Key)
	if err != nil {
		return res, err
	}
	defer w.Abort()
	rec, err := m.record(res)
	if err != nil {
		return res, err
	}
	for _, p := range m.parts {
		if err := errors.Join(w.Measures(p.values), w.Rejects(p.rejects)); err != nil {
			return res, err
		}
	}
	if err := m.opt.watch.check(m.file.SHA256); err != nil {
		return res, err
	}
	return res, w.Commit(rec)
}

func (m *measureReading) record(res Result) (lake.FragmentRecord, error) {
	explanation, err := json.Marshal(res.Explanation)
	rec := lake.FragmentRecord{Key: res.Key, SHA256: m.file.SHA256, Name: m.in.Name, Publisher: res.Publisher,
		Layout: m.layout.FullID(), ReaderVersion: ReaderVersion, Explanation: explanation}
	for _, p := range m.parts {
		ev := p.part.Evidence()
		rec.Parts = append(rec.Parts, police.Part{PartID: p.id, FragmentKey: res.Key, SourceFile: m.in.Name, SHA256: m.file.SHA256,
			Sheet: p.sheet, Publisher: res.Publisher, Layout: m.layout.FullID(), Encoding: ev.Encoding, HeaderLine: p.header.first,
			AmountBasis: police.UnknownBasis, Rows: int32(p.ledger.RowsRead), FirstPaid: police.NoDate, LastPaid: police.NoDate,
			Confidence: 1, Evidence: strings.Join(p.warnings, " | ")})
		rec.Ledgers = append(rec.Ledgers, p.ledger)
	}
	return rec, err
}

func (m *measureReading) explanation() Explanation {
	e := Explanation{File: m.in.Name, SHA256: m.file.SHA256, Bytes: m.file.Bytes, Container: m.file.Container,
		Parts: []PartExplanation{}, Warnings: slices.Clone(m.file.Warnings), Advice: m.advice, Confidence: 1}
	e.Ledger.Balances = true
	if m.refused != "" {
		e.Refused = &m.refused
	}
	for _, p := range m.parts {
		e.Parts = append(e.Parts, m.explainPart(p))
	}
	return e
}

func (m *measureReading) explainPart(p *measurePart) PartExplanation {
	ev := p.part.Evidence()
	x := PartExplanation{Name: p.part.Name(), Encoding: ev.Encoding, Delimiter: ev.Delimiter, Quote: ev.Quote, LineEnds: ev.LineEnds,
		HeaderLine: p.header.first, AmountBasis: police.UnknownBasis, Columns: p.header.explain(p.table),
		Rows:   RowCounts{Read: p.ledger.RowsRead, Rejections: p.ledger.Rejections, Exclusions: p.ledger.Exclusions, Measures: p.ledger.Used},
		Values: len(p.values), Rejections: map[string]int{}, Exclusions: map[string]int{}, Warnings: append([]string{}, p.warnings...),
		Confidence: 1, Evidence: append([]string{}, ev.Notes...)}
	if m.layout != nil {
		x.Layout = m.layout.FullID()
	}
	for _, r := range p.rejects {
		if r.Kind == police.Rejection {
			x.Rejections[r.Reason] += int(r.Rows)
		} else {
			x.Exclusions[r.Reason] += int(r.Rows)
		}
	}
	return x
}
