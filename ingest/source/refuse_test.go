package source

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func ole(stream string) []byte {
	b := append(bytes.Clone(oleMagic), make([]byte, 1000)...)
	for _, c := range []byte(stream) {
		b = append(b, c, 0)
	}
	return append(b, make([]byte, 100)...)
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name, file string
		body       []byte
		reason     string
	}{
		{"empty", "a.csv", nil, "empty"},
		{"blanks", "a.csv", []byte(" \r\n\t\n"), "blanks"},
		{"error page", "spend.csv", []byte("\ufeff\r\n<!DOCTYPE html>\n<html><head><title>404</title>"), "HTML"},
		{"page after a comment", "spend.csv", []byte("<!-- saved -->\n<HTML>"), "HTML"},
		{"page in UTF-16", "spend.csv", []byte("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00\n\x00"), "HTML"},
		{"table saved as a page", "spend.xls", []byte("<html><table><tr><td>1"), "HTML"},
		{"binary workbook", "spend.csv", ole("Workbook"), "binary Excel"},
		{"workbook with password", "spend.xlsx", ole("EncryptedPackage"), "password"},
		{"Word document", "a.doc", ole("WordDocument"), "Word"},
		{"XML spreadsheet", "a.xls", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), "XML spreadsheet"},
		{"XML", "a.csv", []byte(`<?xml version="1.0"?><data/>`), "XML"},
		{"PDF", "a.csv", []byte("%PDF-1.7\n1 0 obj"), "PDF"},
		{"image", "a.csv", []byte("\x89PNG\r\n\x1a\n1234"), "image"},
		{"binary", "a.csv", bytes.Repeat([]byte{1, 2, 3, 0, 9, 200}, 500), "binary"},
		{"corrupt zip", "a.xlsx", []byte("PK\x03\x04 and no more"), "corrupt"},
		{"corrupt gzip", "a.csv.gz", []byte("\x1f\x8b\x08 and no more"), "corrupt"},
		{"cut gzip", "a.csv.gz", gzipOf(t, plainTable(1<<20))[:10000], "corrupt"},
		{"empty in gzip", "a.csv.gz", gzipOf(t, nil), "empty"},
		{"page in gzip", "a.csv.gz", gzipOf(t, []byte("<html>")), "HTML"},
		{"zip of nothing", "a.zip", zipOf(t), "empty zip"},
		{"zip of no table", "a.zip", zipOf(t, member{"a.pdf", "%PDF-1.4"}), "no member"},
		{"binary workbook, new", "a.xlsb", zipOf(t, member{"[Content_Types].xml", "<Types/>"}, member{"_rels/.rels", `<R><Relationship Id="1" Type="x/officeDocument" Target="xl/workbook.bin"/></R>`}), "xlsb"},
		{"Word document, new", "a.docx", zipOf(t, member{"[Content_Types].xml", "<Types/>"}, member{"_rels/.rels", `<R><Relationship Id="1" Type="x/officeDocument" Target="word/document.xml"/></R>`}), "Word"},
		{"text document", "a.odt", zipOf(t, member{"mimetype", "application/vnd.oasis.opendocument.text"}, member{"content.xml", "<x/>"}), "no spreadsheet"},
		{"workbook without its sheet", "a.xlsx", zipOf(t, xlsxMembers("", "")[:5]...), "missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := open(t, tt.file, tt.body, Limits{})
			var refused *Refusal
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if !strings.Contains(refused.Reason, tt.reason) || refused.Advice == "" {
				t.Errorf("reason %q, advice %q; want a reason with %q", refused.Reason, refused.Advice, tt.reason)
			}
			if f == nil || len(f.SHA256) != 64 || f.Bytes != int64(len(tt.body)) {
				t.Errorf("a refused file must still be known by hash and size: %+v", f)
			}
		})
	}
}

func TestMissingFileIsNoRefusal(t *testing.T) {
	_, err := Open(t.Context(), "/no/such/file", Limits{})
	if err == nil || isRefusal(err) {
		t.Errorf("got %v", err)
	}
}
