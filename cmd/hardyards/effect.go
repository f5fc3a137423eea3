package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hardyards/analyze/fit"
	"hardyards/internal/lake"
	"hardyards/internal/police"
)

type effectFlags struct {
	collaboration, measure, phase string
	sensitivity                   bool
}

func newEffect(a *app) *cobra.Command {
	var f effectFlags
	c := &cobra.Command{
		Use:   "effect",
		Short: "Did cost, workforce or outcome of a collaboration's members move differently from other forces?",
		Long: `Prints table effect: the members of a collaboration summed, against forces that are no members, before and
after its beginning (entry) or end (exit). Most can't be estimated; the row says why, with the counts.`,
		Example: "  hardyards effect --collaboration wm-war-alliance --measure fte_staff\n  hardyards effect --collaboration wm-war-alliance --measure fte_staff --sensitivity",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.effect(f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.collaboration, "collaboration", "", "id of the collaboration (all when empty)")
	fl.StringVar(&f.measure, "measure", "", "measure: fte_staff, fte_officers, crime_severity_score, net_expenditure … (all when empty)")
	fl.StringVar(&f.phase, "phase", "", "entry or exit (both when empty)")
	fl.BoolVar(&f.sensitivity, "sensitivity", false, "the same under other donors, dates, years, members")
	return c
}

func (a *app) effect(f effectFlags) error {
	s, err := a.currentSnapshot()
	if err != nil {
		return err
	}
	if err := knownCollaboration(s, f.collaboration); err != nil {
		return err
	}
	rows, err := readTable[police.Effect](s, "effect")
	if err != nil {
		return err
	}
	measures := map[string]bool{}
	rows = slices.DeleteFunc(rows, func(e police.Effect) bool {
		measures[e.Measure] = true
		return f.collaboration != "" && e.Collaboration != f.collaboration || f.phase != "" && e.Phase != f.phase || f.measure != "" && !measureNamed(e.Measure, f.measure)
	})
	if len(rows) == 0 {
		return police.Exitf(police.ExitUsage, "measures: "+joinWords(sortedKeys(measures))+"; phases: entry, exit", "no effect of %s %s %s", f.collaboration, f.measure, f.phase)
	}
	if f.sensitivity {
		return a.printSensitivity(s, rows)
	}
	return a.printEffects(rows)
}

// measureNamed accepts fte_staff for fte_staff_total: staff and designated officers
// are one group that forces re-label, so that their sum is what is tested.
func measureNamed(id, name string) bool {
	return id == name || id == name+"_total" || strings.TrimPrefix(id, "gre:") == name
}

// knownCollaboration suggests an id for one that the register doesn't have.
func knownCollaboration(s *lake.Snapshot, id string) error {
	if id == "" {
		return nil
	}
	all, err := lake.ReadAll[police.Collaboration](s, "dim_collaboration")
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	if slices.Contains(ids, id) {
		return nil
	}
	return police.Exitf(police.ExitUsage, "did you mean "+fit.Nearest(id, ids)+"?", "no collaboration %q in the register of %d", id, len(all))
}

func (a *app) printEffects(rows []police.Effect) error {
	if a.json {
		out := make([]map[string]any, len(rows))
		for i, e := range rows {
			out[i] = map[string]any{"finding_id": e.FindingID, "collaboration": e.Collaboration, "phase": e.Phase, "measure": e.Measure, "role": e.Role,
				"estimator": e.Estimator, "donor_rule": e.DonorRule, "estimate": number(e.Estimate), "lo": number(e.Lo), "hi": number(e.Hi), "level": number(e.Level), "unit": e.Unit,
				"p": pairs(e.P), "q": number(e.Q), "n_treated": e.NTreated, "n_donors": e.NDonors, "placebos": e.Placebos, "pre_periods": e.Pre, "post_periods": e.Post,
				"window": e.Window, "smallest_detectable": number(e.Detectable), "smallest_detectable_pct": number(e.DetectablePct),
				"raw_change_members_pct": number(e.RawMembers), "raw_change_peers_pct": number(e.RawPeers),
				"verdict": e.Verdict, "reason": e.Reason, "warnings": splitWarnings(e.Warnings)}
		}
		return a.printJSON(out)
	}
	heads := []string{"collaboration", "phase", "measure", "estimator", "rule", "estimate", "interval", "p", "detectable", "members", "others", "verdict"}
	right := map[string]bool{"estimate": true, "interval": true, "p": true, "detectable": true, "members": true, "others": true}
	rules := map[string]int{}
	var text [][]string
	for _, e := range rows {
		if rules[e.DonorRule] == 0 {
			rules[e.DonorRule] = len(rules) + 1
		}
		verdict := string(e.Verdict)
		if e.Reason != "" {
			verdict += ": " + e.Reason
		}
		text = append(text, []string{e.Collaboration, e.Phase, e.Measure, e.Estimator, strconv.Itoa(rules[e.DonorRule]), decimal(e.Estimate, 1), span(e.Lo, e.Hi, 1),
			decimal(e.PPlacebo, 3), percent(e.DetectablePct), percent(e.RawMembers), percent(e.RawPeers), verdict})
	}
	if err := a.printTable(heads, right, text); err != nil {
		return err
	}
	for rule, n := range rules {
		a.say("donor rule %d: %s", n, rule)
	}
	warnings := map[string]bool{}
	for _, e := range rows {
		for _, w := range splitWarnings(e.Warnings) {
			warnings[w] = true
		}
	}
	for _, w := range sortedKeys(warnings) {
		a.say("note: %s", w)
	}
	return nil
}

func percent(v float64) string {
	if s := decimal(v, 1); s != "–" {
		return s + " %"
	}
	return "–"
}

// pairs reads method=p pairs.
func pairs(s string) map[string]any {
	out := map[string]any{}
	for _, pair := range splitList(s) {
		name, value, _ := strings.Cut(pair, "=")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			out[name] = number(v)
		}
	}
	return out
}

