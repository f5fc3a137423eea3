// Package source turns the bytes of one published file into parts (a text file, a
// sheet, a member of an archive), and each part into batches of records. It knows
// containers, encodings and dialects; it knows nothing of what a record means:
// headings, dates, amounts and payees belong to package ingest.
//
// Steps: Open reads the file once (hash, container, evidence for encoding, line ends
// and delimiter), or refuses it with a *Refusal. Part.Read streams records in bounded
// memory, as often as asked. Part.Proof counts the records and sums one column by a
// second, simple way that shares no splitting code with Read, so that a ledger built
// on Read can be proved.
//
// Nothing is replaced silently: bytes of a second encoding, stray quotes, NULs and
// unpaired surrogates are marked in Record.Faults and told in Evidence.Warnings.
package source
