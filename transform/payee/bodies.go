package payee

// known is a body of the closed list that isn't one of the 43 forces.
type known struct {
	id, name, kind string
	names          string // separated by |, in normal form
	short          string // initials, which must not leave another word unexplained
	why            string
}

// closedList holds national bodies, other UK forces, and bodies whose names would
// mislead the grammar. Facts are those of each body's own legal name; kinds follow
// who owns the body: policing bodies collectively (national), its members
// (association), the Crown (public).
var closedList = []known{
	{"college-of-policing", "College of Policing", NationalBody, "COLLEGE OF POLICING", "", ""},
	{"npcc", "National Police Chiefs' Council", NationalBody, "NATIONAL POLICE CHIEFS COUNCIL|NATIONAL POLICE CHIEF COUNCIL", "NPCC", ""},
	{"acpo", "Association of Chief Police Officers", NationalBody, "ASSOCIATION OF CHIEF POLICE OFFICERS|CHIEF POLICE OFFICERS ASSOCIATION", "ACPO", "to 2015; then the NPCC"},
	{"acro", "ACRO Criminal Records Office", NationalBody, "ACRO CRIMINAL RECORDS OFFICE", "ACRO", "hosted by Hampshire"},
	{"npia", "National Policing Improvement Agency", NationalBody, "NATIONAL POLICING IMPROVEMENT AGENCY|NATIONAL POLICING IMPROVEMENT", "NPIA|NCALT", "2007 to 2013"},
	{"nca", "National Crime Agency", NationalBody, "NATIONAL CRIME AGENCY", "", ""},
	{"soca", "Serious Organised Crime Agency", NationalBody, "SERIOUS ORGANISED CRIME AGENCY|SERIOUS AND ORGANISED CRIME AGENCY", "SOCA", "to 2013; then the NCA"},
	{"apcc", "Association of Police and Crime Commissioners", NationalBody, "ASSOCIATION OF POLICE AND CRIME COMMISSIONERS|ASSOCIATION OF POLICE CRIME COMMISSIONERS", "APCC", ""},
	{"apa", "Association of Police Authorities", NationalBody, "ASSOCIATION OF POLICE AUTHORITIES", "", "to 2012; then the APCC"},
	{"police-digital-service", "Police Digital Service", NationalBody, "POLICE DIGITAL SERVICE|POLICE ICT COMPANY|POLICE ICT", "", "formerly the Police ICT Company"},
	{"bluelight-commercial", "BlueLight Commercial", NationalBody, "BLUELIGHT COMMERCIAL|BLUE LIGHT COMMERCIAL", "", "owned by the policing bodies"},
	{"police-crime-prevention-initiatives", "Police Crime Prevention Initiatives", NationalBody, "POLICE CRIME PREVENTION INITIATIVES|ACPO CRIME PREVENTION INITIATIVES|ACPO CPI", "", "a company owned by the police service"},
	{"npas", "National Police Air Service", NationalBody, "NATIONAL POLICE AIR SERVICE", "NPAS", "hosted by West Yorkshire"},
	{"npocc", "National Police Coordination Centre", NationalBody, "NATIONAL POLICE COORDINATION CENTRE|NATIONAL POLICE CO ORDINATION CENTRE", "NPOCC", "hosted by the Metropolitan Police"},
	{"nabis", "National Ballistics Intelligence Service", NationalBody, "NATIONAL BALLISTICS INTELLIGENCE SERVICE", "NABIS", "hosted by West Midlands"},
	{"pnld", "Police National Legal Database", NationalBody, "POLICE NATIONAL LEGAL DATABASE", "PNLD", "hosted by West Yorkshire"},
	{"uk-football-policing-unit", "UK Football Policing Unit", NationalBody, "UK FOOTBALL POLICING UNIT|UNITED KINGDOM FOOTBALL POLICING UNIT", "UKFPU", ""},
	{"npcc-fcn", "Forensic Capability Network", NationalBody, "FORENSIC CAPABILITY NETWORK", "", "hosted by Dorset"},
	{"british-transport-police", "British Transport Police", NationalBody, "BRITISH TRANSPORT POLICE|BRITISH TRANSPORT POLICE AUTHORITY", "BTP|BTPA", "polices the railways of Great Britain"},
	{"civil-nuclear-constabulary", "Civil Nuclear Constabulary", NationalBody, "CIVIL NUCLEAR CONSTABULARY|CIVIL NUCLEAR POLICE AUTHORITY|CIVIL NUCLEAR POLICE", "", ""},
	{"ministry-of-defence-police", "Ministry of Defence Police", NationalBody, "MINISTRY OF DEFENCE POLICE|MOD POLICE|DEFENCE POLICE", "", ""},

	{"scottish-police-authority", "Police Scotland (Scottish Police Authority)", OtherUKForce, "POLICE SCOTLAND|POLICE SERVICE OF SCOTLAND|SCOTTISH POLICE AUTHORITY|SCOTTISH POLICE SERVICES AUTHORITY|SCOTTISH POLICE SERVICE AUTHORITY|SCOTTISH POLICE", "", ""},
	{"psni", "Police Service of Northern Ireland", OtherUKForce, "POLICE SERVICE OF NORTHERN IRELAND|POLICE SERVICE NORTHERN IRELAND|POLICE SERVICE OF N I|POLICE SERVICE N I|POLICE SERVICE OF N IRELAND|POLICE SERVICE OF NTHN IRELAND|POLICE SERVICE OF NI|NORTHERN IRELAND POLICING BOARD|NORTHERN IRELAND POLICE SERVICE|NORTHERN IRELAND POLICE|ROYAL ULSTER CONSTABULARY", "PSNI", ""},
	{"strathclyde-police", "Strathclyde Police", OtherUKForce, "STRATHCLYDE POLICE|STRATHCLYDE JOINT POLICE BOARD", "", "to 2013; then Police Scotland"},
	{"grampian-police", "Grampian Police", OtherUKForce, "GRAMPIAN POLICE|GRAMPIAN JOINT POLICE BOARD", "", "to 2013; then Police Scotland"},
	{"tayside-police", "Tayside Police", OtherUKForce, "TAYSIDE POLICE|TAYSIDE JOINT POLICE BOARD", "", "to 2013; then Police Scotland"},
	{"fife-constabulary", "Fife Constabulary", OtherUKForce, "FIFE CONSTABULARY|FIFE POLICE", "", "to 2013; then Police Scotland"},
	{"lothian-and-borders-police", "Lothian and Borders Police", OtherUKForce, "LOTHIAN AND BORDERS POLICE|LOTHIAN BORDERS POLICE|LOTHIAN AND BORDERS POLICE BOARD", "", "to 2013; then Police Scotland"},
	{"central-scotland-police", "Central Scotland Police", OtherUKForce, "CENTRAL SCOTLAND POLICE|CENTRAL SCOTLAND JOINT POLICE BOARD", "", "to 2013; then Police Scotland"},
	{"dumfries-and-galloway-constabulary", "Dumfries and Galloway Constabulary", OtherUKForce, "DUMFRIES AND GALLOWAY CONSTABULARY|DUMFRIES AND GALLOWAY POLICE|DUMFRIES GALLOWAY POLICE|DUMFRIES GALLOWAY CONSTABULARY", "", "to 2013; then Police Scotland"},
	{"northern-constabulary", "Northern Constabulary", OtherUKForce, "NORTHERN CONSTABULARY|NORTHERN JOINT POLICE BOARD", "", "to 2013; then Police Scotland"},
	{"jersey-police", "States of Jersey Police", OtherUKForce, "STATES OF JERSEY POLICE|JERSEY POLICE", "", "Crown dependency"},
	{"guernsey-police", "Guernsey Police", OtherUKForce, "GUERNSEY POLICE|GUERNSEY POLICE FORCE|STATES OF GUERNSEY POLICE", "", "Crown dependency"},
	{"isle-of-man-police", "Isle of Man Constabulary", OtherUKForce, "ISLE OF MAN CONSTABULARY|ISLE OF MAN POLICE|ISLE OF MAN POLICE FORCE", "", "Crown dependency"},

	{"ipcc", "Independent Police Complaints Commission", PublicBody, "INDEPENDENT POLICE COMPLAINTS COMMISSION|INDEPENDENT POLICE COMPLAINTS|INDEPENDANT POLICE COMPLAINTS", "IPCC", "complaints watchdog, independent of the police"},
	{"iopc", "Independent Office for Police Conduct", PublicBody, "INDEPENDENT OFFICE FOR POLICE CONDUCT|INDEPENDENT OFFICE OF POLICE CONDUCT", "IOPC", "complaints watchdog, independent of the police"},
	{"hmicfrs", "HM Inspectorate of Constabulary", PublicBody, "HM INSPECTORATE OF CONSTABULARY|INSPECTORATE OF CONSTABULARY|HMI CONSTABULARY", "HMICFRS|HMIC", "inspectorate, independent of the police"},
	{"police-ombudsman-ni", "Police Ombudsman for Northern Ireland", PublicBody, "POLICE OMBUDSMAN FOR NORTHERN IRELAND|POLICE OMBUDSMAN", "", "complaints watchdog"},
	{"police-and-crime-panel", "Police and Crime Panel", PublicBody, "POLICE AND CRIME PANEL", "", "a panel of councils"},

	{"association-of-policing-and-crime-chief-executives", "Association of Policing and Crime Chief Executives", Association, "ASSOCIATION OF POLICING AND CRIME CHIEF EXECUTIVES|ASSOCIATION OF POLICE AND CRIME CHIEF EXECUTIVES", "APACE|APACCE", "association of staff"},
	{"police-authority-treasurers-society", "Police and Crime Commissioners Treasurers' Society", Association, "POLICE AND CRIME COMMISSIONERS TREASURERS SOCIETY|POLICE AUTHORITY TREASURERS SOCIETY|POLICE AND CRIME COMMISSIONER TREASURERS SOCIETY", "PACCTS", "association of staff"},
	{"police-federation", "Police Federation", Association, "POLICE FEDERATION OF ENGLAND AND WALES|POLICE FEDERATION", "PFEW|POLFED", "association of members"},
	{"police-superintendents-association", "Police Superintendents' Association", Association, "POLICE SUPERINTENDENTS ASSOCIATION|POLICE SUPERINTENDENTS ASSOCIATION OF ENGLAND AND WALES", "PSAEW", "association of members"},
	{"chief-police-officers-staff-association", "Chief Police Officers' Staff Association", Association, "CHIEF POLICE OFFICERS STAFF ASSOCIATION", "CPOSA", "association of members"},
	{"pfoa", "Police Firearms Officers Association", Association, "POLICE FIREARMS OFFICERS ASSOCIATION|PFOA TRAINING SERVICES", "PFOA", "charity and its training arm"},
	{"narpo", "National Association of Retired Police Officers", Association, "NATIONAL ASSOCIATION OF RETIRED POLICE OFFICERS", "NARPO", "association of members"},
	{"national-police-estate-group", "National Police Estate Group", Association, "NATIONAL POLICE ESTATES GROUP|NATIONAL POLICE ESTATE GROUP", "", "network of staff"},

	{"royal-military-police", "Royal Military Police", Ambiguous, "ROYAL MILITARY POLICE|ROYAL MILITARY POLICE FORCE", "", "service police, outside the closed list of civil police bodies"},
	{"raf-police", "Royal Air Force Police", Ambiguous, "ROYAL AIR FORCE POLICE|RAF POLICE", "", "service police, outside the closed list of civil police bodies"},
	{"royal-navy-police", "Royal Navy Police", Ambiguous, "ROYAL NAVY POLICE|ROYAL NAVAL POLICE", "", "service police, outside the closed list of civil police bodies"},
	{"service-police", "Service Police", Ambiguous, "DEFENCE SERIOUS CRIME UNIT", "", "service police, outside the closed list of civil police bodies"},

	{"cepol", "European Union Agency for Law Enforcement Training", Unknown, "EUROPEAN POLICE COLLEGE|CEPOL EUROPEAN POLICE COLLEGE", "CEPOL", "a European agency, no UK police body"},
	{"police-now", "Police Now", Company, "POLICE NOW|POLICE NOW ENTERPRISES", "", "trading arm of a charity that supplies recruits: a supplier"},
}
