package main

// Functions of the Police Objective Analysis, as DESIGN.md lists them.
const (
	localPolicing   = "local policing"
	withPublic      = "dealing with the public"
	criminalJustice = "criminal justice arrangements"
	roads           = "road policing"
	operational     = "operational support"
	intelligence    = "intelligence"
	investigations  = "investigations"
	investigative   = "investigative support"
	protection      = "public protection"
	support         = "support functions"
	nationalWork    = "national policing"
)

// Reasons why a collaboration has no primary measure. All were written before any
// result was computed (METHODS.md 8).
const (
	tooSmall     = "none: a specialist unit costs and employs a smaller share of its members than a force-wide measure can show"
	onlySupport  = "none: of support functions alone; budgets by function exist for six years only (FY 2013-18), and no outcome is theirs"
	roadsOnly    = "none: road policing budgets exist for six years only (FY 2013-18); force-wide fatal collisions are mostly not on the unit's roads"
	nationwide   = "none: all or nearly all forces are members, so that no force is left to compare with"
	partOfForce  = "none: several functions, but no published share of the members' work; budgets by function exist for six years only (FY 2013-18)"
	allianceWide = "staff and designated officers together are the workforce an alliance pools, with the longest series (2007-22); expenditure exists for six years only; crime severity is the one outcome of the whole force with a long series"
)

const (
	forceStaff = "fte_staff_total"
	severityOf = "crime_severity_score"
)

