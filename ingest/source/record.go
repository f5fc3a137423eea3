package source

import "context"

// Part is one table of a file: the text file itself, a sheet, a member of an archive.
// Its methods may be called several times, but not at the same time.
type Part interface {
	// Name is the sheet's name, the member's, or the file's; a sheet of a workbook
	// inside an archive is "member/sheet".
	Name() string
	// Evidence says how the part is read and why. After a complete Read its warnings
	// also hold what only reading shows (stray quotes, with their lines).
	Evidence() Evidence
	// Read streams every record in order. A Batch is valid only during the call it
	// is given to. An error of the function ends the reading and is returned as it is
	// (Stop ends it without an error).
	Read(ctx context.Context, each func(*Batch) error) error
	// Proof counts records and sums amounts by a second way.
	Proof(ctx context.Context, spec ProofSpec) (Proof, error)
}

// Batch is some records in order. Records and cells alias memory that the next batch
// reuses.
type Batch struct {
	Records []Record
}

// Record is one row as published. Blank lines are records (of one empty cell); rows
// that a workbook doesn't hold are not.
type Record struct {
	// Cells are UTF-8, unquoted and not trimmed. Dates of workbooks are the serial
	// number's text (XLSX) or ISO text (ODS), numbers the text stored in the file,
	// errors their text (#N/A), booleans TRUE or FALSE.
	Cells [][]byte
	// Kinds has the kind of each cell of a workbook; it is nil for text.
	Kinds []Kind
	// First and Last are the physical lines (or sheet rows) the record covers, from 1.
	First, Last int32
	// Faults are marks of what had to be repaired or bounded.
	Faults Fault
	// Raw is a text record's bytes as UTF-8, without its line end; nil for workbooks.
	Raw []byte
}

// Kind is what a workbook says a cell is.
type Kind uint8

// Kinds of workbook cells.
const (
	Empty   Kind = iota // no value
	Text                // a string, shared or inline, or a formula's string
	Number              // a number without a date style
	Date                // a number with a date style (XLSX: serial), or ISO text
	Boolean             // TRUE or FALSE
	Failed              // an error value such as #N/A
)

// Fault is a set of marks on a record.
type Fault uint8

// Marks of a record.
const (
	StrayQuote Fault = 1 << iota // opened a quoted field that was no quoted field: read line by line
	LooseQuote                   // a quote inside a quoted field was neither doubled nor the end
	Oversize                     // more cells or longer cells than the limits: the last cell holds the rest
	MixedBytes                   // bytes in another encoding than the part's
	BadBytes                     // bytes that mean nothing in the encoding (shown as U+FFFD)
	NULBytes                     // holds NUL bytes
	NoValue                      // a formula without a stored value
)
