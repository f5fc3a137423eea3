package main

const head = `# Simulations of the placebo tests

Written by ` + "`go run ./bench/simulate`" + ` (here line by line, with ` + "`-only`" + `); seeds are fixed, so a line is the
same in every run. Every line is %d panels without any effect; ± is the Monte Carlo standard error of a share. Panels are like ours: 43 forces (or as the
line says) and 10 years, 5 before and 5 after, force and year effects, errors an AR(1) series. The
test is the placebo rank test on the estimate (not on the RMSPE ratio) at a nominal 5 %%, its interval
the inversion of the same test. Pooled tests use %d placebo sets here, 2,000 in the estimator.

`

const middle = `
With one treated unit the test can only reject at multiples of 1/(placebos+1); it is refused below 19
donors. "cluster t" is two-way fixed effects with errors clustered by force (CR1) and t on G−1 degrees
of freedom: with one treated force its residual is fitted away, and three tests in four reject.

## Unequal noise: no placebo test holds its level

43 forces whose noise grows from 0.5 for the largest to 1.5 for the smallest; one treated. "by size" is
the correction of Ferman & Pinto (2019), given sizes ∝ 1/variance, the best case for it.

| panel | estimator | plain placebos reject | by size rejects | interval covers | cluster t rejects |
|---|---|---|---|---|---|
`

const foot = `
A noisy treated force looks like an effect, a quiet one hides one. The correction mends what follows
size and nothing else. So a finding states how the treated force's changes before compare with the
donors'.
`