// agreements normalises the register, row by row in its order.
var agreements = []agreement{
	{id: "wm-war-alliance", forceWide: true,
		functions: []string{localPolicing, withPublic, criminalJustice, roads, operational, intelligence, investigations, investigative, protection, support},
		cost:      forceStaff, outcome: severityOf, why: allianceWide + "; almost everything below deputy chief constable was shared",
		shares: "E23000016:69|E23000017:31", exit: "12 months' notice: given 2018-10-09, due 2019-10-08; settlement £10.5m",
		extra: "share key and notice: leamingtoncourier 1-8735070 (Warwickshire contributed 31 per cent of the shared budget, West Mercia the rest)",
		members: []membership{{areas: "West Mercia;Warwickshire", role: "partner", from: "2012", fromEvent: "live", to: "2020-04", toEvent: "ended",
			note: "agreed 2011-06-29, services merged 2013; was due to end 2019-10, extended by the Home Secretary"}},
		events: []dated{
			{entry, "agreed", "2011-06-29", "agreed 2011-06-29"}, {entry, "live", "2012", "in place 2012"}, {entry, "merged", "2013", "services merged 2013"},
			{exit, "notice", "2018-10-09", "notice 2018-10-09"}, {exit, "due", "2019-10-08", "due 2019-10-08/09"}, {exit, "due", "2019-10-09", "due 2019-10-08/09"},
			{exit, "ended", "2020-04", "extended to 2020-04 by Home Secretary"}},
		money: []money{
			{kind: "saving", quote: "£30m by 2015 claimed ex ante", low: "30000000", high: "30000000", by: "West Mercia Police and Warwickshire Police", when: "2013", period: "by 2015", timing: before,
				extra: "thewriterstown.com 45800073: the forces, merging services in 2013, said it would save £30m by 2015"},
			{kind: "saving", quote: ">£35m saved (Warwickshire)", low: "35000000", by: "Warwickshire Police", when: "2018-10", period: "since it came into force", per: cumulative, timing: after,
				extra: "thewriterstown.com 45800073: Warwickshire Police said the alliance had saved more than £35m since it came into force"},
			{kind: "budget", quote: "£300m alliance", low: "300000000", high: "300000000"},
			{kind: "exit payment", quote: "£10.5m exit payment", low: "10500000", high: "10500000", by: "Police and Crime Commissioner for West Mercia and West Mercia Police", when: "2020-04"},
			{kind: "cost", quote: "£270k write-off", low: "270000", high: "270000"}}},
	{id: "cmpg", functions: []string{roads}, hosts: []string{"West Midlands"}, why: roadsOnly,
		members: []membership{
			{areas: "West Midlands", role: "host", from: "1990", fromEvent: "live", to: "2024-09", toEvent: "ended", note: "host by its headquarters at Perry Barr; the end rests on a Wikipedia mirror"},
			{areas: "West Mercia", role: "partner", from: "1990", fromEvent: "live", to: "2017-07", toEvent: "notice", note: "leaving was announced; the day it left is not in the source; not among the members of 2018"},
			{areas: "Staffordshire", role: "partner", to: "2024-09", toEvent: "ended", note: "joined later than 1990, day not in the source"},
			{areas: "Warwickshire", role: "partner", to: "2018", toEvent: "left", note: "joined later than 1990 and is not among the members of 2018: days not in the source"}},
		events: []dated{{entry, "live", "1990", "1990: West Mercia+West Midlands"}, {change, "notice", "2017-07", "West Mercia left (announced 2017-07)"},
			{change, "left", "2018", "2018: Staffordshire+West Midlands"}, {exit, "ended", "2024-09", "2024-09"}},
		money: []money{
			{kind: "contribution", quote: "WMP contribution £5,178,900", low: "5178900", high: "5178900", by: "West Midlands Police", when: "2023", extra: "foi.west-midlands.police.uk 378A/23; the year it is of is not in the source"},
			{kind: "staffing", quote: "72 officers (FOI 378A/23)", by: "West Midlands Police", when: "2023"}}},
	{id: "nwmpg", functions: []string{roads}, why: roadsOnly,
		members: []membership{
			{areas: "Cheshire;Merseyside", role: "member", from: "2008-06", fromEvent: "live", to: "2025-04-01", toEvent: "ended", note: "the end rests on Wikipedia; no host force is named"},
			{areas: "Lancashire", role: "member", from: "2008-06", fromEvent: "live", to: "2018-04", toEvent: "left"},
			{areas: "Greater Manchester", role: "member", from: "2011", fromEvent: "joined", to: "2025-04-01", toEvent: "ended", note: "the end rests on Wikipedia"}},
		events: []dated{{entry, "live", "2008-06", "2008-06"}, {change, "joined", "2011", "+GMP 2011"}, {change, "left", "2018-04", "-Lancashire 2018-04"}, {exit, "ended", "2025-04-01", "2025-04-01"}},
		money:  []money{{kind: "staffing", quote: "130+ officers, 30+ staff"}}},
	{id: "nw-underwater", functions: []string{operational}, why: tooSmall,
		members: []membership{
			{areas: "Merseyside;Greater Manchester;Cheshire;Cumbria;Lancashire", role: "member", note: "a joint unit in the 1970s: no year in the source"},
			{areas: "North Wales", role: "member", from: "1987", fromEvent: "joined", note: "an officer of North Wales by 1987"}},
		events: []dated{{change, "joined", "1987", "North Wales officer 1987"}}},
	{id: "yath-underwater", functions: []string{operational}, hosts: []string{"Humberside"}, why: tooSmall, baseline: "before £1.125m/yr, 28 divers",
		members: []membership{
			{areas: "Humberside", role: "host", from: "2012-09-10", fromEvent: "live"},
			{areas: "South Yorkshire;West Yorkshire", role: "partner", from: "2012-09-10", fromEvent: "live"},
			{areas: "North Yorkshire", role: "partner", from: "2012-09-10", fromEvent: "live", note: "by contract"}},
		events: []dated{{entry, "live", "2012-09-10", "2012-09-10"}},
		money: []money{
			{kind: "cost", quote: "before £1.125m/yr, 28 divers", low: "1125000", high: "1125000", per: annual},
			{kind: "cost", quote: "after £719,083, 10 divers", low: "719083", high: "719083", per: annual},
			{kind: "saving", quote: "~£400k/yr saving", low: "400000", high: "400000", when: "2012", per: annual, against: "own past"}}},
	{id: "7f", functions: []string{support, operational}, why: onlySupport,
		review: "HMICFRS 2020 could not establish whether it was achieving the anticipated savings (ipswichstar 1-6771233)",
		members: []membership{{areas: "Bedfordshire;Cambridgeshire;Hertfordshire;Essex;Kent;Norfolk;Suffolk", role: "member", from: "2015", fromEvent: "agreed",
			note: "programme agreed 2015; procurement live 2020-01; no host force is named"}},
		events: []dated{{entry, "agreed", "2015", "2015 (programme)"}, {change, "live", "2018-04-01", "firearms licence 2018-04-01/2019-04-01"},
			{change, "live", "2019-04-01", "firearms licence 2018-04-01/2019-04-01"}, {entry, "live", "2020-01", "procurement go-live 2020-01"}},
		money: []money{
			{kind: "budget", quote: "programme budget £1.35m/yr", low: "1350000", high: "1350000", per: annual},
			{kind: "saving", quote: "procurement pipeline £11m", low: "11000000", high: "11000000", by: "Seven Force Strategic Collaboration Programme", when: "2020", timing: before, extra: "ipswichstar 1-6771233: identified pipeline savings of £11m from single procurement"},
			{kind: "saving", quote: "ERP/IT £10m", low: "10000000", high: "10000000", by: "Seven Force Strategic Collaboration Programme", when: "2020", timing: before, extra: "ipswichstar 1-6771233: £10m in enterprise resource planning and IT convergence"},
			{kind: "saving", quote: "£156k chief firearms instructor posts", low: "156000", high: "156000", by: "HMICFRS", when: "2020", timing: after, extra: "ipswichstar 1-6771233: the report says savings were achieved, £156,000 among them by cutting seven posts to one"},
			{kind: "budget", quote: "£230m third-party spend", low: "230000000", high: "230000000", per: annual}}},
	{id: "norfolk-suffolk", forceWide: true,
		functions: []string{criminalJustice, roads, operational, intelligence, investigations, investigative, protection, support},
		cost:      forceStaff, outcome: severityOf, why: allianceWide + "; everything but local policing, a third of the combined budget",
		governance: "commissioners and chief constables of both meet in public (suffolk-pcc.gov.uk norfolk-suffolk-collaboration)",
		members:    []membership{{areas: "Norfolk;Suffolk", role: "partner", from: "2010", fromEvent: "live"}},
		events:     []dated{{entry, "live", "2010", "2010"}},
		money: []money{
			{kind: "saving", quote: "£41m combined since 2010 (2020-ish)", low: "41000000", high: "41000000", by: "Norfolk and Suffolk Constabularies", when: "2020", period: "since 2010", per: cumulative, timing: after, extra: "constabulary.prs.uk.com/about: have saved over £41m combined since 2010"},
			{kind: "saving", quote: "Suffolk £20m in 2020/21", low: "20000000", high: "20000000", by: "Police and Crime Commissioner for Suffolk", period: "2020/21", timing: after, extra: "suffolk-pcc.gov.uk: in 2020/21 yielded savings for Suffolk of £20m (whether in that year or up to it isn't said)"},
			{kind: "saving", quote: "Norfolk £16m of £32m", low: "16000000", high: "16000000", by: "Norfolk Constabulary", per: cumulative, timing: after, extra: "eveningnews24 1-5518341: around £16m of £32m of savings by pooling with Suffolk; its date is not in the text at hand"},
			{kind: "share", quote: "~1/3 of >£300m combined budget"}}},
	{id: "bch", forceWide: true,
		functions: []string{operational, investigations, investigative, roads, support, criminalJustice},
		cost:      forceStaff, outcome: severityOf, why: allianceWide + "; planned to hold more than half of policing business (huntspost 4953362), but two of the three had shared units since 2007",
		governance: "chief constables and police authority chairs, later commissioners, sign (bbc uk-england-cambridgeshire-13620843)",
		members: []membership{
			{areas: "Bedfordshire;Hertfordshire", role: "partner", from: "2007", fromEvent: "live", note: "the two alone"},
			{areas: "Bedfordshire;Cambridgeshire;Hertfordshire", role: "partner", from: "2011", fromEvent: "agreed", note: "the three; units from April 2011 to 2012, extended 2014-05"}},
		events: []dated{{change, "live", "2007", "Beds+Herts 2007"}, {entry, "agreed", "2011", "tri-force agreement 2011"}, {entry, "live", "2011-04", "units Apr 2011-2012"},
			{entry, "live", "2012", "units Apr 2011-2012"}, {change, "agreed", "2014-05", "extended 2014-05"}},
		money: []money{
			{kind: "saving", quote: "£20m/yr target by 2015", low: "20000000", high: "20000000", by: "Bedfordshire, Cambridgeshire and Hertfordshire police authorities", when: "2011", period: "by 2015", per: annual, timing: before, extra: "bbc uk-england-cambridgeshire-13620843: hope to save £20m a year by the end of 2015"},
			{kind: "saving", quote: "4 units £3m/yr", low: "3000000", high: "3000000", by: "Cambridgeshire Police Authority", when: "2011-10", per: annual, timing: before, extra: "huntspost 4953362"},
			{kind: "saving", quote: "firearms £542k", low: "542000", high: "542000", by: "Cambridgeshire Police Authority", when: "2011-10", per: annual, timing: before, extra: "huntspost 4953362; part of the £3m"},
			{kind: "saving", quote: "major crime £700k", low: "700000", high: "700000", by: "Cambridgeshire Police Authority", when: "2011-10", per: annual, timing: before, extra: "huntspost 4953362; part of the £3m"},
			{kind: "saving", quote: "Beds/Herts 13 units £4m/yr", low: "4000000", high: "4000000", by: "Bedfordshire Police Authority", when: "2011-10", per: annual, timing: after, extra: "dunstabletoday 2393051: now have 13 joint units delivering savings totalling £4million per year"}}},
	{id: "kent-essex-scd", functions: []string{investigations, intelligence, investigative, support}, why: partOfForce,
		members: []membership{{areas: "Kent;Essex", role: "partner", from: "2010-06", fromEvent: "live", note: "led by an assistant chief constable of Kent at the start: no host is named"}},
		events:  []dated{{entry, "live", "2010-06", "2010-06"}},
		money:   []money{{kind: "staffing", quote: "1,100+ staff"}}},
	{id: "surrey-sussex", functions: []string{investigations, investigative, operational, support}, why: partOfForce,
		members: []membership{{areas: "Surrey;Sussex", role: "partner", from: "2011-05", fromEvent: "agreed"}},
		events:  []dated{{entry, "agreed", "2011-05", "approved 2011-05"}},
		money: []money{{kind: "saving", quote: "£3.46m/yr both forces at full implementation", low: "3460000", high: "3460000", by: "Sussex Police", when: "2011-05", per: annual, timing: before,
			extra: "worthingherald.co.uk 910767: annual savings of at least £3.46m in total are estimated when fully implemented (feeds.bbci.co.uk 13584686 words it as a need)"}}},
	{id: "tvp-hants", functions: []string{support, roads, operational}, hosts: []string{"Thames Valley", "Hampshire"}, why: partOfForce,
		purpose: "reduce the cost of a service while minimising the impact on its level (thamesvalley.police.uk aboutus-parts-hants)",
		members: []membership{{areas: "Thames Valley;Hampshire", role: "host", from: "2009-05", fromEvent: "live", note: "Thames Valley hosts ICT, Hampshire the Joint Operations Unit; further dates are events"}},
		events: []dated{{entry, "live", "2009-05", "IT service desk 2009-05"}, {change, "agreed", "2011-02", "ICT agreement 2011-02"},
			{change, "live", "2011-10", "IMU 2011-10"}, {change, "live", "2012-01", "JOU roads 2012-01"}},
		money: []money{
			{kind: "saving", quote: "ICT £11.7m over 5 yrs (62.5 posts)", low: "11700000", high: "11700000", by: "Thames Valley and Hampshire police authorities", when: "2011-02", period: "first five years", per: cumulative, timing: before, extra: "computing.co.uk 2027856"},
			{kind: "saving", quote: "IMU £600k/yr (earlier £537k)", low: "537000", high: "600000", by: "Thames Valley and Hampshire police authorities", when: "2011-10", per: annual, timing: before, extra: "feeds.bbci.co.uk berkshire-15246936; £537,000 in 2010: uk-england-11521468"}}},
	{id: "seroc", functions: []string{investigations, intelligence}, why: tooSmall,
		members: []membership{{areas: "Thames Valley;Hampshire;Surrey;Sussex", role: "member", from: "2010-09", fromEvent: "live"}},
		events:  []dated{{entry, "live", "2010-09", "2010-09"}}},
	{id: "dc-dorset", forceWide: true,
		cost: forceStaff, outcome: severityOf, why: allianceWide + "; over 30 business areas, almost 40 per cent of the activity of the two; which functions is not listed in the row",
		purpose: "maintain effective policing while reducing costs by working more closely together (dorset.police.uk strategic-alliance)",
		members: []membership{{areas: "Devon and Cornwall;Dorset", role: "partner", from: "2015-03", fromEvent: "agreed", note: "22 shared departments by 2018; the bid to merge was dropped 2018-10-05, the alliance continued"}},
		events: []dated{{entry, "agreed", "2015-03", "2015-03"}, {entry, "live", "2018", "22 shared departments by 2018"},
			{change, "dropped", "2018-10-05", "merger bid dropped 2018-10-05"}},
		money: []money{
			{kind: "saving", quote: "£12m savings (both)", low: "12000000", high: "12000000", by: "Devon & Cornwall Police and Dorset Police", when: "2015-03", timing: before, extra: "dorsetview.co.uk: at least £12 million spread across both; devon-cornwall.police.uk regional-and-national-picture: combined annual savings targeted, forecast in 2022/23"},
			{kind: "cost", quote: "merger study £250k (£200k split 70:30 + £50k HO)", low: "250000", high: "250000"},
			{kind: "share", quote: "cost shares proportional to force size"}}},
	{id: "triforce", functions: []string{roads, operational}, why: partOfForce, exit: "none agreed: the model of a host force failed",
		members: []membership{{areas: "Avon and Somerset;Gloucestershire;Wiltshire", role: "partner", from: "2012", fromEvent: "live", to: "2019-04", toEvent: "ended"}},
		events:  []dated{{entry, "live", "2012", "2012"}, {exit, "ended", "2019-04", "2019-04"}},
		money:   []money{{kind: "staffing", quote: "Wiltshire: 14 new officers funded after end"}}},
	{id: "brunel", functions: []string{investigations}, why: tooSmall,
		members: []membership{{areas: "Avon and Somerset;Wiltshire", role: "partner", note: "before 2015-01: no start in the source"}}},
	{id: "sw-forensics", functions: []string{investigative}, hosts: []string{"Dorset"}, why: tooSmall, baseline: "Phase 1 cost £10.8m (5 forces)",
		members: []membership{
			{areas: "Dorset", role: "host", from: "2014", fromEvent: "live", note: "programme lead 2013, single employer from 2019-10"},
			{areas: "Avon and Somerset;Devon and Cornwall", role: "partner", from: "2014", fromEvent: "live"},
			{areas: "Wiltshire", role: "partner", from: "2014", fromEvent: "live", note: "staff not transferred in 2019-10"}},
		events: []dated{{entry, "live", "2014", "2014"}, {change, "live", "2019-10", "single employer from 2019-10"}},
		money: []money{
			{kind: "cost", quote: "Phase 1 cost £10.8m (5 forces)", low: "10800000", high: "10800000", extra: "andoveradvertiser.co.uk 10857633: current total cost of the Phase 1 services across the five forces"},
			{kind: "saving", quote: "saving £1.9m", low: "1900000", high: "1900000", by: "Wiltshire, Avon and Somerset, Devon and Cornwall, Dorset and Gloucestershire police forces", when: "2013-11", timing: before, extra: "andoveradvertiser.co.uk 10857633"},
			{kind: "saving", quote: "forecast up to £6.6m by 2018-19", high: "6600000", by: "Wiltshire, Avon and Somerset, Devon and Cornwall, Dorset and Gloucestershire police forces", when: "2013-11", period: "by 2018-19", timing: before, extra: "andoveradvertiser.co.uk 10857633"}}},
	{id: "emsou", functions: []string{investigations, intelligence, investigative, nationalWork}, why: tooSmall,
		shares:  "E23000019:27.6|E23000018:22|E23000021:23.1|E23000020:12.6|E23000022:14.7",
		purpose: "local policing remains local; collaboration in operational and other support is sought; benefits and costs are shared (archive.derbyshire.police.uk East-Midlands-Police-Collaboration)",
		review:  "HMIC 2013: an average saving of 20 % when the costs of functions before and after are compared (hmicfrs.justiceinspectorates.gov.uk releases 0312013)",
		nonCash: "HMIC 2013: more resilience in some areas, such as serious and organised crime (hmicfrs.justiceinspectorates.gov.uk releases 0312013)",
		members: []membership{{areas: "Derbyshire;Leicestershire;Lincolnshire;Northamptonshire;Nottinghamshire", role: "member", from: "2001", fromEvent: "live", note: "2001 or 2002; three forces at first (hmicfrs.justiceinspectorates.gov.uk releases 0312013), which three is not in the source"}},
		events:  []dated{{entry, "live", "2001", "2001/2002"}, {entry, "live", "2002", "2001/2002"}},
		money: []money{
			{kind: "saving", quote: "2012: nearly £30m over 4 yrs (3 projects)", high: "30000000", by: "Derbyshire Police Authority", when: "2012-01-20", period: "four years", per: cumulative, extra: "the page itself was not seen again; uk-england-14884783 (2011) has £26m over four years from two units"},
			{kind: "share", quote: "shares Notts 27.6 Derbys 22 Leics 23.1 Lincs 12.6 Northants 14.7 (%), in line with HO formula grant"},
			{kind: "staffing", quote: "~1,200 staff (2020)"}}},
	{id: "emopss", functions: []string{roads, operational}, why: partOfForce,
		members: []membership{
			{areas: "Leicestershire;Lincolnshire", role: "member", from: "2015-05-05", fromEvent: "live"},
			{areas: "Northamptonshire", role: "member", from: "2015-05-05", fromEvent: "live", note: "later no member: day not in the source"},
			{areas: "Nottinghamshire", role: "member", from: "2015-05-05", fromEvent: "live", to: "2018-05-01", toEvent: "left"}},
		events: []dated{{entry, "live", "2015-05-05", "2015-05-05"}, {change, "left", "2018-05-01", "Notts left 2018-05-01"}},
		money:  []money{{kind: "budget", quote: "~£22m budget (2015)", low: "22000000", high: "22000000", period: "2015"}}},
	{id: "em-commercial", functions: []string{support}, why: onlySupport,
		members: []membership{{areas: "Derbyshire;Northamptonshire;Nottinghamshire", role: "member", note: "before 2014-09: no start in the source"}}},
	{id: "mfss", functions: []string{support}, hosts: []string{"Cheshire"}, why: onlySupport, review: "KPMG: late, over budget",
		members: []membership{
			{areas: "Cheshire", role: "host", from: "2012-04-01", fromEvent: "live", note: "at Winsford; payroll at Northampton; the Civil Nuclear Constabulary was a member too"},
			{areas: "Northamptonshire", role: "partner", from: "2012-04-01", fromEvent: "live"},
			{areas: "Nottinghamshire", role: "partner", from: "2015-04", fromEvent: "joined"}},
		events: []dated{{entry, "live", "2012-04-01", "2012-04-01"}, {change, "joined", "2015-04", "+Nottinghamshire 2015-04"}},
		money: []money{
			{kind: "contribution", quote: "Notts 2017/18 £898k (£248k over)", low: "898000", high: "898000", period: "2017/18"},
			{kind: "budget", quote: "2018/19 budget £2.155m -> £3.155m", low: "2155000", high: "3155000", period: "2018/19"},
			{kind: "other", quote: "KPMG: late, over budget", by: "KPMG"}}},
	{id: "cdsou", functions: []string{roads, operational}, why: partOfForce,
		members: []membership{{areas: "Cleveland;Durham", role: "partner", from: "2010", fromEvent: "live", note: "2010 or 2011; two headquarters"}},
		events:  []dated{{entry, "live", "2010", "2010/2011"}, {entry, "live", "2011", "2010/2011"}},
		money: []money{
			{kind: "saving", quote: "£750k/yr expected (2010 press)", low: "750000", high: "750000", when: "2010", per: annual, timing: before, extra: "thenorthernecho 8397080: expected; who expects it is not said"},
			{kind: "saving", quote: "£300-400k first full year (force)", low: "300000", high: "400000", by: "Cleveland Police", period: "first full year", per: "one year", timing: before, extra: "cleveland.police.uk release9742: will be made during the first full year of operation"}}},
	{id: "nersou", functions: []string{investigations, intelligence}, why: tooSmall,
		members: []membership{{areas: "Cleveland;Durham;Northumbria", role: "member", from: "2013-10", fromEvent: "agreed", note: "varied 2015-04"}},
		events:  []dated{{entry, "agreed", "2013-10", "2013-10 (varied 2015-04)"}, {change, "agreed", "2015-04", "2013-10 (varied 2015-04)"}}},
	{id: "evolve-legal", functions: []string{support}, why: onlySupport,
		members: []membership{{areas: "Durham;Cleveland;North Yorkshire", role: "member", from: "2019-09", fromEvent: "agreed"}},
		events:  []dated{{entry, "agreed", "2019-09", "2019-09"}}},
	{id: "evolve-ccru", functions: []string{investigations}, why: tooSmall,
		members: []membership{{areas: "Cleveland;North Yorkshire", role: "member", from: "2022-04", fromEvent: "agreed"}},
		events:  []dated{{entry, "agreed", "2022-04", "2022-04"}}},
	{id: "minerva", functions: []string{support}, national: true, why: nationwide,
		members: []membership{{areas: "all", role: "member", from: "2023-10", fromEvent: "agreed", note: "ten forces in 2013, which is not in the source; formal agreement 2021 and 2023-10; all geographic forces in 2023"}},
		events:  []dated{{entry, "live", "2013", "2013 (formal agreement 2021/2023-10)"}, {entry, "agreed", "2021", "2013 (formal agreement 2021/2023-10)"}, {entry, "agreed", "2023-10", "2013 (formal agreement 2021/2023-10)"}}},
	{id: "yath-lead", functions: []string{support, investigative, investigations, intelligence}, hosts: []string{"South Yorkshire", "West Yorkshire"}, why: partOfForce,
		members: []membership{
			{areas: "South Yorkshire", role: "host", from: "2013-07", fromEvent: "agreed", note: "leads procurement; agreements 2014-03"},
			{areas: "West Yorkshire", role: "host", from: "2013-07", fromEvent: "agreed", note: "leads scientific support; agreements 2014-03"},
			{areas: "Humberside;North Yorkshire", role: "partner", from: "2013-07", fromEvent: "agreed", note: "agreements 2014-03"}},
		events: []dated{{entry, "agreed", "2013-07", "decision 2013-07"}, {entry, "signed", "2014-03", "agreements 2014-03"}, {change, "signed", "2021-02", "scientific support updated 2021-02"}},
		money: []money{
			{kind: "saving", quote: "uniform/equipment £6.3m/yr", low: "6300000", high: "6300000", by: "police forces of Yorkshire and the Humber", per: annual, timing: after, extra: "yorkshirepost 1905864: leading to an annual cost reduction of £6.3m; it precedes this agreement"},
			{kind: "saving", quote: "vehicles >£7m", low: "7000000", by: "police forces of Yorkshire and the Humber", timing: before, extra: "yorkshirepost 1905864: on course to save more than £7m; it precedes this agreement"},
			{kind: "saving", quote: "scientific up to £9m/yr (expected)", high: "9000000", by: "police forces of Yorkshire and the Humber", per: annual, timing: before, extra: "yorkshirepost 1905864: expect to save up to £9m a year; it precedes this agreement"},
			{kind: "cost", quote: "£325k Deloitte study shelved", low: "325000", high: "325000"}}},
	{id: "sy-humber", functions: []string{support}, why: onlySupport,
		members: []membership{{areas: "South Yorkshire;Humberside", role: "partner", from: "2012-01", fromEvent: "agreed", note: "HR; strategic partnership 2015-02; parts reversed later"}},
		events:  []dated{{entry, "agreed", "2012-01", "HR 2012-01"}, {entry, "agreed", "2015-02", "strategic partnership 2015-02"}},
		money: []money{
			{kind: "saving", quote: "HR £2.5m/yr estimate", high: "2500000", by: "South Yorkshire and Humberside police authorities", when: "2012-01", per: annual, timing: before, extra: "bbc 16502392; police-life.co.uk 2012-01-11: estimated at up to £2.5m from the end of the programme"},
			{kind: "saving", quote: "shared ACO £65k per force", low: "65000", high: "65000", by: "Humberside Police", when: "2010-11", per: annual, timing: before, extra: "feeds.bbci.co.uk uk-england-11794177: would save each force £65,000 a year"}}},
	{id: "wmp-staffs-2012", functions: []string{roads, operational}, why: "none: approved and then left within a year",
		members: []membership{{areas: "West Midlands;Staffordshire", role: "partner", from: "2012-05", fromEvent: "agreed", to: "2013-03", toEvent: "left", note: "Staffordshire backed out"}},
		events:  []dated{{entry, "agreed", "2012-05", "2012-05 (approved)"}, {exit, "ended", "2013-03", "2013-03 (Staffordshire backed out)"}},
		money:   []money{{kind: "saving", quote: "~£2.4-2.5m", low: "2400000", high: "2500000", by: "West Midlands Police Authority", when: "2012-05", timing: before, extra: "bbc 17922844: total savings of almost £2.5m"}}},
	{id: "tarian", functions: []string{investigations, intelligence}, why: tooSmall,
		members: []membership{{areas: "South Wales;Gwent;Dyfed-Powys", role: "member", note: "10 to 15 and more years before about 2017: no start in the source"}}},
	{id: "ctp-wales", functions: []string{nationalWork, intelligence}, why: tooSmall,
		members: []membership{{areas: "South Wales;Gwent;Dyfed-Powys;North Wales", role: "member", from: "2006", fromEvent: "live"}},
		events:  []dated{{entry, "live", "2006", "2006"}}},
	{id: "wales-jfu", functions: []string{operational}, why: tooSmall,
		members: []membership{{areas: "South Wales;Gwent;Dyfed-Powys", role: "member", from: "2012-05", fromEvent: "live", note: "training unit; led by a deputy chief constable of Gwent: no host is named"}},
		events:  []dated{{entry, "live", "2012-05", "2012-05 (training unit)"}}},
	{id: "wales-legal", functions: []string{support}, why: onlySupport,
		members: []membership{{areas: "South Wales;Gwent", role: "partner", from: "2009", fromEvent: "live"}},
		events:  []dated{{entry, "live", "2009", "2009"}}},
	{id: "npas", functions: []string{operational}, national: true, hosts: []string{"West Yorkshire"}, why: nationwide,
		members: []membership{{areas: "all", role: "member", from: "2012-10", fromEvent: "live", note: "43 forces and others; West Yorkshire is the host; to be absorbed by a National Police Service (2026 White Paper)"}},
		events:  []dated{{entry, "live", "2012-10", "2012-10"}},
		money: []money{
			{kind: "saving", quote: "planned £15m/yr saving", low: "15000000", high: "15000000", per: annual, timing: before},
			{kind: "contribution", quote: "charge per resident 5p (Lincs) to £1.98 (Cleveland) in 2016/17", period: "2016/17"},
			{kind: "other", quote: "17,800 hrs, -45%"}}},
	{id: "athena", functions: []string{support}, why: onlySupport + "; the members are not named",
		money: []money{{kind: "cost", quote: "£32m system", low: "32000000", high: "32000000"}}},
	{id: "npca", functions: []string{nationalWork}, national: true, why: nationwide,
		members: []membership{{areas: "all", role: "member", from: "2015-02", fromEvent: "agreed", note: "the Metropolitan Police as host is not verified"}},
		events:  []dated{{entry, "agreed", "2015-02", "2015-02"}}},
	{id: "all-wales", functions: []string{support}, why: onlySupport, governance: "Policing in Wales group; rotating chair",
		members: []membership{{areas: "South Wales;Gwent;Dyfed-Powys;North Wales", role: "member", from: "2014-03-26", fromEvent: "signed", note: "the group's memorandum"}},
		events:  []dated{{entry, "signed", "2014-03-26", "group MoU 2014-03-26"}}},
}
