package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"hardyards/ingest/source"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// ReaderVersion names the reading code in fragment keys: raised whenever the same
// bytes would be read differently, so that every file is then read again.
const ReaderVersion = "5"

// Input is one file to read, and what is known of it besides its bytes.
type Input struct {
	Path      string             // where it is
	Name      string             // name it is known by; empty: the base of Path
	Publisher string             // slug; empty: decided by the file, see Read
	Basis     police.AmountBasis // of its amounts, where the source says so; empty: decided by the file
	SHA256    string             // of its bytes, where known
	Yields    string             // payments or measures; empty: measures where a layout of them fits, else payments
}

// Options of a reading. The zero value reads by inference with default limits.
type Options struct {
	Layouts []Layout       // choices, from ParseLayouts
	Forces  []police.Force // whose codes, slugs and names say who pays
	Memory  *Memory        // what readings share; nil: one of its own
	Limits  source.Limits  // bounds against hostile files

	// RowLimit is how many payments of a file are held in memory before they are
	// spilled to a temporary file; 0 is 300,000 (some 60 MB a worker with texts).
	RowLimit int

	drop  func(line int32) bool // tests lose a row on purpose
	turn  func(line int32) bool // tests turn the sign of an amount in two columns
	watch *watch                // of the file being read
}

// Result says what became of a file.
type Result struct {
	Key         string // of its fragment; empty where refused
	Existing    bool   // the fragment was there already: nothing was read
	Refused     string // why it is no list of payments that can be read, or ""
	Advice      string // what to do about that
	Publisher   string // slug decided
	Payer       police.PayerKey
	Explanation Explanation
}

// Read makes the fragment of a file, or finds it. It is a pure function of the
// file's bytes, its name, publisher and basis, and the layouts: the same inputs give
// the same fragment, byte for byte.
//
// A file that can't be read as a list of payments is no error: Result.Refused says
// why. Errors are of the disk, of a broken ledger (police.ExitMoney), of the
// context, or ErrChanged.
func Read(ctx context.Context, lk *lake.Lake, in Input, opt Options) (res Result, err error) {
	if opt.watch, err = watchFile(in); err != nil {
		return refusedBySource(in, err)
	}
	res, err = read(ctx, lk, in, opt)
	return settle(opt.watch, res, err)
}

func read(ctx context.Context, lk *lake.Lake, in Input, opt Options) (Result, error) {
	if wantsMeasures(in, &opt) {
		if res, done, err := readMeasures(ctx, lk, in, &opt); done || err != nil {
			return res, err
		}
	}
	r, err := openReading(ctx, in, &opt)
	if r == nil || err != nil {
		return refusedBySource(in, err)
	}
	defer r.close()
	res := r.result()
	if res.Refused != "" {
		return res, nil
	}
	res.Key = r.key()
	if lk.HasFragment(res.Key) {
		f, err := lk.Fragment(res.Key)
		if err != nil {
			return res, err
		}
		return existing(res, f)
	}
	return r.write(ctx, lk, res)
}

// existing fills a result from a fragment made before.
func existing(res Result, f *lake.Fragment) (Result, error) {
	res.Existing, res.Publisher = true, f.Record.Publisher
	err := json.Unmarshal(f.Record.Explanation, &res.Explanation)
	res.Payer = police.PayerKey(res.Explanation.Payer)
	return res, err
}

// Explain reads a file as Read would, and writes nothing.
func Explain(ctx context.Context, in Input, opt Options) (e Explanation, err error) {
	if opt.watch, err = watchFile(in); err != nil {
		_, err = refusedBySource(in, err)
		return e, err
	}
	e, err = explain(ctx, in, opt)
	return settle(opt.watch, e, err)
}

func explain(ctx context.Context, in Input, opt Options) (Explanation, error) {
	if wantsMeasures(in, &opt) {
		if e, _, done, err := explainMeasures(ctx, in, &opt); done || err != nil {
			return e, err
		}
	}
	r, err := openReading(ctx, in, &opt)
	if r == nil || err != nil {
		res, err := refusedBySource(in, err)
		return res.Explanation, err
	}
	defer r.close()
	if r.refused == "" {
		if err := r.readAll(ctx, nil); err != nil {
			return Explanation{}, err
		}
	}
	if r.refused == "" {
		if err := r.fr.deliver(nil); err != nil {
			return Explanation{}, err
		}
	}
	return r.explanation(), nil
}

