package source

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/testenv"
)

// containerReader gives the cells of the first table of a file, row by row, whatever
// it is packed in.
type containerReader func(path string) ([][]string, error)

// soundContainer also holds Read and Proof to the same rows.
func soundContainer(path string) ([][]string, error) {
	f, err := Open(context.Background(), path, tight)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for _, p := range f.Parts {
		if err := provesAsRead(p); err != nil {
			return nil, err
		}
	}
	return rowsByLine(f.Parts[0])
}

// rowsByLine puts each row at its line, so that a row that isn't there is an empty one.
func rowsByLine(p Part) ([][]string, error) {
	var out [][]string
	err := p.Read(context.Background(), func(b *Batch) error {
		for _, r := range b.Records {
			row := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				row[i] = string(c)
			}
			for len(out) < int(r.First)-1 {
				out = append(out, nil)
			}
			out = append(out, row)
		}
		return nil
	})
	return out, err
}

// provesAsRead says what is wrong unless a part is refused, or Read and Proof see the
// same rows and, in each of the first columns, the same cells.
func provesAsRead(p Part) error {
	var records [][]string
	err := p.Read(context.Background(), func(b *Batch) error {
		for _, r := range b.Records {
			row := make([]string, min(len(r.Cells), 3))
			for i := range row {
				row[i] = string(r.Cells[i])
			}
			records = append(records, row)
		}
		return nil
	})
	if err != nil {
		return refusedOnly(err)
	}
	for col := range 3 {
		var want, got []string
		for _, r := range records {
			if col < len(r) && r[col] != "" {
				want = append(want, likened(r[col]))
			}
		}
		proof, err := p.Proof(context.Background(), ProofSpec{Columns: []ColumnFrom{{0, col}}, Parse: func(c []byte) (int64, bool) {
			if len(c) > 0 {
				got = append(got, likened(string(c)))
			}
			return 1, true
		}})
		if err != nil {
			return refusedOnly(err)
		}
		if proof.Records != int64(len(records)) {
			return fmt.Errorf("%s: proof has %d records, Read %d", p.Name(), proof.Records, len(records))
		}
		if d := cmp.Diff(want, got); d != "" {
			return fmt.Errorf("%s: column %d (-read +proof):\n%s", p.Name(), col, d)
		}
	}
	return nil
}

func refusedOnly(err error) error {
	if isRefusal(err) {
		return nil
	}
	return fmt.Errorf("not a refusal: %w", err)
}

// likened leaves out what Read and Proof may differ in, as no amount depends on it:
// kinds of blanks, _xHHHH_, bytes that are no UTF-8.
func likened(s string) string {
	s = lineEndsAs(strings.ToValidUTF8(string(unescapeX([]byte(s), 0)), "\ufffd"))
	return strings.Join(strings.Fields(s), " ")
}

// unpacks says what is wrong unless a table made by the choices, and packed by them,
// is read back cell by cell.
func unpacks(read containerReader, choices []byte) error {
	c := testenv.ChoicesOf(choices)
	name, table := chosenPacking(c), packedTable(c)
	body, err := packings[name](table)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "container")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "spend.dat") // contents decide, not the extension
	if err := os.WriteFile(path, body, 0o600); err != nil {
		return err
	}
	got, err := read(path)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if d := cmp.Diff(withoutPadding(table), withoutPadding(got)); d != "" {
		return fmt.Errorf("%s (-packed +read):\n%s", name, d)
	}
	return nil
}

func chosenPacking(c *testenv.Choices) string {
	return testenv.One(c, "csv", "csv in gzip", "csv in zip", "gzip in zip", "workbook", "workbook with inline texts", "workbook in gzip", "open document", "open document in zip")
}

// packedTable has empty cells and rows, which workbooks pass over, repeat or write out.
func packedTable(c *testenv.Choices) [][]string {
	table := [][]string{{"Supplier", "Date", "Amount", "Note"}}
	for range 3 + c.UpTo(12) {
		if c.UpTo(8) == 7 {
			table = append(table, []string{"", "", "", ""})
			continue
		}
		table = append(table, []string{
			testenv.One(c, "Alpha Ltd", "Beta & Sons", "A < B > C", "Café", "\"Quoted\" plc", "]]>", "&amp;"),
			testenv.One(c, "01/04/2018", "30/04/2018", ""),
			fmt.Sprintf("%d.%02d", 1+c.UpTo(9999), c.UpTo(100)),
			testenv.One(c, "", "note", "'single'", "a>b", "two  blanks", "<v>1</v>"),
		})
	}
	return append(table, []string{"Omega", "29/04/2018", "1.00", "end"})
}

