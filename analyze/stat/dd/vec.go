package dd

// Vec is a column of numbers as two slices of equal length; Lo may be nil,
// which means that the float64 values are exact.
type Vec struct{ Hi, Lo []float64 }

// NewVec is a column of n zeros.
func NewVec(n int) Vec { return Vec{make([]float64, n), make([]float64, n)} }

// Len is the number of values.
func (v Vec) Len() int { return len(v.Hi) }

// At is the i-th value.
func (v Vec) At(i int) Num {
	if v.Lo == nil {
		return Num{Hi: v.Hi[i]}
	}
	return Num{v.Hi[i], v.Lo[i]}
}

// Set puts the i-th value; v must have a low-order part.
func (v Vec) Set(i int, a Num) { v.Hi[i], v.Lo[i] = a.Hi, a.Lo }

// Take is a new column of the values at the given places.
func (v Vec) Take(at []int) Vec {
	out := NewVec(len(at))
	for k, i := range at {
		out.Set(k, v.At(i))
	}
	if v.Lo == nil {
		out.Lo = nil
	}
	return out
}

// Sum is Σ v.
func (v Vec) Sum() Num {
	var s Num
	for i := range v.Hi {
		s = s.Add(v.At(i))
	}
	return s
}

// Dot is Σ v·w over columns of equal length.
func (v Vec) Dot(w Vec) Num {
	var s Num
	for i := range v.Hi {
		s = s.Add(v.At(i).Mul(w.At(i)))
	}
	return s
}
