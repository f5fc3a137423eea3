// Package ingest reads one published file into payments, rejections and exclusions,
// with a ledger that proves that no row and no penny is missing, and writes them as
// a fragment of the lake. It sees one file at a time: duplicates, revisions and who
// a payee is belong to package transform.
//
// Steps: package source turns bytes into records; a plan is made of the first records
// (header, the role of each column, by layout or by inference, with a confidence and
// the evidence); every record is then a payment, or a rejection or exclusion with a
// reason; day and month are decided over the whole part; a second pass that shares no
// code counts records and pence (proofAmount, source.Part.Proof), and a difference
// ends the run with exit code 4; payments are sorted, repeats numbered, and written.
//
// The rules, each beside its code: which cell is the amount (plan.go), what more than
// two decimals mean (amount.go), which of day and month comes first (dayorder.go),
// what a name's period is (period.go), when a row is a total (odd.go), when a row
// beyond its header is spoilt (helperColumns), what is refused (finish.go).
package ingest
