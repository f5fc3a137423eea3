package payee

import "strings"

// withheldWords may stand in a wording that withholds a name; one of the first
// list must.
var (
	withholds = wordSet(`REDACTED REDACTION REDACT WITHHELD WITHELD SUPPRESSED ANONYMISED ANONYMIZED CONFIDENTIAL
		UNDISCLOSED EXEMPT EXEMPTION PROTECTED NONDISCLOSURE UNNAMED`)
	withheldWords = wordSet(`NAME NAMES PERSONAL DATA INFORMATION INFO SUPPLIER SUPPLIERS PAYEE PAYEES VENDOR
		INDIVIDUAL INDIVIDUALS PRIVATE PERSON PERSONS DETAILS DETAIL UNDER S40 SECTION 40 31 S31 FOI FOIA ACT GDPR
		DPA PROTECTION IN OF THE FOR DUE TO BY NOT SHOWN SENSITIVE COMMERCIALLY COMMERCIAL REASONS OPERATIONAL
		SECURITY STAFF EMPLOYEE OFFICER POLICE BENEFICIARY RECIPIENT CLIENT CLIENTS CARER CARERS SOLE TRADER
		TRADERS AND OR AS IS HAS BEEN PART 1 2 3 PAYMENT PAYMENTS THIRD PARTY`)
	phrasesWithheld = []string{"NAME NOT DISCLOSED", "NOT DISCLOSED", "PERSONAL DATA", "PERSONAL INFORMATION",
		"DATA PROTECTION", "NAME REMOVED", "PRIVATE INDIVIDUAL", "NOT FOR PUBLICATION", "SENSITIVE PAYMENT"}
)

// withheld recognises names that the publisher, or the project's own sample,
// keeps back. A firm whose name merely begins so (REDACTIVE, CONFIDENTIAL
// SHREDDING) isn't one: every word must be a word of withholding, unless the name
// begins with REDACTED.
func withheld(tokens []string) (Result, bool) {
	joined := strings.Join(tokens, " ")
	switch {
	case tokens[0] == "REDACTED" || tokens[0] == "REDACTION":
		return Result{Kind: Redacted, Confidence: 0.98, Rule: "name withheld by the publisher"}, true
	case allWithheld(tokens) || startsWithAny(joined, phrasesWithheld):
		return Result{Kind: Redacted, Confidence: 0.95, Rule: "name withheld by the publisher"}, true
	case tokens[0] == "INDIVIDUAL" && len(tokens) <= 2, tokens[0] == "INDIVIDUALS" && len(tokens) == 1:
		return Result{Kind: Individual, Confidence: 0.98, Rule: "a person, whose name is kept back"}, true
	case len(tokens) >= 2 && tokens[0] == "THIRD" && strings.HasPrefix(tokens[1], "PART"):
		return Result{Kind: Redacted, Confidence: 0.9, Rule: "collective name in place of a payee"}, true
	case len(tokens) == 2 && tokens[0] == "NDORS" && strings.HasPrefix(tokens[1], "TRAINER"):
		return Result{Kind: Individual, Confidence: 0.9, Rule: "collective name of persons who train"}, true
	}
	return Result{}, false
}

func allWithheld(tokens []string) bool {
	found := false
	for _, t := range tokens {
		if withholds[t] {
			found = true
		} else if !withheldWords[t] {
			return false
		}
	}
	return found
}

func startsWithAny(s string, list []string) bool {
	for _, p := range list {
		if s == p || strings.HasPrefix(s, p+" ") && allOf(strings.Fields(s[len(p):])) {
			return true
		}
	}
	return false
}

func allOf(tokens []string) bool {
	for _, t := range tokens {
		if !withholds[t] && !withheldWords[t] {
			return false
		}
	}
	return true
}
