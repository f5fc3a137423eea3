// Package analyze turns a snapshot's tables and the measures into findings: cost a
// head, comparison with peers, association of cost with outcome, effects of
// collaborations, efficiency, claims, what missing data could change, and headlines.
// Each finding carries n, interval, method and warnings. It reads tables through
// lake.Reader, computes with analyze/stat, and gives rows of police; it writes
// nothing, and no finding of it says why something happened.
//
// Steps of Run: index the measures (Panel) → cost a head → peers (the user's groups
// from ReadPeers, else nearest neighbours; and all others) → functions by who
// collaborates in them → associations → effects and their sensitivity → efficiency →
// claims → funnels of counts → bounds → headlines, which only word what the tables
// before hold. docs/verify recomputes the headlines outside of this program.
package analyze
