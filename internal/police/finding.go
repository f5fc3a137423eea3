package police

// Every finding carries its n, interval, method and warnings as columns, so that a
// table that leaves its caption behind stays honest. Warnings are separated by " | ".

// PeerComparison compares one force and year with its peers: peer_comparison.
type PeerComparison struct {
	FindingID    string    `col:"finding_id,key" doc:"what trace takes"`
	Force        ForceCode `col:"force_code" doc:"force"`
	Measure      string    `col:"measure" doc:"measure"`
	Function     string    `col:"function,opt" doc:"function, where the measure is by function"`
	FinYear      string    `col:"financial_year" doc:"year"`
	Per          string    `col:"per" doc:"head, officer or nothing"`
	Prices       string    `col:"prices" doc:"nominal, or real with the base year"`
	Population   string    `col:"population" doc:"all, without London and City, and so on"`
	Value        float64   `col:"value,opt" doc:"the force's value"`
	Unit         string    `col:"unit" doc:"unit"`
	PeerRule     string    `col:"peer_rule" doc:"how peers were chosen"`
	Peers        string    `col:"peers" doc:"ONS codes of the peers, separated by |"`
	N            int32     `col:"n" doc:"number of peers with a value"`
	MeanWeighted float64   `col:"mean_weighted,opt" doc:"peers' mean, weighted by denominator"`
	MeanSimple   float64   `col:"mean_simple,opt" doc:"peers' simple mean"`
	Median       float64   `col:"median,opt" doc:"peers' median"`
	MAD          float64   `col:"mad,opt" doc:"median absolute deviation × 1.4826"`
	RobustZ      float64   `col:"robust_z,opt" doc:"(value − median) / MAD"`
	Lo95         float64   `col:"lo95,opt" doc:"lower end of the band named in method"`
	Hi95         float64   `col:"hi95,opt" doc:"upper end of the band named in method"`
	RankLo       int32     `col:"rank_lo,opt" doc:"lowest rank over years and definitions; 1 is the highest value"`
	RankHi       int32     `col:"rank_hi,opt" doc:"highest rank over years and definitions"`
	RankOf       int32     `col:"rank_of,opt" doc:"number of forces ranked"`
	Difference   float64   `col:"difference_gbp,opt" doc:"pounds a year above (+) or below (−) what the peers' weighted mean would give"`
	Method       string    `col:"method" doc:"how band and ranks were made"`
	Warnings     string    `col:"warnings,opt" doc:"what must be said with it"`
}

// Association is a correlation of a cost measure with an outcome measure across or
// within forces: association. It is never cause.
type Association struct {
	FindingID string  `col:"finding_id,key" doc:"what trace takes"`
	Cost      string  `col:"cost_measure" doc:"cost measure"`
	Outcome   string  `col:"outcome_measure" doc:"outcome measure"`
	FinYear   string  `col:"financial_year" doc:"year, or range for within-force"`
	Scope     string  `col:"scope" doc:"across forces, within forces"`
	Set       string  `col:"population" doc:"all, without London"`
	Method    string  `col:"method" doc:"pearson, spearman, kendall, partial"`
	N         int32   `col:"n" doc:"forces (or force-years)"`
	Estimate  float64 `col:"estimate,opt" doc:"coefficient"`
	Lo        float64 `col:"lo,opt" doc:"lower 95 % limit"`
	Hi        float64 `col:"hi,opt" doc:"upper 95 % limit"`
	Interval  string  `col:"interval" doc:"how the interval was made"`
	P         float64 `col:"p,opt" doc:"unadjusted"`
	Q         float64 `col:"q,opt" doc:"Benjamini–Hochberg over all tests of this table"`
	Tests     int32   `col:"tests" doc:"number of tests adjusted for"`
	Warnings  string  `col:"warnings,opt" doc:"what must be said with it"`
}

// Verdict is one of the words of METHODS.md.
type Verdict string

// Verdicts of an effect.
const (
	LowerThanComparison  Verdict = "lower than its comparison"
	HigherThanComparison Verdict = "higher than its comparison"
	NotRobust            Verdict = "not robust"
	NoDetectable         Verdict = "no detectable difference"
	CantBeEstimated      Verdict = "can't be estimated"
	Exploratory          Verdict = "exploratory, no verdict"
)