// withoutPadding drops empty cells at the end of rows.
func withoutPadding(table [][]string) [][]string {
	var out [][]string
	for _, row := range table {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		out = append(out, append([]string{}, row...))
	}
	return out
}

// packings pack a table into every container.
var packings = map[string]func(table [][]string) ([]byte, error){
	"csv":         func(t [][]string) ([]byte, error) { return []byte(render(t, ",", "\n", false)), nil },
	"csv in gzip": func(t [][]string) ([]byte, error) { return packGzip([]byte(render(t, ",", "\n", false))) },
	"csv in zip":  func(t [][]string) ([]byte, error) { return packZip(member{"a.csv", render(t, ",", "\n", false)}) },
	"gzip in zip": func(t [][]string) ([]byte, error) {
		return nested(packGzip, "a.csv.gz", []byte(render(t, ",", "\n", true)))
	},
	"workbook":                   func(t [][]string) ([]byte, error) { return workbookOf(t, false) },
	"workbook with inline texts": func(t [][]string) ([]byte, error) { return workbookOf(t, true) },
	"workbook in gzip": func(t [][]string) ([]byte, error) {
		b, err := workbookOf(t, false)
		if err != nil {
			return nil, err
		}
		return packGzip(b)
	},
	"open document": openDocumentOf,
	"open document in zip": func(t [][]string) ([]byte, error) {
		b, err := openDocumentOf(t)
		if err != nil {
			return nil, err
		}
		return packZip(member{"a.ods", string(b)})
	},
}

func nested(pack func([]byte) ([]byte, error), name string, body []byte) ([]byte, error) {
	b, err := pack(body)
	if err != nil {
		return nil, err
	}
	return packZip(member{name, string(b)})
}

// workbookOf writes a table as spreadsheet programs do: no cell for an empty one, no
// row for an empty one, numbers as numbers, texts in a table of their own or in place.
func workbookOf(table [][]string, inline bool) ([]byte, error) {
	var rows, texts strings.Builder
	n := 0
	for i, row := range table {
		if strings.Join(row, "") == "" {
			continue
		}
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for j, cell := range row {
			ref := fmt.Sprintf("%c%d", 'A'+j, i+1)
			switch {
			case cell == "":
			case j == 2 && i > 0:
				fmt.Fprintf(&rows, `<c r="%s"><v>%s</v></c>`, ref, cell)
			case inline:
				fmt.Fprintf(&rows, `<c r="%s" t="inlineStr"><is><t>%s</t></is></c>`, ref, html.EscapeString(cell))
			default:
				fmt.Fprintf(&rows, `<c r="%s" t="s"><v>%d</v></c>`, ref, n)
				fmt.Fprintf(&texts, `<si><t>%s</t></si>`, html.EscapeString(cell))
				n++
			}
		}
		rows.WriteString("</row>")
	}
	return packZip(xlsxMembers("<worksheet><sheetData>"+rows.String()+"</sheetData></worksheet>", "<sst>"+texts.String()+"</sst>")...)
}

// openDocumentOf writes equal neighbours once, with a number of repeats.
func openDocumentOf(table [][]string) ([]byte, error) {
	var b strings.Builder
	b.WriteString(`<table:table table:name="Spend">`)
	for i := 0; i < len(table); {
		times := 1
		for i+times < len(table) && strings.Join(table[i+times], "\x00") == strings.Join(table[i], "\x00") {
			times++
		}
		fmt.Fprintf(&b, `<table:table-row table:number-rows-repeated="%d">`, times)
		for j, cell := range table[i] {
			switch {
			case cell == "":
				b.WriteString(`<table:table-cell/>`)
			case j == 2 && i > 0:
				fmt.Fprintf(&b, `<table:table-cell office:value-type="float" office:value="%s"><text:p>%s</text:p></table:table-cell>`, cell, cell)
			default:
				text := strings.ReplaceAll(html.EscapeString(cell), "  ", " <text:s/>")
				fmt.Fprintf(&b, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, text)
			}
		}
		b.WriteString(`</table:table-row>`)
		i += times
	}
	b.WriteString(`</table:table>`)
	return packZip(odsMembers(b.String())...)
}

// FuzzContainer: a table reads back the same from every container.
func FuzzContainer(f *testing.F) {
	for _, s := range packingSeeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, choices []byte) {
		if err := unpacks(soundContainer, choices); err != nil {
			t.Fatal(err)
		}
	})
}

func packingSeeds() [][]byte {
	var out [][]byte
	for i := range byte(18) {
		out = append(out, append([]byte{i}, testenv.Noise(80, uint64(i))...))
	}
	return out
}

