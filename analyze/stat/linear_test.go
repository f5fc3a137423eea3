package stat_test

import (
	"math/rand/v2"
	"testing"

	"hardyards/analyze/stat"
	"hardyards/analyze/stat/dd"
)

// noisy is a regression of n rows on p regressors and a constant.
func noisy(n, p int) stat.Linear {
	rng := rand.New(rand.NewPCG(1, 2))
	m := stat.Linear{Constant: true, X: make([]dd.Vec, p+1)}
	one := make([]float64, n)
	for i := range one {
		one[i] = 1
	}
	m.X[0] = dd.Vec{Hi: one}
	y := make([]float64, n)
	for j := 1; j <= p; j++ {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
			y[i] += float64(j) * x[i]
		}
		m.X[j] = dd.Vec{Hi: x}
	}
	for i := range y {
		y[i] += rng.NormFloat64()
	}
	m.Y = dd.Vec{Hi: y}
	return m
}

func BenchmarkMillionRows(b *testing.B) {
	m := noisy(1_000_000, 10)
	b.ResetTimer()
	for range b.N {
		f, err := m.Fit()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Covariance(stat.VCov{Kind: stat.IID}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMillionRowsHC1(b *testing.B) {
	m := noisy(1_000_000, 10)
	b.ResetTimer()
	for range b.N {
		f, err := m.Fit()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Covariance(stat.VCov{Kind: stat.HC1}); err != nil {
			b.Fatal(err)
		}
	}
}
