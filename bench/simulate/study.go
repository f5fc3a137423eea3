package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"sync"

	"hardyards/analyze/stat"
)

// outcome is what the tests said of one panel with no true effect.
type outcome struct {
	rejects, bySize, clusterT, covers bool
	refused                           bool
}

// counted sums outcomes over draws.
type counted struct{ draws, rejects, bySize, clusterT, covers, refused int }

func (d design) run(method stat.SynthMethod, draws, workers int) (counted, error) {
	results := make([]outcome, draws)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			for i := w; i < draws && errs[w] == nil; i += workers {
				results[i], errs[w] = d.draw(method, i)
			}
		})
	}
	wait.Wait()
	var c counted
	for _, err := range errs {
		if err != nil {
			return c, err
		}
	}
	for _, r := range results {
		c.draws++
		c.rejects += one(r.rejects)
		c.bySize += one(r.bySize)
		c.clusterT += one(r.clusterT)
		c.covers += one(r.covers)
		c.refused += one(r.refused)
	}
	return c, nil
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// sets is how many placebo sets a pooled test of the study uses: fewer than the
// 2,000 of the estimator, so that 5,000 panels of it are done in minutes.
const sets = 100

// generator is ChaCha8 keyed by the study's line and the draw's number: PCG from
// neighbouring seeds starts with related numbers, and the shares then scatter by
// more than their Monte Carlo error (tried: 5.8 % where 4.65 % is exact).
func generator(line, draw uint64) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], line)
	binary.LittleEndian.PutUint64(key[8:], draw)
	return rand.New(rand.NewChaCha8(key))
}

// draw tests one panel; its seed is its number, so that the number of workers
// changes nothing.
func (d design) draw(method stat.SynthMethod, i int) (outcome, error) {
	rng := generator(d.seed, uint64(i))
	p := d.panel(rng)
	t, err := stat.PlaceboEffects(p, method, stat.PlaceboOptions{MaxSets: sets, Seed: uint64(i) + 1})
	if err != nil {
		return outcome{}, err
	}
	o := outcome{refused: math.IsNaN(t.P), rejects: t.Significant(), covers: t.Lo <= 0 && 0 <= t.Hi}
	if t.BySize != nil {
		o.bySize = t.BySize.P <= 0.05
	}
	o.clusterT = clusterT(p)
	return o, nil
}

// clusterT says whether the difference in differences of a two-way regression,
// tested by t with errors clustered by unit (CR1, G−1 degrees of freedom),
// rejects at 5 %. In this balanced design the coefficient is the difference of
// mean changes, and the score of a unit its residual change.
func clusterT(p stat.SynthPanel) bool {
	var changes [2][]float64
	for i, y := range p.Y {
		k := one(p.Treated[i])
		changes[k] = append(changes[k], mean(y[p.Pre:])-mean(y[:p.Pre]))
	}
	variance := 0.0
	for _, c := range changes {
		m := mean(c)
		for _, v := range c {
			variance += (v - m) * (v - m) / float64(len(c)*len(c))
		}
	}
	g, n := float64(len(p.Y)), float64(len(p.Y)*len(p.Y[0]))
	k := 1 + g + float64(len(p.Y[0])) - 1
	se := math.Sqrt(variance * g / (g - 1) * (n - 1) / (n - k))
	return stat.TwoSidedT((mean(changes[1])-mean(changes[0]))/se, g-1) <= 0.05
}

func mean(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v / float64(len(x))
	}
	return s
}

// line is a row of a table of the study.
type line struct {
	name   string
	d      design
	method stat.SynthMethod
}

