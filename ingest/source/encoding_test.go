package source

import (
	"strings"
	"testing"

	xenc "golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// spendText has what decides between encodings: pounds before digits and in a
// heading, apostrophes, dashes, accents, no-break spaces.
const spendText = "Date,Supplier,Amount (£),Note\r\n" +
	"03/04/2018,Children’s Trust,£1234.50,Café – meals\r\n" +
	"04/04/2018,Smith Ltd,£99.00,“as agreed”\r\n" +
	"05/04/2018,Jones Ltd,-£5.00,plain\r\n"

// dosText has only characters that the code pages of DOS have.
const dosText = "Date,Supplier,Amount (£),Note\r\n03/04/2018,Café Ltd,£1234.50,meals £500\r\n04/04/2018,Smith,£99.00,x\r\n"

func encodeAs(t testing.TB, e xenc.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEncodings(t *testing.T) {
	le, be := unicode.LittleEndian, unicode.BigEndian
	acute := strings.ReplaceAll(dosText, "Smith", "Children´s Trust")
	tests := []struct {
		name string
		in   []byte
		text string
		want string
	}{
		{"ascii", []byte("a,b\n1,2\n"), "a,b\n1,2\n", "utf-8"},
		{"utf-8", []byte(spendText), spendText, "utf-8"},
		{"utf-8 with mark", []byte("\ufeff" + spendText), spendText, "utf-8"},
		{"utf-16le with mark", encodeAs(t, unicode.UTF16(le, unicode.UseBOM), spendText), spendText, "utf-16le"},
		{"utf-16be with mark", encodeAs(t, unicode.UTF16(be, unicode.UseBOM), spendText), spendText, "utf-16be"},
		{"utf-16le", encodeAs(t, unicode.UTF16(le, unicode.IgnoreBOM), spendText), spendText, "utf-16le"},
		{"utf-16be", encodeAs(t, unicode.UTF16(be, unicode.IgnoreBOM), spendText), spendText, "utf-16be"},
		{"windows-1252", encodeAs(t, charmap.Windows1252, spendText), spendText, "windows-1252"},
		{"windows-1252, pounds alone", encodeAs(t, charmap.Windows1252, dosText), dosText, "windows-1252"},
		{"macintosh", encodeAs(t, charmap.Macintosh, spendText), spendText, "macintosh"},
		{"cp437", encodeAs(t, charmap.CodePage437, dosText), dosText, "cp437"},
		{"cp850", encodeAs(t, charmap.CodePage850, acute), acute, "cp850"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := fromBytes(t, tt.in, Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if ev := p.Evidence(); ev.Encoding != tt.want || len(ev.Warnings) > 0 {
				t.Errorf("encoding %s, want %s; %q %q", ev.Encoding, tt.want, ev.Notes, ev.Warnings)
			}
			if got := decodeAll(t, p, tt.in); got != tt.text {
				t.Errorf("got %q", got)
			}
			checkText(t, tt.in, Limits{})
		})
	}
}

func TestMixedEncodingsAreReportedByLine(t *testing.T) {
	in := "a,b,c\n1,\xa32.00,x\n2,\xc2\xa33.00,y\n3,\xa34.00,z\n4,\xa35.00,z\n"
	p, err := fromBytes(t, []byte(in), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := readAll(t, p)
	for i, want := range []string{"b", "£2.00", "£3.00", "£4.00"} {
		if got[i].Cells[1] != want {
			t.Errorf("line %d: %q, want %q", i+1, got[i].Cells[1], want)
		}
		if mixed := got[i].Faults&MixedBytes != 0; mixed != (i == 2) {
			t.Errorf("line %d: faults %b", i+1, got[i].Faults)
		}
	}
	ev := p.Evidence()
	if ev.Encoding != "windows-1252" || !strings.Contains(strings.Join(ev.Warnings, "\n"), "read as UTF-8: line 3") {
		t.Errorf("%s %q", ev.Encoding, ev.Warnings)
	}
}

func TestStrayBytesWithinUTF8(t *testing.T) {
	in := strings.Repeat("1,£2.00,x\n", 9) + "1,\xa32.00,x\n"
	p, err := fromBytes(t, []byte(in), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := readAll(t, p)
	if last := got[9]; last.Cells[1] != "£2.00" || last.Faults != MixedBytes || got[0].Faults != 0 {
		t.Errorf("%+v", last)
	}
	if ev := p.Evidence(); ev.Encoding != "utf-8" || !strings.Contains(ev.Warnings[0], "line 10") {
		t.Errorf("%s %q", ev.Encoding, ev.Warnings)
	}
}

func TestWhatCannotBeDecodedIsMarkedNotLost(t *testing.T) {
	t.Run("literal replacement character", func(t *testing.T) {
		p, _ := fromBytes(t, []byte("a,b\n1,\ufffd5\n"), Limits{})
		if w := p.Evidence().Warnings; len(w) != 1 || !strings.Contains(w[0], "line 2") {
			t.Errorf("%q", w)
		}
	})
	t.Run("undefined in windows-1252", func(t *testing.T) {
		p, _ := fromBytes(t, []byte("a,b\n1,Bob\x92s \xa35\n2,Tim\x92s \x96 \xa36 \x81\n"), Limits{})
		if got := readAll(t, p)[2].Cells[1]; got != "Tim’s – £6 \u0081" {
			t.Errorf("%q", got)
		}
	})
	t.Run("unpaired surrogate", func(t *testing.T) {
		p, err := fromBytes(t, []byte("\xff\xfea\x00,\x00b\x00\n\x001\x00,\x00\x00\xd8x\x00\n\x00"), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := readAll(t, p)
		if got[1].Cells[1] != "\ufffdx" || got[1].Faults != BadBytes || got[0].Faults != 0 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("NUL and no-break space", func(t *testing.T) {
		p, _ := fromBytes(t, []byte("a,b,c,d,e,f,g,h\n1,\x002,3\u00a0,4,5,6,7,8\n"), Limits{})
		if got := readAll(t, p)[1]; got.Cells[1] != "\x002" || got.Cells[2] != "3\u00a0" || got.Faults != NULBytes {
			t.Errorf("%+v", got)
		}
	})
}
