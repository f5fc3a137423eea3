package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// maxAssignments of treatment paths to clusters are enumerated; beyond, that many
// are drawn.
const maxAssignments = 9_999

// paths is the tested column as one path over time for each cluster.
type paths struct {
	value   [][]float64 // cluster, time
	treated []int       // clusters whose path is not 0
	time    []int       // of each row
}

// randomise gives the paths of the treated clusters to all other sets of clusters
// and compares the t-statistic, or with one treated cluster the estimate, with
// the actual one: exact when clusters are exchangeable. The hypothesis is
// that every cluster's effect is the null, whose effect is taken out of y first.
//
// Source: J. MacKinnon & M. Webb, "Randomization inference for
// difference-in-differences with few treated clusters", J. Econometrics 218 (2020).
func (w WildBoot) randomise(s *sketch) {
	p, err := w.paths(s)
	if err != nil {
		s.out.Warnings = append(s.out.Warnings, "no randomisation inference: "+err.Error())
		return
	}
	out := s.out
	out.RandomisationOnT = len(p.treated) > 1 && s.g.count-len(p.treated) > 1
	if !out.RandomisationOnT {
		out.Warnings = append(out.Warnings, "randomisation compares estimates, not t: one treated or one untreated cluster gives no standard error to divide by; it is exact only if clusters are equally variable")
	}
	r := newReassignment(w, s, p)
	actual, ok := r.statistic(identity(len(p.treated), p.treated), out.RandomisationOnT)
	if !ok {
		out.Warnings = append(out.Warnings, "no randomisation inference: the statistic is undefined")
		return
	}
	all, complete := assignments(p, s.g.count, w.Seed)
	out.Assignments, out.RandomisationComplete = len(all), complete
	beyond := make([]bool, len(all))
	parallel(len(all), func(k int) {
		t, ok := r.statistic(all[k], out.RandomisationOnT)
		beyond[k] = !ok || t >= actual*(1-tieTolerance)
	})
	count := 0
	for _, b := range beyond {
		if b {
			count++
		}
	}
	out.PRandomisation = share(count, len(all), complete)
}

// paths reads the tested column by cluster and time.
func (w WildBoot) paths(s *sketch) (paths, error) {
	var p paths
	x := w.Model.X[w.Column]
	p.time = make([]int, s.fit.N)
	times := 1
	if w.Time != nil {
		t := newGrouping(takeInts(w.Time, s.fit.Rows))
		p.time, times = t.of, t.count
	}
	p.value = make([][]float64, s.g.count)
	for h, rows := range s.g.rows {
		p.value[h] = nans(times)
		for _, i := range rows {
			d, at := x.At(s.fit.Rows[i]).Float(), &p.value[h][p.time[i]]
			if !math.IsNaN(*at) && *at != d {
				if w.Time == nil {
					return p, fmt.Errorf("the column varies within clusters and no time column (--time) says which rows correspond")
				}
				return p, fmt.Errorf("the column takes several values in one cluster at one time")
			}
			*at = d
		}
	}
	for h, path := range p.value {
		if slices.ContainsFunc(path, func(d float64) bool { return d != 0 && d == d }) {
			p.treated = append(p.treated, h)
		}
	}
	switch {
	case len(p.treated) == 0 || len(p.treated) == len(p.value):
		return p, fmt.Errorf("the column is no treatment that some clusters have and others don't (0 everywhere)")
	case slices.ContainsFunc(p.treated, func(h int) bool { return slices.ContainsFunc(p.value[h], math.IsNaN) }):
		return p, fmt.Errorf("a treated cluster lacks a time that others have, so its path can't be given to them")
	}
	return p, nil
}

// assignment says which cluster each treated path goes to, in the paths' order.
type assignment []int

func identity(n int, treated []int) assignment { return slices.Clone(treated[:n]) }

