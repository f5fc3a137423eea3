package police

// MeasureDef is an entry of the measure catalogue.
type MeasureDef struct {
	ID        string `col:"measure,key" doc:"id"`
	Label     string `col:"label" doc:"name for people"`
	Unit      string `col:"unit" doc:"unit of its values"`
	Kind      string `col:"kind" doc:"cost, outcome, denominator, workforce, funding or deflator"`
	Direction string `col:"direction" doc:"lower, higher or none: which way is wanted, where anybody could say so"`
	Period    string `col:"period_type" doc:"FY_END_MAR, YE_MAR, AT_31_MAR, MID_YEAR, CAL_YEAR, PEEL_CYCLE"`
	Count     bool   `col:"is_count" doc:"whether values are counts, for which Poisson limits hold"`
	Basis     string `col:"basis,opt" doc:"outturn, budget estimate, statistic, survey, inspection"`
	Breaks    string `col:"breaks,opt" doc:"known breaks in the series: year or force and year, with the reason, separated by |"`
	Traps     string `col:"traps,opt" doc:"what must be known before it is used"`
	Source    string `col:"source" doc:"publisher and table"`
	Licence   string `col:"licence" doc:"licence of the source"`
}

// MeasureValue is one value of a measure: the row of table measures and of
// fact_measure.
type MeasureValue struct {
	Force     ForceCode `col:"force_code,opt,key" doc:"ONS code; null for England and Wales as a whole"`
	Measure   string    `col:"measure,key" doc:"id in the catalogue"`
	Function  string    `col:"function,opt,key" doc:"function of the Police Objective Analysis, where the value is of one"`
	Year      int32     `col:"year,key" doc:"to be read with period_type: the year it ends in, or its date's"`
	Period    string    `col:"period_type,key" doc:"FY_END_MAR, YE_MAR, AT_31_MAR, MID_YEAR, CAL_YEAR, PEEL_CYCLE"`
	Value     float64   `col:"value,opt" doc:"the value; null where suppressed or missing"`
	ValueText string    `col:"value_text" doc:"the value as published"`
	State     string    `col:"state,opt" doc:"suppressed, missing, provisional or revised; null: published"`
	Unit      string    `col:"unit" doc:"unit"`
	Break     string    `col:"series_break,opt" doc:"a known break that makes it hard to compare with the year before"`
	Source    string    `col:"source" doc:"source file and place"`
	PartID    int64     `col:"part_id,opt" doc:"part it was read from, where read by this tool"`
	Line      int32     `col:"line,opt" doc:"line or row in that part, or in the project's own table"`
}