func TestUnpackingFindsPlantedFaults(t *testing.T) {
	spoilt := func(spoil func(table [][]string) [][]string) containerReader {
		return func(path string) ([][]string, error) {
			table, err := soundContainer(path)
			return spoil(table), err
		}
	}
	faulty := map[string]containerReader{
		"goes by the extension": func(path string) ([][]string, error) {
			body, err := os.ReadFile(path)
			if err != nil {
				return nil, err
			}
			return soundTable(body)
		},
		"closes up gaps in a row": spoilt(func(table [][]string) [][]string {
			for i, row := range table {
				var cells []string
				for _, c := range row {
					if c != "" {
						cells = append(cells, c)
					}
				}
				table[i] = cells
			}
			return table
		}),
		"closes up gaps between rows": spoilt(func(table [][]string) [][]string {
			var rows [][]string
			for _, row := range table {
				if strings.Join(row, "") != "" {
					rows = append(rows, row)
				}
			}
			return rows
		}),
		"leaves entities as they are": spoilt(func(table [][]string) [][]string {
			for _, row := range table {
				for i := range row {
					row[i] = strings.ReplaceAll(row[i], "&", "&amp;")
				}
			}
			return table
		}),
		"makes one blank of two": spoilt(func(table [][]string) [][]string {
			for _, row := range table {
				for i := range row {
					row[i] = strings.ReplaceAll(row[i], "  ", " ")
				}
			}
			return table
		}),
	}
	testenv.FindsFault(t, unpacks, soundContainer, faulty, 200, packingSeeds()...)
}

// losing is a part whose Read loses a row.
type losing struct {
	Part
	lost int32
}

func (l losing) Read(ctx context.Context, each func(*Batch) error) error {
	return l.Part.Read(ctx, func(b *Batch) error {
		var left Batch
		for _, r := range b.Records {
			if r.First != l.lost {
				left.Records = append(left.Records, r)
			}
		}
		return each(&left)
	})
}

// fileOpener opens a file's bytes.
type fileOpener func(body []byte) (*File, error)

// opens says what is wrong unless bytes are refused, or every part of them is read and
// proved alike, within the limits.
func opens(open fileOpener, body []byte) error {
	f, err := open(body)
	if err != nil {
		return refusedOnly(err)
	}
	defer f.Close()
	for _, p := range f.Parts {
		if err := provesAsRead(p); err != nil {
			return err
		}
	}
	return nil
}

func soundOpener(body []byte) (*File, error) {
	tmp, err := os.CreateTemp("", "container")
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(body); err != nil {
		return nil, err
	}
	if err := tmp.Close(); err != nil {
		return nil, err
	}
	return Open(context.Background(), tmp.Name(), tight)
}

// oddContainers are files that are packed, cut short, or no tables at all.
func oddContainers() [][]byte {
	sheet := `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="A3" t="inlineStr"><is><t>x &gt; y</t></is></c></row></sheetData></worksheet>`
	table := `<table:table table:name="a"><table:table-row table:number-rows-repeated="3"><table:table-cell office:value-type="float" office:value="1"/></table:table-row></table:table>`
	packed := func(b []byte, err error) []byte {
		if err != nil {
			panic(err) // the texts above can be packed
		}
		return b
	}
	text := packed(packGzip([]byte("a|b\n\"1\n|2\n")))
	book := packed(packZip(xlsxMembers(sheet, sharedTexts)...))
	return [][]byte{
		[]byte("a,b\n1,2\n"), []byte("<html><table>"), []byte("%PDF-1.4"), []byte("PK\x05\x06"), nil, {0x1f, 0x8b},
		ole("Workbook"), text, text[:len(text)-5], book, book[:len(book)/2], packed(packGzip(text)), packed(packGzip(book)),
		packed(packZip(odsMembers(table)...)),
		packed(packZip(member{"a.csv", "a;b\n1;2\n"}, member{"b.csv.gz", string(packed(packGzip([]byte("x\ty\n"))))})),
		packed(packZip(member{"in.zip", string(packed(packZip(member{"deep.csv", "x,y\n1,2\n"})))}, member{"read.pdf", "%PDF"})),
	}
}

func TestOpeningFindsPlantedFaults(t *testing.T) {
	faulty := map[string]fileOpener{
		"ends with an error that says not what to do": func(body []byte) (*File, error) {
			f, err := soundOpener(body)
			if err != nil {
				err = fmt.Errorf("can't read: %v", err)
			}
			return f, err
		},
		"panics at half a header": func(body []byte) (*File, error) {
			if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
				_ = body[10]
			}
			return soundOpener(body)
		},
		"loses the first row": func(body []byte) (*File, error) {
			f, err := soundOpener(body)
			if err == nil {
				for i := range f.Parts {
					f.Parts[i] = losing{f.Parts[i], 1}
				}
			}
			return f, err
		},
	}
	testenv.FindsFault(t, opens, soundOpener, faulty, 300, oddContainers()...)
}
