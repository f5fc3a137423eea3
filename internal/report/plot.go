package report

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"
)

// plot collects the elements of one picture. x is in per cent of the plot's width,
// so that it fits any screen with letters of one size; y is in pixels. Margins hold
// labels and are pixels. A fixed viewBox was tried and dropped: at 360 pixels its
// letters shrink to six.
type plot struct {
	b           strings.Builder
	height      int
	left, right int
}

func newPlot(height, left, right int) *plot {
	return &plot{height: height, left: left, right: right}
}

func (p *plot) addf(format string, args ...any) { fmt.Fprintf(&p.b, format, args...) }

// escape makes text of words, for an element's content or an attribute in double quotes.
func escape(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#39;", "'") }

// num writes a coordinate without needless digits.
func num(v float64) string {
	s := fmt.Sprintf("%.2f", v)
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// text puts words at x per cent plus dx pixels.
func (p *plot) text(x, dx, y float64, anchor, class, words string) {
	p.addf(`<text x="%s%%"`, num(x))
	if dx != 0 {
		p.addf(` dx="%s"`, num(dx))
	}
	if anchor != "start" {
		p.addf(` text-anchor="%s"`, anchor)
	}
	p.addf(` y="%s" class="%s">%s</text>`, num(y), class, escape(words))
}

func (p *plot) line(x1, y1, x2, y2 float64, class string) {
	if math.IsNaN(x1 + y1 + x2 + y2) {
		return
	}
	p.addf(`<line x1="%s%%" y1="%s" x2="%s%%" y2="%s" class="%s"/>`, num(x1), num(y1), num(x2), num(y2), class)
}

// bar is a box from x1 to x2 per cent.
func (p *plot) bar(x1, x2, y, height float64, class string) {
	if math.IsNaN(x1 + x2 + y + height) {
		return
	}
	if x2 < x1 {
		x1, x2 = x2, x1
	}
	p.addf(`<rect x="%s%%" y="%s" width="%s%%" height="%s" class="%s"/>`, num(x1), num(y), num(x2-x1), num(height), class)
}

// post is a box of fixed width in pixels, centred on x per cent.
func (p *plot) post(x, y1, y2, width float64, class string) {
	if y2 < y1 {
		y1, y2 = y2, y1
	}
	p.addf(`<rect x="%s%%" y="%s" width="%s" height="%s" transform="translate(%s 0)" class="%s"/>`, num(x), num(y1), num(width), num(max(y2-y1, 0.5)), num(-width/2), class)
}

// stretched draws a path over the whole width: x runs from 0 to 100, y is in pixels.
// Lines keep their width. Paths can't be in per cent, so they have a frame of their own.
func (p *plot) stretched(height float64, path, class string) {
	if strings.Contains(path, "NaN") {
		return
	}
	p.addf(`<svg width="100%%" height="%[1]s" viewBox="0 0 100 %[1]s" preserveAspectRatio="none"><path d="%[2]s" class="%[3]s"/></svg>`, num(height), path, class)
}

// spot is a place in a plot: x in per cent, y in pixels.
type spot struct{ x, y float64 }

// through is a path through spots, for stretched.
func through(spots []spot) string {
	var b strings.Builder
	for i, s := range spots {
		step := "L"
		if i == 0 {
			step = "M"
		}
		b.WriteString(step + num(s.x) + " " + num(s.y))
	}
	return b.String()
}

// between is the closed path along upper and back along lower.
func between(upper, lower []spot) string {
	back := slices.Clone(lower)
	slices.Reverse(back)
	return through(append(slices.Clone(upper), back...)) + "Z"
}

// dot is left out where there is no value: nought would be a lie.
func (p *plot) dot(x, y, r float64, class string) {
	if math.IsNaN(x + y + r) {
		return
	}
	p.addf(`<circle cx="%s%%" cy="%s" r="%s" class="%s"/>`, num(x), num(y), num(r), class)
}

// diamond is a mark told from a dot by its form, not its colour.
func (p *plot) diamond(x, y, r float64, class string) {
	if math.IsNaN(x + y) {
		return
	}
	p.addf(`<svg x="%s%%" y="%s" overflow="visible"><path d="M0 %[3]sL%[4]s 0L0 %[4]sL%[3]s 0Z" class="%[5]s"/></svg>`, num(x), num(y), num(-r), num(r), class)
}

// mark opens a group that says what it stands for: the words are its tooltip, what a
// screen reader says, and what the search finds under key.
func (p *plot) mark(key, words string, draw func()) {
	k := ""
	if key != "" {
		k = ` data-f="` + escape(key) + `"`
	}
	p.addf(`<g class="m" role="img"%s><title>%s</title>`, k, escape(words))
	draw()
	p.b.WriteString("</g>")
}

// beneath draws under what is there already: gridlines whose length is known last.
func (p *plot) beneath(draw func()) {
	above := p.b.String()
	p.b.Reset()
	draw()
	p.b.WriteString(above)
}

// label names a row in the left margin, cut to what fits there.
func (p *plot) label(y float64, class, words string) {
	p.text(0, -8, y, "end", class, fit(words, float64(p.left-8), letterSize(class)))
}

// caption names a row above its marks: cut to what fits a telephone, and to a
// screen where there is room. The cut is before the end, which tells rows of one beginning apart.
func (p *plot) caption(y float64, class, words string) {
	size, runes := letterSize(class), []rune(words)
	narrow := fit(words, phoneWidth, size)
	if narrow != words {
		end := string(runes[len(runes)-min(16, len(runes)/2):])
		narrow = fit(words, phoneWidth-textWidth(end, size), size) + end
	}
	p.captions(y, class, narrow, fit(words, deskWidth, size))
}

// textWidth is how wide words run at most, in pixels.
func textWidth(words string, size float64) float64 {
	all := 0.0
	for _, r := range words {
		all += letterWidth(r) * size
	}
	return all
}

// captions is caption with both forms given.
func (p *plot) captions(y float64, class, narrow, roomy string) {
	if narrow == roomy {
		p.text(0, 0, y, "start", class, roomy)
		return
	}
	p.text(0, 0, y, "start", class+" narrow", narrow)
	p.text(0, 0, y, "start", class+" roomy", roomy)
}

// phoneWidth is what a picture without a margin for labels has at 360 pixels, deskWidth
// at 760, from which on the roomy form is shown.
const (
	phoneWidth = 300
	deskWidth  = 680
)

// letterSize is the size in pixels of a class of text, as in style.css; bold ones run
// wider.
func letterSize(class string) float64 {
	switch {
	case strings.HasSuffix(class, "small"):
		return 11
	case strings.HasSuffix(class, "group"):
		return 14
	}
	return 12
}

// fit cuts words to a width in pixels, as wide as common fonts (DejaVu Sans, Verdana)
// run at most; narrower ones leave room.
func fit(words string, width, size float64) string {
	if textWidth(words, size) <= width {
		return words
	}
	used, cut := letterWidth('…')*size, 0
	for i, r := range words {
		used += letterWidth(r) * size
		if used > width {
			break
		}
		cut = i + len(string(r))
	}
	return strings.TrimRight(words[:cut], " ,:;/&") + "…"
}

// letterWidth is the width of a letter in parts of its size, rounded up to classes.
func letterWidth(r rune) float64 {
	switch {
	case strings.ContainsRune("ijl.,:;'’|!", r):
		return 0.34
	case strings.ContainsRune("frt ()/-", r):
		return 0.41
	case strings.ContainsRune("mwMW%@…", r):
		return 0.98
	case r >= 'A' && r <= 'Z' || r == '&':
		return 0.74
	}
	return 0.63
}

// axis draws ticks below a plot that runs from y0 to y1.
func (p *plot) axis(s scale, y0, y1 float64, label func(float64) string) {
	for _, t := range s.ticks {
		class := "grid"
		if t == 0 {
			class = "zero"
		}
		x := s.at(t)
		p.line(x, y0, x, y1, class)
		switch {
		case x > 99 && p.right < 30:
			p.text(x, float64(p.right), y1+16, "end", "tick", label(t))
		case x < 1 && p.left < 30:
			p.text(x, -float64(p.left), y1+16, "start", "tick", label(t))
		default:
			p.text(x, 0, y1+16, "middle", "tick", label(t))
		}
	}
}

// upright draws the ticks of a vertical scale: value v stands at y pixels.
func (p *plot) upright(s scale, y func(float64) float64, label func(float64) string) {
	for _, t := range s.ticks {
		class := "grid"
		if t == 0 {
			class = "zero"
		}
		p.line(0, y(t), 100, y(t), class)
		p.text(0, -8, y(t)+4, "end", "tick", label(t))
	}
}

// svg closes the picture with its text alternative. id must be unique in the page.
func (p *plot) svg(id, title, desc string) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="plot" role="group" height="%d" style="--l:%dpx;--r:%dpx" aria-labelledby="%s-t %s-d"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s</svg>`,
		p.height, p.left, p.right, id, id, id, escape(title), id, escape(desc), p.b.String()))
}

// upTo gives y for a value on a vertical scale between top and bottom pixels.
func upTo(s scale, top, bottom float64) func(float64) float64 {
	return func(v float64) float64 { return bottom - (bottom-top)*s.at(v)/100 }
}
