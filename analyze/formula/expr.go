package formula

import (
	"fmt"
	"math"
	"strconv"

	"hardyards/analyze/stat/dd"
)

// expr is arithmetic on columns.
type expr struct {
	op   string // name, number, + - * / ^, neg, log, exp, sqrt, log10, log1p, abs
	name string // of a column, or a number as written
	num  dd.Num
	args []expr
}

// functions of one argument; they are computed in float64.
func function(name string) func(float64) float64 {
	switch name {
	case "log":
		return math.Log
	case "log10":
		return math.Log10
	case "log1p":
		return math.Log1p
	case "exp":
		return math.Exp
	case "sqrt":
		return math.Sqrt
	case "abs":
		return math.Abs
	}
	return nil
}

// label writes the expression as R would print it.
func (e expr) label() string {
	switch e.op {
	case "name", "number":
		return e.name
	case "neg":
		return "-" + e.args[0].inner(3)
	case "+", "-":
		return e.args[0].inner(1) + " " + e.op + " " + e.args[1].inner(2)
	case "*":
		return e.args[0].inner(2) + " * " + e.args[1].inner(3)
	case "/":
		return e.args[0].inner(2) + "/" + e.args[1].inner(3)
	case "^":
		return e.args[0].inner(4) + "^" + e.args[1].inner(4)
	}
	if len(e.args) == 0 {
		return ""
	}
	return e.op + "(" + e.args[0].label() + ")"
}

// inner is the label in parentheses where it binds less tightly than needed.
func (e expr) inner(level int) string {
	own := 5
	switch e.op {
	case "+", "-":
		own = 1
	case "*", "/":
		own = 2
	case "neg", "^":
		own = 3
	}
	if own < level {
		return "(" + e.label() + ")"
	}
	return e.label()
}

// names appends the columns used.
func (e expr) names(out []string) []string {
	if e.op == "name" {
		return append(out, e.name)
	}
	for _, a := range e.args {
		out = a.names(out)
	}
	return out
}

// at evaluates the expression on a row; column gives a value by name.
func (e expr) at(column func(string) dd.Num) dd.Num {
	switch e.op {
	case "name":
		return column(e.name)
	case "number":
		return e.num
	case "neg":
		return e.args[0].at(column).Neg()
	}
	a := e.args[0].at(column)
	if f := function(e.op); f != nil {
		if e.op == "sqrt" {
			return a.Sqrt()
		}
		return dd.Of(f(a.Float()))
	}
	b := e.args[1].at(column)
	switch e.op {
	case "+":
		return a.Add(b)
	case "-":
		return a.Sub(b)
	case "*":
		return a.Mul(b)
	case "/":
		return a.Div(b)
	}
	if n := int(b.Hi); b.IsZero() || float64(n) == b.Hi && b.Lo == 0 && n > 0 && n <= maxDegree {
		return a.Pow(n)
	}
	return dd.Of(math.Pow(a.Float(), b.Float()))
}

func (p *parser) arithmetic() (expr, error) {
	if p.depth++; p.depth > maxDepth {
		return expr{}, p.err("parentheses too deep")
	}
	defer func() { p.depth-- }()
	left, err := p.multiplied()
	for err == nil && p.kind() == 'o' && (p.peek() == "+" || p.peek() == "-") {
		op := p.peek()
		p.at++
		var right expr
		right, err = p.multiplied()
		left = expr{op: op, args: []expr{left, right}}
	}
	return left, err
}

func (p *parser) multiplied() (expr, error) {
	left, err := p.signed()
	for err == nil && p.kind() == 'o' && (p.peek() == "*" || p.peek() == "/") {
		op := p.peek()
		p.at++
		var right expr
		right, err = p.signed()
		left = expr{op: op, args: []expr{left, right}}
	}
	return left, err
}

func (p *parser) signed() (expr, error) {
	if p.take("-") {
		if p.depth++; p.depth > maxDepth {
			return expr{}, p.err("too many signs")
		}
		defer func() { p.depth-- }()
		e, err := p.signed()
		return expr{op: "neg", args: []expr{e}}, err
	}
	left, err := p.primary()
	if err != nil || !p.take("^") {
		return left, err
	}
	right, err := p.primary()
	return expr{op: "^", args: []expr{left, right}}, err
}

// primary is a column, a number, a function call or parentheses.
func (p *parser) primary() (expr, error) {
	switch {
	case p.take("("):
		e, err := p.arithmetic()
		if err == nil && !p.take(")") {
			err = p.err("a ) is missing")
		}
		return e, err
	case p.kind() == '0':
		v, err := dd.Parse(p.peek())
		if err != nil {
			return expr{}, p.err(fmt.Sprintf("%q is no number", p.peek()))
		}
		e := expr{op: "number", name: p.peek(), num: v}
		p.at++
		return e, nil
	case p.kind() == 'q':
		e := expr{op: "name", name: p.peek()}
		p.at++
		return e, nil
	case p.kind() == 'n':
		return p.named()
	}
	return expr{}, p.err("a column or a number was expected, not " + strconv.Quote(p.peek()))
}

func (p *parser) named() (expr, error) {
	name := p.peek()
	p.at++
	if !p.take("(") {
		return expr{op: "name", name: name}, nil
	}
	if function(name) == nil {
		p.at -= 2
		return expr{}, p.err(fmt.Sprintf("no function %q; there are factor, poly, I, log, log10, log1p, exp, sqrt, abs", name))
	}
	e, err := p.arithmetic()
	if err == nil && !p.take(")") {
		err = p.err("a ) is missing")
	}
	return expr{op: name, args: []expr{e}}, err
}
