package fit

import (
	"math"
	"slices"

	"hardyards/analyze/stat"
)

// synth estimates the effect of one block of treatment; with --placebo every
// donor (or set of donors) is taken as treated in turn.
func synth(f *Frame, r Request) (Result, error) {
	p, err := synthPanel(f, r)
	if err != nil {
		return Result{}, err
	}
	method := stat.SynthMethod(r.Estimator)
	if r.Estimator == "" {
		return Result{}, usagef("--estimator is missing: sc, sdid or did")
	}
	test := stat.PlaceboTest{SE: math.NaN(), P: math.NaN(), PRatio: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
	if r.Placebo {
		test, err = stat.PlaceboEffects(p, method, stat.PlaceboOptions{Level: r.ConfidenceLevel(), Seed: r.Seed})
	} else {
		test.Fit, err = stat.Synth(p, method)
		test.Warnings = test.Fit.Warnings
	}
	if err != nil {
		return Result{}, err
	}
	fit := test.Fit
	out := Result{N: len(p.Y) * len(p.Periods), Warnings: test.Warnings}
	out.Terms = []Term{{Name: "att", Estimate: fit.ATT, SE: test.SE, DF: math.NaN(), Statistic: math.NaN(), P: test.P, Lo: test.Lo, Hi: test.Hi}}
	out.Put("att", fit.ATT)
	out.Put("se", test.SE)
	out.Put("p_placebo", test.P)
	out.putWeights(p, fit)
	out.Put("pre_rmspe", fit.PreRMSPE)
	out.Put("post_rmspe", fit.PostRMSPE)
	out.Put("n_treated", fit.NTreated)
	out.Put("n_donors", fit.NDonors)
	out.Put("pre_periods", fit.PrePeriods)
	out.Put("post_periods", fit.PostPeriods)
	if r.Placebo {
		return out, out.putPlacebos(p, method, test)
	}
	return out, nil
}

// putWeights prints weights by the name of their unit or period, in the panel's
// order.
func (r *Result) putWeights(p stat.SynthPanel, fit stat.SynthFit) {
	var units, times, effects Object
	for i, u := range p.Units {
		if !p.Treated[i] {
			units = append(units, KV{u, fit.UnitWeights[i]})
		}
	}
	for t, w := range fit.TimeWeights {
		times = append(times, KV{p.Periods[t], w})
	}
	for k, e := range fit.Effects {
		effects = append(effects, KV{p.Periods[fit.PrePeriods+k], e})
	}
	r.Put("unit_weights", units)
	r.Put("time_weights", times)
	r.Put("effects", effects)
}

func (r *Result) putPlacebos(p stat.SynthPanel, method stat.SynthMethod, test stat.PlaceboTest) error {
	list := make([]Object, len(test.Placebos))
	for i, pl := range test.Placebos {
		units := make([]string, len(pl.Units))
		for k, u := range pl.Units {
			units[k] = p.Units[u]
		}
		list[i] = Object{{"units", units}, {"effect", pl.Effect}, {"rmspe_ratio", pl.Ratio}}
	}
	d := stat.SmallestDetectable(test, 0)
	r.Warnings = append(r.Warnings, d.Warnings...)
	r.Put("p_rmspe_ratio", test.PRatio)
	r.Put("p_floor", test.Floor)
	r.Put("rank", test.RankEffect)
	r.Put("smallest_detectable", d.Size)
	r.Put("smallest_detectable_percent", d.Percent)
	r.Put("placebos", list)
	early, err := stat.InTimePlacebos(p, method)
	if err != nil {
		return err
	}
	var inTime Object
	for _, e := range early {
		inTime = append(inTime, KV{p.Periods[e.Start], e.ATT})
	}
	r.Put("in_time_placebos", inTime)
	out, err := stat.LeaveOneDonorOut(p, method)
	if err != nil {
		return err
	}
	var left Object
	for _, o := range out {
		left = append(left, KV{p.Units[o.Unit], o.ATT})
	}
	r.Put("leave_one_donor_out", left)
	return nil
}

func synthPanel(f *Frame, r Request) (stat.SynthPanel, error) {
	var p stat.SynthPanel
	if slices.Contains([]string{r.Outcome, r.Unit, r.Time, r.Treated}, "") {
		return p, usagef("synth needs --outcome, --unit, --time and --treated")
	}
	y, err := f.Number(r.Outcome)
	if err != nil {
		return p, err
	}
	d, err := f.Number(r.Treated)
	if err != nil {
		return p, err
	}
	rows, dropped, err := f.Complete(r.Unit, r.Time, r.Treated)
	if err != nil {
		return p, err
	}
	order, err := f.Levels(r.Time, rows)
	if err != nil {
		return p, err
	}
	long := stat.LongPanel{Order: order}
	unit, time := f.column(r.Unit), f.column(r.Time)
	for _, i := range rows {
		long.Unit, long.Period = append(long.Unit, unit.Text[i]), append(long.Period, time.Text[i])
		long.Y, long.D = append(long.Y, y.Hi[i]), append(long.D, d.Hi[i])
	}
	p, err = stat.NewSynthPanel(long)
	if err == nil && dropped > 0 {
		p.Warnings = append(p.Warnings, "rows without unit, period or treatment are left out")
	}
	return p, err
}
