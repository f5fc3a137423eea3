package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// opener gives the bytes of a part anew.
type opener func() (io.ReadCloser, error)

// text is a part of delimited text.
type text struct {
	name    string
	open    opener
	lim     Limits
	enc     encoding
	dialect dialect
	loneCR  bool
	nuls    bool
	ev      Evidence
	read    repairs // of the last Read
}

// surveyText reads a text once and decides how it is to be read. Each block is also
// given to also (the hash of the file), if that isn't nil.
func surveyText(ctx context.Context, name string, open opener, lim Limits, also func([]byte)) (*text, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	lent := lim.Buffers.take()
	defer lim.Buffers.give(lent)
	s := survey{samples: samples{head: lent.head[:0]}}
	defer func() { lent.head = s.samples.head }()
	if lent.block == nil {
		lent.block = make([]byte, surveyBlock)
	}
	enc, err := s.run(ctx, &surveyed{r: r, block: lent.block}, lim, also)
	if err != nil {
		return nil, err
	}
	t := &text{name: name, open: open, lim: lim, enc: enc, nuls: s.nuls > 0, loneCR: s.cr > 0}
	t.decide(&s)
	if err := t.refuseBinary(&s); err != nil {
		return nil, err
	}
	return t, nil
}

const surveyBlock = 256 << 10

// run feeds the survey, turning UTF-16 into UTF-8 on the way.
func (s *survey) run(ctx context.Context, r *surveyed, lim Limits, also func([]byte)) (encoding, error) {
	var enc encoding
	var wide utf16Text
	var out []byte
	for first := true; ; first = false {
		if err := ctx.Err(); err != nil {
			return enc, err
		}
		b, last, err := r.next()
		if err != nil {
			return enc, err
		}
		if also != nil {
			also(b)
		}
		if first {
			enc = markOf(b)
			wide.order = enc.order
			b = b[enc.bom:]
		}
		if enc.order != notUTF16 {
			out = wide.append(out[:0], b, last, func(int) { s.unpaired++ })
			b = out
		}
		s.add(b)
		if s.longest = max(s.longest, s.sinceEnd); s.longest > int64(lim.Record) {
			return enc, longLine(lim)
		}
		if last {
			s.finish()
			return enc, nil
		}
	}
}

// surveyed gives a text block by block.
type surveyed struct {
	r     io.Reader
	block []byte
	at    int
}

func (s *surveyed) next() (b []byte, last bool, err error) {
	if all, ok := contents(s.r); ok {
		b = all[s.at:min(s.at+surveyBlock, len(all))]
		s.at += len(b)
		return b, len(b) < surveyBlock, nil
	}
	n, err := io.ReadFull(s.r, s.block)
	last = err == io.EOF || err == io.ErrUnexpectedEOF // not by Is: a cut archive wraps it
	if last {
		err = nil
	}
	return s.block[:n], last, err
}

func longLine(lim Limits) error {
	return &Refusal{
		Reason: fmt.Sprintf("no end of line within %d bytes", lim.Record),
		Advice: "this is not delimited text as bodies publish it; ask the publisher for a CSV or XLSX file",
	}
}

// markOf reads the byte order mark, if any.
func markOf(head []byte) encoding {
	if len(head) >= 3 && string(head[:3]) == "\xef\xbb\xbf" {
		return encoding{name: "utf-8", bom: 3}
	}
	switch order, mark := guessUTF16(head[:min(len(head), 64<<10)]); order {
	case littleEndian:
		return encoding{name: "utf-16le", bom: mark, order: order}
	case bigEndian:
		return encoding{name: "utf-16be", bom: mark, order: order}
	}
	return encoding{name: "utf-8"}
}

// decide settles encoding and dialect from the survey.
func (t *text) decide(s *survey) {
	t.ev = Evidence{Container: "csv", Lines: s.lines()}
	t.decideEncoding(s)
	t.dialect = findDialect(s.samples.texts())
	t.dialect.widths.upTo(t.lim.Cells)
	t.ev.Encoding = t.enc.name
	t.ev.Delimiter = string(t.dialect.delim)
	t.ev.Width = t.dialect.width
	if t.dialect.quoted {
		t.ev.Quote = `"`
	}
	t.ev.LineEnds = lineEndName(s, t.dialect.ends)
	t.note("delimiter: %s", t.dialect.why)
	t.note("line ends: %d CRLF, %d LF, %d CR, in quoted cells or not", s.crlf, s.lf, s.cr)
	if t.dialect.doubt != "" {
		t.warn("the delimiter could also be %q", t.dialect.doubt)
	}
	if s.nuls > 0 {
		t.warn("%d NUL bytes, kept as they are", s.nuls)
	}
}

