package source

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/testenv"
)

// fromBytes surveys text in memory, as Open does with a file.
func fromBytes(t testing.TB, b []byte, lim Limits) (*text, error) {
	t.Helper()
	return surveyBytes(b, lim)
}

// lentToTests is memory that tests lend one another, as files do.
var lentToTests Buffers

func surveyBytes(b []byte, lim Limits) (*text, error) {
	lim.Buffers = &lentToTests
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
	return surveyText(context.Background(), "test.csv", open, lim.withDefaults(), nil)
}

// kept is a Record that outlives its batch.
type kept struct {
	Cells       []string
	First, Last int32
	Faults      Fault
	Raw         string
}

func readAll(t testing.TB, p Part) []kept {
	t.Helper()
	out, err := keep(p)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func keep(p Part) ([]kept, error) {
	var out []kept
	err := p.Read(context.Background(), func(b *Batch) error {
		for _, r := range b.Records {
			k := kept{First: r.First, Last: r.Last, Faults: r.Faults, Raw: string(r.Raw)}
			for _, c := range r.Cells {
				k.Cells = append(k.Cells, string(c))
			}
			out = append(out, k)
		}
		return nil
	})
	return out, err
}

// textParser is what the properties of texts are tried on: Read and Proof of a text, or
// faulty ones in their place.
type textParser struct {
	read  func(*text) ([]kept, error)
	proof func(*text, ProofSpec) (Proof, error)
}

func soundText() textParser {
	return textParser{
		read:  func(p *text) ([]kept, error) { return keep(p) },
		proof: func(p *text, spec ProofSpec) (Proof, error) { return p.Proof(context.Background(), spec) },
	}
}

// checkText holds any text to the properties.
func checkText(t testing.TB, in []byte, lim Limits) {
	t.Helper()
	if err := soundText().accounts(in, lim); err != nil {
		t.Fatal(err)
	}
}

// accounts says what is wrong unless each byte of a text is in a record or a line end,
// lines follow one another, and the proof agrees on number and cells.
func (parser textParser) accounts(in []byte, lim Limits) error {
	p, err := surveyBytes(in, lim)
	if err != nil {
		if !isRefusal(err) {
			return fmt.Errorf("%q: %w", in, err)
		}
		return nil
	}
	records, err := parser.read(p)
	if err != nil {
		return err
	}
	decoded, _, err := decodedBy(p.enc, bytes.NewReader(in))
	if err != nil {
		return err
	}
	line, pos := int32(1), 0
	for _, r := range records {
		if r.First != line || r.Last < r.First {
			return fmt.Errorf("%q: record %+v is said to begin on line %d, not %d", in, r, r.First, line)
		}
		line = r.Last + 1
		if !strings.HasPrefix(decoded[pos:], r.Raw) {
			return fmt.Errorf("%q: at byte %d not %q", decoded, pos, r.Raw)
		}
		pos += len(r.Raw)
		pos += endLen(decoded[pos:])
	}
	if pos != len(decoded) {
		return fmt.Errorf("%q: bytes from %d on are in no record", decoded, pos)
	}
	for col := range 4 {
		if err := parser.proves(p, in, records, col); err != nil {
			return err
		}
	}
	if err := parser.provesTwo(p, in, records, 1, 2); err != nil {
		return err
	}
	return parser.provesTwo(p, in, records, 3, 0)
}

// provesTwo says what is wrong unless the proof sees the cells of two columns together
// that Read gives; a cell that a record doesn't have is empty.
func (parser textParser) provesTwo(p *text, in []byte, records []kept, first, second int) error {
	want, got := pairsOf(records, first, second), [][2]string(nil)
	proof, err := parser.proof(p, ProofSpec{
		Columns: []ColumnFrom{{0, first}}, Second: []ColumnFrom{{0, second}},
		Join: func(a, b []byte) (int64, bool) {
			got = append(got, [2]string{lineEndsAs(string(a)), lineEndsAs(string(b))})
			return 1, true
		},
	})
	if err != nil {
		return err
	}
	if proof.Records != int64(len(records)) {
		return fmt.Errorf("%q (delimiter %c): proof of two columns has %d records, Read %d", in, p.dialect.delim, proof.Records, len(records))
	}
	if d := cmp.Diff(want, got); d != "" {
		return fmt.Errorf("%q (delimiter %c): columns %d and %d (-read +proof):\n%s", in, p.dialect.delim, first, second, d)
	}
	return nil
}

// pairsOf are the cells of two columns, record by record.
func pairsOf(records []kept, first, second int) (pairs [][2]string) {
	for _, r := range records {
		var pair [2]string
		for i, col := range []int{first, second} {
			if col < len(r.Cells) {
				pair[i] = lineEndsAs(r.Cells[col])
			}
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

func endLen(s string) int {
	switch {
	case strings.HasPrefix(s, "\r\n"):
		return 2
	case strings.HasPrefix(s, "\n"), strings.HasPrefix(s, "\r"):
		return 1
	}
	return 0
}

func decodeAll(t testing.TB, p *text, in []byte) string {
	t.Helper()
	out, _, err := decodedBy(p.enc, bytes.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// decodedBy decodes a whole text, and gives the marks of what had to be decided.
func decodedBy(enc encoding, r io.Reader) (string, []mark, error) {
	f := newFeed(r, enc)
	out, more := make([]byte, 0, 4096), true
	for more {
		var err error
		if out, more, err = f.fill(slices.Grow(out, 4096)); err != nil {
			return "", nil, err
		}
	}
	return string(out), f.marks, nil
}

// proves says what is wrong unless the proof sees the cells of a column that Read gives.
func (parser textParser) proves(p *text, in []byte, records []kept, col int) error {
	var want, got []string
	for _, r := range records {
		if col < len(r.Cells) {
			want = append(want, lineEndsAs(r.Cells[col]))
		}
	}
	proof, err := parser.proof(p, ProofSpec{
		Columns: []ColumnFrom{{0, col}},
		Parse:   func(c []byte) (int64, bool) { got = append(got, lineEndsAs(string(c))); return 1, true },
	})
	if err != nil {
		return err
	}
	if proof.Records != int64(len(records)) {
		return fmt.Errorf("%q (delimiter %c): proof has %d records, Read %d: %q", in, p.dialect.delim, proof.Records, len(records), records)
	}
	if d := cmp.Diff(want, got); d != "" {
		return fmt.Errorf("%q (delimiter %c): column %d (-read +proof):\n%s", in, p.dialect.delim, col, d)
	}
	return nil
}

// lineEndsAs makes line ends within a cell alike, and runs of U+FFFD: the proof doesn't
// keep their kind, and the library's decoder of UTF-16 writes one for two unpaired
// surrogates.
func lineEndsAs(s string) string {
	for strings.Contains(s, "\ufffd\ufffd") {
		s = strings.ReplaceAll(s, "\ufffd\ufffd", "\ufffd")
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

func TestReadAndProofAgreeOnNoise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	alphabets := []string{"a,\"\n", "a,\"\n\r", "ab,;\"\"\n \r", "1,,,\"\n", "a,\"\n\xa3é", "a,b,c\n\"", "x,\"\"\"\"\n"}
	for range 3000 {
		a := []rune(alphabets[rng.IntN(len(alphabets))])
		var b bytes.Buffer
		for range rng.IntN(60) {
			b.WriteRune(a[rng.IntN(len(a))])
		}
		checkText(t, b.Bytes(), Limits{})
		checkText(t, b.Bytes(), Limits{Cells: 3})
	}
}

func TestReadAndProofAgreeOnDamagedTables(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	rows := []string{"a,b,c,d", `a,"b, x",c,1`, "a,\"b\nx\",c,2", `"a ""q"" z",b,c,"3"`, `a,b 12" c,c,4`, "", ",,,", "a,\"l1\nl2\nl3\",\"c\nc\",5"}
	for range 3000 {
		var b []byte
		for range 1 + rng.IntN(9) {
			b = append(b, rows[rng.IntN(len(rows))]...)
			b = append(b, "\n"...)
		}
		for range rng.IntN(3) {
			at := rng.IntN(len(b))
			b = append(b[:at:at], append([]byte(`"`), b[at:]...)...)
		}
		if rng.IntN(3) == 0 {
			b = bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
		}
		checkText(t, b, Limits{})
	}
}

// oddTexts are shapes of published files that readers trip over.
func oddTexts() [][]byte {
	var out [][]byte
	for _, s := range []string{
		"a,b,c\n1,2,3\n", "a;b\r\n\"x\ny\";2\r\n", "a,b,c,d\r1,\"2,3,4\r5,6,7,8\r", "\xff\xfea\x00,\x00b\x00\n\x00",
		"a,\xa312.00,c\nb,\xc2\xa313,c\n", "a\tb\n\"\"\"\tx\n", "\xef\xbb\xbfa,b\n1,2", "p|q\n1|2\n\"3|4\n",
		"a,b\r\n1,2\n3,4\r5,6\r\n", "a,\x9c5.00,b\r\nc,\x9c6.00,d\r\n", "a,b,c\n1,\ufffd5,x\n2,\u00a0,y\n",
		"\"Supplier\nName\",\"Amount\n(\xa3)\",Date\nA,1.00,01/04/18\n", "a | b;c | d;1\ne | f;g;2\n", "a,,,,,\n,,,,,\n\n\n1,2,3,4,5,6\n",
		"a,b,c\n1,\"say \"so\" x\",3\n4,5,6\n7,8,9\n", "a,b,c\n1,'2,3\n4,\"5,6\n7,8,9\n1,2,3\n", "a,b\n1,2\x00\n\x1a",
	} {
		out = append(out, []byte(s))
	}
	return out
}

func FuzzText(f *testing.F) {
	for _, s := range oddTexts() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		checkText(t, b, Limits{})
		checkText(t, b, Limits{Cells: 5})
	})
}

// damaged reads as Read does, then spoils the records.
func damaged(spoil func([]kept) []kept) textParser {
	p := soundText()
	p.read = func(t *text) ([]kept, error) {
		out, err := keep(t)
		return spoil(out), err
	}
	return p
}

func TestAccountsOfTextsFindPlantedFaults(t *testing.T) {
	without := func(drop func(kept) bool) textParser {
		return damaged(func(rows []kept) []kept { return slices.DeleteFunc(rows, drop) })
	}
	shortProof := soundText()
	shortProof.proof = func(p *text, spec ProofSpec) (Proof, error) {
		q := *p
		q.dialect.widths = widths{} // as if it didn't know which quotes are stray
		return q.Proof(context.Background(), spec)
	}
	faulty := map[string]textParser{
		"passes over blank lines":         without(func(r kept) bool { return r.Raw == "" }),
		"loses a record with a bad quote": without(func(r kept) bool { return r.Faults&StrayQuote != 0 }),
		"gives cells without their padding": damaged(func(rows []kept) []kept {
			for i := range rows {
				for j, c := range rows[i].Cells {
					rows[i].Cells[j] = strings.TrimSpace(c)
				}
			}
			return rows
		}),
		"swallows the line after a quoted line end": damaged(func(rows []kept) []kept {
			for i := 1; i < len(rows); i++ {
				if rows[i-1].Last > rows[i-1].First {
					rows[i-1].Last = rows[i].Last
					return slices.Delete(rows, i, i+1)
				}
			}
			return rows
		}),
		"proves by other rules for quotes": shortProof,
		"reads with encoding/csv":          {read: keepByLibrary, proof: soundText().proof},
	}
	property := func(p textParser, in []byte) error { return p.accounts(in, Limits{}) }
	testenv.FindsFault(t, property, soundText(), faulty, 1000, oddTexts()...)
}

// keepByLibrary is what many programs do: it knows nothing of stray quotes.
func keepByLibrary(p *text) ([]kept, error) {
	r, err := p.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c := csv.NewReader(r)
	c.Comma, c.FieldsPerRecord, c.LazyQuotes = rune(p.dialect.delim), -1, true
	var out []kept
	for {
		cells, err := c.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := c.FieldPos(0)
		out = append(out, kept{Cells: cells, First: int32(line), Last: int32(line), Raw: strings.Join(cells, string(p.dialect.delim))})
	}
}