// FileRejects reads a file as Explain would and gives its rejections and exclusions
// by part and reason, with their lines.
func FileRejects(ctx context.Context, in Input, opt Options) ([]RejectGroup, Explanation, error) {
	if wantsMeasures(in, &opt) {
		if e, groups, done, err := explainMeasures(ctx, in, &opt); done || err != nil {
			return groups, e, err
		}
	}
	r, err := openReading(ctx, in, &opt)
	if r == nil || err != nil {
		res, err := refusedBySource(in, err)
		return nil, res.Explanation, err
	}
	defer r.close()
	var kept collectRejects
	if r.refused == "" {
		if err := r.readAll(ctx, &kept); err != nil {
			return nil, Explanation{}, err
		}
	}
	var parts []police.Part
	if r.fr != nil {
		for _, st := range r.fr.parts {
			parts = append(parts, police.Part{PartID: st.id, SourceFile: st.file, Sheet: st.sheet})
		}
	}
	return GroupRejects(r.in.Name, parts, kept.rows), r.explanation(), nil
}

// refusedBySource turns a refusal of package source into a result.
func refusedBySource(in Input, err error) (Result, error) {
	var refusal *source.Refusal
	switch {
	case errors.As(err, &refusal):
		e := Explanation{File: in.name(), Refused: &refusal.Reason, Advice: refusal.Advice, Parts: []PartExplanation{}, Ledger: LedgerState{Balances: true}}
		e.SHA256, e.Bytes = fileFacts(in.Path)
		return Result{Refused: refusal.Reason, Advice: refusal.Advice, Publisher: in.Publisher, Explanation: e}, nil
	case errors.Is(err, fs.ErrNotExist):
		return Result{}, police.Exitf(police.ExitUsage, "check the path", "%s: no such file", in.Path)
	}
	return Result{}, err
}

func fileFacts(path string) (sha string, size int64) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", 0
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), int64(len(b))
}