// lineEndName is that of the whole text where it has one kind, else that of the
// records in the samples (quoted cells may hold others).
func lineEndName(s *survey, sampled string) string {
	switch {
	case s.lf == 0 && s.cr == 0 && s.crlf == 0:
		return "none"
	case s.lf == 0 && s.cr == 0:
		return "crlf"
	case s.crlf == 0 && s.cr == 0:
		return "lf"
	case s.crlf == 0 && s.lf == 0:
		return "cr"
	}
	return sampled
}

// decideEncoding chooses between UTF-8 and a single-byte encoding, or both by turns.
func (t *text) decideEncoding(s *survey) {
	if s.replaced > 0 {
		t.warn("%d characters were already lost before publication: U+FFFD stands in the file, first on %s", s.replaced, listLines(s.lostLines, s.replaced))
	}
	if t.enc.order != notUTF16 {
		t.note("encoding: %s, by its %s", t.enc.name, when(t.enc.bom > 0, "byte order mark", "NUL bytes in every second place"))
		if s.unpaired > 0 {
			t.warn("%d unpaired surrogates or odd bytes, shown as U+FFFD", s.unpaired)
		}
		return
	}
	if s.highs == 0 {
		t.note("encoding: %s", when(s.utf8Seqs > 0, fmt.Sprintf("%d valid UTF-8 sequences and no other byte above 0x7F", s.utf8Seqs), "all bytes are ASCII"))
		t.noteBlanks(s.nbsp)
		return
	}
	chosen := chooseCharset(s)
	t.enc.table = chosen.charset
	t.note("encoding: %s", chosen.why)
	if chosen.rival != "" {
		t.warn("encoding uncertain: read as %s, %s fits as well (%s)", chosen.name, chosen.rival, listLines(s.highLines, s.highs))
	}
	t.enc.mixed = s.utf8Seqs > 0
	t.enc.major = t.enc.mixed && (t.enc.bom > 0 || s.utf8Seqs > s.highs)
	switch {
	case t.enc.major:
		t.warn("bytes that are not UTF-8, read as %s: %s", chosen.name, listLines(s.highLines, s.highs))
	case t.enc.mixed:
		t.enc.name = chosen.name
		t.warn("UTF-8 sequences within %s, read as UTF-8: %s", chosen.name, listLines(s.seqLines, s.utf8Seqs))
	default:
		t.enc.name = chosen.name
	}
	t.noteBlanks(s.nbsp + s.countOf(chosen.charset, '\u00a0'))
}

func (t *text) noteBlanks(n int64) {
	if n > 0 {
		t.note("%d no-break spaces, kept in the cells", n)
	}
}

func (t *text) note(format string, args ...any) {
	t.ev.Notes = append(t.ev.Notes, fmt.Sprintf(format, args...))
}

func (t *text) warn(format string, args ...any) {
	t.ev.Warnings = append(t.ev.Warnings, fmt.Sprintf(format, args...))
}

func (t *text) Name() string { return t.name }

func (t *text) Evidence() Evidence {
	ev := t.ev
	ev.Warnings = slices.Concat(ev.Warnings, t.read.warnings())
	ev.Notes = slices.Clone(ev.Notes)
	return ev
}

// Read streams the records.
func (t *text) Read(ctx context.Context, each func(*Batch) error) error {
	r, err := t.open()
	if err != nil {
		return err
	}
	defer r.Close()
	t.read = repairs{}
	lent := t.lim.Buffers.take()
	defer t.lim.Buffers.give(lent)
	s := splitter{feed: newFeed(r, t.enc), dialect: t.dialect, lim: t.lim, loneCR: t.loneCR, nuls: t.nuls, warnings: &t.read}
	s.borrow(lent)
	defer s.giveTo(lent)
	if all, ok := contents(r); ok && t.enc.plain() {
		s.buf, s.more, s.own = all[min(t.enc.bom, len(all)):], false, false
	}
	return stopped(s.run(func(b *Batch) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return each(b)
	}))
}

// stopped makes no error of Stop.
func stopped(err error) error {
	if errors.Is(err, Stop) {
		return nil
	}
	return err
}
