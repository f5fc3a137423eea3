package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hardyards/internal/police"
)

var (
	bodiesHead  = []string{"body_id", "name", "kind", "force_code", "valid_from", "valid_to", "successor", "source"}
	aliasesHead = []string{"alias", "body_id", "kind", "note", "source"}
)

// Days on which local policing bodies changed, each with its page. Where a source
// gives only a month, the day stays empty and the month stands in the source.
const (
	commissionersFrom   = "2012-11-22"
	commissionersSource = "commonslibrary.parliament.uk sn06104 (commissioners replaced police authorities outside London, elected 2012-11-15) and feeds.bbci.co.uk uk-england-20443452 (authorities officially replaced on the Thursday after)"
	authoritiesTo       = "2012-11-21"
	mopacFrom           = "2012-01-16"
	mopacSource         = "bbc.co.uk uk-england-london-16525629; en.wikipedia.org Mayor's Office for Policing and Crime (oldid 681330037): 16 January 2012"
	authorityLondonTo   = "2012-01-15"
	payeesFile          = "reference/home_office_police_payee_name_variants.csv"
	payeeSource         = "payees of Home Office spend 2010-2016 (" + payeesFile + ")"
)

// A succession is a local policing body that took over from a commissioner.
type succession struct{ suffix, name, from, source string }

var successions = map[string]succession{
	"greater-manchester": {"mayor", "Mayor of Greater Manchester (Greater Manchester Combined Authority)", "", "police.uk news 2017-03-13: merged with the mayor elected 2017-05-04; legislation.gov.uk uksi/2017/470 (day of transfer not in the source)"},
	"west-yorkshire":     {"mayor", "Mayor of West Yorkshire (West Yorkshire Combined Authority)", "", "westyorkshire-pcc.gov.uk about/devolution: mayor elected 2021-05-06 (day of transfer not in the source)"},
	"south-yorkshire":    {"mayor", "Mayor of South Yorkshire (South Yorkshire Mayoral Combined Authority)", "", "gov.uk news 2024-02-08: from the election of May 2024; parliament.uk written question 50971"},
	"north-yorkshire":    {"mayor", "Mayor of York and North Yorkshire (Combined Authority)", "2024-05-07", "wikimili.com Mayor_of_York_and_North_Yorkshire: 7 May 2024; parliament.uk written question 50971"},
	"essex":              {"pfcc", "Police, Fire and Crime Commissioner for Essex", "", "gov.uk news 2018-03-26: first police, fire and crime commissioner in October 2017"},
	"staffordshire":      {"pfcc", "Police, Fire and Crime Commissioner for Staffordshire", "", "northyorkshire-pfcc.gov.uk 2019-02-19: in place by then; " + taxFile},
	"northamptonshire":   {"pfcc", "Police, Fire and Crime Commissioner for Northamptonshire", "2019-01-01", "wikiclassic.com draft Northamptonshire Police Fire and Crime Commissioner: formed 1 January 2019"},
	"cumbria":            {"pfcc", "Police, Fire and Crime Commissioner for Cumbria", "", taxFile + " (Cumbria PCFC)"},
}

