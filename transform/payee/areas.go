package payee

import (
	_ "embed"
	"strings"

	"hardyards/internal/police"
)

// districtsCSV lists local authority districts by police force area: Office for
// National Statistics, "Local Authority District to Community Safety Partnerships
// to Police Force Areas (December 2016) Lookup in England and Wales", Open
// Government Licence v3.0; retabulated.
//
//go:embed districts.csv
var districtsCSV string

// areaNames are short and older names of force areas, by the code of the area.
// The long names come from the table of forces. A form that would also fit
// another area (WM, NY) isn't here.
var areaNames = map[police.ForceCode]string{
	"E23000036": "AVON AND SOMERSET|AVON SOMERSET|A AND S|AVON AND SOM",
	"E23000026": "BEDS",
	"E23000023": "CAMBS",
	"E23000034": "CITY OF LONDON|LONDON CITY OF|COLP|CORPORATION OF LONDON|CITY OF LONDON CORPORATION|COMMON COUNCIL OF THE CITY OF LONDON",
	"E23000018": "DERBYS|DERBS",
	"E23000035": "DEVON AND CORNWALL|DEVON CORNWALL|D AND C|DEVON AND CORN",
	"E23000008": "CO DURHAM|DURHAM COUNTY|COUNTY DURHAM",
	"W15000004": "DYFED POWYS|DYFED AND POWYS",
	"E23000037": "GLOS|GLOUCS",
	"E23000005": "GTR MANCHESTER|G MANCHESTER|GT MANCHESTER|GREATER MANCH|GTR MANCH",
	"E23000030": "HANTS|HAMPSHIRE AND ISLE OF WIGHT|HAMPSHIRE AND THE ISLE OF WIGHT|HAMPSHIRE AND IOW|HANTS AND IOW|HIOW|HAMPSHIRE AND I O W|HAMPSHIRE ISLE OF WIGHT",
	"E23000027": "HERTS",
	"E23000003": "LANCS",
	"E23000021": "LEICS|LEICESTERSHIRE AND RUTLAND",
	"E23000020": "LINCS",
	"E23000001": "METROPOLITAN|MET|METROPOLIS|THE MET",
	"W15000001": "N WALES|NTH WALES|GOGLEDD CYMRU",
	"E23000009": "N YORKSHIRE|NORTH YORKS|N YORKS|NTH YORKS|NTH YORKSHIRE|YORK AND NORTH YORKSHIRE",
	"E23000022": "NORTHANTS",
	"E23000019": "NOTTS|NOTTSHIRE",
	"W15000003": "S WALES|STH WALES|DE CYMRU",
	"E23000011": "S YORKSHIRE|SOUTH YORKS|S YORKS|STH YORKS|STH YORKSHIRE",
	"E23000015": "STAFFS",
	"E23000029": "T VALLEY",
	"E23000017": "WARKS|WARCS|WARWICKS",
	"E23000016": "W MERCIA|NEW WEST MERCIA|MERCIA",
	"E23000014": "W MIDLANDS|WEST MIDS|W MIDS",
	"E23000010": "W YORKSHIRE|WEST YORKS|W YORKS",
	"E23000038": "WILTS|WILTSHIRE AND SWINDON",
}

// initials name a force all by themselves. WMP is also what West Mercia calls
// itself: it is believed less.
var initials = map[string]struct {
	force police.ForceCode
	sure  float64
}{
	"GMP": {"E23000005", 0.93}, "GMPA": {"E23000005", 0.9}, "WYP": {"E23000010", 0.9},
	"SYP": {"E23000011", 0.9}, "NYP": {"E23000009", 0.85}, "TVP": {"E23000029", 0.9},
	"MPS": {"E23000001", 0.85}, "MOPAC": {"E23000001", 0.97}, "MOPC": {"E23000001", 0.95},
	"WMP": {"E23000014", 0.75}, "COLP": {"E23000034", 0.9}, "GMPCC": {"E23000005", 0.9},
	"WYPCC": {"E23000010", 0.85}, "SYPCC": {"E23000011", 0.85}, "TVPCC": {"E23000029", 0.85},
}

// mayoral are the initials of combined authorities whose mayor is also the local
// policing body (Greater Manchester 2017, West Yorkshire 2021, South Yorkshire and
// York and North Yorkshire 2024): without a police word they stay ambiguous.
var mayoral = map[string]police.ForceCode{
	"GMCA": "E23000005", "WYCA": "E23000010", "SYMCA": "E23000011", "YNYCA": "E23000009",
}

// mayoralForces are the areas for which a combined authority is the local
// policing body.
var mayoralForces = map[police.ForceCode]bool{
	"E23000005": true, "E23000010": true, "E23000011": true, "E23000009": true,
}

// parts are counties and cities inside one force area, by Schedule 1 to the
// Police Act 1996, that the table of districts doesn't name.
var parts = map[string]police.ForceCode{
	"AVON": "E23000036", "SOMERSET": "E23000036", "BRISTOL": "E23000036", "DEVON": "E23000035",
	"DYFED": "W15000004", "BERKSHIRE": "E23000029", "BUCKINGHAMSHIRE": "E23000029", "BUCKS": "E23000029",
	"OXFORDSHIRE": "E23000029", "OXON": "E23000029", "BERKS": "E23000029", "HEREFORDSHIRE": "E23000016",
	"WORCESTERSHIRE": "E23000016", "HEREFORD": "E23000016", "HULL": "E23000012", "TYNE AND WEAR": "E23000007",
	"NEWCASTLE": "E23000007", "TEESSIDE": "E23000013", "STOKE": "E23000015", "BRIGHTON": "E23000033",
	"BATH": "E23000036", "WINDSOR": "E23000029", "IOW": "E23000030",
}

// wide are names that several force areas share.
var wide = map[string][]police.ForceCode{
	"LONDON":     {"E23000001", "E23000034"},
	"WALES":      {"W15000001", "W15000002", "W15000003", "W15000004"},
	"YORKSHIRE":  {"E23000009", "E23000010", "E23000011"},
	"YORKS":      {"E23000009", "E23000010", "E23000011"},
	"MANCHESTER": {"E23000005"},
}

// squash makes the key of the dictionary: no spaces, no ampersands.
func squash(words string) string { return strings.ReplaceAll(words, " ", "") }