func equalNoise() []line {
	var out []line
	for _, m := range []stat.SynthMethod{stat.SyntheticDiD, stat.DiffInDiff} {
		for _, rho := range []float64{0, 0.5, 0.8} {
			out = append(out, line{"one treated of 43", design{donors: 42, treated: 1, rho: rho, seed: 11}, m})
		}
		out = append(out,
			line{"one treated, 37 donors", design{donors: 37, treated: 1, rho: 0.5, seed: 12}, m},
			line{"one treated, 30 donors", design{donors: 30, treated: 1, rho: 0.5, seed: 13}, m},
			line{"one treated, 19 donors", design{donors: 19, treated: 1, rho: 0.5, seed: 14}, m},
			line{"one treated, 18 donors", design{donors: 18, treated: 1, rho: 0.5, seed: 15}, m},
			line{"two treated of 43, pooled", design{donors: 41, treated: 2, rho: 0.5, seed: 16}, m},
			line{"five treated of 43, pooled", design{donors: 38, treated: 5, rho: 0.5, seed: 17}, m})
	}
	return out
}

func unequalNoise() []line {
	var out []line
	for _, m := range []stat.SynthMethod{stat.SyntheticDiD, stat.DiffInDiff} {
		out = append(out,
			line{"treated in the noisiest third", design{donors: 42, treated: 1, rho: 0.5, noise: unequal, first: third(true), seed: 21}, m},
			line{"treated in the quietest third", design{donors: 42, treated: 1, rho: 0.5, noise: unequal, first: third(false), seed: 22}, m})
	}
	return out
}

func writeStudy(w io.Writer, draws, workers int) error {
	fmt.Fprintf(w, head, draws, sets)
	fmt.Fprint(w, "## Equal noise\n\n| panel | estimator | serial correlation | largest level ≤ 5 % | rejects | interval covers | cluster t rejects |\n|---|---|---|---|---|---|---|\n")
	for _, l := range equalNoise() {
		if err := l.writeEqual(w, draws, workers); err != nil {
			return err
		}
	}
	fmt.Fprint(w, middle)
	for _, l := range unequalNoise() {
		if err := l.writeUnequal(w, draws, workers); err != nil {
			return err
		}
	}
	_, err := fmt.Fprint(w, foot)
	return err
}

// writeLines prints some of the lines: each is the same whichever are asked for.
func writeLines(w io.Writer, pattern string, draws, workers int) error {
	match, err := regexp.Compile(pattern)
	if err != nil {
		return err
	}
	for _, l := range equalNoise() {
		if match.MatchString(l.name + " " + string(l.method)) {
			if err := l.writeEqual(w, draws, workers); err != nil {
				return err
			}
		}
	}
	for _, l := range unequalNoise() {
		if match.MatchString(l.name + " " + string(l.method)) {
			if err := l.writeUnequal(w, draws, workers); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l line) writeEqual(w io.Writer, draws, workers int) error {
	c, err := l.d.run(l.method, draws, workers)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "| %s | %s | %.1f | %s | %s | %s | %s |\n", l.name, l.method, l.d.rho, l.d.largestLevel(),
		c.rate(c.rejects, true), c.rate(c.covers, true), c.rate(c.clusterT, false))
	return err
}

func (l line) writeUnequal(w io.Writer, draws, workers int) error {
	c, err := l.d.run(l.method, draws, workers)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", l.name, l.method, c.rate(c.rejects, true),
		c.rate(c.bySize, true), c.rate(c.covers, true), c.rate(c.clusterT, false))
	return err
}

// largestLevel is the largest k/(placebos+1) up to 5 %.
func (d design) largestLevel() string {
	if d.donors < 19 {
		return "none: refused"
	}
	n := 1.0
	for i := range d.treated {
		n = n * float64(d.donors-i) / float64(i+1)
	}
	n = min(math.Round(n), sets) + 1
	return fmt.Sprintf("%.2f %%", 100*math.Floor(0.05*n+1e-9)/n)
}

// rate is a share with its Monte Carlo standard error.
func (c counted) rate(k int, refusable bool) string {
	if refusable && c.refused == c.draws {
		return "refused"
	}
	s := float64(k) / float64(c.draws)
	return fmt.Sprintf("%.2f %% ± %.2f", 100*s, 100*math.Sqrt(s*(1-s)/float64(c.draws)))
}
