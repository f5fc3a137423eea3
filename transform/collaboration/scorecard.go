package collaboration

import (
	"fmt"
	"strings"

	"hardyards/internal/police"
)

// The four themes of the inspectorate's report The Hard Yards (2020).
const (
	Purpose    = "purpose"
	Benefits   = "benefits and cost analysis"
	Leadership = "leadership and governance"
	Skills     = "skills and capabilities"
)

// States of an item of evidence.
const (
	Known       = "known"
	PartlyKnown = "partly known"
	NotKnown    = "unknown"
)

// Scorecard says, for each agreement and item of the four themes, what evidence
// the register holds. Unknown means that the register's sources don't say; it
// doesn't mean that the partners lack it.
func Scorecard(reg Register) []police.ScorecardRow {
	claims := map[string][]police.Claim{}
	for _, c := range reg.Claims {
		claims[c.Collaboration] = append(claims[c.Collaboration], c)
	}
	members := map[string][]police.Member{}
	for _, m := range reg.Members {
		members[m.Collaboration] = append(members[m.Collaboration], m)
	}
	var out []police.ScorecardRow
	for _, c := range reg.Collaborations {
		out = append(out, cardOf(c, members[c.ID], claims[c.ID])...)
	}
	return out
}

// card collects the rows of one agreement.
type card struct {
	c    police.Collaboration
	rows []police.ScorecardRow
}

func cardOf(c police.Collaboration, members []police.Member, claims []police.Claim) []police.ScorecardRow {
	k := &card{c: c}
	k.either(Purpose, "stated purpose and objectives", c.Purpose, "what it does, not why: "+c.Scope, c.Scope)
	k.plain(Purpose, "functions it touches", strings.ReplaceAll(c.Functions, "|", ", "))
	k.plain(Purpose, "start, as published", c.Start)
	k.plain(Benefits, "baseline of benefits", c.Baseline)
	k.claims("claimed savings", claims, "saving")
	k.claims("cost, budget or contributions", claims, "cost", "budget", "contribution", "share")
	k.plain(Benefits, "non-financial benefits tracked", c.NonCash)
	k.plain(Benefits, "share key", strings.ReplaceAll(c.ShareKey, "|", ", "))
	k.either(Leadership, "host or lead", c.HostForce, c.Host, c.Host)
	k.members(members)
	k.plain(Leadership, "decision bodies", c.Governance)
	k.plain(Leadership, "review", c.Review)
	k.plain(Leadership, "exit terms", c.Exit)
	k.claimsUnder(Skills, "staff of the joint unit", claims, "staffing")
	k.plain(Skills, "learning shared", c.Learning)
	return k.rows
}

func (k *card) add(theme, item, state, evidence, source string) {
	if state == NotKnown {
		evidence, source = "", ""
	}
	k.rows = append(k.rows, police.ScorecardRow{Collaboration: k.c.ID, Theme: theme, Item: item, State: state, Evidence: evidence, Source: source})
}

// plain is an item that one field of the register answers.
func (k *card) plain(theme, item, evidence string) {
	state := NotKnown
	if evidence != "" {
		state = Known
	}
	k.add(theme, item, state, evidence, k.c.Source)
}

// either is an item that a second field answers in part.
func (k *card) either(theme, item, full, partly, evidence string) {
	switch {
	case full != "" && evidence != "" && full != evidence && item == "host or lead":
		k.add(theme, item, Known, evidence, k.c.Source)
	case full != "":
		k.add(theme, item, Known, full, k.c.Source)
	case evidence != "":
		k.add(theme, item, PartlyKnown, partly, k.c.Source)
	default:
		k.add(theme, item, NotKnown, "", "")
	}
}

func (k *card) claims(item string, claims []police.Claim, kinds ...string) {
	k.claimsUnder(Benefits, item, claims, kinds...)
}

// claimsUnder lists what the register quotes. A saving is known in full only where
// somebody stands behind it and it is said to be annual or cumulative, and gross
// or net.
func (k *card) claimsUnder(theme, item string, claims []police.Claim, kinds ...string) {
	var texts, sources []string
	complete := true
	for _, c := range claims {
		if !oneOf(c.Kind, kinds) {
			continue
		}
		texts = append(texts, c.Text)
		if c.Kind == "saving" && (c.By == "" || c.Per == "" || c.Basis == "") {
			complete = false
		}
		if len(sources) == 0 || sources[len(sources)-1] != c.Source {
			sources = append(sources, c.Source)
		}
	}
	state := Known
	switch {
	case len(texts) == 0:
		state = NotKnown
	case !complete:
		state = PartlyKnown
		texts = append(texts, "not said of each: by whom, annual or cumulative, gross or net")
	}
	k.add(theme, item, state, strings.Join(texts, "; "), strings.Join(sources, "; "))
}

// members says whether the register dates its members.
func (k *card) members(members []police.Member) {
	dated := 0
	for _, m := range members {
		if m.From != "" {
			dated++
		}
	}
	state := PartlyKnown
	switch {
	case len(members) == 0:
		state = NotKnown
	case dated == len(members):
		state = Known
	}
	k.add(Leadership, "members and their dates", state, fmt.Sprintf("%d memberships, %d with a start", len(members), dated), k.c.Source)
}

func oneOf(s string, list []string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
