package report

import "html/template"

// Figure is a picture with all that lets it stand alone: message, what is shown,
// source, n, notes, text alternative, the numbers as a table and as CSV.
type Figure struct {
	ID       string
	Message  string // one sentence: what the picture says
	Subtitle string // what is measured, of whom, when, in what unit
	Source   string
	N        string
	Notes    []string
	Fine     []string // further caveats, shown with the data table
	Keys     []Key
	Picture  template.HTML
	Table    *Table
	Findings []string // ids for hardyards trace
}

// Key is an entry of a picture's legend: a form and what it means.
type Key struct {
	Form  string // class of the swatch
	Words string
}
