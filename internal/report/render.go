package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"hardyards/internal/police"
)

//go:embed assets/page.html.tmpl assets/style.css assets/script.js
var assets embed.FS

// Document is what the template is filled with.
type Document struct {
	Title      string
	Kicker     string
	Headline   string
	Snapshot   string
	Run        string // that published it; empty where not known
	Policy     string
	Style      template.CSS
	Script     template.JS
	Covered    *Covered
	Headlines  []HeadlineView
	Changes    *ChangesView
	Sections   []Section
	Sheets     []Sheet
	ForceNames []police.Force
	Force      string
	Back       string
	Notes      []string // corrections, and whether forces were asked

	dir string // of the CSV files, relative to the page
	csv map[string][]byte
}

// Render writes index.html and the CSV files of its tables into the directory out,
// each whole or not at all, and gives the page's path.
func Render(ctx context.Context, p Page, out string) (string, error) {
	b := newBook(p)
	c, ch := b.covered(), b.changes()
	d := &Document{
		Title: "Police collaboration: what forces pay each other, and what can be known", Kicker: "hardyards · police spending and collaboration, England and Wales",
		Headline: "What police forces pay each other, and what can be known from it", Snapshot: p.SnapshotID, Run: p.RunID,
		Covered: &c, Headlines: b.headlines(), Changes: &ch, ForceNames: b.forcesByName(), Notes: b.notes(),
		dir: "data", csv: map[string][]byte{},
	}
	for _, make := range []func() Section{b.coverage, b.ledger, b.flows, b.peers, b.costOutcome, b.effects, b.sensitivity, b.functions, b.claims,
		b.scorecard, b.timeline, b.efficiency, b.methods, b.notShown, b.measuresHeld, b.downloads} {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		d.Sections = append(d.Sections, make())
	}
	return d.write(out, "index.html")
}

// What is said of corrections and of comment where hardyards.toml says nothing
// ([report] corrections, asked).
const (
	noCorrections = "none is known to have been made to an earlier edition of this page."
	notAsked      = "the forces and bodies named here were not asked for comment. This page is made by a program; whoever publishes it should ask them, and say so."
)

// notes are the lines on corrections and on the right to be heard.
func (b *book) notes() []string {
	return []string{
		"Corrections: " + or(b.Corrections, noCorrections) + " To ask for one, give the finding’s id (hardyards trace ID leads to file, sheet and line); a correction is a new snapshot, and this one stays readable.",
		"Right of reply: " + or(b.Asked, notAsked),
	}
}

// measuresHeld lists the latest year of each measure.
func (b *book) measuresHeld() Section {
	s := Section{ID: "measures-held", Title: "Measures: latest year, breaks, traps, sources"}
	s.Blocks = append(s.Blocks, Block{Table: b.latest()})
	return s
}

// write fills the template and puts page and tables into out.
func (d *Document) write(out, name string) (string, error) {
	style, err := assets.ReadFile("assets/style.css")
	if err != nil {
		return "", err
	}
	script, err := assets.ReadFile("assets/script.js")
	if err != nil {
		return "", err
	}
	d.Style, d.Script = template.CSS(style), template.JS(script)
	d.Policy = policy(script)
	t, err := template.New("page.html.tmpl").Funcs(template.FuncMap{"csv": d.link, "num": count[int], "plural": plural, "capital": capital}).ParseFS(assets, "assets/page.html.tmpl")
	if err != nil {
		return "", err
	}
	var page bytes.Buffer
	if err := t.Execute(&page, d); err != nil {
		return "", fmt.Errorf("report: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(out, d.dir), 0o755); err != nil {
		return "", police.Exitf(police.ExitUsage, "choose a place that can be written: --out DIR", "report: %w", err)
	}
	for file, text := range d.csv {
		if err := replace(filepath.Join(out, d.dir, file), text); err != nil {
			return "", err
		}
	}
	path := filepath.Join(out, name)
	return path, replace(path, page.Bytes())
}

// policy lets a page run its own script, by hash, and load nothing: even a payee that
// slipped through as markup could run nothing.
func policy(script []byte) string {
	sum := sha256.Sum256(script)
	return "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}

// inlineCSV is how many bytes of CSV a link may carry itself.
const inlineCSV = 2048

// link gives the address of a table as CSV: within the page where small, else a file
// beside it. Without that file the page still shows all.
func (d *Document) link(t *Table) (template.URL, error) {
	text, err := t.csv()
	if err != nil {
		return "", err
	}
	if len(text) <= inlineCSV {
		return template.URL("data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(text)), nil
	}
	name := slug(t.ID) + ".csv"
	if old, taken := d.csv[name]; taken && !bytes.Equal(old, text) {
		return "", fmt.Errorf("report: two tables are named %s", name)
	}
	d.csv[name] = text
	return template.URL(d.dir + "/" + name), nil
}

// replace writes a file beside its place and renames it there.
func replace(path string, text []byte) error {
	tmp := path + ".tmp"
	f, err := os.Create(tmp)
	if err != nil {
		return err
	}
	if _, err := f.Write(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// words for the template: an element's id of a section's table.
func (t *Table) Anchor() string { return "t-" + strings.TrimSuffix(t.ID, "-table") }
