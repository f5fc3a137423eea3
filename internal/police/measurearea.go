package police

// MeasureForceOfArea is the measure of lookups, by which official tables of local
// authorities are joined to forces: each value says that the area named in Function
// lies in the force. It is read by ingest like any other and used up by transform.
const MeasureForceOfArea = "force_of_area"

// States of a measure's value; the empty state is a value as published.
const (
	StateMissing     = "missing"     // not collected, not applicable, not available, or left blank
	StateSuppressed  = "suppressed"  // known to the publisher and withheld
	StateProvisional = "provisional" // marked so by the publisher
	StateRevised     = "revised"     // marked so, or changed by a later release
)

// MeasureRevision is a value that another took the place of: the row of
// measure_revision.
type MeasureRevision struct {
	Force     ForceCode `col:"force_code,opt,key" doc:"ONS code; null for England and Wales as a whole"`
	Measure   string    `col:"measure,key" doc:"id in the catalogue"`
	Function  string    `col:"function,opt,key" doc:"function, where the value is of one"`
	Year      int32     `col:"year,key" doc:"to be read with period_type"`
	Period    string    `col:"period_type,key" doc:"as in measures"`
	Was       float64   `col:"was,opt" doc:"the value that counts no more; null where it was missing"`
	WasText   string    `col:"was_text" doc:"that value as published"`
	WasSource string    `col:"was_source" doc:"where it stands"`
	WasPartID int64     `col:"was_part_id,opt,key" doc:"part it was read from; null: the project's own table"`
	Is        float64   `col:"is_value,opt" doc:"the value that counts; null where missing"`
	IsSource  string    `col:"is_source" doc:"where that stands"`
	Change    float64   `col:"change,opt" doc:"is − was"`
	Why       string    `col:"why" doc:"later release, another source, or over the embedded value"`
}
