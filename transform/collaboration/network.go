package collaboration

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"hardyards/internal/police"
)

// fewestPayers is the number of payers below which a picture of the network would
// show only whose files are held.
const fewestPayers = 3

// Position is what a force paid to and received from other forces, as far as
// payers' files are held: what payers without a file paid it isn't in Received.
type Position struct {
	Force    police.ForceCode
	Paid     police.Pence
	Received police.Pence
	Net      police.Pence // received less paid
	IsPayer  bool         // whether its own file is held
}

// Between are the flows between two different territorial forces, of the
// financial years given (all if none).
func Between(flows []police.Flow, years ...police.FinancialYear) []police.Flow {
	var out []police.Flow
	for _, f := range flows {
		payer := f.Payer.Force()
		if payer == "" || f.PayeeKind != "force" || string(payer) == f.Payee || len(years) > 0 && !slices.Contains(years, f.FinYear) {
			continue
		}
		out = append(out, f)
	}
	return out
}

// Payers lists the territorial forces whose own payments are among the flows.
func Payers(flows []police.Flow) []police.ForceCode {
	set := map[police.ForceCode]bool{}
	for _, f := range flows {
		if c := f.Payer.Force(); c != "" {
			set[c] = true
		}
	}
	return sortedKeys(set)
}

// Positions gives net positions, each invoice total counted once, by force.
func Positions(flows []police.Flow) []Position {
	at := map[police.ForceCode]*Position{}
	get := func(c police.ForceCode) *Position {
		if at[c] == nil {
			at[c] = &Position{Force: c}
		}
		return at[c]
	}
	for _, f := range Between(flows) {
		get(f.Payer.Force()).Paid += f.PenceOnce
		get(police.ForceCode(f.Payee)).Received += f.PenceOnce
	}
	for _, c := range Payers(flows) {
		get(c).IsPayer = true
	}
	var out []Position
	for _, c := range sortedKeys(at) {
		p := at[c]
		p.Net = p.Received - p.Paid
		out = append(out, *p)
	}
	return out
}

// Matrix is what each payer paid each payee.
type Matrix struct {
	Payers []police.PayerKey
	Payees []string
	Pence  [][]police.Pence // by payer, then payee; invoice totals once
}

// MatrixOf lays flows out as a matrix, payers and payees in order of code.
func MatrixOf(flows []police.Flow) Matrix {
	payers, payees := map[police.PayerKey]bool{}, map[string]bool{}
	for _, f := range flows {
		payers[f.Payer], payees[f.Payee] = true, true
	}
	m := Matrix{Payers: sortedKeys(payers), Payees: sortedKeys(payees)}
	m.Pence = make([][]police.Pence, len(m.Payers))
	for i := range m.Pence {
		m.Pence[i] = make([]police.Pence, len(m.Payees))
	}
	for _, f := range flows {
		i, _ := slices.BinarySearch(m.Payers, f.Payer)
		j, _ := slices.BinarySearch(m.Payees, f.Payee)
		m.Pence[i][j] += f.PenceOnce
	}
	return m
}

// Consolidated is a group's spend with what its members paid each other counted
// once: a partner's recharge and the host's cost are the same pounds.
type Consolidated struct {
	Gross    police.Pence // sum of the members' spend
	Internal police.Pence // paid by members to members
	Net      police.Pence // gross less internal
}

// Consolidate removes double counting from a group's total spend.
func Consolidate(spend map[police.ForceCode]police.Pence, flows []police.Flow, members []police.ForceCode) Consolidated {
	var c Consolidated
	for _, m := range members {
		c.Gross += spend[m]
	}
	for _, f := range Between(flows) {
		if slices.Contains(members, f.Payer.Force()) && slices.Contains(members, police.ForceCode(f.Payee)) {
			c.Internal += f.PenceOnce
		}
	}
	c.Net = c.Gross - c.Internal
	return c
}

// NetworkOptions say what counts as a lasting relation between two forces. Zero
// values stand for the defaults.
type NetworkOptions struct {
	AYear police.Pence // least sum a year, unattributed, invoice totals once: £50,000
	Share float64      // least share of the payer's years with such a sum: 2/3
}

func (o NetworkOptions) withDefaults() NetworkOptions {
	if o.AYear == 0 {
		o.AYear = 50_000_00
	}
	if o.Share == 0 {
		o.Share = 2.0 / 3
	}
	return o
}

// Group is a set of forces that pay each other, year after year, sums that no
// agreement in this register accounts for.
type Group struct {
	Members []police.ForceCode
	Hub     police.ForceCode // the force that most others pay, where there is one
	Shape   string           // mutual, or paid to one
	Pence   police.Pence     // unattributed between its members, invoice totals once
	Pairs   int              // ordered pairs with a lasting relation
	Known   []string         // agreements of the register with at least two of its members
	Words   string
}

// Network is the network of payments between forces set against the register.
type Network struct {
	Payers []police.ForceCode
	Drawn  bool   // whether there are payers enough for a picture
	Why    string // where it isn't drawn
	Groups []Group
}