func (a *app) printSensitivity(s *lake.Snapshot, effects []police.Effect) error {
	rows, err := readTable[police.Sensitivity](s, "effect_sensitivity")
	if err != nil {
		return err
	}
	of := map[string]police.Effect{}
	for _, e := range effects {
		of[e.FindingID] = e
	}
	rows = slices.DeleteFunc(rows, func(r police.Sensitivity) bool { _, ok := of[r.FindingID]; return !ok })
	if len(rows) == 0 {
		return police.Exitf(police.ExitUsage, "see hardyards effect, without --sensitivity", "nothing was estimated here, so nothing can be varied")
	}
	if a.json {
		out := make([]map[string]any, len(rows))
		for i, r := range rows {
			e := of[r.FindingID]
			out[i] = map[string]any{"finding_id": r.FindingID, "collaboration": e.Collaboration, "phase": e.Phase, "measure": e.Measure, "variant": r.Variant,
				"estimate_pct": number(r.Estimate), "lo_pct": number(r.Lo), "hi_pct": number(r.Hi), "p_placebo": number(r.P), "warnings": splitWarnings(r.Warnings)}
		}
		return a.printJSON(out)
	}
	var text [][]string
	for _, r := range rows {
		e := of[r.FindingID]
		text = append(text, []string{e.Collaboration, e.Phase, e.Measure, r.Variant, percent(r.Estimate), span(r.Lo, r.Hi, 1), decimal(r.P, 3)})
	}
	a.say("per cent of the level before; exploratory: none of these is a verdict")
	return a.printTable([]string{"collaboration", "phase", "measure", "variant", "estimate", "interval", "placebo p"},
		map[string]bool{"estimate": true, "interval": true, "placebo p": true}, text)
}

func newClaims(a *app) *cobra.Command {
	var id string
	c := &cobra.Command{
		Use:     "claims",
		Short:   "Claimed savings beside what data can and can't say",
		Example: "  hardyards claims --collaboration wm-war-alliance",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.claims(id) },
	}
	c.Flags().StringVar(&id, "collaboration", "", "id of the collaboration (all when empty)")
	return c
}

func (a *app) claims(id string) error {
	s, err := a.currentSnapshot()
	if err != nil {
		return err
	}
	if err := knownCollaboration(s, id); err != nil {
		return err
	}
	rows, err := readTable[police.ClaimCheck](s, "claim_check")
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(c police.ClaimCheck) bool { return id != "" && c.Collaboration != id })
	if a.json {
		out := make([]map[string]any, len(rows))
		for i, c := range rows {
			out[i] = map[string]any{"claim_id": c.ClaimID, "collaboration": c.Collaboration, "kind": c.Kind, "claimed_by": c.ClaimedBy, "claimed_when": c.When,
				"as_published": c.Text, "pence_low": c.Low, "pence_high": c.High, "per": c.Per, "basis": c.Basis, "timing": c.Timing, "against": c.Against,
				"claim_per_head": number(c.PerHead), "claim_pct_of_spend": number(c.OfSpend), "raw_change_members_pct": number(c.MembersPct), "raw_change_peers_pct": number(c.PeersPct),
				"raw_years": c.RawYears, "estimate": number(c.Estimate), "lo": number(c.Lo), "hi": number(c.Hi), "smallest_detectable_pct": number(c.DetectablePct),
				"verdict": c.Verdict, "reason": c.Reason, "source": c.Source, "warnings": splitWarnings(c.Warnings)}
		}
		return a.printJSON(out)
	}
	var text [][]string
	for _, c := range rows {
		text = append(text, []string{c.ClaimID, c.Kind, c.Text, c.ClaimedBy, decimal(c.PerHead, 2), percent(c.OfSpend), percent(c.MembersPct), percent(c.PeersPct), c.Verdict + ": " + c.Reason})
	}
	if err := a.printTable([]string{"claim", "kind", "as published", "by", "£ a head", "of spend", "members", "others", "what data can say"},
		map[string]bool{"£ a head": true, "of spend": true, "members": true, "others": true}, text); err != nil {
		return err
	}
	if len(rows) > 0 {
		a.say("%s", fmt.Sprintf("members, others: raw change of total service expenditure, %s, real prices; no evidence for or against a saving by itself", rows[0].RawYears))
	}
	return nil
}