// otherBodies are bodies beyond the 43 areas, each seen as a payee. What became of
// them and when is in no source at hand, and stays empty.
var otherBodies = []struct{ id, name, kind, successor, source string }{
	{"npia", "National Policing Improvement Agency", national, "", payeeSource},
	{"college-of-policing", "College of Policing", national, "", payeeSource},
	{"acpo", "Association of Chief Police Officers", national, "", payeeSource},
	{"npcc", "National Police Chiefs' Council", national, "", "payee NPCC of Lancashire"},
	{"apa", "Association of Police Authorities", association, "", payeeSource},
	{"apcc", "Association of Police and Crime Commissioners", association, "", "payee of Lancashire"},
	{"ipcc", "Independent Police Complaints Commission", national, "", payeeSource},
	{"nca", "National Crime Agency", national, "", "payee of Lancashire"},
	{"uk-football-policing-unit", "UK Football Policing Unit", national, "", payeeSource},
	{"police-ict-company", "Police ICT Company", national, "", "payee of Lancashire"},
	{"police-digital-service", "Police Digital Service", national, "", "payee of Lancashire"},
	{"bluelight-commercial", "BlueLight Commercial Limited", national, "", "payee of Lancashire"},
	{"police-crime-prevention-initiatives", "Police Crime Prevention Initiatives Limited", national, "", "payee of Lancashire (ACPO CRIME PREVENTION INITIATIVES LIMITED before)"},
	{"national-police-estate-group", "National Police Estate Group", national, "", "payee of Lancashire"},
	{"icva", "Independent Custody Visiting Association", association, "", "payee of Lancashire"},
	{"british-transport-police", "British Transport Police (and Authority)", otherUK, "", payeeSource},
	{"civil-nuclear-constabulary", "Civil Nuclear Constabulary (and Police Authority)", otherUK, "", payeeSource},
	{"royal-military-police", "Royal Military Police", otherUK, "", payeeSource},
	{"psni", "Police Service of Northern Ireland", otherUK, "", payeeSource},
	{"scottish-police-authority", "Scottish Police Authority", otherUK, "", payeeSource},
	{"scottish-police-services-authority", "Scottish Police Services Authority", otherUK, "", payeeSource},
	{"strathclyde-police", "Strathclyde Police (and Joint Police Board)", otherUK, "", payeeSource},
	{"lothian-and-borders-police", "Lothian and Borders Police", otherUK, "", payeeSource},
	{"grampian-police", "Grampian Police (and Joint Police Board)", otherUK, "", payeeSource},
	{"tayside-police", "Tayside Police (and Joint Police Board)", otherUK, "", payeeSource},
	{"central-scotland-police", "Central Scotland Police (and Joint Police Board)", otherUK, "", payeeSource},
	{"fife-constabulary", "Fife Constabulary", otherUK, "", payeeSource},
	{"guernsey-police", "Guernsey Police", otherUK, "", payeeSource + "; a Crown dependency, not the United Kingdom"},
	{"jersey-police", "States of Jersey Police", otherUK, "", payeeSource + "; a Crown dependency, not the United Kingdom"},
	{"isle-of-man-police", "Isle of Man Constabulary", otherUK, "", payeeSource + "; a Crown dependency, not the United Kingdom"},
	{"police-federation", "Police Federation of England and Wales", association, "", payeeSource},
	{"lancashire-police-federation", "Lancashire Police Federation", association, "", "payee of Lancashire"},
	{"lancashire-police-sports-and-social", "Lancashire Constabulary sports and social club and fund", association, "", "payee of Lancashire"},
	{"police-superintendents-association", "Police Superintendents' Association of England and Wales", association, "", "payee of Lancashire"},
	{"chief-police-officers-staff-association", "Chief Police Officers' Staff Association", association, "", "payee of Lancashire"},
	{"association-of-policing-and-crime-chief-executives", "Association of Policing and Crime Chief Executives", association, "", "payee of Lancashire"},
	{"police-authority-treasurers-society", "Police Authority Treasurers' Society", association, "", "payee of Lancashire"},
	{"association-of-police-communicators", "Association of Police Communicators", association, "", "payee of Lancashire"},
	{"bawp", "British Association for Women in Policing", association, "", "payee BAWP of Lancashire: name in full inferred from the letters"},
	{"christian-police-association", "Christian Police Association", association, "", "payee of Lancashire"},
	{"police-dependants-trust", "Police Dependants' Trust", association, "", payeeSource},
	{"police-rehabilitation-centre-goring", "Police Rehabilitation Centre, Goring", association, "", payeeSource},
	{"police-rehabilitation-centre-harrogate", "Police Rehabilitation Centre, Harrogate", association, "", payeeSource},
	{"police-treatment-centres", "Police Treatment Centres", association, "", "payee of Lancashire"},
	{"north-west-police-benevolent-fund", "North West Police Benevolent Fund", association, "", "payee of Lancashire"},
	{"care-of-police-survivors", "Care of Police Survivors", association, "", "payee of Lancashire"},
	{"national-police-memorial-day", "National Police Memorial Day", association, "", "payee of Lancashire"},
	{"police-arboretum-memorial-trust", "Police Arboretum Memorial Trust", association, "", "payee of Lancashire"},
	{"police-foundation", "Police Foundation", association, "", "payee of Lancashire"},
}

// Kinds of police body, as police.PoliceBody documents them.
const (
	force       = "force"
	localBody   = "local_policing_body"
	authority   = "police_authority"
	national    = "national_police_body"
	otherUK     = "other_uk_force"
	association = "police_association"
)

