package formula

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxDepth of parentheses and maxTerms keep hostile formulae small.
const (
	maxDepth  = 50
	maxTerms  = 2000
	maxDegree = 50
)

// Parse reads a formula. Errors are *SyntaxError.
func Parse(text string) (*Formula, error) {
	p := &parser{text: text}
	if err := p.scan(); err != nil {
		return nil, err
	}
	response, err := p.atom()
	if err != nil {
		return nil, err
	}
	if response.Kind != Value {
		return nil, p.errAt(0, "the response must be a column or arithmetic on columns")
	}
	if !p.take("~") {
		return nil, p.err("a ~ between the response and the terms is missing")
	}
	s, err := p.sum()
	if err != nil {
		return nil, err
	}
	if p.peek() != "" {
		return nil, p.err(p.unexpected())
	}
	s.arrange()
	f := &Formula{Text: text, Response: response, Terms: s.terms, Intercept: !s.noIntercept}
	slices.SortStableFunc(f.Terms, func(a, b Term) int { return len(a) - len(b) })
	if len(f.Terms) == 0 && !f.Intercept {
		return nil, p.err("no term and no intercept: nothing to estimate")
	}
	return f, nil
}

// unexpected names the operator that can't stand here, and what to write instead.
func (p *parser) unexpected() string {
	what := fmt.Sprintf("unexpected %q", p.peek())
	switch p.peek() {
	case "^":
		return what + "; a power is written poly(x, 2) or I(x^2), crossed terms a*b"
	case "/":
		return what + "; a ratio is written I(a/b), nested terms a + a:b"
	}
	return what
}

// arrange puts the atoms of every interaction into the order in which the formula
// first names them, as R does: y ~ x + factor(g):x has x:factor(g)a.
func (s *set) arrange() {
	first := map[string]int{}
	for _, t := range s.terms {
		for _, a := range t {
			if _, seen := first[a.Label]; !seen {
				first[a.Label] = len(first)
			}
		}
	}
	for _, t := range s.terms {
		slices.SortStableFunc(t, func(a, b Atom) int { return first[a.Label] - first[b.Label] })
	}
}

// set is a sum of terms as it is being read.
type set struct {
	terms       []Term
	noIntercept bool
	intercept   bool // a bare 1
}

func (s *set) add(terms ...Term) {
	for _, t := range terms {
		if !slices.ContainsFunc(s.terms, t.same) {
			s.terms = append(s.terms, t)
		}
	}
}

func (s *set) remove(terms ...Term) {
	for _, t := range terms {
		s.terms = slices.DeleteFunc(s.terms, t.same)
	}
}

type token struct {
	text string
	at   int
	kind byte // 'n' name, 'q' quoted name, '0' number, 'o' operator
}

type parser struct {
	text   string
	tokens []token
	at     int
	depth  int
}

func (p *parser) errAt(at int, what string) error {
	return &SyntaxError{Text: p.text, At: at, What: what}
}

func (p *parser) err(what string) error {
	at := len(p.text)
	if p.at < len(p.tokens) {
		at = p.tokens[p.at].at
	}
	return p.errAt(at, what)
}

// peek is the next operator or word; a quoted name is given in its quotes.
func (p *parser) peek() string {
	if p.at >= len(p.tokens) {
		return ""
	}
	return p.tokens[p.at].text
}

func (p *parser) kind() byte {
	if p.at >= len(p.tokens) {
		return 0
	}
	return p.tokens[p.at].kind
}

func (p *parser) take(op string) bool {
	if p.kind() == 'o' && p.peek() == op {
		p.at++
		return true
	}
	return false
}

