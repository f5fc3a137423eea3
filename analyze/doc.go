// Package analyze turns a snapshot's tables and the measures into findings: cost a
// head, comparison with peers, association of cost with outcome, effects of
// collaborations, efficiency, claims and headlines. Each finding carries n,
// interval, method and warnings. It reads tables through lake.Reader, computes
// with analyze/stat, and gives rows of police; it writes nothing.
//
// Steps of Run: index the measures (Panel) → cost a head → peers → associations →
// effects and their sensitivity → efficiency → claims → headlines, which only word
// what the tables before hold.
package analyze
