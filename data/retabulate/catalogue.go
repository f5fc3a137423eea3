package main

import (
	"fmt"
	"strconv"
	"strings"
)

var catalogueHead = []string{"measure", "label", "unit", "kind", "direction", "period_type", "is_count", "basis",
	"breaks", "traps", "source", "licence"}

// A definition of a measure. What many share stands in its family.
type definition struct {
	id, label, kind, direction string
	count                      bool
	breaks, traps              string
}

// A family is measures of one source and period.
type family struct {
	unit, period, basis, breaks, traps, source, licence string
	defs                                                []definition
}

// Licences. Where no file at hand states one, that is said.
const (
	ogl        = "Open Government Licence v3.0, as a publication of a UK government department, unless it states otherwise (no licence text came with the file)"
	oglONS     = "Open Government Licence v3.0, as a publication of the Office for National Statistics (no licence text came with the file)"
	unknownLic = "unknown: no licence came with the file"
)

const (
	uplift         = "2010 spending review and Uplift (2019-23) hit all forces at once, unequally"
	reorganised    = "workforce and population definitions change at reorganisations"
	hosts          = "staff of joint units stand at their hosts, so that hosts look large and partners small"
	pocket         = "funding, capped by referendum limits: neither cost nor workforce"
	outturn        = "Revenue Outturn of the 37 single-purpose police bodies of England, FY ending 2011-15 and 2018; the Met, the City and Wales are absent because their authorities do other things too or report elsewhere; FY 2016, 2017 and after 2018 are not at hand"
	negativeGrants = "as published: a grant received is negative, as income in an account of spending"
	netOfIncome    = "already net of income from partners: never subtract payments from it again"
	poaTraps       = "budget estimates, not outturn | FY 2013 to 2015 are dated by inference | national policing sits in hosts' figures: use total_excl_national | hosts show gross cost and all staff of joint units, partners one recharge"
	poaBreaks      = "2017: public protection is a function of its own (before: inside investigations and intelligence)"
	severity       = "serious injuries jump where a force moved to injury-based recording (CRaSH, COPA), force by force: the Met 2,051 to 3,840 KSI casualties 2015 to 2019, South Yorkshire 401 to 977"
	noMix          = "never mix casualties and collisions: two bases"
)

// catalogue makes catalogue.csv.
func catalogue(*shelf) ([]table, error) {
	t := table{path: "catalogue.csv", head: catalogueHead}
	for _, f := range families {
		for _, d := range f.defs {
			if f.source == "" || f.licence == "" || d.label == "" {
				return nil, fmt.Errorf("measure %s lacks source, licence or label", d.id)
			}
			direction := d.direction
			if direction == "" {
				direction = "none"
			}
			t.rows = append(t.rows, []string{d.id, d.label, f.unit, d.kind, direction, f.period, strconv.FormatBool(d.count),
				f.basis, joinBreaks(f.breaks, d.breaks), joinBreaks(f.traps, d.traps), f.source, f.licence})
		}
	}
	return []table{t}, nil
}

// fundingLabels are the labels of the inspectorate's funding sheets.
var fundingLabels = []string{"Appropriations to/from Reserves", "Central Funding", "Contributions to/from Reserves",
	"Council Tax Freeze Grant", "Council Tax Precept Income", "Council Tax Support Grant", "Formula Funding", "Formula Grant",
	"Formula grant (police, formula)", "Government grants", "Legacy Council Tax Grants", "Level 2 Summary - Government Grants",
	"Local Funding", "National Non Domestic Rates", "National policing grants", "Other specific grants", "Police Grant",
	"Precept Income", "Revenue Support Grant", "Total Financing Provision", "Total funding", "Total Net Requirement"}

func fundingDefinitions() []definition {
	var defs []definition
	for _, l := range fundingLabels {
		id := "funding_" + strings.Trim(notWord.ReplaceAllString(strings.ToLower(l), "_"), "_")
		defs = append(defs, definition{id: id, label: l + " (budget)", kind: "funding"})
	}
	return defs
}

