package ingest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"hardyards/internal/police"
)

// SuggestLayout writes a layout for a file that no layout fits: the roles found by
// heading and contents, surely or not, every other column as a comment beside what
// its cells look like. It is a draft for a person to correct.
func SuggestLayout(ctx context.Context, in Input, opt Options) (string, error) {
	opt.Layouts = nil
	r, err := openReading(ctx, in, &opt)
	if err != nil {
		return "", suggestError(in, err)
	}
	defer r.close()
	best := r.plans[0]
	for _, p := range r.plans {
		if p.confidence > best.confidence {
			best = p
		}
	}
	return best.suggestion(r.in), nil
}

func suggestError(in Input, err error) error {
	res, err := refusedBySource(in, err)
	if err != nil {
		return err
	}
	return police.Exitf(police.ExitRejections, res.Advice, "%s: %s", in.name(), res.Refused)
}

func (p *plan) suggestion(in Input) string {
	base := filepath.Base(in.Name)
	slug := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimSuffix(base, filepath.Ext(base)))), "-")
	if in.Publisher != "" {
		slug = in.Publisher
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Suggested for %s, confidence %.2f. Check every line before use:\n#   hardyards layout test THIS.toml FILE\n", base, p.confidence)
	if p.refused != "" {
		fmt.Fprintf(&b, "# Without a layout the file is refused: %s.\n", p.refused)
	}
	fmt.Fprintf(&b, "id = %q\nversion = 1\npublisher = %q   # slug of data/forces.csv, or your own\namount_basis = %q\n", slug, in.Publisher, p.basis)
	if !p.headed {
		fmt.Fprintf(&b, "files = [%q]   # without headings, a layout must be meant for the file by name\n", base)
	}
	b.WriteString("\n[[header]]\n")
	used := map[int]bool{}
	for _, role := range []Role{RolePayee, RoleAmount, RoleCredit, RoleSign, RolePence, RoleDate, RoleReference, RoleCategory, RoleDescription, RolePayerCode, RolePayerName} {
		i := p.col(role)
		key := strings.ReplaceAll(role.String(), " ", "_")
		if i < 0 {
			if role == RolePayee || role == RoleAmount || role == RoleDate {
				fmt.Fprintf(&b, "# %s = \"\"   # no column could be told to be it\n", key)
			}
			continue
		}
		used[i] = true
		fmt.Fprintf(&b, "%s = %s   # %s\n", key, p.columnName(i), p.why(role))
	}
	b.WriteString("\n# Other columns:\n")
	for i := range p.profiles {
		if !used[i] && (p.heading(i) != "" || p.profiles[i].filled > 0) {
			fmt.Fprintf(&b, "#   %s: %s\n", p.columnName(i), p.profiles[i].looks())
		}
	}
	return b.String()
}

func (p *plan) columnName(i int) string {
	if h := p.heading(i); h != "" && p.headed {
		return fmt.Sprintf("%q", strings.Join(strings.Fields(h), " "))
	}
	return fmt.Sprintf("\"#%d\"", i+1)
}

func (p *plan) why(role Role) string {
	for _, c := range p.columns {
		if c.role == role {
			return strings.ReplaceAll(c.why, "\n", " ")
		}
	}
	return ""
}

// looks describes a column's cells for people.
func (p *profile) looks() string {
	if p.filled == 0 {
		return "empty"
	}
	return fmt.Sprintf("%d of %d cells filled, %d different; %.0f %% amounts, %.0f %% dates, %.0f %% words",
		p.filled, p.rows, len(p.distinct), 100*share(p.money, p.filled), 100*share(p.dates+p.serials, p.filled), 100*share(p.names, p.filled))
}

// LayoutFit is how one file reads under one layout.
type LayoutFit struct {
	File        string      `json:"file"`
	Fits        bool        `json:"fits"` // some part was read by it, and the file isn't refused
	Explanation Explanation `json:"explanation"`
}

// TestLayout reads a file by one layout and no other.
func TestLayout(ctx context.Context, l Layout, in Input, opt Options) (LayoutFit, error) {
	opt.Layouts = []Layout{l}
	e, err := Explain(ctx, in, opt)
	fit := LayoutFit{File: in.name(), Explanation: e}
	if err != nil {
		return fit, err
	}
	for _, p := range e.Parts {
		if p.Layout == l.FullID() {
			fit.Fits = e.Refused == nil
		}
	}
	return fit, nil
}
