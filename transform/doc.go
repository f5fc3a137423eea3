// Package transform makes a snapshot of the lake out of fragments: it finds what
// was published twice and what was revised, decides per part whether repeated rows
// are one invoice's total, resolves payees, attributes payments between police
// bodies to agreements, and writes the star schema beside the linked payments.
//
// It reads no published file and changes no payment row: a row either counts (table
// payments) or stands in table superseded with the rule that put it there. The
// result depends on the set of inputs alone, never on their order, the number of
// workers or what was built before; earlier snapshots and lake/cache are only ever
// looked up under a key that names all that the looked-up thing was made from.
//
// Steps of Build:
//
//  1. canonical inputs, and their hash: the snapshot's id; same id, nothing to do
//  2. a Summary per fragment, made in one scan and cached: monthly cells, samples
//  3. overlaps: suspicious pairs of cells by sample, decided row by row
//  4. partitions: fragment files linked, or rewritten where they lose rows
//  5. ledger: Σ fragments = Σ current + duplicates + superseded, else exit 4
//  6. dimensions and facts from the summaries
//  7. guards: what shrank, what is late, what was rejected
package transform