// bodies makes bodies.csv and aliases.csv.
func bodies(files *shelf) ([]table, error) {
	areas, err := files.forceAreas()
	if err != nil {
		return nil, err
	}
	b := table{path: "bodies.csv", head: bodiesHead}
	for _, a := range areas {
		b.rows = append(b.rows, areaBodies(a)...)
	}
	for _, o := range otherBodies {
		b.rows = append(b.rows, []string{o.id, o.name, o.kind, "", "", "", o.successor, o.source})
	}
	seen, err := spellings(files)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, r := range b.rows {
		known[r[0]] = true
	}
	a := table{path: "aliases.csv", head: aliasesHead}
	for _, s := range seen {
		row, err := aliasOf(s, areas)
		if err != nil {
			return nil, err
		}
		if row[1] != "" && !known[row[1]] {
			return nil, fmt.Errorf("alias %q: no body %s", row[0], row[1])
		}
		a.rows = append(a.rows, row)
	}
	return []table{b, a}, nil
}

// areaBodies gives the force of an area and its local policing bodies in time.
func areaBodies(a forceArea) [][]string {
	rows := [][]string{{a.slug, a.forceName, force, a.code, "", "", "", outcomesFile}}
	title := strings.TrimSuffix(a.name, " Police")
	switch a.slug {
	case "metropolitan":
		return append(rows,
			[]string{"metropolitan-pa", "Metropolitan Police Authority", authority, a.code, "", authorityLondonTo, "metropolitan-mopac", mopacSource},
			[]string{"metropolitan-mopac", "Mayor's Office for Policing and Crime", localBody, a.code, mopacFrom, "", "", mopacSource})
	case "city-of-london":
		return append(rows, []string{"city-of-london-authority", "City of London (police authority)", localBody, a.code, "", "", "", localBodies[a.code].source})
	}
	pcc := []string{a.slug + "-pcc", "Police and Crime Commissioner for " + title, localBody, a.code, commissionersFrom, "", "", commissionersSource}
	rows = append(rows, []string{a.slug + "-pa", title + " Police Authority", authority, a.code, "", authoritiesTo, pcc[0], commissionersSource})
	s, ok := successions[a.slug]
	if !ok {
		return append(rows, pcc)
	}
	next := []string{a.slug + "-" + s.suffix, s.name, localBody, a.code, s.from, "", "", s.source}
	pcc[6] = next[0]
	if d, err := police.ParseDate(s.from); err == nil && d != police.NoDate {
		pcc[5] = (d - 1).String()
	}
	pcc[7] += "; until: " + s.source
	return append(rows, pcc, next)
}

// A spelling is a payee's name as published and where it was seen.
type spelling struct{ name, source string }

// policeWords finds payees of Lancashire that look like police bodies.
var policeWords = regexp.MustCompile(`(?i)polic|constab|\bO?PCC\b|acpo|npcc|crime com|crime ag|custody visit|bluelight|^bawp$|^city of london$|^greater manchester com`)

// spellings gives every spelling of a police payee at hand: the Home Office's and
// Lancashire's payees, and official names that are ambiguous.
func spellings(files *shelf) ([]spelling, error) {
	rows, err := readRows(files.path("data/" + payeesFile))
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	for _, r := range rows {
		found[strings.TrimSpace(r["payee_as_published"])] = payeesFile
	}
	sheets, err := files.lancashireSheets()
	if err != nil {
		return nil, err
	}
	for _, s := range sheets {
		for _, cells := range s.cells[1:] {
			if len(cells) <= payeeColumn || !policeWords.MatchString(cells[payeeColumn]) {
				continue
			}
			if name := strings.TrimSpace(cells[payeeColumn]); found[name] == "" {
				found[name] = "payee of " + s.file
			}
		}
	}
	for name, source := range ambiguousNames {
		found[name] = source
	}
	var all []spelling
	for name, source := range found {
		all = append(all, spelling{name, source})
	}
	slices.SortFunc(all, func(a, b spelling) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

// ambiguousNames are official names that denote a police body and something else.
var ambiguousNames = map[string]string{
	"Greater Manchester Combined Authority":      taxFile,
	"West Yorkshire Combined Authority":          taxFile,
	"South Yorkshire Mayoral Combined Authority": taxFile,
	"Greater London Authority":                   taxFile,
	"West Midlands":                              severityFile,
}
