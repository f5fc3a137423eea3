package main

import (
	"fmt"
	"regexp"
	"strings"

	"hardyards/internal/police"
)

// statedBodies maps normal forms of spellings that no rule of aliasOf covers to a
// body, or to none with a kind and the reason.
var statedBodies = map[string]struct{ body, kind, note string }{
	"NPIA": {"npia", national, ""}, "ACPO": {"acpo", national, ""}, "NPCC": {"npcc", national, ""},
	"COLLEGE OF POLICING":                                                     {"college-of-policing", national, ""},
	"UK FOOTBALL POLICING UNIT":                                               {"uk-football-policing-unit", national, ""},
	"MOPAC":                                                                   {"metropolitan-mopac", force, ""},
	"NATIONAL CRIME AGENCY":                                                   {"nca", national, ""},
	"NATIONAL POLICE ESTATE GROUP":                                            {"national-police-estate-group", national, ""},
	"POLICE DIGITAL SERVICE":                                                  {"police-digital-service", national, ""},
	"THE POLICE ICT COMPANY":                                                  {"police-ict-company", national, ""},
	"BLUELIGHT COMMERCIAL LIMITED":                                            {"bluelight-commercial", national, "owned by police bodies, a company in law"},
	"POLICE CRIME PREVENTION INITIATIVES LIMITED":                             {"police-crime-prevention-initiatives", national, "owned by police bodies, a company in law"},
	"ACPO CRIME PREVENTION INITIATIVES LIMITED":                               {"police-crime-prevention-initiatives", national, "former name; a company in law"},
	"THE INDEPENDENT CUSTODY VISITING ASSOCIATION":                            {"icva", association, ""},
	"ASSOCIATION OF POLICE AUTHORITIES":                                       {"apa", association, ""},
	"ASSOCIATION OF POLICE AND CRIME COMMISSIONERS":                           {"apcc", association, ""},
	"ASSOCIATION OF POLICING AND CRIME CHIEF EXECUTIVES":                      {"association-of-policing-and-crime-chief-executives", association, ""},
	"ASSOCIATION OF POLICE COMMUNICATORS":                                     {"association-of-police-communicators", association, ""},
	"BAWP":                                                                    {"bawp", association, "letters only"},
	"CHRISTIAN POLICE ASSOCIATION":                                            {"christian-police-association", association, ""},
	"POLICE AUTHORITY TREASURERS SOCIETY":                                     {"police-authority-treasurers-society", association, ""},
	"THE CHIEF POLICE OFFICERS STAFF ASSOCIATION":                             {"chief-police-officers-staff-association", association, ""},
	"POLICE SUPERINTENDENTS ASSOCIATION OF ENGLAND & WALES":                   {"police-superintendents-association", association, ""},
	"POLICE FEDERATION OF ENGLAND & WALES":                                    {"police-federation", association, ""},
	"POLICE FEDERATION OF ENGLAND AND WALES":                                  {"police-federation", association, ""},
	"POLICE FEDERATION OF ENGLAND & WAL":                                      {"police-federation", association, "cut off"},
	"LANCASHIRE POLICE FEDERATION":                                            {"lancashire-police-federation", association, ""},
	"LANCASHIRE POLICE AUTHORITY FEDERATION SUBS CONSTABLES":                  {"lancashire-police-federation", association, "subscriptions of constables, not the authority"},
	"LANCASHIRE POLICE AUTHORITY SPORTS & SOCIAL FUND & LOTTERY":              {"lancashire-police-sports-and-social", association, "not the authority"},
	"LANCASHIRE CONSTABULARY SPORTS & SOCIAL CLUB":                            {"lancashire-police-sports-and-social", association, "not the constabulary"},
	"POLICE DEPENDANTS TRUST":                                                 {"police-dependants-trust", association, ""},
	"POLICE DEPENDANTS TRUST LTD":                                             {"police-dependants-trust", association, ""},
	"THE POLICE REHABILITATION CENTRE GORING":                                 {"police-rehabilitation-centre-goring", association, ""},
	"THE POLICE REHABILITATION CENTRE G":                                      {"police-rehabilitation-centre-goring", association, "cut off"},
	"THE POLICE REHABILITATION CENTRE HARROGATE":                              {"police-rehabilitation-centre-harrogate", association, ""},
	"THE POLICE REHABILITATION CENTRE H":                                      {"police-rehabilitation-centre-harrogate", association, "cut off"},
	"THE POLICE TREATMENT CENTRES":                                            {"police-treatment-centres", association, ""},
	"NORTH WEST POLICE BENEVOLENT FUND":                                       {"north-west-police-benevolent-fund", association, ""},
	"CARE OF POLICE SURVIVORS":                                                {"care-of-police-survivors", association, ""},
	"NATIONAL POLICE MEMORIAL DAY":                                            {"national-police-memorial-day", association, ""},
	"THE POLICE ARBORETUM MEMORIAL TRUST":                                     {"police-arboretum-memorial-trust", association, ""},
	"THE POLICE FOUNDATION":                                                   {"police-foundation", association, "a think tank"},
	"ROYAL MILITARY POLICE":                                                   {"royal-military-police", otherUK, ""},
	"ROYAL MILITARY POLICE FORCE":                                             {"royal-military-police", otherUK, ""},
	"CIVIL NUCLEAR CONSTABULARY":                                              {"civil-nuclear-constabulary", otherUK, ""},
	"CIVIL NUCLEAR POLICE AUTHORITY":                                          {"civil-nuclear-constabulary", otherUK, ""},
	"SCOTTISH POLICE AUTHORITY":                                               {"scottish-police-authority", otherUK, ""},
	"SCOTTISH POLICE AUTHORITY GLASGOW":                                       {"scottish-police-authority", otherUK, ""},
	"SCOTTISH POLICE SERVICES AUTHORITY":                                      {"scottish-police-services-authority", otherUK, ""},
	"SCOTTISH POLICE SERVICES AUTH":                                           {"scottish-police-services-authority", otherUK, ""},
	"SCOTTISH POLICE SERVICE AUTHORITY":                                       {"scottish-police-services-authority", otherUK, ""},
	"STRATHCLYDE POLICE":                                                      {"strathclyde-police", otherUK, ""},
	"STRATHCLYDE JOINT POLICE BOARD":                                          {"strathclyde-police", otherUK, ""},
	"LOTHIAN AND BORDERS POLICE":                                              {"lothian-and-borders-police", otherUK, ""},
	"GRAMPIAN JOINT POLICE BOARD":                                             {"grampian-police", otherUK, ""},
	"TAYSIDE JOINT POLICE BOARD":                                              {"tayside-police", otherUK, ""},
	"CENTRAL SCOTLAND JOINT POLICE BOARD":                                     {"central-scotland-police", otherUK, ""},
	"FIFE CONSTABULARY":                                                       {"fife-constabulary", otherUK, ""},
	"GUERNSEY POLICE FORCE":                                                   {"guernsey-police", otherUK, "a Crown dependency"},
	"STATES OF JERSEY POLICE":                                                 {"jersey-police", otherUK, "a Crown dependency"},
	"ISLE OF MAN POLICE FORCE":                                                {"isle-of-man-police", otherUK, "a Crown dependency"},
	"PCC DEVON & CORNWALL FORMERLY KNOWN AA DEVON & CORNWALL POLICE AUTHORTY": {"devon-and-cornwall-pcc", force, ""},
	"MAYORS OFFICE FOR POLICING & CRIME MET POLICE AUTH":                      {"metropolitan-mopac", force, ""},
	"MOPC MAYORS OFFICE FOR POLICING AND CRIME":                               {"metropolitan-mopac", force, ""},
	"GREATER MANCHESTER COMBINED AUTHORITY GMP":                               {"greater-manchester-mayor", force, "marked GMP: the policing part"},
	"GREATER MANCHESTER COMBNIED AUTHORITY GMP":                               {"greater-manchester-mayor", force, "marked GMP: the policing part; misspelt"},
	"POLICE & CRIME COM NOTTSHIRE":                                            {"nottinghamshire-pcc", force, ""},
	"NORTH WALE POLICE":                                                       {"north-wales", force, "misspelt"},
	"NORTHANTS POLICE AUTHORITY":                                              {"northamptonshire-pa", force, ""},
	"LINCOLN POLICE AUTH":                                                     {"lincolnshire-pa", force, "taken for Lincolnshire: Lincoln has no authority of its own"},
	"NOTTINGHAM POLICE":                                                       {"nottinghamshire", force, "taken for Nottinghamshire: Nottingham has no force of its own"},
	"NOTTINGHAM POLICE AUTHORITY":                                             {"nottinghamshire-pa", force, "taken for Nottinghamshire"},
	"THE MET POLICE":                                                          {"metropolitan", force, ""},

	"G4S POLICING SOLUTIONS LTD":                       {"", "company", "a company that serves police"},
	"ROYAL CANADIAN MOUNTED POLICE":                    {"", "public_body", "a police force abroad"},
	"CEPOL EUROPEAN POLICE COLLEGE":                    {"", "public_body", "a European agency"},
	"TISPOL EUROPEAN TRAFFIC POLICE NETWORK":           {"", "public_body", "a network of police forces of Europe"},
	"ST PETERS PCC":                                    {"", "public_body", "a parochial church council, no commissioner"},
	"SYMCA POLICE":                                     {"south-yorkshire-mayor", force, "South Yorkshire Mayoral Combined Authority, marked police"},
	"POLICE NOW ENTERPRISES LIMITED":                   {"", "company", "a graduate programme's company"},
	"CAMBRIDGE CENTRE FOR EVIDENCE BASED POLICING LTD": {"", "company", ""},
	"WN V TECH T A VCS POLICE & SPECIAL PROJECTS":      {"", "company", "vehicle converter"},
	"POLICING":                                   {"", "unknown", "a word, no body"},
	"CITY OF LONDON":                             {"", "ambiguous", "the corporation, also the police authority of the City"},
	"GREATER MANCHESTER COMBINED AUTHORITY":      {"", "ambiguous", "transport, fire and other functions beside policing"},
	"WEST YORKSHIRE COMBINED AUTHORITY":          {"", "ambiguous", "transport and other functions beside policing"},
	"SOUTH YORKSHIRE MAYORAL COMBINED AUTHORITY": {"", "ambiguous", "transport and other functions beside policing"},
	"GREATER LONDON AUTHORITY":                   {"", "ambiguous", "transport, fire and other functions beside policing"},
	"WEST MIDLANDS":                              {"", "ambiguous", "a region of England and a police force"},
}

