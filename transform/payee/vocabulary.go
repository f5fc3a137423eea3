package payee

import "strings"

// class is what a word, or a phrase, does in the name of a police body.
type class uint8

const (
	classUnknown     class = iota
	classArea              // names a force area, or a place inside one
	classBody              // names a body by itself: COLLEGE OF POLICING, NPCC
	classPolice            // POLICE, CONSTABULARY
	classPCC               // PCC, OPCC, PFCC and their long forms
	classPolicing          // POLICING
	classPart              // AUTHORITY, COMMISSIONER, OFFICE: weak without a police word
	classMayoral           // COMBINED AUTHORITY
	classLink              // AND, FOR, OF, THE
	classNeutral           // FINANCE, HQ, INCOME: departments and ledger words
	classUnit              // NABIS, VIPER: units that a force hosts
	classCode              // account numbers, masked digits
	classAssociation       // FEDERATION, CLUB, BENEVOLENT
	classLegal             // LTD, PLC
	classPublic            // COUNCIL, NHS, RESCUE
	classForeign           // CANADIAN, EUROPEAN
)

// words gives the vocabulary, one class a line. Abbreviations are those seen in
// published files and their obvious kin; a word may stand in one class only.
var words = map[class]string{
	classPolice:   `POLICE POL POLI HEDDLU POLIC CONSTABULARY CONSTABULARIES CONST CONSTAB CONSTABULAR CONSTABY`,
	classPCC:      `PCC PCCS OPCC PFCC OPFCC OPCCS PFCCS`,
	classPolicing: `POLICING`,
	classPart: `AUTHORITY AUTHORITIES AUTH AUTHORIT AUTHORI AUTHOR AUTHTY AUTHY COMMISSIONER
		COMMISSIONERS COMM COM COMMS COMMR COMMISSION COMMISS COMMISSIONR CRIME CRM OFFICE OFFICES OFF OFC
		CHIEF CONSTABLE CONSTABLES CC MAYOR MAYORS MAYORAL SERVICE SERVICES SVC FORCE FORCES BOARD JOINT
		STATES HEADQUARTERS HQ FIRE`,
	classLink: `AND & FOR OF THE IN TO AT BY ON C O CARE RE PAYABLE`,
	classNeutral: `FUND FUNDS FUNDING ACCOUNT ACCOUNTS ACC ACCT ACCTS MAIN REVENUE CAPITAL INCOME INC GENERAL
		FINANCE FINANCIAL FIN PAYROLL TREASURER TREASURERS TREASURY PROCUREMENT PURCHASING FLEET TRANSPORT LEGAL TRAINING ESTATES
		ESTATE HR IT ICT GARAGE STORES DEPARTMENT DEPT DIVISION DIVISIONAL UNIT UNITS TEAM NEIGHBOURHOOD
		CENTRAL CORPORATE BUSINESS SUPPORT SHARED CASH CASHIERS CASHIER BANK BACS CHAPS IMPREST PETTY VAT
		GRANT GRANTS CHARGES RECHARGE RECHARGES INVOICE INVOICES RECEIPTS RECEIVABLE SUSPENSE LEDGER SALES
		DIRECT DEBTORS CREDITORS PAYMENTS PAYMENT COLLECTION SECTION BRANCH OPERATIONS OPERATIONAL OPS
		DIRECTORATE SECRETARIAT CHIEFS EXECUTIVE DEPUTY STATION SCIENTIFIC FORENSIC FORENSICS FIREARMS DOG
		AIR ROADS TRAFFIC MAJOR SERIOUS ORGANISED REGIONAL COLLABORATION MUTUAL AID LTA LOCAL AREA
		COUNTY DISTRICT PRECEPT RESOURCES ADMINISTRATION ADMIN CLOSED WWW UK ORG GOV COSTS`,
	classUnit: `PNLD VIPER NABIS NPAS NPOCC NWROCU ROCU EMSOU NPOIU TARIAN NERSOU ERSOU SEROCU SWROCU
		CTU CTIU WECTU CHRONICLE NBTC MFSS CMPG NWMPG EMOPSS`,
	classAssociation: `FEDERATION FED ASSOCIATION ASSOC ASSN ASSOCIATIONS BENEVOLENT CHARITY CHARITIES
		CHARITABLE TRUST MEMORIAL TREATMENT REHABILITATION CONVALESCENT CONVALESCENCE SURVIVORS DEPENDANTS
		DEPENDENTS ORPHANS ORPHANAGE SPORTS SPORT SPORTING SOCIAL CLUB CLUBS ATHLETIC ATHLETICS RUGBY FOOTBALL
		CRICKET GOLF ANGLING SAILING SWIMMING RECREATION RECREATIONAL LOTTERY BAND CHOIR MUSEUM CADETS CADET UNION
		SOCIETY NETWORK FOUNDATION SUPERINTENDENTS SUPERINTENDENT ARBORETUM CHRISTIAN CHAPLAINCY
		CHAPLAINS WELFARE RETIRED PENSIONERS HONOUR NARPO UNISON TREATMENTS GYM BAR COMRADES
		WIDOWS FRIENDLY INSURANCE COPS POLFED ASSURANCE SUBS SUBSCRIPTIONS BALL DINNER MESS
		MARATHON TUG GALA VETERANS HERITAGE HISTORY REUNION BOXING FISHING SKI YACHT SHOOTING TEAMS`,
	classLegal: `LTD LIMITED LIMITE LIMIT PLC LLP LLC LP CIC GMBH BV NV SARL PTY CORP COMPANY INCORPORATED`,
	classPublic: `COUNCIL COUNCILS RESCUE AMBULANCE NHS UNIVERSITY PANEL BOROUGH SCHOOL ACADEMY HOSPITAL
		CORPORATION PRISON PROBATION COURTS COURT CORONER CBC MBC`,
	classForeign: `CANADIAN CANADA EUROPEAN EUROPE CEPOL EUROPOL INTERPOL GARDA FEDERAL AUSTRALIAN
		AUSTRALIA ZEALAND IRISH GIBRALTAR HOLLAND NETHERLANDS DUTCH GERMAN FRENCH USA MOUNTED`,
}

