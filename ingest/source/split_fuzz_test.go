package source

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fromBytes surveys text in memory, as Open does with a file.
func fromBytes(t testing.TB, b []byte, lim Limits) (*text, error) {
	t.Helper()
	return surveyBytes(b, lim)
}

func surveyBytes(b []byte, lim Limits) (*text, error) {
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

// checkText holds any text to the properties: each byte is in a record or a line end,
// lines follow one another, the proof agrees on number and cells.
func checkText(t testing.TB, in []byte, lim Limits) {
	t.Helper()
	p, err := fromBytes(t, in, lim)
	if err != nil {
		if !isRefusal(err) {
			t.Fatalf("%q: %v", in, err)
		}
		return
	}
	records := readAll(t, p)
	decoded := decodeAll(t, p, in)
	line, pos := int32(1), 0
	for _, r := range records {
		if r.First != line || r.Last < r.First {
			t.Fatalf("%q: record %+v is said to begin on line %d, not %d", in, r, r.First, line)
		}
		line = r.Last + 1
		if !strings.HasPrefix(decoded[pos:], r.Raw) {
			t.Fatalf("%q: at byte %d not %q", decoded, pos, r.Raw)
		}
		pos += len(r.Raw)
		pos += endLen(decoded[pos:])
	}
	if pos != len(decoded) {
		t.Fatalf("%q: bytes from %d on are in no record", decoded, pos)
	}
	for col := range 4 {
		checkProof(t, p, in, records, col)
	}
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
	f := newFeed(bytes.NewReader(in), p.enc)
	out, more := make([]byte, 0, 4*len(in)+1000), true
	for more {
		var err error
		if out, more, err = f.fill(out); err != nil {
			t.Fatal(err)
		}
	}
	return string(out)
}

func checkProof(t testing.TB, p *text, in []byte, records []kept, col int) {
	t.Helper()
	var want, got []string
	for _, r := range records {
		if col < len(r.Cells) {
			want = append(want, lineEndsAs(r.Cells[col]))
		}
	}
	proof, err := p.Proof(context.Background(), ProofSpec{
		Columns: []ColumnFrom{{0, col}},
		Parse:   func(c []byte) (int64, bool) { got = append(got, lineEndsAs(string(c))); return 1, true },
	})
	if err != nil {
		t.Fatal(err)
	}
	if proof.Records != int64(len(records)) {
		t.Fatalf("%q (delimiter %c): proof has %d records, Read %d: %q", in, p.dialect.delim, proof.Records, len(records), records)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("%q (delimiter %c): column %d (-read +proof):\n%s", in, p.dialect.delim, col, d)
	}
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

func FuzzText(f *testing.F) {
	for _, s := range []string{
		"a,b,c\n1,2,3\n", "a;b\r\n\"x\ny\";2\r\n", "a,b,c,d\r1,\"2,3,4\r5,6,7,8\r", "\xff\xfea\x00,\x00b\x00\n\x00",
		"a,\xa312.00,c\nb,\xc2\xa313,c\n", "a\tb\n\"\"\"\tx\n", "\xef\xbb\xbfa,b\n1,2", "p|q\n1|2\n\"3|4\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		checkText(t, b, Limits{})
		checkText(t, b, Limits{Cells: 5})
	})
}