// Effect is one collaboration × phase × measure × estimator: effect.
type Effect struct {
	FindingID     string  `col:"finding_id,key" doc:"what trace takes"`
	Collaboration string  `col:"collaboration" doc:"id"`
	Phase         string  `col:"phase" doc:"entry or exit"`
	Measure       string  `col:"measure" doc:"measure"`
	Role          string  `col:"role" doc:"primary or exploratory"`
	Unit          string  `col:"unit" doc:"unit of estimate"`
	TreatedUnit   string  `col:"treated" doc:"members summed, or one member"`
	Estimator     string  `col:"estimator" doc:"sdid, did, sc"`
	DonorRule     string  `col:"donor_rule" doc:"which forces were allowed"`
	Estimate      float64 `col:"estimate,opt" doc:"difference from its comparison, in unit"`
	Lo            float64 `col:"lo,opt" doc:"lower limit"`
	Hi            float64 `col:"hi,opt" doc:"upper limit"`
	Level         float64 `col:"level,opt" doc:"level of the interval"`
	P             string  `col:"p,opt" doc:"method=p pairs, separated by |"`
	PPlacebo      float64 `col:"p_placebo,opt" doc:"placebo p; never below 1/(placebos+1)"`
	Q             float64 `col:"q,opt" doc:"Benjamini–Hochberg over primary tests"`
	NTreated      int32   `col:"n_treated" doc:"forces pooled in the treated unit"`
	NDonors       int32   `col:"n_donors" doc:"donor forces"`
	Placebos      int32   `col:"placebos" doc:"placebo units"`
	Pre           int32   `col:"pre_periods" doc:"periods before"`
	Post          int32   `col:"post_periods" doc:"periods after"`
	Window        string  `col:"window,opt" doc:"years before / left out / after"`
	Detectable    float64 `col:"smallest_detectable,opt" doc:"smallest effect of either sign that 80 % of placebo units would have shown, in unit"`
	DetectablePct float64 `col:"smallest_detectable_pct,opt" doc:"the same in per cent of the level before"`
	RawMembers    float64 `col:"raw_change_members_pct,opt" doc:"raw change of the members, per cent"`
	RawPeers      float64 `col:"raw_change_peers_pct,opt" doc:"raw change of the donors, per cent"`
	Verdict       Verdict `col:"verdict" doc:"in the words of METHODS"`
	Reason        string  `col:"reason,opt" doc:"why it can't be estimated, with the counts; what would have been seen; what a verdict hangs on"`
	Warnings      string  `col:"warnings,opt" doc:"what must be said with it"`
	LevelBefore   float64 `col:"level_before,opt" doc:"members' mean level over the years before, in unit"`
	EstimatePct   float64 `col:"estimate_pct,opt" doc:"estimate in per cent of the level before"`
	LoPct         float64 `col:"lo_pct,opt" doc:"lower limit in per cent"`
	HiPct         float64 `col:"hi_pct,opt" doc:"upper limit in per cent"`
	Share         float64 `col:"function_share_pct,opt" doc:"most that the collaboration's functions can be of its members' gross budget, where that was asked"`
	Method        string  `col:"method" doc:"how estimate and interval are made"`
}

// EffectPath is a point of an effect's event-study picture: effect_path.
type EffectPath struct {
	FindingID  string  `col:"finding_id,key" doc:"effect it belongs to"`
	Year       int32   `col:"year,key" doc:"year"`
	Phase      string  `col:"phase" doc:"before, left out, after"`
	Treated    float64 `col:"treated,opt" doc:"members summed"`
	Comparison float64 `col:"comparison,opt" doc:"weighted donors"`
	Gap        float64 `col:"gap,opt" doc:"difference after removal of the mean difference before"`
	Lo         float64 `col:"placebo_lo,opt" doc:"2.5 % of placebo gaps"`
	Hi         float64 `col:"placebo_hi,opt" doc:"97.5 % of placebo gaps"`
}

