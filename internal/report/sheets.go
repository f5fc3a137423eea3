package report

// Sheet defines one figure of a force's page, to be checked and signed.
type Sheet struct {
	Title string
	Lines []Fact
}
