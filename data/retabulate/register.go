package main

import (
	"fmt"
	"strings"
)

const registerFile = "reference/collaborations_raw.csv"

var (
	collaborationsHead = []string{"id", "name", "scope", "functions", "force_wide", "national", "host", "host_force",
		"start_as_published", "end_as_published", "confidence", "primary_cost", "primary_outcome", "primary_why", "share_key",
		"purpose", "baseline", "non_financial_benefits", "decision_bodies", "review", "exit_terms", "learning", "source"}
	membersHead = []string{"collaboration", "force_code", "role", "valid_from", "from_event", "valid_to", "to_event", "note", "source"}
	eventsHead  = []string{"collaboration", "phase", "event", "date", "as_published", "source"}
	claimsHead  = []string{"claim_id", "collaboration", "kind", "claimed_by", "claimed_when", "as_published", "amount_low", "amount_high",
		"period", "per", "basis", "timing", "against", "source"}
)

// An agreement is what a person made of one row of the register's raw text. Every
// quoted piece (quote, and the text of events and money) must stand in that row.
type agreement struct {
	id                   string
	functions            []string
	forceWide, national  bool
	hosts                []string // names of areas, where the row names the host
	cost, outcome, why   string   // primary measures, set before results were computed
	shares               string
	purpose, baseline    string
	nonCash, governance  string
	review, exit, learnt string
	extra                string // sources beside the row's
	members              []membership
	events               []dated
	money                []money
}

// A membership is one force's, or several forces' with the same dates.
type membership struct {
	areas, role                        string // areas separated by ;, "all" for the 43
	from, fromEvent, to, toEvent, note string
}

type dated struct{ phase, event, date, quote string }

// Money is a figure of the raw column claimed_money: a saving, or something that is
// no claim. Only a saving has kind saving.
type money struct {
	kind, quote        string
	low, high          string // pounds
	by, when, period   string
	per, basis, timing string
	against, extra     string
}

// register makes the four tables of the register.
func register(files *shelf) ([]table, error) {
	raw, err := readRows(files.path("data/" + registerFile))
	if err != nil {
		return nil, err
	}
	areas, err := files.forceAreas()
	if err != nil {
		return nil, err
	}
	codes := map[string]string{}
	for _, a := range areas {
		codes[areaKey(a.name)] = a.code
	}
	collaborations := table{path: "collaborations.csv", head: collaborationsHead}
	members := table{path: "members.csv", head: membersHead}
	events := table{path: "events.csv", head: eventsHead}
	claims := table{path: "claims.csv", head: claimsHead}
	if len(raw) != len(agreements) {
		return nil, fmt.Errorf("%s has %d rows, and %d agreements are normalised", registerFile, len(raw), len(agreements))
	}
	for i, r := range raw {
		a := agreements[i]
		if a.id != r["id"] {
			return nil, fmt.Errorf("%s:%d: row %s, but the agreement normalised there is %s", registerFile, i+2, r["id"], a.id)
		}
		if err := a.quotesStandIn(r); err != nil {
			return nil, err
		}
		source := fmt.Sprintf("%s row %s: %s", registerFile, a.id, r["source"])
		row, err := a.row(r, source, codes)
		if err != nil {
			return nil, err
		}
		collaborations.rows = append(collaborations.rows, row)
		m, err := a.memberRows(source, codes, areas)
		if err != nil {
			return nil, err
		}
		members.rows = append(members.rows, m...)
		for _, e := range a.events {
			events.rows = append(events.rows, []string{a.id, e.phase, e.event, e.date, e.quote, source})
		}
		for n, c := range a.money {
			claims.rows = append(claims.rows, c.row(a.id, n+1, source))
		}
	}
	return []table{collaborations, members, events, claims}, nil
}

// quotesStandIn makes sure that nothing is quoted that the row doesn't say.
func (a agreement) quotesStandIn(raw map[string]string) error {
	dates := raw["members"] + "\n" + raw["start"] + "\n" + raw["end"] + "\n" + raw["function"] + "\n" + raw["lead_or_host"]
	for _, e := range a.events {
		if !strings.Contains(dates, e.quote) {
			return fmt.Errorf("%s: event %q is not in the row's dates", a.id, e.quote)
		}
	}
	left := raw["claimed_money"]
	for _, c := range a.money {
		if !strings.Contains(raw["claimed_money"], c.quote) {
			return fmt.Errorf("%s: money %q is not in the row", a.id, c.quote)
		}
		left = strings.Replace(left, c.quote, "", 1)
	}
	if rest := strings.Trim(left, " ;,+"); rest != "" {
		return fmt.Errorf("%s: %q of the row's money is in no table", a.id, rest)
	}
	return nil
}

func (a agreement) row(raw map[string]string, source string, codes map[string]string) ([]string, error) {
	var hosts []string
	for _, h := range a.hosts {
		code, ok := codes[areaKey(h)]
		if !ok {
			return nil, fmt.Errorf("%s: no area %q", a.id, h)
		}
		hosts = append(hosts, code)
	}
	if a.why == "" {
		return nil, fmt.Errorf("%s: no reason for its primary measures", a.id)
	}
	if a.extra != "" {
		source += "; " + a.extra
	}
	return []string{a.id, raw["name"], raw["function"], strings.Join(a.functions, "|"), yes(a.forceWide), yes(a.national),
		raw["lead_or_host"], strings.Join(hosts, "|"), raw["start"], raw["end"], raw["status_confidence"],
		a.cost, a.outcome, a.why, a.shares, a.purpose, a.baseline, a.nonCash, a.governance, a.review, a.exit, a.learnt, source}, nil
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func (a agreement) memberRows(source string, codes map[string]string, areas []forceArea) ([][]string, error) {
	leads := map[string]bool{}
	for _, h := range a.hosts {
		leads[codes[areaKey(h)]] = true
	}
	var rows [][]string
	for _, m := range a.members {
		var in []string
		if m.areas == "all" {
			for _, x := range areas {
				in = append(in, x.code)
			}
		} else {
			for _, name := range strings.Split(m.areas, ";") {
				code, ok := codes[areaKey(name)]
				if !ok {
					return nil, fmt.Errorf("%s: no area %q", a.id, name)
				}
				in = append(in, code)
			}
		}
		for _, code := range in {
			role := m.role
			if m.areas == "all" && leads[code] {
				role = "host"
			}
			rows = append(rows, []string{a.id, code, role, m.from, m.fromEvent, m.to, m.toEvent, m.note, source})
		}
	}
	return rows, nil
}

func (c money) row(id string, n int, source string) []string {
	if c.extra != "" {
		source += "; " + c.extra
	}
	return []string{fmt.Sprintf("%s-%d", id, n), id, c.kind, c.by, c.when, c.quote, c.low, c.high,
		c.period, c.per, c.basis, c.timing, c.against, source}
}

// Words of the tables.
const (
	entry, exit, change = "entry", "exit", "change" // change: neither began nor ended
	before, after       = "before the fact", "after the fact"
	annual, cumulative  = "annual", "cumulative"
)