// spelledOut are the words worth recognising through spelling mistakes: long
// enough, and enough for the grammar. Associations are among them, so that a
// misspelt federation stays one.
var spelledOut = strings.Fields(`POLICE CONSTABULARY CONSTABLE AUTHORITY COMMISSIONER COMMISSIONERS OFFICE
	CRIME POLICING COMBINED MAYORAL SERVICE CHIEF FEDERATION ASSOCIATION BENEVOLENT CHARITY MEMORIAL
	TREATMENT REHABILITATION SURVIVORS DEPENDANTS ORPHANS SPORTS SOCIAL SUPERINTENDENTS SOCIETY NETWORK
	FOUNDATION LOTTERY MUSEUM ATHLETIC CHRISTIAN WELFARE LIMITED COUNCIL RESCUE AMBULANCE FINANCE
	HEADQUARTERS NEIGHBOURHOOD TRUST FORCE`)

// lookalikes are real words one edit away from a word of the grammar. Seen:
// hundreds of departments and firms named POLICY.
var lookalikes = strings.Fields(`POLICY POLITE POLIO PRIME GRIME CRIMEA OFFICER CHEF
	COMMISSIONING CRUST TRUSS THRUST COUNSEL RESCUED WESSEX UMBRIA MIDDLESEX
	EASTMIDLANDS MIDLANDS MERSEA WESTMERSEA NEWHAMPSHIRE SOVIET PRIMER NSPCC
	GHENT TRENT BRENT DORSEY ESSEN NORTHWEST SOUTHWEST NORTHEAST SOUTHEAST`)

