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
