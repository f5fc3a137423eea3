package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/data"
	"hardyards/internal/lake"
	"hardyards/internal/police"
	"hardyards/transform/payee"
)

func newPayees(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "payees",
		Short: "Who a payee's name denotes, and by which rule",
	}
	c.AddCommand(newPayeesResolve(a), newPayeesReview(a))
	return c
}

func newPayeesResolve(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "resolve FILE",
		Short: "Names (one a line, or a CSV's payee column) → who they are, by which rule",
		Long: `Reads names, one a line, or the column headed payee of a CSV; - is standard input. Prints one answer a name, in
input order: kind, force, name, the rule that decided and how sure it is. With --json one object a line.
Kinds: ` + strings.Join(payee.Kinds(), ", ") + `.`,
		Example: "  hardyards payees resolve names.txt --json\n  echo 'ST PETERS PCC' | hardyards payees resolve -",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.payeesResolve(args[0]) },
	}
}

// resolvedPayee is the line that other programs rely on.
type resolvedPayee struct {
	Payee      string           `json:"payee"`
	Kind       string           `json:"kind"`
	Force      police.ForceCode `json:"force_code"`
	Name       string           `json:"name"`
	Rule       string           `json:"rule"`
	Confidence float64          `json:"confidence"`
}

func (a *app) payeesResolve(path string) error {
	names, err := a.readNames(path)
	if err != nil {
		return err
	}
	r, err := a.resolver()
	if err != nil {
		return err
	}
	out := bufio.NewWriter(a.stdout)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	var text [][]string
	for _, n := range names {
		res := r.Resolve(n)
		if !a.json {
			text = append(text, []string{n, res.Kind, string(res.Force), res.Name, fmt.Sprintf("%.2f", res.Confidence), res.Rule})
			continue
		}
		if err := enc.Encode(resolvedPayee{n, res.Kind, res.Force, res.Name, res.Rule, res.Confidence}); err != nil {
			return err
		}
	}
	if a.json {
		return out.Flush()
	}
	return a.printTable([]string{"payee", "kind", "force", "name", "sure", "rule"}, map[string]bool{"sure": true}, text)
}

// readNames reads a list of names, or the payee column of a CSV. A file is a CSV
// where its first line has a column headed payee.
func (a *app) readNames(path string) ([]string, error) {
	var text []byte
	var err error
	if path == "-" {
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "give a file with one name a line, a CSV with a column payee, or -", "%w", err)
	}
	body := strings.TrimPrefix(strings.ToValidUTF8(string(text), "\uFFFD"), "\uFEFF")
	first, _, _ := strings.Cut(body, "\n")
	heads, err := csv.NewReader(strings.NewReader(first)).Read()
	col := slices.IndexFunc(heads, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), "payee") })
	if err == nil && col >= 0 {
		return payeeColumn(path, body, col)
	}
	var names []string
	for line := range strings.Lines(body) {
		if n := strings.TrimRight(line, "\r\n"); n != "" {
			names = append(names, n)
		}
	}
	return names, nil
}

func payeeColumn(path, body string, col int) ([]string, error) {
	r := csv.NewReader(strings.NewReader(body))
	r.FieldsPerRecord = -1
	var names []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return names[min(1, len(names)):], nil
		}
		if err != nil {
			return nil, police.Exitf(police.ExitUsage, "mend the quotes of that line", "%s: %w", path, err)
		}
		name := ""
		if col < len(row) {
			name = row[col]
		}
		names = append(names, name)
	}
}

// resolver makes a resolver from the reference tables and the configuration's
// overrides.
func (a *app) resolver() (*payee.Resolver, error) {
	c, err := a.loadConfig()
	if err != nil {
		return nil, err
	}
	var t payee.Tables
	if t.Forces, err = data.Forces(); err != nil {
		return nil, err
	}
	if t.Bodies, err = data.Bodies(); err != nil {
		return nil, err
	}
	if t.Aliases, err = data.Aliases(); err != nil {
		return nil, err
	}
	if t.Overrides, err = c.overrides(); err != nil {
		return nil, err
	}
	r, err := payee.New(t)
	if err != nil {
		return nil, police.Exitf(police.ExitUsage, "mend the overrides", "%w", err)
	}
	return r, nil
}

