package source

import (
	"fmt"
	"io"
)

// budget bounds what compressed content may expand to in one pass.
type budget struct {
	lim    Limits
	packed int64 // bytes of the compressed whole
}

const freeExpansion = 64 << 20 // below this the ratio doesn't matter

// refuse says whether n expanded bytes are too many.
func (b *budget) refuse(n int64) error {
	switch {
	case n > b.lim.Expanded:
		return &Refusal{
			Reason: fmt.Sprintf("expands to more than %d bytes", b.lim.Expanded),
			Advice: "if the file is genuine, unpack it and give the parts, or raise the limit",
		}
	case n > freeExpansion && n/max(1, b.packed) > b.lim.Ratio:
		return &Refusal{
			Reason: fmt.Sprintf("expands more than %d times, as no published table does (a decompression bomb?)", b.lim.Ratio),
			Advice: "if the file is genuine, unpack it and give the parts",
		}
	}
	return nil
}

// reader bounds r by the budget; every pass over the content has its own count.
func (b *budget) reader(r io.ReadCloser) io.ReadCloser {
	return &budgeted{ReadCloser: r, budget: b, used: new(int64)}
}

type budgeted struct {
	io.ReadCloser
	budget *budget
	used   *int64 // bytes given
}

func (r *budgeted) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	*r.used += int64(n)
	if refused := r.budget.refuse(*r.used); refused != nil {
		return n, refused
	}
	return n, corrupt(err)
}

// corrupt makes a Refusal of an error of decompression.
func corrupt(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &Refusal{Reason: "the compressed content is corrupt or cut short", Advice: "download the file again", Err: err}
}
