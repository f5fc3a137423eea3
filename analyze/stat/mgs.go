package stat

import (
	"math"

	"hardyards/analyze/stat/dd"
)

// aliasTolerance: a column is taken for a combination of the ones before it when
// what they leave of it is less than this share of its length. It is above the
// rounding of float64 inputs (1e-16 times a few) and below what the hardest
// published data hold (NIST's Filip: 1e-10).
const aliasTolerance = 1e-13

// Alias is a column that is a linear combination of columns before it.
type Alias struct {
	Column int
	On     []int     // the columns it combines; none when it is zero
	By     []float64 // their coefficients
}

// orthogonal is the outcome of modified Gram–Schmidt on [X y].
type orthogonal struct {
	kept    []int      // columns of X that are no aliases
	q       []dd.Vec   // orthonormal columns, one for each kept
	r       [][]dd.Num // upper triangle: X[kept] = q·r
	z       []dd.Num   // q'y
	aliased []Alias
}

// orthogonalise factorises by modified Gram–Schmidt in double-double, y carried
// along as a last column, which makes it as stable as Householder's way for
// least squares (Å. Björck, BIT 7 (1967) 1–21). Columns are taken in their
// order: of collinear columns the later is the alias, as R's lm has it. norms
// are the lengths that the tolerance is relative to.
func orthogonalise(columns []dd.Vec, y dd.Vec, norms []float64) orthogonal {
	var out orthogonal
	y = clone(y)
	var coeff [][]dd.Num // of each kept column on the q before it, and its own length
	for j, column := range columns {
		v := clone(column)
		c := make([]dd.Num, len(out.q)+1)
		for k, q := range out.q {
			c[k] = takeOut(v, q)
		}
		length := v.Dot(v).Sqrt()
		if !(length.Hi > aliasTolerance*norms[j]) {
			out.aliased = append(out.aliased, aliasOf(j, out.kept, coeff, c, norms))
			continue
		}
		c[len(out.q)] = length
		for i := range v.Hi {
			v.Set(i, v.At(i).Div(length))
		}
		out.z = append(out.z, takeOut(y, v))
		out.q, out.kept, coeff = append(out.q, v), append(out.kept, j), append(coeff, c)
	}
	out.r = square(len(out.kept))
	for j, c := range coeff {
		for i := range c {
			out.r[i][j] = c[i]
		}
	}
	return out
}

func clone(v dd.Vec) dd.Vec {
	out := dd.NewVec(v.Len())
	copy(out.Hi, v.Hi)
	copy(out.Lo, v.Lo)
	return out
}

// takeOut removes from v its part along the unit vector q and returns its size.
func takeOut(v, q dd.Vec) dd.Num {
	c := v.Dot(q)
	for i := range v.Hi {
		v.Set(i, v.At(i).Sub(c.Mul(q.At(i))))
	}
	return c
}

// aliasOf expresses column j by the kept ones: back substitution in their triangle.
func aliasOf(j int, kept []int, coeff [][]dd.Num, c []dd.Num, norms []float64) Alias {
	b := make([]dd.Num, len(kept))
	for i := len(kept) - 1; i >= 0; i-- {
		s := c[i]
		for k := i + 1; k < len(kept); k++ {
			s = s.Sub(coeff[k][i].Mul(b[k]))
		}
		b[i] = s.Div(coeff[i][i])
	}
	out := Alias{Column: j}
	for i, k := range kept {
		if math.Abs(b[i].Hi)*norms[k] > 1e-9*norms[j] {
			out.On, out.By = append(out.On, k), append(out.By, b[i].Float())
		}
	}
	return out
}