// statedPrefixes maps beginnings of normal forms, longest first where one begins
// another.
var statedPrefixes = []struct{ prefix, body, kind string }{
	{"NPIA ", "npia", national},
	{"NATIONAL POLICING IMPROVEMENT AGENCY", "npia", national},
	{"ACPO ASSOCIATION", "acpo", national},
	{"INDEPENDENT POLICE COMPLAINTS", "ipcc", national},
	{"IPCC ", "ipcc", national},
	{"BRITISH TRANSPORT POLICE", "british-transport-police", otherUK},
	{"POLICE SERVICE OF N", "psni", otherUK},
	{"POLICE SERVICE NORTHERN IRELAND", "psni", otherUK},
	{"MAYORS OFFICE FOR POLICING", "metropolitan-mopac", force},
	{"CITY OF LONDON POLICE AUTHORITY", "city-of-london-authority", force},
	{"METROPOLITAN POLICE AUTHORITY", "metropolitan-pa", force},
}

var (
	// The Home Office marks payees of grants (G), sometimes cut off, and numbers sites.
	grantMark  = regexp.MustCompile(`\s*\(G?\)?\s*$`)
	siteNumber = regexp.MustCompile(`\s+\d$`)
	// commissioner, in the spellings seen: COMMISIONER, COMISSIONER, COM, OPCC …
	commissionerWord = regexp.MustCompile(`\b(CRIME COM[A-Z]*|O?PCC|POLICING & CRIME)\b`)
	authorityWord    = regexp.MustCompile(`\b(POLICE AUTH[A-Z]*|POLICE AUTHOR|POLICE FUND[A-Z]*)\b`)
	forceWord        = regexp.MustCompile(`\b(POLICE|CONSTABULARY)\b`)
)

