package source

import "errors"

// Refusal is why a file can't be read as a table, and what its user can do. It is a
// fact about the file, not a failure of the program.
type Refusal struct {
	Reason string // a short clause: "an HTML page, not a table"
	Advice string // what to do: "open it in a browser …"
	Err    error  // what lay below, or nil
}

// Error gives reason and advice in one line.
func (r *Refusal) Error() string {
	s := r.Reason
	if r.Advice != "" {
		s += ": " + r.Advice
	}
	return s
}

// Unwrap gives the error below, or nil.
func (r *Refusal) Unwrap() error { return r.Err }

// Stop, returned by the function given to Part.Read, ends the reading without an error.
//
//lint:ignore ST1012 it ends a reading like fs.SkipAll and is no failure
var Stop = errors.New("stop reading")
