// Package lake keeps everything that is stored: tables as Parquet, fragments (what
// one published file became), snapshots (a whole state of the lake, published at
// once or not at all), the manifest, the lock, and the check by a second reader.
//
// It is the only importer of Arrow and of the second Parquet reader, and knows
// nothing of how a row came to be or what it means for a finding.
//
// The way of a table: a struct with `col` tags (internal/police) → Schema → column
// buffers → Parquet, with the facts of what was written (rows, sums, extremes)
// taken from the values on their way in. Verify reads the file again with other
// code and compares.
//
// Every step that changes the disk goes through one type, disk, so that a test can
// stop the process at each of them. Files are written beside, synced and renamed.
package lake