// phrases are runs of words that mean more together than apart.
var phrases = map[string]class{
	"COMMISSIONER FOR POLICE FIRE AND RESCUE AND CRIME": classPCC,
	"COMMISSIONER FOR POLICE FIRE RESCUE AND CRIME":     classPCC,
	"POLICE FIRE AND RESCUE AND CRIME COMMISSIONER":     classPCC,
	"COMISIYNYDD YR HEDDLU A THROSEDDU":                 classPCC, // Welsh: police and crime commissioner

	"POLICE AUTHORITY":                         classPolice,
	"POLICE AUTH":                              classPolice,
	"POLICE SERVICE":                           classPolice,
	"POLICE FORCE":                             classPolice,
	"T A":                                      classLink,
	"ENGLAND":                                  classLink,
	"ENGLAND AND WALES":                        classLink,
	"ENGLAND WALES AND NORTHERN IRELAND":       classLink,
	"ENGLAND WALES AND N IRELAND":              classLink,
	"POLICE AND CRIME COMMISSIONER":            classPCC,
	"POLICE AND CRIME COMMISSIONERS":           classPCC,
	"POLICE CRIME COMMISSIONER":                classPCC,
	"POLICE AND CRIME COM":                     classPCC,
	"POLICE AND CRIME COMM":                    classPCC,
	"POLICE CRIME COMM":                        classPCC,
	"POLICE CRIME COM":                         classPCC,
	"POLICE FIRE AND CRIME COMMISSIONER":       classPCC,
	"POLICE FIRE CRIME COMMISSIONER":           classPCC,
	"POLICE FIRE AND CRIME COMM":               classPCC,
	"CRIME COMMISSIONER":                       classPCC,
	"P AND C C":                                classPCC,
	"P AND CC":                                 classPCC,
	"PANDCC":                                   classPCC,
	"P C C":                                    classPCC,
	"OFFICE FOR POLICING AND CRIME":            classPCC,
	"OFFICE OF POLICING AND CRIME":             classPCC,
	"DEPUTY MAYOR FOR POLICING AND CRIME":      classPCC,
	"CHIEF CONSTABLE":                          classPolice,
	"CHIEF CONST":                              classPolice,
	"NEIGHBOURHOOD POLICING TEAM":              classPolice,
	"NEIGHBOURHOOD POLICING":                   classPolice,
	"SAFER NEIGHBOURHOODS TEAM":                classPolice,
	"LOCAL POLICING TEAM":                      classPolice,
	"LOCAL POLICING AREA":                      classPolice,
	"COMBINED AUTHORITY":                       classMayoral,
	"MAYORAL COMBINED AUTHORITY":               classMayoral,
	"FIRE AND RESCUE":                          classPublic,
	"FIRE RESCUE":                              classPublic,
	"FIRE AUTHORITY":                           classPublic,
	"FIRE SERVICE":                             classPublic,
	"FIRE BRIGADE":                             classPublic,
	"POLICE AND CRIME PANEL":                   classPublic,
	"CREDIT UNION":                             classAssociation,
	"ROLL OF HONOUR":                           classAssociation,
	"STAFF ASSOCIATION":                        classAssociation,
	"ESTATE GROUP":                             classAssociation,
	"POLICE MUTUAL":                            classAssociation,
	"INTERNATIONAL POLICE ASSOCIATION":         classAssociation,
	"POLICE TREASURERS":                        classAssociation,
	"POLICE AUTHORITY TREASURERS":              classAssociation,
	"ROYAL CANADIAN MOUNTED":                   classForeign,
	"PAROCHIAL CHURCH COUNCIL":                 classUnknown,
	"SECURED BY DESIGN":                        classNeutral,
	"CARE OF POLICE SURVIVORS":                 classAssociation,
	"TRADING AS":                               classLink,
	"CRIMINAL RECORDS OFFICE":                  classUnit,
	"NATIONAL LEGAL DATABASE":                  classUnit,
	"POLICE NATIONAL LEGAL DATABASE":           classUnit,
	"SERIOUS AND ORGANISED CRIME":              classNeutral,
	"REGIONAL ORGANISED CRIME UNIT":            classUnit,
	"NATIONAL POLICE AIR SERVICE":              classUnit,
	"NATIONAL BALLISTICS INTELLIGENCE SERVICE": classUnit,
	"HUMAN RESOURCES":                          classNeutral,
	"INFORMATION TECHNOLOGY":                   classNeutral,
	"SHARED SERVICE CENTRE":                    classNeutral,
	"TRAINING CENTRE":                          classNeutral,
	"PUBLIC ORDER":                             classNeutral,
	"FORCE HEADQUARTERS":                       classNeutral,
	"POLICE HEADQUARTERS":                      classPolice,
	"POLICE HQ":                                classPolice,
	"ACCOUNTS RECEIVABLE":                      classNeutral,
	"ACCOUNTS PAYABLE":                         classNeutral,
	"PROPERTY ACT":                             classUnknown,
}

// church words make a lone PCC a parochial church council.
var church = wordSet(`PAROCHIAL CHURCH ST SAINT SAINTS PARISH ALL HOLY CHRIST VICAR VICARAGE RECTORY ABBEY
	MINSTER CATHEDRAL CHAPEL BENEFICE DIOCESE TRINITY ANGLICAN CLERGY CHURCHES`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}