func (in Input) name() string {
	if in.Name != "" {
		return in.Name
	}
	if i := strings.LastIndexAny(in.Path, `/\`); i >= 0 {
		return in.Path[i+1:]
	}
	return in.Path
}

// reading is a file opened, with a plan for each of its parts.
type reading struct {
	in      Input
	opt     *Options
	file    *source.File
	pl      *planner
	plans   []*plan
	forces  *forceNames
	refused string
	advice  string

	fr *fileReader // after readAll
}

// sampleRows is how many records decide header and roles.
const sampleRows = 400

func openReading(ctx context.Context, in Input, opt *Options) (*reading, error) {
	limits := opt.Limits
	if opt.Memory != nil && limits.Buffers == nil {
		limits.Buffers = &opt.Memory.buffers
	}
	f, err := source.Open(ctx, in.Path, limits)
	if err != nil {
		return nil, err
	}
	r := &reading{in: in, opt: opt, file: f, pl: &planner{heads: newHeadingReader(), layouts: opt.Layouts}, forces: newForceNames(opt.Forces)}
	r.in.Name = in.name()
	if err := r.planParts(ctx); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return r, nil
}

func (r *reading) close() {
	if r.fr != nil {
		r.fr.store.give()
	}
	r.file.Close()
}

func (r *reading) planParts(ctx context.Context) error {
	for _, part := range r.file.Parts {
		in := planInput{name: r.in.Name, part: part.Name(), publisher: r.in.Publisher, evidence: part.Evidence()}
		if r.file.Container == "csv" {
			in.part = in.name
		}
		var err error
		if in.rows, in.whole, err = sampleOf(ctx, part); err != nil {
			return err
		}
		p := r.pl.plan(in)
		if p.refused != "" && !p.headed && !p.nil_ {
			if p, err = r.headerBelow(ctx, part, in, p); err != nil {
				return err
			}
		}
		if r.in.Basis != "" && p.basis == police.UnknownBasis {
			p.basis = r.in.Basis
		}
		r.plans = append(r.plans, p)
	}
	r.judge()
	return nil
}

func sampleOf(ctx context.Context, part source.Part) (rows []sampleRow, whole bool, err error) {
	whole = true
	err = part.Read(ctx, func(b *source.Batch) error {
		for i := range b.Records {
			if len(rows) == sampleRows {
				whole = false
				return source.Stop
			}
			rows = append(rows, keepRow(&b.Records[i]))
		}
		return nil
	})
	return rows, whole, err
}

// headerBelow looks for a header anywhere in a part that shows none at its top: as
// its last record, or below its rows.
func (r *reading) headerBelow(ctx context.Context, part source.Part, in planInput, without *plan) (*plan, error) {
	var found *headerFound
	err := part.Read(ctx, func(b *source.Batch) error {
		for i := range b.Records {
			rec := &b.Records[i]
			if len(rec.Cells) < 3 || looksLikeData(string(rec.Cells[len(rec.Cells)-1])) {
				continue
			}
			row := keepRow(rec)
			if w, roles := r.pl.heads.headerWorth(row.Cells); enough(roles) && w >= 1.5 {
				found = &headerFound{cells: row.Cells, first: row.First, last: row.Last, worth: w}
			}
		}
		return nil
	})
	if err != nil || found == nil {
		return without, err
	}
	in.lastHeader = found
	return r.pl.plan(in), nil
}

// judge refuses the file where no part of it can be read. Parts that can't be read
// beside others that can (a cover sheet) are passed over with a warning; a part that
// looks like payments and isn't understood refuses the whole file: half a workbook
// would pass for all of it.
func (r *reading) judge() {
	read, nils := 0, 0
	for _, p := range r.plans {
		switch {
		case p.nil_ && p.refused != "":
			nils++
		case p.refused == "":
			read++
		}
	}
	if len(r.plans) == 0 {
		r.refused, r.advice = "holds no table", "open it and see what it is"
		return
	}
	for i, p := range r.plans {
		if p.refused == "" || p.nil_ {
			continue
		}
		if read+nils == 0 || (len(r.plans) > 1 && p.looksLikePayments()) {
			r.refused, r.advice = p.refused, p.advice
			if len(r.plans) > 1 {
				r.refused = fmt.Sprintf("%s: %s", r.file.Parts[i].Name(), p.refused)
			}
			return
		}
	}
}

func (p *plan) looksLikePayments() bool {
	rows := 0
	for i := range p.sample {
		if dataLike(&p.sample[i]) {
			rows++
		}
	}
	return rows >= 3
}

// key is the fragment's: the file's hash, its context, the layouts chosen, and the
// reader's version.
func (r *reading) key() string {
	h := sha256.New()
	field := func(s string) { fmt.Fprintf(h, "%d:%s\n", len(s), s) }
	field(r.file.SHA256)
	field(r.in.Publisher)
	field(string(r.in.Basis))
	field(r.in.Name)
	field(ReaderVersion)
	for _, p := range r.plans {
		if p.layout != nil {
			field(p.layout.hash)
		} else {
			field("inferred")
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (r *reading) result() Result {
	res := Result{Refused: r.refused, Advice: r.advice, Publisher: r.in.Publisher}
	if r.refused != "" {
		res.Explanation = r.explanation()
	}
	return res
}

// write reads the file into a fragment of the lake.
func (r *reading) write(ctx context.Context, lk *lake.Lake, res Result) (Result, error) {
	w, err := lk.NewFragment(res.Key)
	if err != nil {
		return res, err
	}
	defer w.Abort()
	if err := r.readAll(ctx, w); err != nil {
		return res, err
	}
	if res.Explanation = r.explanation(); r.refused != "" {
		res.Key, res.Refused, res.Advice = "", r.refused, r.advice
		return res, nil
	}
	if err := r.fr.deliver(w); err != nil {
		return res, err
	}
	res.Explanation = r.explanation()
	res.Publisher, res.Payer = r.fr.payers.slug, r.fr.payers.key
	rec, err := r.record(res)
	if err != nil {
		return res, err
	}
	if err := r.opt.watch.check(r.file.SHA256); err != nil {
		return res, err
	}
	return res, w.Commit(rec)
}

func (r *reading) record(res Result) (lake.FragmentRecord, error) {
	explanation, err := json.Marshal(res.Explanation)
	if err != nil {
		return lake.FragmentRecord{}, err
	}
	rec := lake.FragmentRecord{
		Key: res.Key, SHA256: r.file.SHA256, Name: r.in.Name, Publisher: res.Publisher, Layout: r.layoutNames(),
		ReaderVersion: ReaderVersion, Explanation: explanation,
	}
	for _, st := range r.fr.parts {
		rec.Parts = append(rec.Parts, r.partOf(st, res))
		rec.Ledgers = append(rec.Ledgers, st.lines)
	}
	return rec, nil
}

func (r *reading) layoutNames() string {
	var names []string
	for _, p := range r.plans {
		if n := p.reading(); p.refused == "" && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, " | ")
}

func (r *reading) partOf(st *partState, res Result) police.Part {
	style, _ := st.dates.style(st.order)
	p := police.Part{
		PartID: st.id, FragmentKey: res.Key, SourceFile: st.file, SHA256: st.sha, Sheet: st.sheet,
		Publisher: r.fr.payers.slug, Layout: st.plan.reading(), Encoding: st.container, HeaderLine: st.headLine,
		DateStyle: style, AmountBasis: st.plan.basis, AmountHead: st.amountHd, Period: st.period.Text,
		Rows: int32(st.lines.RowsRead), Payments: int32(st.lines.Payments), Pence: st.lines.PencePayments, PenceOnce: st.once,
		FirstPaid: st.first, LastPaid: st.last, Confidence: st.plan.confidence, Evidence: strings.Join(st.allWarnings(), " | "),
	}
	if y := st.period.FinancialYear(); y != police.UnknownYear {
		p.FinYear = y
	}
	if st.payers == 1 {
		p.Payer = r.fr.store.payers[st.payer]
	}
	return p
}