// assignments are all ways to give the paths to clusters, equal paths not told
// apart, the actual one included; or that many drawn at random when there are
// more than maxAssignments (complete is then false and the actual one not among them).
func assignments(p paths, clusters int, seed uint64) (all []assignment, complete bool) {
	kind := pathKinds(p)
	total := 1.0
	for k := range kind {
		total *= float64(clusters - k)
	}
	for _, n := range tally(kind) {
		for k := 2; k <= n; k++ {
			total /= float64(k)
		}
	}
	if total <= maxAssignments {
		return enumerate(kind, clusters), true
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	for range maxAssignments {
		all = append(all, assignment(rng.Perm(clusters)[:len(kind)]))
	}
	return all, false
}

// pathKinds numbers equal paths alike.
func pathKinds(p paths) []int {
	kind := make([]int, len(p.treated))
	for a, h := range p.treated {
		kind[a] = a
		for b := range a {
			if slices.Equal(p.value[h], p.value[p.treated[b]]) {
				kind[a] = kind[b]
				break
			}
		}
	}
	return kind
}

func tally(kind []int) map[int]int {
	out := map[int]int{}
	for _, k := range kind {
		out[k]++
	}
	return out
}

// enumerate lists assignments; among equal paths the clusters ascend.
func enumerate(kind []int, clusters int) []assignment {
	var all []assignment
	used := make([]bool, clusters)
	now := make(assignment, len(kind))
	var place func(k int)
	place = func(k int) {
		if k == len(kind) {
			all = append(all, slices.Clone(now))
			return
		}
		from := 0
		for b := k - 1; b >= 0; b-- {
			if kind[b] == kind[k] {
				from = now[b] + 1
				break
			}
		}
		for c := from; c < clusters; c++ {
			if !used[c] {
				used[c], now[k] = true, c
				place(k + 1)
				used[c] = false
			}
		}
	}
	place(0)
	return all
}

// reassignment computes the statistic of an assignment without fitting again:
// the other columns are taken out by their orthonormal basis.
type reassignment struct {
	s *sketch
	p paths
	y []float64 // y less the null's effect and less its projection on the others
	// basis of all columns with x̃'s direction turned into the last axis: others are
	// q less its part along x̃.
	direction []float64 // unit vector along x̃ in the basis q
}

func newReassignment(w WildBoot, s *sketch, p paths) *reassignment {
	r := &reassignment{s: s, p: p, y: make([]float64, len(s.u)), direction: make([]float64, len(s.q[0]))}
	root := math.Sqrt(s.length)
	for i, q := range s.q {
		for k, v := range q {
			r.direction[k] += v * s.x[i] / root
		}
		r.y[i] = s.u[i] + (s.beta-s.null)*s.x[i]
	}
	return r
}

// statistic is |t| by clusters, or |estimate|, of an assignment; false when the
// column is then a combination of the others.
func (r *reassignment) statistic(a assignment, onT bool) (float64, bool) {
	s := r.s
	d := make([]float64, len(s.u))
	scale := math.Ldexp(1, -s.fit.scale[0]) // any constant: t has no unit, estimates are compared with each other
	var norm float64
	c := make([]float64, len(r.direction))
	for k, cluster := range a {
		path := r.p.value[r.p.treated[k]]
		for _, i := range s.g.rows[cluster] {
			d[i] = path[r.p.time[i]] * scale
			norm += d[i] * d[i]
			for j, q := range s.q[i] {
				c[j] += q * d[i]
			}
		}
	}
	along := dot(c, r.direction)
	for j := range c { // the part along x̃ is no projection on the other columns
		c[j] -= along * r.direction[j]
	}
	var length, cross float64
	for i, q := range s.q {
		d[i] -= dot(q, c)
		length += d[i] * d[i]
		cross += d[i] * r.y[i]
	}
	if !(length > 1e-20*norm) {
		return 0, false
	}
	b := cross / length
	if !onT {
		return math.Abs(b), true
	}
	var squares float64
	for _, rows := range s.g.rows {
		var t float64
		for _, i := range rows {
			t += d[i] * (r.y[i] - b*d[i])
		}
		squares += t * t
	}
	if !(squares > 1e-24*cross*cross) {
		return 0, false
	}
	return math.Abs(cross) / math.Sqrt(squares), true
}

// warn names the known faults and says where the p-values disagree.
func (r *WildResult) warn(alpha float64) {
	few := r.Treated >= 0 && min(r.Treated, r.Clusters-r.Treated) <= 5
	if few {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d of %d clusters are treated: the cluster t and the unrestricted bootstrap reject nearly always, the restricted one nearly never; no single p-value is to be trusted alone", r.Treated, r.Clusters))
	}
	if r.Enumerated && 2/float64(r.Draws) > alpha {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d clusters give %d sign vectors, so p can't be below %.3g: use webb", r.Clusters, r.Draws, 2/float64(r.Draws)))
	}
	if r.RandomisationComplete && r.Assignments > 0 && 1/float64(r.Assignments) > alpha {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%d assignments: the randomisation p can't be below %.3g", r.Assignments, 1/float64(r.Assignments)))
	}
	yes, no := r.verdicts(alpha)
	if len(yes) > 0 && len(no) > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("the p-values disagree at %.3g: below it %v, not %v", alpha, yes, no))
	}
}

func (r *WildResult) verdicts(alpha float64) (yes, no []string) {
	for _, p := range []struct {
		name string
		p    float64
	}{{"cluster t", r.PCluster}, {"CR2", r.PCR2}, {"restricted", r.PRestricted}, {"unrestricted", r.PUnrestricted},
		{"subcluster", r.PSubcluster}, {"randomisation", r.PRandomisation}} {
		switch {
		case p.p < alpha:
			yes = append(yes, p.name)
		case p.p >= alpha:
			no = append(no, p.name)
		}
	}
	return yes, no
}