// aliasOf says whom a spelling denotes: stated, by a stated beginning, or an area's
// name together with the word for its commissioner, authority or force. It is an
// error where none of these holds: a person must look.
func aliasOf(s spelling, areas []forceArea) ([]string, error) {
	form := police.NormalForm(siteNumber.ReplaceAllString(grantMark.ReplaceAllString(s.name, ""), ""))
	if b, ok := statedBodies[form]; ok {
		return []string{s.name, b.body, b.kind, b.note, s.source}, nil
	}
	for _, p := range statedPrefixes {
		if strings.HasPrefix(form, p.prefix) {
			return []string{s.name, p.body, p.kind, "", s.source}, nil
		}
	}
	a, err := areaIn(form, areas)
	if err != nil {
		return nil, fmt.Errorf("payee %q: %w", s.name, err)
	}
	switch {
	case commissionerWord.MatchString(form):
		return []string{s.name, a.slug + "-pcc", force, "", s.source}, nil
	case authorityWord.MatchString(form):
		return []string{s.name, a.slug + "-pa", force, "", s.source}, nil
	case forceWord.MatchString(form):
		return []string{s.name, a.slug, force, "", s.source}, nil
	}
	return nil, fmt.Errorf("payee %q names %s, but no commissioner, authority or force", s.name, a.name)
}

// areaIn finds the one area whose name stands in a normal form.
func areaIn(form string, areas []forceArea) (forceArea, error) {
	padded := " " + strings.ReplaceAll(form, " & ", " AND ") + " "
	var found []forceArea
	for _, a := range areas {
		if strings.Contains(padded, " "+areaKey(a.name)+" ") {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		return forceArea{}, fmt.Errorf("%d areas in the name", len(found))
	}
	return found[0], nil
}