// Network finds the groups that pay each other with no agreement in this register
// that accounts for it: connected components of the graph of lasting relations,
// the pairs that an attribution explains left out. With fewer than three payers
// the graph is a star around whoever published, and is not drawn.
func (a *Attributor) Network(flows []police.Flow, opt NetworkOptions) Network {
	opt = opt.withDefaults()
	n := Network{Payers: Payers(flows)}
	if len(n.Payers) < fewestPayers {
		n.Why = fmt.Sprintf("%d of 43 payers' files are held: the network would be a star around them and say nothing of the others; it is drawn from %d payers on", len(n.Payers), fewestPayers)
		return n
	}
	n.Drawn = true
	pairs := lasting(Between(flows), opt)
	n.Groups = a.groups(pairs)
	return n
}

// pair is an ordered pair of forces.
type pair struct{ from, to police.ForceCode }

// lasting finds the pairs with unattributed payments of the least sum in the least
// share of the payer's years.
func lasting(flows []police.Flow, opt NetworkOptions) map[pair]police.Pence {
	years := map[police.ForceCode]map[police.FinancialYear]bool{}
	sums := map[pair]map[police.FinancialYear]police.Pence{}
	for _, f := range flows {
		p := pair{f.Payer.Force(), police.ForceCode(f.Payee)}
		if years[p.from] == nil {
			years[p.from] = map[police.FinancialYear]bool{}
		}
		years[p.from][f.FinYear] = true
		if f.Certainty != Unattributed {
			continue
		}
		if sums[p] == nil {
			sums[p] = map[police.FinancialYear]police.Pence{}
		}
		sums[p][f.FinYear] += f.PenceOnce
	}
	out := map[pair]police.Pence{}
	for p, by := range sums {
		held, total := 0, police.Pence(0)
		for _, s := range by {
			total += s
			if s >= opt.AYear {
				held++
			}
		}
		if float64(held) >= opt.Share*float64(len(years[p.from])) {
			out[p] = total
		}
	}
	return out
}

// groups finds the connected components, largest sum first.
func (a *Attributor) groups(pairs map[pair]police.Pence) []Group {
	g := simple.NewUndirectedGraph()
	ids := map[police.ForceCode]int64{}
	names := map[int64]police.ForceCode{}
	set := map[police.ForceCode]bool{}
	for p := range pairs {
		set[p.from], set[p.to] = true, true
	}
	for i, c := range sortedKeys(set) {
		ids[c], names[int64(i)] = int64(i), c
		g.AddNode(simple.Node(i))
	}
	for p := range pairs {
		g.SetEdge(simple.Edge{F: simple.Node(ids[p.from]), T: simple.Node(ids[p.to])})
	}
	var out []Group
	for _, nodes := range topo.ConnectedComponents(g) {
		var members []police.ForceCode
		for _, n := range nodes {
			members = append(members, names[n.ID()])
		}
		slices.Sort(members)
		out = append(out, a.group(members, pairs))
	}
	slices.SortFunc(out, func(x, y Group) int {
		return cmp.Or(cmp.Compare(y.Pence, x.Pence), slices.Compare(x.Members, y.Members))
	})
	return out
}

func (a *Attributor) group(members []police.ForceCode, pairs map[pair]police.Pence) Group {
	g := Group{Members: members, Shape: "paid to one"}
	in := map[police.ForceCode]int{}
	for p, s := range pairs {
		if !slices.Contains(members, p.from) {
			continue
		}
		g.Pence += s
		g.Pairs++
		in[p.to]++
		if _, back := pairs[pair{p.to, p.from}]; back {
			g.Shape = "mutual"
		}
	}
	for _, c := range members {
		if in[c] > in[g.Hub] {
			g.Hub = c
		}
	}
	if in[g.Hub] < 2 {
		g.Hub = ""
	}
	if g.Hub == "" && g.Shape != "mutual" {
		g.Shape = "one pays the other"
	}
	g.Known = a.known(members)
	g.Words = a.words(g)
	return g
}

// known lists the agreements with at least two of the members, those of all
// forces aside.
func (a *Attributor) known(members []police.ForceCode) []string {
	var out []string
	for i := range a.index.agreements {
		n := 0
		for _, m := range members {
			if len(a.index.agreements[i].members[m]) > 0 {
				n++
			}
		}
		if n >= 2 && !a.index.agreements[i].National {
			out = append(out, a.index.agreements[i].ID)
		}
	}
	return out
}

func (a *Attributor) words(g Group) string {
	var names []string
	for _, m := range g.Members {
		names = append(names, a.name(m))
	}
	s := fmt.Sprintf("%s paid each other %s, year after year, with no agreement in this register%s that accounts for it", strings.Join(names, ", "), g.Pence.Pounds(), a.ofMany())
	if len(g.Known) > 0 {
		s += "; some of them share " + strings.Join(g.Known, ", ") + ", which the published categories don't name"
	}
	return s
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