// Sensitivity is one variant of an effect: effect_sensitivity.
type Sensitivity struct {
	FindingID string  `col:"finding_id,key" doc:"effect it varies"`
	Variant   string  `col:"variant,key" doc:"what was changed"`
	Estimate  float64 `col:"estimate,opt" doc:"estimate then"`
	Lo        float64 `col:"lo,opt" doc:"lower limit then"`
	Hi        float64 `col:"hi,opt" doc:"upper limit then"`
	P         float64 `col:"p_placebo,opt" doc:"placebo p then"`
	Warnings  string  `col:"warnings,opt" doc:"what must be said with it"`
}

// EfficiencyScore is one force's data envelopment score: efficiency.
type EfficiencyScore struct {
	FindingID string    `col:"finding_id,key" doc:"what trace takes"`
	Force     ForceCode `col:"force_code" doc:"force"`
	FinYear   string    `col:"financial_year" doc:"year"`
	Inputs    string    `col:"inputs" doc:"input measures"`
	Outputs   string    `col:"outputs" doc:"output measures"`
	Returns   string    `col:"returns" doc:"crs or vrs"`
	Score     float64   `col:"score,opt" doc:"input efficiency, 1 on the frontier"`
	Lo        float64   `col:"lo,opt" doc:"lower limit; lies with hi below the score, which flatters"`
	Hi        float64   `col:"hi,opt" doc:"upper limit"`
	Peers     string    `col:"peers,opt" doc:"frontier peers"`
	N         int32     `col:"n" doc:"forces"`
	Method    string    `col:"method" doc:"method"`
	Warnings  string    `col:"warnings,opt" doc:"what must be said with it"`
	Corrected float64   `col:"corrected,opt" doc:"score less the bootstrap's bias"`
	SE        float64   `col:"se,opt" doc:"standard deviation of the bootstrap's scores"`
	Draws     int32     `col:"draws" doc:"bootstrap draws"`
	RangeLo   float64   `col:"range_lo,opt" doc:"lowest score over both returns and without any one frontier peer"`
	RangeHi   float64   `col:"range_hi,opt" doc:"highest score then"`
}

// ClaimCheck sets a claimed saving beside what data can say: claim_check.
type ClaimCheck struct {
	ClaimID       string  `col:"claim_id,key" doc:"claim"`
	Collaboration string  `col:"collaboration" doc:"id"`
	Kind          string  `col:"kind" doc:"saving, or what else the sum is"`
	ClaimedBy     string  `col:"claimed_by,opt" doc:"office or body"`
	When          string  `col:"claimed_when,opt" doc:"when"`
	Text          string  `col:"as_published" doc:"the source's words"`
	Low           Pence   `col:"amount_low,opt" doc:"claimed, lower"`
	High          Pence   `col:"amount_high,opt" doc:"claimed, upper"`
	Per           string  `col:"per,opt" doc:"annual, cumulative, not said"`
	Basis         string  `col:"basis,opt" doc:"gross, net, not said"`
	Timing        string  `col:"timing,opt" doc:"before or after the fact"`
	Against       string  `col:"against,opt" doc:"baseline"`
	PerHead       float64 `col:"claim_per_head,opt" doc:"a year of the claim in pounds a head of the members' population"`
	OfSpend       float64 `col:"claim_pct_of_spend,opt" doc:"a year of the claim in per cent of the members' spend of spend_year, nominal"`
	MembersPct    float64 `col:"raw_change_members_pct,opt" doc:"raw change of the members' spend"`
	PeersPct      float64 `col:"raw_change_peers_pct,opt" doc:"raw change of the peers' spend"`
	RawYears      string  `col:"raw_years,opt" doc:"years of the raw change"`
	Estimate      float64 `col:"estimate,opt" doc:"estimate on the claim's basis, pounds"`
	Lo            float64 `col:"lo,opt" doc:"lower limit"`
	Hi            float64 `col:"hi,opt" doc:"upper limit"`
	DetectablePct float64 `col:"smallest_detectable_pct,opt" doc:"smallest detectable change"`
	N             int32   `col:"n" doc:"periods at hand"`
	Verdict       string  `col:"verdict" doc:"consistent with this estimate, not consistent with this estimate, not distinguishable from no change, can't be estimated"`
	Reason        string  `col:"reason" doc:"why"`
	Method        string  `col:"method" doc:"method"`
	Warnings      string  `col:"warnings,opt" doc:"what must be said with it"`
	Source        string  `col:"source" doc:"sources of the claim"`
	Years         int32   `col:"years_divided_by,opt" doc:"years that a cumulative claim was divided by for claim_per_head and claim_pct_of_spend"`
	SpendYear     string  `col:"spend_year,opt" doc:"financial year of the spend and people that it is set beside"`
}

