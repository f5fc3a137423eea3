package source

// ProofSpec says what a proof counts and sums.
type ProofSpec struct {
	// Columns says in which column (from 0) the amount stands, from which line (or
	// sheet row) on; sorted by line. Headers may repeat with another order of columns:
	// each gives an entry. Column -1 counts records without summing.
	Columns []ColumnFrom
	// Second says likewise where the other column of an amount stands that is written in
	// two, from which lines on; nil where it stands in one.
	Second []ColumnFrom
	// From is the first line that counts (records whose First is less are passed
	// over: preamble and header); 0 counts all.
	From int32
	// Skip holds the First lines of further records that don't count, sorted.
	Skip []int32
	// Parse gives the pence of an amount cell (UTF-8), and whether there was one.
	Parse func(cell []byte) (pence int64, ok bool)
	// Join gives the pence of an amount from its two cells, in place of Parse where Second
	// is given; a cell that the record doesn't have is empty.
	Join func(first, second []byte) (pence int64, ok bool)
}

// ColumnFrom is the amount's column from a line on.
type ColumnFrom struct {
	Line   int32
	Column int
}

// Proof is what a second pass found.
type Proof struct {
	Records int64 // records counted
	Amounts int64 // of them, with an amount that Parse or Join accepted
	Pence   int64 // sum of those amounts
}
