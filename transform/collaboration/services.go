package collaboration

import (
	"slices"
	"strings"

	"hardyards/internal/police"
)

// service is a kind of work, by the words a category names it with and the words
// by which an agreement of the register is about it. A general word (FORENSIC)
// may as well mean a purchase: it proves less, unless the category also says that
// it is shared.
type service struct {
	name    string
	names   []string // in a category: the work of a joint unit
	general []string // in a category: the work, joint or not
	about   []string // in an agreement's name and scope
}

// services are the kinds of work that agreements of the register are about.
// Abbreviations: UWS underwater search; ROCU regional organised crime unit.
var services = []service{
	{"air support", []string{"AIR SUPPORT", "AIR SERVICE", "AIR OPERATIONS UNIT", "NPAS", "HELICOPTER"}, nil, []string{"AIR SUPPORT", "AIR SERVICE"}},
	{"underwater search", []string{"UNDERWATER", "UNDER WATER SEARCH", "UWS"}, []string{"MARINE UNIT", "DIVING"}, []string{"UNDERWATER"}},
	{"motorway policing", []string{"MOTORWAY", "MOTORWAYS"}, nil, []string{"MOTORWAY"}},
	{"roads policing", nil, []string{"ROADS POLICING", "ROAD POLICING", "ROADS UNIT"}, []string{"ROADS"}},
	{"firearms", nil, []string{"FIREARMS", "ARMED POLICING", "ARMED RESPONSE"}, []string{"FIREARMS", "ARMED POLICING"}},
	{"dogs", nil, []string{"DOG SECTION", "DOG UNIT", "DOGS UNIT"}, []string{"DOGS"}},
	{"major crime", []string{"MAJOR CRIME TEAM", "MAJOR CRIME UNIT"}, []string{"MAJOR CRIME"}, []string{"MAJOR CRIME"}},
	{"organised crime", []string{"ROCU", "REGIONAL CRIME UNIT", "REGIONAL ORGANISED CRIME", "SPECIAL OPERATIONS UNIT", "SERIOUS CRIME DIRECTORATE"}, []string{"ORGANISED CRIME", "SERIOUS CRIME"}, []string{"ORGANISED CRIME", "SOC", "SERIOUS CRIME", "ROCU", "SPECIAL OPERATIONS"}},
	{"counter terrorism", []string{"COUNTER TERRORISM UNIT", "CTIU", "WECTU"}, []string{"COUNTER TERRORISM"}, []string{"CT", "COUNTER TERRORISM", "WECTU"}},
	{"forensics", nil, []string{"FORENSIC", "FORENSICS", "SCIENTIFIC SUPPORT", "SCIENTIFIC SERVICES"}, []string{"FORENSICS", "SCIENTIFIC", "SCIENTIFIC SUPPORT"}},
	{"legal services", nil, []string{"LEGAL SERVICES"}, []string{"LEGAL SERVICES", "LEGAL"}},
	{"procurement", nil, []string{"PROCUREMENT", "COMMERCIAL UNIT"}, []string{"PROCUREMENT", "COMMERCIAL UNIT"}},
	{"shared services", []string{"MFSS", "MULTI FORCE SHARED SERVICE"}, []string{"SHARED SERVICE", "SHARED SERVICES"}, []string{"SHARED SERVICE"}},
	{"information technology", nil, []string{"ICT", "NICHE"}, []string{"ICT", "IT", "NICHE"}},
	{"human resources", nil, []string{"HUMAN RESOURCES", "HR"}, []string{"HR"}},
	{"cold case review", []string{"COLD CASE"}, nil, []string{"COLD CASE"}},
	{"witness protection", []string{"WITNESS PROTECTION", "PROTECTED PERSONS"}, nil, []string{"WITNESS PROTECTION"}},
	{"national co-ordination", []string{"NPCC", "NPOCC", "NATIONAL POLICE COORDINATION CENTRE", "NATIONAL POLICE CO ORDINATION CENTRE"}, nil, []string{"NPCC", "NATIONAL CO ORDINATION"}},
	{"alliance", []string{"STRATEGIC ALLIANCE"}, []string{"ALLIANCE"}, []string{"ALLIANCE"}},
}

// jointWords say in a category that the work is shared.
var jointWords = []string{"COLLABORATION", "COLLABORATIVE", "REGIONAL", "JOINT", "SHARED", "ALLIANCE", "TRI FORCE"}

// outside are services named in published categories for which this register
// holds no agreement.
var outside = []string{"VIPER", "PNLD", "NABIS", "ACRO", "CHRONICLE", "PND", "ESN", "ANPR", "CASUALTY BUREAU", "TOXICOLOGY",
	"COURIER", "FSS", "POLICE UK", "101", "PRISONER INTELLIGENCE", "NWROCU", "ROCU"}

// subject is what a category and description say the money is for.
type subject struct {
	text    string
	named   []service // named as the work of a joint unit
	general []service // named in a general word
	joint   bool
	mutual  bool   // mutual aid or assistance
	other   string // a service outside the register
}

// subjectOf reads the words of a category. Words count whole: ROCU isn't found in
// PROCUREMENT.
func subjectOf(category, description string) subject {
	s := subject{text: category}
	w := " " + police.NormalForm(category+" "+description) + " "
	s.joint = hasPhrase(w, jointWords)
	s.mutual = hasPhrase(w, []string{"MUTUAL AID", "MUTUAL ASSISTANCE"})
	for _, v := range services {
		switch {
		case hasPhrase(w, v.names), s.joint && hasPhrase(w, v.general):
			s.named = append(s.named, v)
		case hasPhrase(w, v.general):
			s.general = append(s.general, v)
		}
	}
	for _, o := range outside {
		if hasPhrase(w, []string{o}) {
			s.other = o
			break
		}
	}
	return s
}

func hasPhrase(words string, list []string) bool {
	return slices.ContainsFunc(list, func(p string) bool { return strings.Contains(words, " "+p+" ") })
}

// isAbout reports whether an agreement's name or scope names the service.
func (g *agreement) isAbout(v service) bool { return hasPhrase(g.words, v.about) }

// isNamedIn reports whether a text, in normal form between spaces, names the
// agreement itself: by its full name, or by a short name of four letters or more
// (BCH and 7F could be anything).
func (g *agreement) isNamedIn(text string) bool {
	id := police.NormalForm(g.ID)
	return len(id) >= 4 && hasPhrase(text, []string{id}) || hasPhrase(text, []string{police.NormalForm(g.Name)})
}