// ScorecardRow is one item of evidence about one collaboration on one of the four
// themes of The Hard Yards: scorecard.
type ScorecardRow struct {
	Collaboration string `col:"collaboration,key" doc:"id"`
	Theme         string `col:"theme,key" doc:"purpose; benefits and cost analysis; leadership and governance; skills and capabilities"`
	Item          string `col:"item,key" doc:"what evidence was looked for"`
	State         string `col:"state" doc:"known, partly known or unknown"`
	Evidence      string `col:"evidence,opt" doc:"what the register holds"`
	Source        string `col:"source,opt" doc:"where it comes from"`
}

// Headline is one finding in plain words, for the first screen of the report and
// the last lines of run.
type Headline struct {
	FindingID  string  `col:"finding_id,key" doc:"what trace takes"`
	Rank       int32   `col:"rank" doc:"order of print"`
	Section    string  `col:"section" doc:"covered, flows, spend, association, effect, unknown"`
	Text       string  `col:"text" doc:"one or two sentences with £, interval, n and comparison named"`
	Value      float64 `col:"value,opt" doc:"the figure"`
	Lo         float64 `col:"lo,opt" doc:"lower limit"`
	Hi         float64 `col:"hi,opt" doc:"upper limit"`
	Unit       string  `col:"unit,opt" doc:"unit"`
	N          int32   `col:"n" doc:"number of payments, forces or periods behind it"`
	Comparison string  `col:"comparison,opt" doc:"what it is compared with"`
	Method     string  `col:"method" doc:"method"`
	Warnings   string  `col:"warnings,opt" doc:"what must be said with it"`
	Inputs     string  `col:"inputs" doc:"tables and keys it was made from, for trace: table:key separated by |"`
}

// CostPerHead is a cost measure per head (or per officer) of one force, function
// and year, nominal and real: cost_per_head.
type CostPerHead struct {
	FindingID  string    `col:"finding_id,key" doc:"what trace takes"`
	Force      ForceCode `col:"force_code" doc:"force"`
	Measure    string    `col:"measure" doc:"cost measure"`
	Function   string    `col:"function,opt" doc:"function"`
	FinYear    string    `col:"financial_year" doc:"year"`
	Cost       float64   `col:"cost_gbp" doc:"pounds, nominal"`
	Population float64   `col:"population" doc:"people"`
	PopYear    int32     `col:"population_year" doc:"mid-year of the population used"`
	Nominal    float64   `col:"per_head" doc:"pounds a head, nominal"`
	Real       float64   `col:"per_head_real,opt" doc:"pounds a head in prices of base_year"`
	BaseYear   string    `col:"base_year" doc:"financial year of prices"`
	Warnings   string    `col:"warnings,opt" doc:"what must be said with it"`
}

// FunctionComparison sets forces that the register has collaborating in a function
// beside those that don't, in one year: function_comparison. Never cause.
type FunctionComparison struct {
	FindingID  string  `col:"finding_id,key" doc:"what trace takes"`
	Function   string  `col:"function" doc:"function of the Police Objective Analysis"`
	FinYear    string  `col:"financial_year" doc:"year"`
	Measure    string  `col:"measure" doc:"gross budget or full-time equivalents of the function"`
	Unit       string  `col:"unit" doc:"£ a head, gross or net of earned income, or FTE per 100,000 people"`
	With       string  `col:"collaborating" doc:"ONS codes of forces collaborating in the function that year, each with role and agreement, separated by |"`
	NWith      int32   `col:"n_collaborating" doc:"their number"`
	NWithout   int32   `col:"n_others" doc:"number of the others"`
	MeanWith   float64 `col:"mean_collaborating,opt" doc:"members summed: their money or FTE over their people, so that a host's gross figure counts once"`
	MeanOthers float64 `col:"mean_others,opt" doc:"the others summed"`
	MedWith    float64 `col:"median_collaborating,opt" doc:"median over forces"`
	MedOthers  float64 `col:"median_others,opt" doc:"median over forces"`
	Difference float64 `col:"difference,opt" doc:"mean_collaborating − mean_others"`
	Lo         float64 `col:"lo,opt" doc:"difference less the spread of the same difference under permuted labels"`
	Hi         float64 `col:"hi,opt" doc:"difference plus that spread"`
	P          float64 `col:"p,opt" doc:"share of permutations at least as far from zero; exploratory"`
	Method     string  `col:"method" doc:"method"`
	Warnings   string  `col:"warnings,opt" doc:"what must be said with it"`

	NHosts       int32   `col:"n_hosts" doc:"number of the collaborating that the register has as hosts"`
	MeanHosts    float64 `col:"mean_hosts,opt" doc:"hosts summed over their people; null without one"`
	MeanPartners float64 `col:"mean_partners,opt" doc:"partners, and members without a host, summed over their people"`
}

