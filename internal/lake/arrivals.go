package lake

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
)

// Arrival is one set of bytes as it came to one path: a line of arrivals.csv. All
// that ever came to a path are inputs of a snapshot, since the order in which they
// came may decide which counts, and since rows whose file has gone stay.
type Arrival struct {
	Path      string // as configured
	Order     int    // from 1, of this path alone
	Publisher string
	SHA256    string
	Fragment  string // key; empty where refused
	Refused   string // why
}

var arrivalColumns = []string{"path", "order", "publisher", "sha256", "fragment", "refused"}

// Arrivals reads arrivals.csv; none are an empty list.
func (l *Lake) Arrivals() ([]Arrival, error) {
	f, err := os.Open(l.path("arrivals.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.ReuseRecord = len(arrivalColumns), true
	var out []Arrival
	for line := 1; ; line++ {
		rec, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		case line == 1 && !slices.Equal(rec, arrivalColumns):
			return nil, fmt.Errorf("%s:1: columns %v, want %v", f.Name(), rec, arrivalColumns)
		case line == 1:
			continue
		}
		order, err := strconv.Atoi(rec[1])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: order %q is no number", f.Name(), line, rec[1])
		}
		out = append(out, Arrival{rec[0], order, rec[2], rec[3], rec[4], rec[5]})
	}
}

// WriteArrivals replaces arrivals.csv, sorted by path and order.
func (l *Lake) WriteArrivals(all []Arrival) error {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b Arrival) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return a.Order - b.Order
	})
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(arrivalColumns) // a strings.Builder never fails
	for _, a := range all {
		w.Write([]string{a.Path, strconv.Itoa(a.Order), a.Publisher, a.SHA256, a.Fragment, a.Refused})
	}
	w.Flush()
	if old, err := os.ReadFile(l.path("arrivals.csv")); err == nil && string(old) == b.String() {
		return nil
	}
	return l.disk.replaceWhole(l.path("arrivals.csv"), []byte(b.String()))
}

// ArrivalBook is the list of arrivals while a run adds to it. One goroutine uses it.
type ArrivalBook struct {
	all     []Arrival
	last    map[string]int // index of each path's last arrival
	changed bool
}

// Changed reports whether anything arrived that the book didn't hold.
func (b *ArrivalBook) Changed() bool { return b.changed }

// NewArrivals begins a book with what arrivals.csv holds.
func NewArrivals(all []Arrival) *ArrivalBook {
	b := &ArrivalBook{all: slices.Clone(all), last: make(map[string]int)}
	for i, a := range b.all {
		if k, ok := b.last[a.Path]; !ok || a.Order > b.all[k].Order {
			b.last[a.Path] = i
		}
	}
	return b
}

// All gives every arrival.
func (b *ArrivalBook) All() []Arrival { return b.all }

// Arrive enters what came to a path now. Where its last arrival has the same bytes
// nothing came: only its fragment is brought up to date.
func (b *ArrivalBook) Arrive(now Arrival) {
	at, known := b.last[now.Path]
	now.Order = 1
	if known {
		now.Order = b.all[at].Order
		if b.all[at].SHA256 == now.SHA256 {
			b.changed = b.changed || b.all[at] != now
			b.all[at] = now
			return
		}
		now.Order++
	}
	b.changed = true
	b.last[now.Path] = len(b.all)
	b.all = append(b.all, now)
}
