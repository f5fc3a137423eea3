package transform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"hardyards/internal/lake"
	"hardyards/internal/police"
)

// cache keeps summaries beside the lake, under names made of everything they were
// made from. A lost or damaged entry is made again; none is ever an input.
type cache struct {
	dir      string
	readOnly bool // for plan, which changes nothing
	index    *index
}

func openCache(lk *lake.Lake) cache { return cacheWith(lk, readIndex(lk)) }

func cacheWith(lk *lake.Lake, x *index) cache {
	return cache{dir: filepath.Join(lk.Dir(), "cache", "summary-"+summaryVersion), index: x}
}

func (c cache) path(fragment, drops string) string {
	name := fragment
	if drops != "" {
		name += "-" + drops
	}
	return filepath.Join(c.dir, fragment[:min(2, len(fragment))], name)
}

func (c cache) get(fragment, drops string) *Summary {
	data, err := os.ReadFile(c.path(fragment, drops))
	if err != nil {
		return nil
	}
	s, err := decodeSummary(data)
	if err != nil {
		return nil
	}
	return s
}

// put keeps a summary if it can: a full or read-only disk costs time only.
func (c cache) put(fragment, drops string, s *Summary) { c.keep(c.path(fragment, drops), s.encode()) }

func (c cache) keep(at string, data []byte) {
	if c.readOnly || os.MkdirAll(filepath.Dir(at), 0o755) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(at), ".new-*")
	if err != nil {
		return
	}
	_, werr := f.Write(data)
	cerr := f.Close()
	if werr != nil || cerr != nil || os.Rename(f.Name(), at) != nil {
		os.Remove(f.Name())
	}
}

// forget removes all that is kept of a fragment: it holds payees' names. The index
// goes as a whole and is made again.
func (c cache) forget(fragment string) error {
	if err := os.Remove(c.index.at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	found, err := filepath.Glob(filepath.Join(c.dir, "..", "summary-*", fragment[:min(2, len(fragment))], fragment+"*"))
	if err != nil {
		return err
	}
	for _, f := range found {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

// summaryColumns are the columns that a summary is made of.
var summaryColumns = []string{"payment_id", "part_id", "payer", "financial_year", "paid_on", "payee", "payee_id",
	"redaction", "category", "amount", "amount_once", "repeat_no"}

// summarize gives the summary of a fragment's payments, without those dropped,
// from the cache or in one scan.
func (c cache) summarize(ctx context.Context, f *lake.Fragment, drops map[fileRef][]drop) (*Summary, error) {
	key := f.Record.Key
	name := dropsName(key, drops)
	if name == "" {
		if s := c.index.summary(key); s != nil {
			return s, nil
		}
	}
	if s := c.get(key, name); s != nil {
		return s, nil
	}
	sum := newSummarizer()
	for _, p := range f.Parts() {
		gone := droppedIDs(drops[fileRef{key, p.Payer, p.FinYear}])
		var kept []police.Payment
		err := lake.ReadPayments(p.Path, summaryColumns, func(rows []police.Payment) error {
			if gone != nil {
				kept = kept[:0]
				for i := range rows {
					if !gone[rows[i].PaymentID] {
						kept = append(kept, rows[i])
					}
				}
				rows = kept
			}
			sum.add(rows)
			return ctx.Err()
		})
		if err != nil {
			return nil, err
		}
		sum.endPartition()
	}
	s := sum.finish()
	if name != "" || !s.isSmall() {
		c.put(key, name, s)
	}
	return s, nil
}

func droppedIDs(drops []drop) map[int64]bool {
	if len(drops) == 0 {
		return nil
	}
	gone := make(map[int64]bool, len(drops))
	for _, d := range drops {
		gone[d.id] = true
	}
	return gone
}

// dropsName names the set of rows that a fragment loses; "" for none.
func dropsName(fragment string, drops map[fileRef][]drop) string {
	h := sha256.New()
	any := false
	for _, f := range sortedFiles(drops) {
		if f.fragment == fragment && len(drops[f]) > 0 {
			any = true
			h.Write([]byte(string(f.payer) + "/" + string(f.year) + "/" + dropName(drops[f])))
		}
	}
	if !any {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// heavyRollups is the number of rollups from which a summary's rollups and payees
// aren't kept in memory but read from the cache when they are needed: some 100
// bytes each, which for ten million payments would be a gigabyte.
const heavyRollups = 64

// lighten drops from memory what the cache holds of a large summary of one payer.
func (c cache) lighten(s *source, drops string) {
	s.heavy = ""
	if s.sum.isSmall() || len(s.payers()) != 1 || c.readOnly {
		return
	}
	if _, err := os.Stat(c.path(s.key, drops)); err != nil {
		return
	}
	s.heavy = c.path(s.key, drops)
	s.sum.Rollups, s.sum.Payees = nil, nil
}

// whole gives the summary with its rollups and payees.
func (s *source) whole() (*Summary, error) {
	if s.heavy == "" {
		return s.sum, nil
	}
	data, err := os.ReadFile(s.heavy)
	if err != nil {
		return nil, err
	}
	return decodeSummary(data)
}

// payers gives those who pay in the fragment, sorted.
func (s *source) payers() []police.PayerKey {
	var out []police.PayerKey
	for _, c := range s.sum.Cells { // sorted by payer
		if n := len(out); n == 0 || out[n-1] != c.Payer {
			out = append(out, c.Payer)
		}
	}
	return out
}
