package report

// Section is a chapter of a page.
type Section struct {
	ID     string
	Title  string
	Intro  []string
	Blocks []Block
}

// Block is one thing in a section; the first field that is set says which.
type Block struct {
	Figure *Figure
	Grid   []*Figure // several pictures on one scale, side by side
	Table  *Table
	Text   []string
	List   []string
	// Heading parts a long section.
	Heading string
	// Folded hides the block behind this summary until it is opened.
	Folded string
}

func (s *Section) figure(f *Figure) {
	if f != nil {
		s.Blocks = append(s.Blocks, Block{Figure: f})
	}
}

func (s *Section) folded(summary string, b Block) {
	b.Folded = summary
	s.Blocks = append(s.Blocks, b)
}

func (s *Section) text(paragraphs ...string) {
	s.Blocks = append(s.Blocks, Block{Text: paragraphs})
}

func (s *Section) list(items []string) {
	if len(items) > 0 {
		s.Blocks = append(s.Blocks, Block{List: items})
	}
}
