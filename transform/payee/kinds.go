package payee

import "hardyards/internal/police"

// Kinds of payee, as payees resolve prints them.
const (
	Force          = "force"
	NationalBody   = "national_police_body"
	OtherUKForce   = "other_uk_force"
	Association    = "police_association"
	PublicBody     = "public_body"
	Company        = "company"
	Individual     = "individual"
	Redacted       = "redacted"
	Ambiguous      = "ambiguous"
	Unknown        = "unknown"
	rulesVersion   = "payee rules 3"
	doubtfulBelow  = 0.8 // confidence below which a person should look
	truncatedFrom  = 24  // no system seen cuts names shorter than 25 characters
	maxTokens      = 16
	maxWindow      = 9
	minFuzzyLength = 5
)

// Kinds lists the kinds in the order they are printed.
func Kinds() []string {
	return []string{Force, NationalBody, OtherUKForce, Association, PublicBody,
		Company, Individual, Redacted, Ambiguous, Unknown}
}

// IsPolice reports whether payments to a payee of this kind are flows between
// police bodies.
func IsPolice(kind string) bool {
	return kind == Force || kind == NationalBody || kind == OtherUKForce
}

// Result says who a name denotes, by which rule, and how sure that is (0 to 1).
type Result struct {
	Kind       string
	Force      police.ForceCode
	Body       string // slug of the police body
	Name       string // resolved name; the published one where unresolved
	Group      string // normal form that suppliers are grouped by
	GroupRule  string // what was taken off to make Group; empty if nothing
	Rule       string
	Confidence float64

	exact bool // every word explained as written: stands before the alias table
}

// Doubtful reports whether a person should look at the decision.
func (r Result) Doubtful() bool {
	return r.Kind == Unknown || r.Kind == Ambiguous || r.Confidence < doubtfulBelow
}
