// Package formula reads the model formulae of `hardyards fit` and turns them
// with the columns of a table into a design matrix in double-double.
//
// The grammar is a part of R's: `y ~ x1 + factor(g) + poly(x, 3) + log(x) + a:b +
// a*b - 1`. Names of columns of the design are R's too, except that poly gives raw
// powers (poly(x, 3)1 is x itself). It offers no smooths, no random effects, no
// offset() (a flag of its own) and no data transformation beyond arithmetic,
// log, exp and sqrt.
//
// Steps: Parse → Formula; Formula.Variables says which columns are needed;
// Formula.Design makes the matrix on the rows the caller found complete.
package formula

import (
	"fmt"
	"slices"
	"strings"
)

// Formula is a parsed model.
type Formula struct {
	Text      string
	Response  Atom
	Terms     []Term // main effects first, then interactions, as R orders them
	Intercept bool
}

// Term is a product of atoms: one for a main effect.
type Term []Atom

// Atom is what a term is made of.
type Atom struct {
	Label  string // as written in names of coefficients
	Kind   Kind
	Degree int // of Poly
	expr   expr
}

// Kind tells atoms apart.
type Kind int

const (
	Value  Kind = iota // a column or arithmetic on columns; a text column is a factor
	Factor             // factor(g)
	Poly               // poly(x, k)
)

// Label is the term's name: its atoms joined by colons.
func (t Term) Label() string {
	labels := make([]string, len(t))
	for i, a := range t {
		labels[i] = a.Label
	}
	return strings.Join(labels, ":")
}

// has says whether the term holds an atom of that label.
func (t Term) has(label string) bool {
	return slices.ContainsFunc(t, func(a Atom) bool { return a.Label == label })
}

// same says whether two terms hold the same atoms, in any order.
func (t Term) same(u Term) bool {
	return len(t) == len(u) && !slices.ContainsFunc(t, func(a Atom) bool { return !u.has(a.Label) })
}

// without is the term less one atom.
func (t Term) without(label string) Term {
	return slices.DeleteFunc(slices.Clone(t), func(a Atom) bool { return a.Label == label })
}

// Variables are the columns that the formula names, each once, in order.
func (f *Formula) Variables() []string {
	out := f.Response.expr.names(nil)
	for _, t := range f.Terms {
		for _, a := range t {
			out = a.expr.names(out)
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(out, func(s string) bool {
		again := seen[s]
		seen[s] = true
		return again
	})
}

// SyntaxError says what is wrong at which character of a formula.
type SyntaxError struct {
	Text string
	At   int // byte offset
	What string
}

func (e *SyntaxError) Error() string {
	before := strings.TrimSpace(e.Text[:min(e.At, len(e.Text))])
	if before == "" {
		return fmt.Sprintf("formula, character %d: %s", e.At+1, e.What)
	}
	if len(before) > 24 {
		before = "…" + before[len(before)-24:]
	}
	return fmt.Sprintf("formula, character %d (after %q): %s", e.At+1, strings.ToValidUTF8(before, "?"), e.What)
}