// FunnelRow sets one force's count against the limits of chance about the rate of all
// forces together: funnel. For counts only.
type FunnelRow struct {
	FindingID   string    `col:"finding_id,key" doc:"what trace takes"`
	Force       ForceCode `col:"force_code" doc:"force"`
	Measure     string    `col:"measure" doc:"measure, a count"`
	Year        int32     `col:"year" doc:"year of the measure"`
	Period      string    `col:"period" doc:"the year in words"`
	Population  string    `col:"population" doc:"all forces with both figures, or without London"`
	Kind        string    `col:"kind" doc:"poisson or binomial"`
	Unit        string    `col:"unit" doc:"unit of value and limits"`
	Count       float64   `col:"count" doc:"the count"`
	Denominator float64   `col:"denominator" doc:"what it is set against"`
	Against     string    `col:"against" doc:"name of the denominator"`
	N           int32     `col:"n" doc:"forces"`
	Value       float64   `col:"value,opt" doc:"count over denominator, in unit"`
	Centre      float64   `col:"centre,opt" doc:"rate of all forces together, in unit"`
	Phi         float64   `col:"phi,opt" doc:"over-dispersion of the winsorised z-scores; 1 is what chance gives"`
	Lo95        float64   `col:"lo95,opt" doc:"lower 95 % limit, widened where forces differ by more than chance"`
	Hi95        float64   `col:"hi95,opt" doc:"upper 95 % limit, widened likewise"`
	Lo998       float64   `col:"lo998,opt" doc:"lower 99.8 % limit, widened likewise"`
	Hi998       float64   `col:"hi998,opt" doc:"upper 99.8 % limit, widened likewise"`
	ExactLo95   float64   `col:"exact_lo95,opt" doc:"lower 95 % limit of chance alone"`
	ExactHi95   float64   `col:"exact_hi95,opt" doc:"upper 95 % limit of chance alone"`
	Z           float64   `col:"z,opt" doc:"(value − centre) in widened standard errors"`
	Method      string    `col:"method" doc:"method"`
	Warnings    string    `col:"warnings,opt" doc:"what must be said with it"`
}

// Bound says what the data that are missing could do to a finding: missing_bound.
type Bound struct {
	FindingID string  `col:"finding_id,key" doc:"what trace takes"`
	Table     string  `col:"about_table" doc:"table of the finding it is about"`
	About     string  `col:"about" doc:"id of that finding, or payer and year, or measure and year"`
	Finding   string  `col:"finding" doc:"the finding in words"`
	Missing   string  `col:"missing" doc:"what is missing"`
	NMissing  int32   `col:"n_missing" doc:"months, forces or periods missing"`
	N         int32   `col:"n" doc:"payments, forces or periods held"`
	Value     float64 `col:"value,opt" doc:"the finding's figure"`
	Lo        float64 `col:"lo,opt" doc:"least that it could be"`
	Hi        float64 `col:"hi,opt" doc:"most that it could be"`
	Unit      string  `col:"unit" doc:"unit"`
	Answer    string  `col:"answer" doc:"holds, could change, or open: nothing bounds it"`
	Method    string  `col:"method" doc:"how the bounds are made"`
	Warnings  string  `col:"warnings,opt" doc:"what must be said with it"`
}
