package source

import (
	"context"
	"fmt"
	"io"
	"path"
	"strings"
)

// workbook is an XLSX file: what its sheets share. Source for the names of parts and
// tags: ECMA-376 part 1, chapters 12 (package) and 18 (SpreadsheetML).
type workbook struct {
	zip      *archive
	lim      Limits
	date1904 bool
	dates    []bool // by index of cell format: the number is a date
	strings  string // member with the shared strings, or ""
	shared   *sharedStrings
}

// sheetEntry is a sheet as the workbook lists it.
type sheetEntry struct {
	name, rel string
	hidden    bool
}

// workbook finds the sheets of an XLSX file.
func (f *File) workbook(ctx context.Context, a *archive, name string) ([]Part, error) {
	w := &workbook{zip: a, lim: f.lim}
	main, err := w.mainMember(name)
	if err != nil {
		return nil, err
	}
	entries, err := w.entries(main)
	if err != nil {
		return nil, err
	}
	rels, err := w.relations(main)
	if err != nil {
		return nil, err
	}
	if err := w.styles(rels); err != nil {
		return nil, err
	}
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/sharedStrings") {
			w.strings = r.target
		}
	}
	return f.sheets(ctx, w, entries, rels)
}

func (f *File) sheets(ctx context.Context, w *workbook, entries []sheetEntry, rels map[string]relation) ([]Part, error) {
	var parts []Part
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rel := rels[e.rel]
		if !strings.HasSuffix(rel.kind, "/worksheet") {
			f.Warnings = append(f.Warnings, fmt.Sprintf("sheet %q is passed over: a chart or dialog, not a worksheet", e.name))
			continue
		}
		if w.zip.named(rel.target) == nil {
			return nil, badXML(fmt.Sprintf("sheet %q is missing from it", e.name))
		}
		parts = append(parts, newSheet(w, e, rel.target))
		if len(parts) > f.lim.Parts {
			return nil, tooManyParts(f.lim)
		}
	}
	if len(parts) == 0 {
		return nil, &Refusal{Reason: "a workbook without worksheets", Advice: askForTable}
	}
	return parts, nil
}

// mainMember finds the workbook part, and refuses other Office files by their parts.
func (w *workbook) mainMember(name string) (string, error) {
	rels, err := w.relationsIn("_rels/.rels", "")
	if err != nil {
		return "", err
	}
	main := "xl/workbook.xml"
	for _, r := range rels {
		if strings.HasSuffix(r.kind, "/officeDocument") {
			main = r.target
		}
	}
	switch {
	case strings.HasSuffix(main, ".bin"):
		return "", &Refusal{Reason: "a binary workbook (.xlsb)", Advice: "open it in Excel or LibreOffice and save it as XLSX"}
	case strings.HasPrefix(main, "word/"):
		return "", &Refusal{Reason: "a Word document, not a table", Advice: askForTable}
	case strings.HasPrefix(main, "ppt/"):
		return "", &Refusal{Reason: "a PowerPoint file, not a table", Advice: askForTable}
	case w.zip.named(main) == nil:
		return "", badXML("it has no workbook part")
	}
	return main, nil
}

// relation is where a part of the package stands.
type relation struct{ kind, target string }

func (w *workbook) relations(main string) (map[string]relation, error) {
	dir, base := path.Split(main)
	return w.relationsIn(dir+"_rels/"+base+".rels", dir)
}

func (w *workbook) relationsIn(member, dir string) (map[string]relation, error) {
	rels := map[string]relation{}
	err := w.each(member, func(x *xmlScanner) error {
		if x.kind != xmlStart || !x.is("Relationship") || x.attrString("TargetMode") == "External" {
			return nil
		}
		target := x.attrString("Target")
		if strings.HasPrefix(target, "/") {
			target = target[1:]
		} else {
			target = path.Join(dir, target)
		}
		rels[x.attrString("Id")] = relation{x.attrString("Type"), target}
		return w.listed(len(rels))
	})
	return rels, err
}

func (w *workbook) entries(main string) ([]sheetEntry, error) {
	var entries []sheetEntry
	err := w.each(main, func(x *xmlScanner) error {
		switch {
		case x.kind != xmlStart:
		case x.is("workbookPr"):
			w.date1904 = isTrue(x.attrString("date1904"))
		case x.is("sheet"):
			state := x.attrString("state")
			entries = append(entries, sheetEntry{x.attrString("name"), x.attrString("id"), state == "hidden" || state == "veryHidden"})
		}
		return w.listed(len(entries))
	})
	return entries, err
}

// listed refuses a list of parts that no workbook has: a sheet needs few of them.
func (w *workbook) listed(n int) error {
	if n > 100*w.lim.Parts {
		return tooManyParts(w.lim)
	}
	return nil
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// each gives every token of a member; a member that isn't there has none.
func (w *workbook) each(member string, token func(*xmlScanner) error) error {
	m := w.zip.named(member)
	if m == nil {
		return nil
	}
	r, err := w.zip.open(m)
	if err != nil {
		return err
	}
	defer r.Close()
	x := newXML(r, w.lim)
	for {
		err := x.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = token(x)
		}
		if err != nil {
			return err
		}
	}
}
