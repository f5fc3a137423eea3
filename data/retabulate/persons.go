package main

import (
	"fmt"
	"regexp"

	"hardyards/internal/police"
)

// withholding replaces the names of natural persons by running numbers in order
// of first appearance. A number, never a hash: a list of names would undo a hash.
//
// A payee is withheld where
//   - it starts with a title (MR, MISS, DR, PROFESSOR …), a company's name with a
//     title among them, or ends in letters of honour or office (QC, KC, OBE, MP), or
//   - a person judged that it is, or holds, the name of a natural person and shows
//     no legal form of a company: a name alone, initials and surname, a bare
//     surname, or a sole trader's name with a trade. Judged twice on the whole list
//     of 2,464 payees, doubt in favour of withholding. Names with LTD, PLC, LLP or
//     CIC are companies and stay, unless a person trades as them.
//
// The second group is given by where each name first stands, so that the names
// themselves stand nowhere in this project.
type withholding struct {
	judged  map[string]bool // normal forms
	numbers map[string]int  // normal form → running number
}

var (
	titled   = regexp.MustCompile(`(?i)^\s*(MISS|MR|MRS|MS|MX|DR|REV|REVD|SIR|DAME|LORD|LADY|PROF|PROFESSOR|CLLR|FATHER)\b`)
	lettered = regexp.MustCompile(`(?i)\s(QC|KC|OBE|MBE|CBE|QPM|MP|ESQ|JP)\s*$`)
)

// judgedAt lists where each payee judged a natural person first stands.
var judgedAt = []struct {
	file, sheet string
	rows        []int
}{
	{"pcc-2018-19.xlsx", "Apr 18", []int{6, 42, 103, 129, 140, 148, 150, 331, 343, 479, 498}},
	{"pcc-2018-19.xlsx", "Aug 18", []int{272, 343, 370}},
	{"pcc-2018-19.xlsx", "Dec 18", []int{166, 472}},
	{"pcc-2018-19.xlsx", "Feb 19", []int{313, 421}},
	{"pcc-2018-19.xlsx", "Jan 19", []int{59, 299, 464, 547}},
	{"pcc-2018-19.xlsx", "Jul 18", []int{18, 38, 344}},
	{"pcc-2018-19.xlsx", "Jun 18", []int{19, 45, 53, 355, 356, 457, 593}},
	{"pcc-2018-19.xlsx", "Mar 19", []int{161}},
	{"pcc-2018-19.xlsx", "May 18", []int{32, 60, 97, 114, 404, 504, 625}},
	{"pcc-2018-19.xlsx", "Nov 18", []int{19, 165, 276, 414, 556}},
	{"pcc-2018-19.xlsx", "Oct 18", []int{183}},
	{"pcc-2018-19.xlsx", "Sep 18", []int{208, 413, 490, 546, 572}},
	{"pcc-2019-20.xlsx", "Apr 19", []int{67, 99, 277, 328, 330, 334, 394, 406}},
	{"pcc-2019-20.xlsx", "Aug 19", []int{321, 442, 578}},
	{"pcc-2019-20.xlsx", "Dec 19", []int{148}},
	{"pcc-2019-20.xlsx", "Feb 20", []int{328}},
	{"pcc-2019-20.xlsx", "Jan 20", []int{123, 280}},
	{"pcc-2019-20.xlsx", "Jul 19", []int{244, 397}},
	{"pcc-2019-20.xlsx", "May 19", []int{228, 246, 353, 381, 387, 529}},
	{"pcc-2019-20.xlsx", "Nov 19", []int{473}},
	{"pcc-2019-20.xlsx", "Oct 19", []int{64}},
	{"pcc-2019-20.xlsx", "Sep 19", []int{236, 243, 268, 285, 356}},
	{"pcc-2020-21.xlsx", "Dec 20", []int{198, 237}},
	{"pcc-2020-21.xlsx", "Feb 21", []int{208, 498}},
	{"pcc-2020-21.xlsx", "Jan 21", []int{117}},
	{"pcc-2020-21.xlsx", "Mar 21", []int{288}},
	{"pcc-2020-21.xlsx", "Nov 20", []int{104, 259}},
	{"pcc-2020-21.xlsx", "Sep 20", []int{8, 282}},
	{"pcc-2021-22.xlsx", "Apr 21", []int{140}},
	{"pcc-2021-22.xlsx", "Jan 22", []int{298}},
	{"pcc-2021-22.xlsx", "Jul 21", []int{324, 361}},
	{"pcc-2021-22.xlsx", "Oct 21", []int{362}},
	{"pcc-2021-22.xlsx", "Sep 21", []int{423, 471}},
	{"pcc-2022-23.xlsx", "Apr 22", []int{497}},
	{"pcc-2022-23.xlsx", "Dec 22", []int{200}},
	{"pcc-2022-23.xlsx", "Jun 22", []int{84}},
	{"pcc-2022-23.xlsx", "Mar 23", []int{597}},
	{"pcc-2022-23.xlsx", "May 22", []int{419}},
	{"pcc-2022-23.xlsx", "Sep 22", []int{223}},
	{"pcc-2023-24.xlsx", "Apr", []int{108, 222}},
	{"pcc-2023-24.xlsx", "Aug", []int{296}},
	{"pcc-2023-24.xlsx", "Jan '24", []int{788}},
	{"pcc-2023-24.xlsx", "Jun", []int{785}},
	{"pcc-2023-24.xlsx", "Mar '24", []int{421}},
	{"pcc-2023-24.xlsx", "Oct", []int{63}},
	{"pcc-2024-25.xlsx", "APR 24", []int{293, 555, 742, 972}},
	{"pcc-2024-25.xlsx", "JUN 24", []int{360, 584}},
	{"pcc-2024-25.xlsx", "Jan 25", []int{343, 559}},
	{"pcc-2024-25.xlsx", "Nov 24", []int{472, 565}},
}

// newWithholding resolves judgedAt against the sheets.
func newWithholding(sheets []sheet) (*withholding, error) {
	w := &withholding{judged: map[string]bool{}, numbers: map[string]int{}}
	at := map[[2]string]sheet{}
	for _, s := range sheets {
		at[[2]string{s.file, s.name}] = s
	}
	for _, j := range judgedAt {
		s, ok := at[[2]string{j.file, j.sheet}]
		if !ok {
			return nil, fmt.Errorf("%s has no sheet %s, where a name is to be withheld", j.file, j.sheet)
		}
		for _, row := range j.rows {
			if row > len(s.cells) || len(s.cells[row-1]) <= payeeColumn {
				return nil, fmt.Errorf("%s, %s, row %d: no payee, where a name is to be withheld", j.file, j.sheet, row)
			}
			w.judged[police.NormalForm(s.cells[row-1][payeeColumn])] = true
		}
	}
	return w, nil
}

// isPerson reports whether a payee's name is withheld.
func (w *withholding) isPerson(payee string) bool {
	return titled.MatchString(payee) || lettered.MatchString(payee) || w.judged[police.NormalForm(payee)]
}

// payee is the payee as the sample shows it.
func (w *withholding) payee(name string) string {
	if !w.isPerson(name) {
		return name
	}
	form := police.NormalForm(name)
	n, ok := w.numbers[form]
	if !ok {
		n = len(w.numbers) + 1
		w.numbers[form] = n
	}
	return fmt.Sprintf("[individual %d]", n)
}