// scan splits the text into tokens.
func (p *parser) scan() error {
	for i := 0; i < len(p.text); {
		c := p.text[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '`':
			end := strings.IndexByte(p.text[i+1:], '`')
			if end <= 0 {
				return p.errAt(i, "a name in backquotes that does not end, or is empty")
			}
			p.tokens = append(p.tokens, token{p.text[i+1 : i+1+end], i, 'q'})
			i += end + 2
		case isDigit(c) || c == '.' && i+1 < len(p.text) && isDigit(p.text[i+1]):
			i = p.word(i, '0')
		case isLetter(c):
			i = p.word(i, 'n')
		case strings.IndexByte("~+-*:()^/,", c) >= 0:
			p.tokens = append(p.tokens, token{p.text[i : i+1], i, 'o'})
			i++
		default:
			return p.errAt(i, fmt.Sprintf("unexpected %q; put column names with blanks or signs in `backquotes`", firstRune(p.text[i:])))
		}
	}
	return nil
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

// word takes a name or number; digits may be followed by an exponent.
func (p *parser) word(i int, kind byte) int {
	end := i
	for end < len(p.text) {
		c := p.text[end]
		sign := kind == '0' && (c == '-' || c == '+') && end > i && (p.text[end-1] == 'e' || p.text[end-1] == 'E')
		if !isLetter(c) && !isDigit(c) && !sign {
			break
		}
		end++
	}
	p.tokens = append(p.tokens, token{p.text[i:end], i, kind})
	return end
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isLetter takes bytes of other scripts for letters too.
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || c >= 0x80
}

func (p *parser) sum() (set, error) {
	var out set
	minus := p.take("-")
	if !minus {
		p.take("+")
	}
	for {
		s, err := p.product()
		if err != nil {
			return out, err
		}
		switch {
		case minus:
			out.remove(s.terms...)
			out.noIntercept = out.noIntercept || s.intercept
		default:
			out.add(s.terms...)
			out.noIntercept = (out.noIntercept || s.noIntercept) && !s.intercept
		}
		if len(out.terms) > maxTerms {
			return out, p.err(fmt.Sprintf("more than %d terms", maxTerms))
		}
		switch {
		case p.take("+"):
			minus = false
		case p.take("-"):
			minus = true
		default:
			return out, nil
		}
	}
}

// product is crossed factors joined by *; a:b binds tighter.
func (p *parser) product() (set, error) {
	left, err := p.interaction()
	if err != nil {
		return left, err
	}
	for p.take("*") {
		right, err := p.interaction()
		if err != nil {
			return left, err
		}
		if left.bare() || right.bare() {
			return left, p.err("0 and 1 can't be multiplied")
		}
		if len(left.terms)*len(right.terms) > maxTerms {
			return left, p.err(fmt.Sprintf("more than %d terms", maxTerms))
		}
		both := crossed(left, right)
		left.add(right.terms...)
		left.add(both...)
		if len(left.terms) > maxTerms {
			return left, p.err(fmt.Sprintf("more than %d terms", maxTerms))
		}
	}
	return left, nil
}

func (s set) bare() bool { return s.intercept || s.noIntercept }

func crossed(left, right set) []Term {
	var out []Term
	for _, a := range left.terms {
		for _, b := range right.terms {
			t := slices.Clone(a)
			for _, atom := range b {
				if !t.has(atom.Label) {
					t = append(t, atom)
				}
			}
			out = append(out, t)
		}
	}
	return out
}

func (p *parser) interaction() (set, error) {
	left, err := p.group()
	if err != nil {
		return left, err
	}
	for p.take(":") {
		right, err := p.group()
		if err != nil {
			return left, err
		}
		if left.bare() || right.bare() {
			return left, p.err("0 and 1 can't be multiplied")
		}
		if len(left.terms)*len(right.terms) > maxTerms {
			return left, p.err(fmt.Sprintf("more than %d terms", maxTerms))
		}
		terms := crossed(left, right)
		left = set{}
		left.add(terms...)
	}
	return left, nil
}

// group is an atom, 0, 1, or a sum in parentheses.
func (p *parser) group() (set, error) {
	if p.take("(") {
		if p.depth++; p.depth > maxDepth {
			return set{}, p.err("parentheses too deep")
		}
		s, err := p.sum()
		if err != nil {
			return s, err
		}
		if p.depth--; !p.take(")") {
			return s, p.err("a ) is missing")
		}
		return s, nil
	}
	if p.kind() == '0' {
		switch p.peek() {
		case "0":
			p.at++
			return set{noIntercept: true}, nil
		case "1":
			p.at++
			return set{intercept: true}, nil
		}
		return set{}, p.err("a number can't be a term: only 0 (no intercept) and 1 can")
	}
	a, err := p.atom()
	return set{terms: []Term{{a}}}, err
}

// atom is a column, factor(g), poly(x, k), I(arithmetic) or a function of arithmetic.
func (p *parser) atom() (Atom, error) {
	if p.kind() != 'n' && p.kind() != 'q' {
		if p.peek() == "" {
			return Atom{}, p.err("a column is missing at the end")
		}
		return Atom{}, p.err(fmt.Sprintf("a column was expected, not %q", p.peek()))
	}
	if p.kind() == 'n' && p.at+1 < len(p.tokens) && p.tokens[p.at+1].text == "(" && p.tokens[p.at+1].kind == 'o' {
		switch p.peek() {
		case "factor":
			return p.factor()
		case "poly":
			return p.poly()
		case "I":
			p.at += 2
			e, err := p.arithmetic()
			if err == nil && !p.take(")") {
				err = p.err("a ) is missing")
			}
			return Atom{Label: "I(" + e.label() + ")", expr: e}, err
		}
	}
	e, err := p.primary()
	return Atom{Label: e.label(), expr: e}, err
}

func (p *parser) factor() (Atom, error) {
	p.at += 2
	if p.kind() != 'n' && p.kind() != 'q' {
		return Atom{}, p.err("factor( needs a column")
	}
	name := p.peek()
	p.at++
	if !p.take(")") {
		return Atom{}, p.err("a ) is missing")
	}
	return Atom{Label: "factor(" + name + ")", Kind: Factor, expr: expr{op: "name", name: name}}, nil
}

func (p *parser) poly() (Atom, error) {
	p.at += 2
	e, err := p.arithmetic()
	if err != nil {
		return Atom{}, err
	}
	if !p.take(",") {
		return Atom{}, p.err("poly( needs a degree, as poly(x, 3)")
	}
	degree, err := strconv.Atoi(p.peek())
	if err != nil || degree < 1 || degree > maxDegree {
		return Atom{}, p.err(fmt.Sprintf("the degree of poly must be a whole number from 1 to %d", maxDegree))
	}
	p.at++
	if !p.take(")") {
		return Atom{}, p.err("a ) is missing")
	}
	return Atom{Label: fmt.Sprintf("poly(%s, %d)", e.label(), degree), Kind: Poly, Degree: degree, expr: e}, nil
}