var families = []family{
	{unit: "GBP thousand", period: "FY_END_MAR", basis: "outturn", licence: ogl,
		source: "DCLG, MHCLG: Revenue Outturn Summary (RS) by local authority, 2010-11 to 2014-15 and 2017-18 (shared/data/measures/ro_police_bodies.csv: file, sheet and cell of each value)",
		traps:  outturn, breaks: "forms and line numbers change between years",
		defs: []definition{
			{id: "net_expenditure", label: "Total service expenditure", kind: "cost",
				breaks: "2014, 2015: Dorset's grant-funded national work",
				traps:  netOfIncome + " | grant-funded national work swings single forces: show net_revenue_expenditure beside it | includes police and central services, so that moves between the two lines don't show"},
			{id: "net_revenue_expenditure", label: "Net revenue expenditure (funded by grant, council tax and reserves)", kind: "cost",
				traps: netOfIncome + " | after specific grants: shown beside net_expenditure, not instead of it"},
			{id: "net_current_expenditure", label: "Net current expenditure", kind: "cost", traps: netOfIncome},
			{id: "revenue_expenditure", label: "Revenue expenditure", kind: "cost", traps: "the RS of one of the six years has no such line"},
			{id: "central_services_line", label: "Central services line of the Revenue Outturn", kind: "cost",
				breaks: "2012 Northamptonshire, 2015 West Mercia and Warwickshire: spending moved here from the Police services line",
				traps:  "one line, not a force's cost"},
			{id: "outturn_police_grant", label: "Police grant (outturn)", kind: "funding", traps: negativeGrants + " | grants follow assessed need"},
			{id: "outturn_specific_grants_inside_aef", label: "Specific and special revenue grants inside AEF (outturn)", kind: "funding", traps: negativeGrants},
			{id: "outturn_specific_grants_outside_aef", label: "Specific and special revenue grants outside AEF (outturn)", kind: "funding", traps: negativeGrants,
				breaks: "2014, 2015: Dorset £34m, next year £8m"},
			{id: "outturn_council_tax_requirement", label: "Council tax requirement (outturn)", kind: "funding", traps: pocket},
			{id: "earmarked_reserves", label: "Earmarked reserves", kind: "funding",
				breaks: "2018: estimated level at 1 April, before: level", traps: "a stock, not a year's flow"},
			{id: "unallocated_reserves", label: "Unallocated reserves", kind: "funding",
				breaks: "2018: estimated level at 1 April, before: level", traps: "a stock, not a year's flow"},
		}},
	{unit: "GBP thousand", period: "FY_END_MAR", basis: "outturn", licence: ogl,
		source: "DCLG, MHCLG: Revenue Outturn Summary (RS), line Police services; 37 bodies from ro_police_bodies.csv, the Met and the City from panel.csv",
		defs: []definition{{id: "police_services_line", label: "Police services line of the Revenue Outturn (not a force's cost)", kind: "cost",
			breaks: "2012: Northamptonshire moved spending to Central services | 2015: West Mercia moved £47.0m and Warwickshire £20.2m to Central services, so that it falls 22.6 and 24.0 % while the two lines together move by +2.9 % and −2.1 %",
			traps:  "the “Police services” line alone: NOT a force's cost, never rank or compare forces by it: use net_expenditure | the Met and the City exist only as this line"}}},
	{unit: "FTE", period: "AT_31_MAR", basis: "statistic", licence: ogl, breaks: reorganised + " | " + uplift, traps: hosts + " | the FTE of March 2022 has no population at hand to be divided by",
		source: "Home Office: police workforce, England and Wales, open data (mpjashby-lesscrime.info police-uplift-2022-data.csv.gz)",
		defs: []definition{
			{id: "fte_officers", label: "Police officers, full-time equivalents", kind: "workforce",
				breaks: "2008 Essex: step | 2026: rounded, from sgilr-justice-pipeline forces.extract.csv (secondary), 2023 to 2025 absent"},
			{id: "fte_staff", label: "Police staff without designated officers, FTE", kind: "workforce",
				breaks: "2009 Devon and Cornwall, 2020 South Yorkshire: re-labelled with designated officers | Cleveland 2011, 2020, 2021, Lincolnshire 2013: steps",
				traps:  "staff and designated officers are one group that forces re-label: compare fte_staff_total"},
			{id: "fte_designated", label: "Designated officers, FTE", kind: "workforce",
				breaks: "2009 Devon and Cornwall, 2020 South Yorkshire: re-labelled with staff", traps: "compare fte_staff_total"},
			{id: "fte_staff_total", label: "Police staff and designated officers together, FTE", kind: "workforce",
				breaks: "Cleveland 2011, 2020, 2021 and Lincolnshire 2013: steps of two thirds of staff gone, or half as many again back, unexplained here",
				traps:  "derived: fte_staff plus fte_designated"},
			{id: "fte_pcso", label: "Police community support officers, FTE", kind: "workforce"},
		}},
	{unit: "score", period: "YE_MAR", basis: "statistic", licence: oglONS,
		source: "ONS: Crime Severity Score, police recorded crime, year ending March (mpjashby-lesscrime.info crime-pressure-force-2022-data.csv.gz)",
		defs: []definition{{id: "crime_severity_score", label: "Crime severity score (offences weighted by sentence, per head)", kind: "outcome", direction: "lower",
			breaks: "after 2014: recording practice changed force by force | 2013: outcomes framework | 2021: Covid year",
			traps:  "recorded crime: better recording raises it | City of London suppressed | no count: no Poisson limits"}}},
	{unit: "persons", period: "MID_YEAR", basis: "statistic", licence: oglONS,
		source: "ONS: mid-year population estimates by local authority, summed to police force areas (mpjashby-lesscrime.info crime-pressure-force-2022-pop-data.csv.gz with the ONS 2016 lookup); 2024 from sgilr-justice-pipeline forces.extract.csv",
		defs: []definition{{id: "population", label: "Resident population", kind: "denominator", count: true,
			breaks: "2024: rests on another census, rounded to hundreds; 2021 to 2023 absent | " + reorganised,
			traps:  "31 March Y, year ending March Y and FY ending Y go with the mid-(Y−1) population | residents, not those present: the City of London is an outlier by construction"}}},
	{unit: "GBP", period: "FY_END_MAR", basis: "budget estimate", licence: ogl,
		source: "DLUHC, MHCLG: council tax requirement by authority, 2015-16 to 2023-24 (em1lyk-council-tax ctr_*.xlsx, CTR_Table_9_2023-24); 2026 from cbl-realcrime precept-2025-26.extract.csv",
		defs: []definition{{id: "police_council_tax_requirement", label: "Police council tax requirement", kind: "funding",
			breaks: "2026: a secondary extract; 2025 absent",
			traps:  pocket + " | runs 2 % below the precept of the value-for-money funding table: don't mix | each year's file repeats the year before, revised"}}},
	{unit: "GBP", period: "FY_END_MAR", basis: "budget estimate", licence: ogl,
		source: "Home Office: Police Grant Report 2025-26, overall total by force (cbl-realcrime police-grant-2025-26.csv)",
		defs: []definition{{id: "police_core_grant", label: "Police core grant 2025-26", kind: "funding",
			traps: "grants follow assessed need | Welsh forces get part of theirs through the Welsh Government: they look lower than English peers | one year only"}}},
	{unit: "adjusted count", period: "CAL_YEAR", basis: "statistic", licence: unknownLic,
		source: "Department for Transport STATS19, adjusted severity (saferactive cycle-collision-risk-pf.Rds)",
		defs: []definition{{id: "ksi_cyclists_adjusted", label: "Cyclists killed or seriously injured, severity-adjusted", kind: "outcome", direction: "lower",
			traps: "no outcome of motorway units, and few of any other | adjusted, so fractions: no Poisson limits"}}},
	{unit: "casualties", period: "CAL_YEAR", basis: "statistic", licence: ogl,
		source: "Department for Transport: STATS19 casualties 2015 to 2019 (shared/data/measures/ksi_by_force_year.csv)", traps: noMix + " | a few City of London records of 2016, 2018 and 2019 may sit under the Met",
		defs: []definition{
			{id: "fatal_casualties", label: "People killed on roads", kind: "outcome", direction: "lower", count: true},
			{id: "serious_casualties", label: "People seriously injured on roads", kind: "outcome", direction: "lower", count: true, breaks: severity, traps: "unadjusted: not comparable across the move"},
			{id: "slight_casualties", label: "People slightly injured on roads", kind: "outcome", direction: "lower", count: true, breaks: severity, traps: "unadjusted: not comparable across the move"},
			{id: "ksi_casualties", label: "People killed or seriously injured on roads, unadjusted", kind: "outcome", direction: "lower", count: true, breaks: severity, traps: "unadjusted: not comparable across the move; fatal_casualties is"},
		}},
	{unit: "collisions", period: "CAL_YEAR", basis: "statistic", licence: ogl,
		source: "Department for Transport: STATS19 collisions 2005 to 2007, 2015, 2017 and table RAS10015 by local authority, 2010 to 2014 and 2016, summed to force areas (shared/data/measures/ksi_by_force_year.csv)",
		traps:  noMix + " | 2005 to 2007: year inferred from the order of rows | RAS10015 years: 39 English forces only; 2008 and 2009 absent",
		defs: []definition{
			{id: "fatal_collisions", label: "Fatal collisions", kind: "outcome", direction: "lower", count: true},
			{id: "serious_collisions", label: "Serious collisions", kind: "outcome", direction: "lower", count: true, breaks: severity, traps: "unadjusted: not comparable across the move"},
			{id: "slight_collisions", label: "Slight collisions", kind: "outcome", direction: "lower", count: true, breaks: severity, traps: "unadjusted: not comparable across the move"},
			{id: "ksi_collisions", label: "Fatal or serious collisions, unadjusted", kind: "outcome", direction: "lower", count: true, breaks: severity, traps: "unadjusted: not comparable across the move; fatal_collisions is"},
		}},
	{unit: "count", period: "FY_END_MAR", basis: "statistic", licence: ogl,
		source: "Home Office: outcomes open data 2017/18 (mpjashby-cj-charts detection-rates-data.csv.gz); recorded crime open data 2017/18 (mopd-crime_sim_toolkit prc-pfa-mar2013-onwards-tables201718.csv)",
		breaks: "2013: outcomes framework from April 2013", traps: "one year only",
		defs: []definition{
			{id: "outcomes_charged_summonsed", label: "Outcomes: charged or summonsed", kind: "outcome", direction: "higher", count: true},
			{id: "outcomes_recorded_all_types", label: "Outcomes recorded, all types", kind: "outcome", count: true},
			{id: "recorded_offences_incl_all_codes", label: "Recorded offences, all codes", kind: "outcome", direction: "lower", count: true, traps: "better recording raises it"},
		}},
	{unit: "per 1,000 people", period: "YE_MAR", basis: "statistic", licence: unknownLic,
		source: "sgilr-justice-pipeline forces.extract.csv (secondary)",
		defs: []definition{{id: "recorded_crime_per_1000_pop", label: "Recorded crime per 1,000 people", kind: "outcome", direction: "lower",
			traps: "secondary, one year only; better recording raises it"}}},
	{unit: "GBP thousand", period: "FY_END_MAR", basis: "budget estimate", licence: ogl, breaks: poaBreaks, traps: poaTraps,
		source: "HMIC, HMICFRS value-for-money profiles, CIPFA Police Objective Analysis estimates (shared/data/measures/police_cost_and_fte_by_function.csv.gz: file, sheet and row of each value)",
		defs: []definition{
			{id: "gre", label: "Gross revenue expenditure by function (budget)", kind: "cost", traps: "use gross for a six-year series"},
			{id: "nre", label: "Net revenue expenditure by function (budget)", kind: "cost",
				breaks: "2013, 2017: net seems to be after government grants (inferred)", traps: "use net only within 2014, 2015, 2016, 2018"},
			{id: "earned_income", label: "Earned income by function (budget)", kind: "funding"},
		}},
	{unit: "FTE", period: "FY_END_MAR", basis: "budget estimate", licence: ogl, breaks: poaBreaks, traps: poaTraps,
		source: "HMIC, HMICFRS value-for-money profiles, CIPFA Police Objective Analysis estimates (shared/data/measures/police_cost_and_fte_by_function.csv.gz: file, sheet and row of each value)",
		defs: []definition{
			{id: "officers_fte", label: "Officers by function, budgeted FTE", kind: "workforce", traps: "FY 2014 to 2018"},
			{id: "staff_fte", label: "Staff by function, budgeted FTE", kind: "workforce", traps: "FY 2014 to 2018"},
			{id: "pcso_fte", label: "PCSOs by function, budgeted FTE", kind: "workforce", traps: "FY 2014 to 2018"},
			{id: "total_workforce_fte", label: "Workforce by function, budgeted FTE", kind: "workforce", traps: "FY 2013 only: later years give officers, staff and PCSOs apart"},
		}},
	{unit: "GBP thousand", period: "FY_END_MAR", basis: "budget estimate", licence: ogl,
		source: "HMIC, HMICFRS value-for-money profiles, funding sheets (shared/data/measures/police_funding_poa.csv: file, sheet and row of each value)",
		breaks: "labels and their contents change from year to year",
		traps:  pocket + " | grants follow assessed need | its precept runs 2 % above the council tax requirement: don't mix the two",
		defs:   fundingDefinitions()},
	{unit: "count", period: "FY_END_MAR", basis: "statistic", licence: ogl,
		source: "HMIC, HMICFRS value-for-money profiles, annual data requirement (shared/data/measures/adr_calls_incidents_satisfaction_population.csv)",
		defs: []definition{
			{id: "calls_999_received", label: "999 calls received", kind: "denominator", count: true, traps: "demand, not an outcome; FY 2012 to 2017"},
			{id: "incidents_nsir_emergency", label: "Incidents graded emergency", kind: "denominator", count: true, traps: "forces grade differently"},
			{id: "incidents_nsir_priority", label: "Incidents graded priority", kind: "denominator", count: true, traps: "forces grade differently"},
			{id: "incidents_nsir_scheduled", label: "Incidents graded scheduled", kind: "denominator", count: true, traps: "forces grade differently"},
			{id: "incidents_nsir_resolved_without_deployment", label: "Incidents resolved without deployment", kind: "denominator", count: true, traps: "forces grade differently"},
			{id: "incidents_emerg_prio_asb", label: "Emergency and priority incidents: anti-social behaviour", kind: "denominator", count: true, traps: "FY 2012 only"},
			{id: "incidents_emerg_prio_crime", label: "Emergency and priority incidents: crime", kind: "denominator", count: true, traps: "FY 2012 only"},
			{id: "incidents_emerg_prio_other", label: "Emergency and priority incidents: other", kind: "denominator", count: true, traps: "FY 2012 only"},
		}},
	{unit: "thousand", period: "MID_YEAR", basis: "statistic", licence: ogl,
		source: "HMIC, HMICFRS value-for-money profiles, populations (shared/data/measures/adr_calls_incidents_satisfaction_population.csv)",
		defs: []definition{{id: "population_thousands", label: "Population used in the value-for-money profiles", kind: "denominator",
			traps: "use population; the 43 values of the 2012 profile are left out, as their year isn't known"}}},
	{unit: "proportion", period: "FY_END_MAR", basis: "survey", licence: ogl,
		source: "HMIC value-for-money profile 2013, victims of crime survey (shared/data/measures/adr_calls_incidents_satisfaction_population.csv)",
		breaks: "comparable only to 2016/17", traps: "2012/13 only | a survey: has its own margin",
		defs: []definition{
			{id: "victim_satisfaction_whole_experience", label: "Victims satisfied with the whole experience", kind: "outcome", direction: "higher"},
			{id: "victim_satisfaction_ci_halfwidth", label: "Margin of the force's own victim satisfaction", kind: "outcome"},
			{id: "victim_satisfaction_msg_average", label: "Victim satisfaction, average of the most similar forces", kind: "outcome", direction: "higher"},
			{id: "victim_satisfaction_msg_ci", label: "Margin of the most similar forces' average", kind: "outcome"},
		}},
	{unit: "grade 1 to 4", period: "PEEL_CYCLE", basis: "inspection", licence: ogl,
		source: "HMIC, HMICFRS: PEEL force pages 2015 to 2018/19 (shared/data/measures/peel_grades.csv)",
		breaks: "questions change between cycles; from 2021/22 other pillars (not at hand)",
		traps:  "copied by hand from pages: secondary | four grades, 4 is outstanding: no measure of distance | cycle 2018 is 2018/19",
		defs: []definition{
			{id: "peel_effectiveness", label: "PEEL effectiveness grade", kind: "outcome", direction: "higher"},
			{id: "peel_efficiency", label: "PEEL efficiency grade", kind: "outcome", direction: "higher"},
			{id: "peel_legitimacy", label: "PEEL legitimacy grade", kind: "outcome", direction: "higher"},
		}},
	{unit: "index 2022=100", period: "FY_END_MAR", basis: "statistic", licence: oglONS,
		source: "ONS YBGB, implied GDP deflator, quarters, release 30-06-2025 (DefraUtils gdp_deflators.csv)",
		defs: []definition{{id: "gdp_deflator_mean_of_quarters", label: "GDP deflator, mean of the financial year's quarters", kind: "deflator",
			breaks: "2021, 2022: Covid years distort it", traps: "means of ONS quarters, not HM Treasury's own table; prefer it to the calendar-year ones"}}},
	{unit: "index 2022=100", period: "CAL_YEAR", basis: "statistic", licence: oglONS,
		source: "ONS YBGB, implied GDP deflator, years, release 30-06-2025 (DefraUtils gdp_deflators.csv)",
		defs: []definition{{id: "gdp_deflator", label: "GDP deflator, calendar years", kind: "deflator",
			breaks: "2020, 2021: Covid years distort it", traps: "calendar years: FY ending Y is three quarters of Y−1 and one of Y"}}},
	{unit: "per cent", period: "CAL_YEAR", basis: "statistic", licence: unknownLic,
		source: "World Bank NY.GDP.DEFL.KD.ZG, United Kingdom (datasets/inflation)",
		defs: []definition{{id: "gdp_deflator_annual_change", label: "GDP deflator, annual change (World Bank)", kind: "deflator",
			breaks: "2020, 2021: Covid years distort it", traps: "calendar years; for sensitivity only"}}},
}
