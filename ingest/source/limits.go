package source

// Limits bound what a file may cost. A zero field takes the default beside it.
type Limits struct {
	Expanded int64 // bytes that compressed content may expand to, in all: 32 GiB
	Ratio    int64 // expanded bytes per compressed byte, beyond the first 64 MiB: 250
	Memory   int64 // bytes held for shared strings of a workbook: 192 MiB
	Cells    int   // cells of a record: 16,384 (a sheet's columns)
	Grid     int64 // cells of a sheet, the empty ones before filled ones too: 256 Mi
	Cell     int   // bytes of a cell: 1 MiB
	Record   int   // bytes of a text record, and of a line: 16 MiB
	Parts    int   // parts of a file: 1,000
	Depth    int   // nesting of XML: 64
	Nested   int   // containers within containers: 3

	Buffers *Buffers // memory lent from file to file; nil: every file has its own
}

func (l Limits) withDefaults() Limits {
	setDefault(&l.Expanded, 32<<30)
	setDefault(&l.Ratio, 250)
	setDefault(&l.Memory, 192<<20)
	setDefault(&l.Cells, 16384)
	setDefault(&l.Grid, 256<<20)
	setDefault(&l.Cell, 1<<20)
	setDefault(&l.Record, 16<<20)
	setDefault(&l.Parts, 1000)
	setDefault(&l.Depth, 64)
	setDefault(&l.Nested, 3)
	if l.Buffers == nil {
		l.Buffers = new(Buffers)
	}
	return l
}

func setDefault[T int | int64](field *T, value T) {
	if *field <= 0 {
		*field = value
	}
}
