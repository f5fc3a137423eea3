package source

// Evidence says how a part is read, and why.
type Evidence struct {
	Container string   // csv, xlsx or ods: what the part itself is
	Encoding  string   // utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, cp437, cp850, macintosh
	Delimiter string   // one character; empty for workbooks
	Quote     string   // `"` where fields are quoted, else empty
	LineEnds  string   // lf, crlf, cr or mixed; empty for workbooks
	Width     int      // the commonest number of cells of a record in the samples; 0 unknown
	Lines     int64    // physical lines of a text; 0 for workbooks
	Date1904  bool     // serial dates count from 1904
	Hidden    bool     // the sheet is hidden
	Warnings  []string // what a user must know, with lines
	Notes     []string // what decided, for explain
}
