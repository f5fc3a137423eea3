package source

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	xenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"hardyards/internal/testenv"
)

// tableReader gives the cells of a text whose dialect isn't known.
type tableReader func(in []byte) ([][]string, error)

func soundTable(in []byte) ([][]string, error) {
	p, err := surveyBytes(in, Limits{})
	if err != nil {
		return nil, err
	}
	return cellsRead(p)
}

func cellsRead(p Part) ([][]string, error) {
	var out [][]string
	err := p.Read(context.Background(), func(b *Batch) error {
		for _, r := range b.Records {
			row := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				row[i] = string(c)
			}
			out = append(out, row)
		}
		return nil
	})
	return out, err
}

// rereads says what is wrong unless a table made by the choices, and written by theirs
// (delimiter, line ends, quoting, encoding), is read back cell by cell.
func rereads(read tableReader, choices []byte) error {
	c := testenv.ChoicesOf(choices)
	delim := testenv.One(c, ",", ";", "\t", "|")
	end := testenv.One(c, "\n", "\r\n", "\r")
	always := c.Bool()
	enc := testenv.One[xenc.Encoding](c, xenc.Nop, charmap.Windows1252, charmap.CodePage437, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.UseBOM), unicode.UTF8BOM)
	table := chosenTable(c, end)
	text := render(table, delim, end, always)
	if c.Bool() {
		text = strings.TrimSuffix(text, end)
	}
	in, err := enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		return nil // has characters that the encoding hasn't
	}
	got, err := read(in)
	if err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	if d := cmp.Diff(table, got); d != "" {
		return fmt.Errorf("%q (-written +read):\n%s", text, d)
	}
	return nil
}

// chosenTable is shaped as spend files are: a date and an amount in each row, among
// texts that hold what delimits and encloses.
func chosenTable(c *testenv.Choices, end string) [][]string {
	width := 4 + c.UpTo(6)
	table := make([][]string, 8+c.UpTo(12))
	for i := range table {
		row := []string{testenv.One(c, "01/04/2018", "2018-04-30", "3-Apr-18"), fmt.Sprintf("£%d.%02d", 1+c.UpTo(9999), c.UpTo(100))}
		for len(row) < width {
			row = append(row, testenv.One(c, "Supplies Ltd", "x", "INV 0012", "A, B", "say \"so\"", "x"+end+"y", "a; b", "p | q", "Café", "12.00", "\"", "  padded  ",
				"", "x"+end+end+"z", "\"\"", "'", "1,234.00", "tab\there", "ends in \"", "\" begins", "a\"b", "Total", "=1+1", "#N/A"))
		}
		table[i] = row
	}
	return table
}

// chosenSeeds are choices for each way of writing a table, and random ones.
func chosenSeeds(bytes int) [][]byte {
	var out [][]byte
	for i := range byte(12) {
		out = append(out, append([]byte{i, i / 4, i, i}, testenv.Noise(bytes, uint64(i))...))
	}
	return append(out, nil, []byte{1})
}

// FuzzDialect: any rendering of a table reads back the same cells.
func FuzzDialect(f *testing.F) {
	for _, s := range chosenSeeds(200) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		if err := rereads(soundTable, choices); err != nil {
			t.Fatal(err)
		}
	})
}

func TestRereadingFindsPlantedFaults(t *testing.T) {
	changed := func(change func(*text)) tableReader {
		return func(in []byte) ([][]string, error) {
			p, err := surveyBytes(in, Limits{})
			if err != nil {
				return nil, err
			}
			change(p)
			return cellsRead(p)
		}
	}
	faulty := map[string]tableReader{
		"cuts at commas alone":           changed(func(p *text) { p.dialect.delim = ',' }),
		"doesn't know a CR for a line's": changed(func(p *text) { p.loneCR = false }),
		"knows no quotes": func(in []byte) ([][]string, error) {
			p, err := surveyBytes(in, Limits{})
			if err != nil {
				return nil, err
			}
			out, _, err := decodedBy(p.enc, bytes.NewReader(in))
			var table [][]string
			for line := range strings.Lines(out) {
				table = append(table, strings.Split(strings.TrimRight(line, "\r\n"), string(p.dialect.delim)))
			}
			return table, err
		},
		"is encoding/csv": func(in []byte) ([][]string, error) {
			r := csv.NewReader(bytes.NewReader(in))
			r.FieldsPerRecord, r.LazyQuotes = -1, true
			return r.ReadAll()
		},
	}
	testenv.FindsFault(t, rereads, soundTable, faulty, 1500, chosenSeeds(200)...)
}
