package source

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"testing"
)

// member is a file of an archive under construction.
type member struct{ name, body string }

func zipOf(t testing.TB, members ...member) []byte {
	t.Helper()
	b, err := packZip(members...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func packZip(members ...member) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(m.body)); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

func gzipOf(t testing.TB, body []byte) []byte {
	t.Helper()
	b, err := packGzip(body)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func packGzip(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// xlsxMembers is the least a workbook with one sheet, Spend, consists of.
func xlsxMembers(sheet, shared string) []member {
	return []member{
		{"[Content_Types].xml", `<?xml version="1.0"?><Types/>`},
		{"_rels/.rels", `<Relationships><Relationship Id="r1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns:r="x"><workbookPr date1904="1"/><sheets><sheet name="Spend &amp; more" sheetId="9" r:id="r1"/><sheet name="Old" sheetId="3" state="hidden" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="r3" Type="http://x/styles" Target="styles.xml"/></Relationships>`},
		{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\ mmm\ yy"/><numFmt numFmtId="165" formatCode="&quot;days&quot;0.00"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>`},
		{"xl/sharedStrings.xml", shared},
		{"xl/worksheets/sheet1.xml", sheet},
	}
}

func odsMembers(tables string) []member {
	return []member{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"META-INF/manifest.xml", `<manifest:manifest/>`},
		{"content.xml", `<?xml version="1.0"?><office:document-content><office:automatic-styles><style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>` + tables + `</office:spreadsheet></office:body></office:document-content>`},
	}
}

func write(t testing.TB, name string, body []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, body, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// open opens bytes as a file; the error is Open's.
func open(t testing.TB, name string, body []byte, lim Limits) (*File, error) {
	t.Helper()
	f, err := Open(context.Background(), write(t, name, body), lim)
	if err == nil {
		t.Cleanup(func() {
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return f, err
}

func mustOpen(t testing.TB, name string, body []byte) *File {
	t.Helper()
	f, err := open(t, name, body, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// cellsOf gives the cells of all records.
func cellsOf(t testing.TB, p Part) [][]string {
	t.Helper()
	var out [][]string
	for _, r := range readAll(t, p) {
		out = append(out, r.Cells)
	}
	return out
}
