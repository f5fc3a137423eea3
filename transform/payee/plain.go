package payee

import (
	"slices"
	"strings"
)

var (
	legalForms = wordSet(`LTD LIMITED LIMITE LIMITD LIMTED LTD. PLC LLP LLC LP CIC GMBH BV INC INCORPORATED CORP PTY SARL
		COMPANY CO CIO PVT SA AG AB NV`)
	titles      = wordSet(`MR MRS MISS MS DR MX REV REVD SIR DAME PROF PROFESSOR`)
	publicWords = wordSet(`COUNCIL COUNCILS NHS HMRC HMCTS DVLA DVSA UNIVERSITY UCLAN AMBULANCE MINISTRY PARLIAMENT
		OFCOM OFGEM OFSTED CCG HMPPS PROBATION CORONER CORONERS`)
	publicPhrases = []string{"HOME OFFICE", "HM REVENUE", "HM COURTS", "HM PRISON", "HM LAND", "CABINET OFFICE",
		"FIRE & RESCUE", "FIRE AND RESCUE", "FIRE AUTHORITY", "FIRE SERVICE", "COUNTY COUNCIL", "BOROUGH OF", "DEPARTMENT FOR",
		"DEPARTMENT OF", "CROWN PROSECUTION SERVICE", "ENVIRONMENT AGENCY", "LAND REGISTRY", "NATIONAL AUDIT OFFICE",
		"INFORMATION COMMISSIONER", "CRIMINAL CASES REVIEW", "CHARITY COMMISSION", "COMBINED AUTHORITY", "HEALTH BOARD",
		"FOUNDATION TRUST", "NATIONAL HIGHWAYS", "HIGHWAYS ENGLAND", "GREATER LONDON AUTHORITY", "DISCLOSURE & BARRING"}
)

// plain says what a name is that isn't a police body's, by its own words; the
// answer is unknown where they say nothing.
func plain(tokens []string) Result {
	joined := " " + strings.Join(tokens, " ") + " "
	last := tokens[len(tokens)-1]
	switch {
	case titles[tokens[0]] && len(tokens) > 1 && !hasAny(tokens, legalForms):
		return Result{Kind: Individual, Confidence: 0.9, Rule: "title of a person"}
	case hasLegalForm(tokens):
		return Result{Kind: Company, Confidence: 0.95, Rule: "legal form of a company"}
	case hasAny(tokens, publicWords):
		return Result{Kind: PublicBody, Confidence: 0.9, Rule: "word of public bodies"}
	case slices.ContainsFunc(publicPhrases, func(p string) bool { return strings.Contains(joined, " "+p+" ") }):
		return Result{Kind: PublicBody, Confidence: 0.9, Rule: "word of public bodies"}
	case len(joined) > truncatedFrom && (last == "LI" || last == "LIM" || last == "LIMI" || last == "LIMIT" || last == "LT"):
		return Result{Kind: Company, Confidence: 0.85, Rule: "legal form of a company, cut short"}
	case strings.Contains(joined, " T A ") || strings.Contains(joined, " TRADING AS "):
		return Result{Kind: Company, Confidence: 0.7, Rule: "trades under another name"}
	}
	return Result{Kind: Unknown, Confidence: 0, Rule: "no rule fits"}
}

func hasAny(tokens []string, set map[string]bool) bool {
	return slices.ContainsFunc(tokens, func(t string) bool { return set[t] })
}

// hasLegalForm looks behind the first word: CO and SA begin some names.
func hasLegalForm(tokens []string) bool { return hasAny(tokens[1:], legalForms) }

// group gives the key that suppliers are grouped by, and what was taken off.
// Conservative: legal forms, a country in brackets or at the end, account numbers,
// THE, and what follows FORMERLY; never a spelling mistake, never a word that
// could tell two firms apart (GROUP, SERVICES). A police body is its own group.
func (r *Resolver) group(normal string, res Result) (key, rule string) {
	switch res.Kind {
	case Force, NationalBody, OtherUKForce:
		return "police body: " + res.Body, "one police body"
	case Redacted, Individual, Ambiguous:
		return normal, ""
	}
	tokens, took := strings.Fields(strings.ReplaceAll(normal, "&", " AND ")), []string(nil)
	take := func(what string, rest []string) {
		if len(rest) > 0 && len(rest) < len(tokens) && len(strings.Join(rest, "")) >= 3 {
			tokens, took = rest, append(took, what)
		}
	}
	if len(tokens) == 0 {
		return normal, ""
	}
	if i := slices.Index(tokens, "FORMERLY"); i > 0 {
		take("former name", tokens[:i])
	}
	if tokens[0] == "THE" {
		take("article", tokens[1:])
	}
	for {
		n, last := len(tokens), tokens[len(tokens)-1]
		switch {
		case legalForms[last] && last != "SA" && last != "AG" && last != "CO":
			take("legal form", tokens[:n-1])
		case last == "UK" || last == "GB" || last == "EMEA":
			take("country", tokens[:n-1])
		case len(last) >= 5 && strings.Trim(last, "0123456789") == "":
			take("account number", tokens[:n-1])
		}
		if len(tokens) == n {
			break
		}
	}
	return strings.Join(tokens, " "), strings.Join(took, ", ")
}