// overrides reads the decisions about payees: every .toml of the directory that
// [files] overrides names.
func (c *config) overrides() ([]payee.Override, error) {
	if c.Files.Overrides == "" {
		return nil, nil
	}
	dir, err := c.userDir(c.Files.Overrides)
	if err != nil {
		return nil, err
	}
	files, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return nil, err
	}
	var out []payee.Override
	for _, name := range files {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, police.Exitf(police.ExitUsage, "make it readable", "overrides: %w", err)
		}
		some, err := payee.ParseOverrides(name, string(text))
		if err != nil {
			return nil, police.Exitf(police.ExitUsage, "a [[payee]] has name, kind, body, by (an office), on (a day) and why", "overrides: %w", err)
		}
		out = append(out, some...)
	}
	return out, nil
}

func newPayeesReview(a *app) *cobra.Command {
	var limit int
	var form bool
	c := &cobra.Command{
		Use:   "review",
		Short: "Unmatched and doubtful payees, most money first",
		Long: `Lists payees of the current snapshot that no rule explains, or that are ambiguous or not sure. A decision is written
into a TOML file of the directory that [files] overrides names; --toml prints the entries to fill in.`,
		Example: "  hardyards payees review --limit 20\n  hardyards payees review --toml > overrides/payees.toml",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.payeesReview(limit, form) },
	}
	c.Flags().IntVar(&limit, "limit", 50, "how many; 0 is all")
	c.Flags().BoolVar(&form, "toml", false, "print an overrides file to fill in")
	return c
}

func (a *app) payeesReview(limit int, form bool) error {
	s, err := a.currentSnapshot()
	if err != nil {
		return err
	}
	links, err := lake.ReadAll[police.PayeeLink](s, "dim_payee")
	if err != nil {
		return err
	}
	doubts := payee.Review(links, limit)
	switch {
	case a.json:
		out := make([]map[string]any, len(doubts))
		for i, d := range doubts {
			out[i] = map[string]any{"payee": d.Published, "payee_id": d.PayeeID, "kind": d.Kind, "why": d.Why, "confidence": d.Confidence,
				"payments": d.Payments, "pence": d.Pence}
		}
		return a.printJSON(out)
	case form:
		return a.printOverrides(doubts)
	}
	var text [][]string
	for _, d := range doubts {
		text = append(text, []string{d.Published, d.Kind, d.Pence.Pounds(), count(d.Payments), fmt.Sprintf("%.2f", d.Confidence), d.Why})
	}
	if err := a.printTable([]string{"payee", "kind", "paid", "payments", "sure", "why"}, map[string]bool{"paid": true, "payments": true, "sure": true}, text); err != nil {
		return err
	}
	a.say("%d of %d payees; decide with: hardyards payees review --toml", len(doubts), len(links))
	return nil
}

// printOverrides prints entries of an overrides file, commented out until somebody
// has decided.
func (a *app) printOverrides(doubts []payee.Doubt) error {
	var b strings.Builder
	b.WriteString("version = 1\n\n# kind: " + strings.Join(payee.Kinds(), ", ") + "\n# body: slug or ONS code of the force; by: the office that decided, never a person\n")
	for _, d := range doubts {
		fmt.Fprintf(&b, "\n# %s in %s payments; %s\n#[[payee]]\n#name = %q\n#kind = \"\"\n#body = \"\"\n#by = \"\"\n#on = \"\"\n#why = \"\"\n",
			d.Pence.Pounds(), count(d.Payments), d.Why, d.Published)
	}
	_, err := io.WriteString(a.stdout, b.String())
	return err
}
