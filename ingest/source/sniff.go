package source

import (
	"bytes"
	"fmt"
	"strings"
)

// kind of content, by its first bytes.
type content uint8

const (
	plainText content = iota
	zipped
	gzipped
)

const sniffed = 4096 // bytes looked at

// signature is how a format that can't be read as a table begins.
type signature struct {
	prefix string
	reason string
	advice string
}

const askForTable = "ask the publisher for a CSV, XLSX or ODS file"

// signatures of files published in place of tables. Sources: the formats' own
// specifications; OLE: [MS-CFB] 2.2.
var signatures = []signature{
	{"%PDF", "a PDF document, not a table", askForTable},
	{"{\\rtf", "a rich text document, not a table", askForTable},
	{"PAR1", "a Parquet file", "this reads what publishers publish; export it as CSV"},
	{"SQLite format 3\x00", "an SQLite database", "export the table as CSV"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and give the files inside, or a zip of them"},
	{"Rar!\x1a\x07", "a RAR archive", "unpack it and give the files inside, or a zip of them"},
	{"BZh", "a bzip2 file", "unpack it with bunzip2"},
	{"\xfd7zXZ\x00", "an xz file", "unpack it with unxz"},
	{"\x28\xb5\x2f\xfd", "a zstd file", "unpack it with unzstd"},
	{"\x89PNG", "an image", askForTable},
	{"\xff\xd8\xff", "an image", askForTable},
	{"GIF8", "an image", askForTable},
	{"\x7fELF", "a program", askForTable},
	{"MZ\x90\x00", "a program", askForTable},
}

// sniff tells containers from text, and refuses what is neither.
func sniff(head []byte, whole bool) (content, error) {
	if len(head) == 0 {
		return plainText, &Refusal{Reason: "the file is empty", Advice: "download it again; if it is empty there too, ask the publisher"}
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipped, nil
	case bytes.HasPrefix(head, []byte("PK\x05\x06")) && whole:
		return plainText, &Refusal{Reason: "an empty zip archive", Advice: askForTable}
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return gzipped, nil
	}
	for _, s := range signatures {
		if bytes.HasPrefix(head, []byte(s.prefix)) {
			return plainText, &Refusal{Reason: s.reason, Advice: s.advice}
		}
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return plainText, &Refusal{Reason: "a tar archive", Advice: "unpack it and give the files inside, or a zip of them"}
	}
	return plainText, sniffMarkup(head)
}

// sniffMarkup refuses HTML and XML in place of a table, and text of blanks alone.
func sniffMarkup(head []byte) error {
	text := strings.ToLower(string(narrow(head)))
	text = strings.TrimLeft(text, " \t\r\n\ufeff")
	for strings.HasPrefix(text, "<!--") {
		end := strings.Index(text, "-->")
		if end < 0 {
			break
		}
		text = strings.TrimLeft(text[end+3:], " \t\r\n")
	}
	switch {
	case strings.HasPrefix(text, "<?xml") && strings.Contains(text, "urn:schemas-microsoft-com:office:spreadsheet"):
		return &Refusal{Reason: "an Excel 2003 XML spreadsheet", Advice: "open it in Excel or LibreOffice and save it as XLSX or CSV"}
	case strings.HasPrefix(text, "<?xml") && strings.Contains(text, "opendocument"):
		return &Refusal{Reason: "a flat OpenDocument file", Advice: "open it in LibreOffice and save it as ODS or CSV"}
	case isHTML(text):
		return &Refusal{Reason: "an HTML page, not a table", Advice: htmlAdvice(text)}
	case strings.HasPrefix(text, "<?xml"):
		return &Refusal{Reason: "an XML document, not a table", Advice: askForTable}
	}
	return nil
}

func isHTML(text string) bool {
	for _, p := range []string{"<!doctype html", "<html", "<head", "<body", "<meta", "<title", "<script", "<table", "<div"} {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return strings.HasPrefix(text, "<?xml") && strings.Contains(text, "<html") || strings.HasPrefix(text, "<!doctype")
}

// htmlAdvice tells an error page from a table saved as a web page.
func htmlAdvice(text string) string {
	if strings.Contains(text, "<table") || strings.Contains(text, "urn:schemas-microsoft-com:office:excel") {
		return "it holds a table saved as a web page: open it in Excel or LibreOffice and save it as XLSX or CSV"
	}
	return "most likely the web site's error or log-in page was saved in the file's place: open the address in a browser and download the file again"
}

// narrow drops the NULs of UTF-16, so that markup is seen in it too.
func narrow(head []byte) []byte {
	if order, mark := guessUTF16(head); order != notUTF16 {
		return bytes.ReplaceAll(head[mark:], []byte{0}, nil)
	}
	return head
}

var oleMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// refuseOLE tells the kinds of OLE compound files apart by the names of their streams,
// which stand in UTF-16 in the directory, wherever that is in the file.
func refuseOLE(body []byte) error {
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for _, c := range []byte(name) {
			wide = append(wide, c, 0)
		}
		return bytes.Contains(body, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return &Refusal{Reason: "a workbook with a password", Advice: "open it with the password and save it without one, or ask the publisher"}
	case has("Workbook") || has("Book"):
		return &Refusal{Reason: "a binary Excel workbook (.xls of Excel 97 to 2003)", Advice: "open it in Excel or LibreOffice and save it as XLSX, or: soffice --headless --convert-to xlsx FILE"}
	case has("WordDocument"):
		return &Refusal{Reason: "a Word document, not a table", Advice: askForTable}
	}
	return &Refusal{Reason: "a binary Office file that is no workbook", Advice: askForTable}
}

// refuseBinary refuses text that is no text: many control characters, or nothing but
// blanks. The first samples decide; NULs count over the whole file.
func (t *text) refuseBinary(s *survey) error {
	controls, printable := 0, false
	for _, c := range s.samples.head {
		if c > ' ' && c != 0x7f {
			printable = true
		} else if c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != 0x1a && c != 0x0c && c != 0x0b {
			controls++
		}
	}
	n := len(s.samples.head)
	switch {
	case !printable && controls == 0:
		return &Refusal{Reason: "the file holds nothing but blanks", Advice: "download it again; if it is empty there too, ask the publisher"}
	case !printable || controls*20 > n || s.nuls*20 > s.bytes:
		return &Refusal{Reason: fmt.Sprintf("binary data, not text: %d control characters in the first %d bytes", controls, n), Advice: askForTable}
	}
	return nil
}
