package police

// Force is one of the 43 territorial forces of England and Wales: dim_force.
type Force struct {
	Code        ForceCode `col:"force_code,key" doc:"ONS code of the police force area"`
	Name        string    `col:"name" doc:"usual name of the force area: West Mercia"`
	ForceName   string    `col:"force_name" doc:"name of the force: West Mercia Police"`
	Slug        string    `col:"slug" doc:"name in commands and paths: west-mercia"`
	Region      string    `col:"region" doc:"region of England, or Wales"`
	Nation      string    `col:"nation" doc:"England or Wales"`
	BodyKind    string    `col:"local_policing_body" doc:"kind of local policing body: pcc, pfcc, mayor, mopac, common council"`
	DataPolice  string    `col:"data_police_uk_id" doc:"id on data.police.uk"`
	STATS19     int32     `col:"stats19_police_force" doc:"police_force code in STATS19"`
	Aliases     string    `col:"aliases" doc:"other spellings of the area's name in official tables, separated by |"`
	Source      string    `col:"source" doc:"where the row comes from"`
	PeerOutlier string    `col:"outlier,opt" doc:"why figures per head aren't comparable: City of London, Metropolitan"`
}

// PoliceBody is a body that pays or is paid for policing: a force, its local
// policing body, a predecessor, or a national body; with the dates it existed.
type PoliceBody struct {
	ID        string    `col:"body_id,key" doc:"slug of the body"`
	Name      string    `col:"name" doc:"name in full"`
	Kind      string    `col:"kind" doc:"force, local_policing_body, police_authority, national_police_body, other_uk_force, police_association"`
	Force     ForceCode `col:"force_code,opt" doc:"force area it belongs to"`
	From      Date      `col:"valid_from,opt" doc:"first day; null: before the data"`
	To        Date      `col:"valid_to,opt" doc:"last day; null: still"`
	Successor string    `col:"successor,opt" doc:"body_id of the body that took over"`
	Source    string    `col:"source" doc:"where the row comes from"`
}

// BodyAlias is a spelling of a police body seen in payments or official tables.
type BodyAlias struct {
	Alias  string `col:"alias,key" doc:"spelling, as published"`
	Body   string `col:"body_id" doc:"the body it denotes; empty where ambiguous"`
	Kind   string `col:"kind" doc:"kind as payees resolve prints it"`
	Note   string `col:"note,opt" doc:"why, where it isn't plain"`
	Source string `col:"source" doc:"where the spelling was seen"`
}

// Collaboration is an agreement between police bodies: dim_collaboration.
type Collaboration struct {
	Key        int64  `col:"collaboration_key,key" doc:"63-bit hash of id"`
	ID         string `col:"id" doc:"short name: npas"`
	Name       string `col:"name" doc:"name in full"`
	Scope      string `col:"scope" doc:"what it does, as its source says"`
	Functions  string `col:"functions" doc:"functions of the Police Objective Analysis it touches, separated by |"`
	ForceWide  bool   `col:"force_wide" doc:"whether it is an alliance across many functions, operations and support, that could move a whole force's workforce or cost"`
	National   bool   `col:"national" doc:"whether all or nearly all forces are members, so that no force is left to compare with"`
	Host       string `col:"host,opt" doc:"lead or host as its source says"`
	HostForce  string `col:"host_force,opt" doc:"ONS codes of host forces where the source names them, separated by |"`
	Start      string `col:"start_as_published,opt" doc:"start as its source says"`
	End        string `col:"end_as_published,opt" doc:"end as its source says"`
	Confidence string `col:"confidence,opt" doc:"how sure the source's compiler was"`
	Primary    string `col:"primary_cost,opt" doc:"the one primary cost or workforce measure tested for it, set before results were computed"`
	PrimaryOut string `col:"primary_outcome,opt" doc:"the one primary outcome measure tested for it"`
	PrimaryWhy string `col:"primary_why,opt" doc:"reason for the primary measures, or for having none"`
	ShareKey   string `col:"share_key,opt" doc:"shares of the cost agreed, as force code:share separated by |"`
	Purpose    string `col:"purpose,opt" doc:"stated purpose and objectives, where a source gives one"`
	Baseline   string `col:"baseline,opt" doc:"baseline of benefits, where a source gives one"`
	NonCash    string `col:"non_financial_benefits,opt" doc:"benefits beyond cash tracked, where a source says so"`
	Governance string `col:"decision_bodies,opt" doc:"decision bodies, where a source gives them"`
	Review     string `col:"review,opt" doc:"review date, where a source gives one"`
	Exit       string `col:"exit_terms,opt" doc:"exit terms, where a source gives them"`
	Learning   string `col:"learning,opt" doc:"learning shared, where a source says so"`
	Source     string `col:"source" doc:"sources"`
}

// Member is a force's membership of a collaboration, with dates that may conflict:
// each dated event is a row of its own.
type Member struct {
	Collaboration string    `col:"collaboration,key" doc:"id of the collaboration"`
	Force         ForceCode `col:"force_code,key" doc:"ONS code of the member"`
	Role          string    `col:"role" doc:"host, partner or member"`
	From          string    `col:"valid_from,opt" doc:"start as precise as its source: 2012, 2012-10 or 2012-10-01"`
	FromEvent     string    `col:"from_event,opt" doc:"what happened then: agreed, live, merged, joined"`
	To            string    `col:"valid_to,opt" doc:"end as precise as its source"`
	ToEvent       string    `col:"to_event,opt" doc:"what happened then: notice, due, ended, left"`
	Note          string    `col:"note,opt" doc:"doubt or conflict"`
	Source        string    `col:"source" doc:"source of the row"`
}

// Event is a dated event of a collaboration, conflicting dates kept apart.
type Event struct {
	Collaboration string `col:"collaboration,key" doc:"id of the collaboration"`
	Phase         string `col:"phase" doc:"entry or exit; change: neither, a member or unit more or less in between"`
	Event         string `col:"event" doc:"agreed, signed, live, merged, notice, due, ended"`
	Date          string `col:"date" doc:"as precise as the source: 2012, 2012-10, 2012-10-01"`
	Text          string `col:"as_published" doc:"the source's words"`
	Source        string `col:"source" doc:"source of the row"`
}

// Claim is a saving that an office or body said a collaboration would make or had
// made. Budgets, contributions, shares, bids and exit payments are no claims:
// they stand in Sum rows with kind saying so.
type Claim struct {
	ID            string `col:"claim_id,key" doc:"collaboration and a number"`
	Collaboration string `col:"collaboration" doc:"id of the collaboration"`
	Kind          string `col:"kind" doc:"saving, budget, contribution, share, bid, exit payment, cost, staffing, other"`
	By            string `col:"claimed_by,opt" doc:"office or body that said it, never a person"`
	When          string `col:"claimed_when,opt" doc:"when it was said"`
	Text          string `col:"as_published" doc:"the source's words"`
	Low           Pence  `col:"amount_low,opt" doc:"lower figure in pounds"`
	High          Pence  `col:"amount_high,opt" doc:"upper figure in pounds, the same where one figure is given"`
	Period        string `col:"period,opt" doc:"years it is said of"`
	Per           string `col:"per,opt" doc:"annual, cumulative, one year, or empty: not said"`
	Basis         string `col:"basis,opt" doc:"gross, net, or empty: not said"`
	Timing        string `col:"timing,opt" doc:"before the fact, after the fact, or empty"`
	Against       string `col:"against,opt" doc:"baseline: own past, own plan, other forces, or empty: not said"`
	Source        string `col:"source" doc:"sources"`
}
