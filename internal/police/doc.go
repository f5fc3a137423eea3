// Package police holds the words of the domain: money in pence, dates, financial
// years, forces, payments and what becomes of a row that is none, the register of
// collaborations, measures, and the rows of every table of the lake. Values only:
// it reads and writes nothing and imports the standard library alone.
//
// A struct whose fields carry `col` tags is a table's row; internal/lake derives
// the table's schema, data dictionary and CSV header from it. The tag is
//
//	col:"name[,opt][,key]" doc:"what it means"
//
// opt: the zero value (for a float64: NaN) is stored as null. key: part of the
// natural key, printed in the dictionary. Types follow the Go type: Pence →
// DECIMAL(18,2), Date → DATE, FinancialYear and other strings → VARCHAR, int32 →
// INTEGER, int64 → BIGINT, bool → BOOLEAN, float64 → DOUBLE. Columns are only ever
// added at the end.
package police
