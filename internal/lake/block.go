package lake

import (
	"fmt"
	"unsafe"

	"hardyards/internal/police"
)

// Words are texts by number: a row holds Texts[number], or null where its number is
// negative. Each text has one number, which holds until the file is closed.
type Words struct {
	Numbers []int32
	Texts   []string
}

// PaymentBlock holds payments of one payer and financial year column by column, one
// value a row in each; the columns mean what those of police.Payment mean. Writing a
// block costs a third of writing the same rows as structs: a row's texts are numbers
// already, and no row is put together to be taken apart.
type PaymentBlock struct {
	PaymentID, PartID, PayeeID, RepeatGroup            []int64
	LineFirst, LineLast, RepeatNo                      []int32
	PaidOn                                             []police.Date
	Amount, AmountOnce                                 []police.Pence
	Reference                                          []string
	DateBasis, Payee, Redaction, Category, Description Words
}

// Len is the number of rows.
func (p *PaymentBlock) Len() int { return len(p.PaymentID) }

// Block appends payments of one payer and year, as Payments does. A partition takes
// blocks or rows, not both.
func (w *FragmentWriter) Block(payer police.PayerKey, fy police.FinancialYear, p *PaymentBlock) error {
	if err := w.turnTo(payer, fy); err != nil {
		return err
	}
	return w.payments.takeBlock(payer, fy, p)
}

func (w *tableWriter) takeBlock(payer police.PayerKey, fy police.FinancialYear, p *PaymentBlock) error {
	if w.rows > 0 && !w.blocks {
		return fmt.Errorf("a block after rows, in the payments of %s in %s", payer, fy)
	}
	w.blocks = true
	for from := 0; from < p.Len(); {
		n := min(p.Len()-from, rowGroupRows-w.pending)
		for _, b := range w.columns {
			if err := b.takeBlock(payer, fy, p, from, n); err != nil {
				return err
			}
		}
		if err := w.took(n); err != nil {
			return err
		}
		from += n
	}
	return nil
}

// takeBlock appends the column's values of n rows of a block.
func (b *columnBuffer) takeBlock(payer police.PayerKey, fy police.FinancialYear, p *PaymentBlock, from, n int) error {
	switch b.Name {
	case "payment_id":
		return appendSlice(b, p.PaymentID[from:][:n])
	case "part_id":
		return appendSlice(b, p.PartID[from:][:n])
	case "line_first":
		return appendSlice(b, p.LineFirst[from:][:n])
	case "line_last":
		return appendSlice(b, p.LineLast[from:][:n])
	case "payer":
		b.appendSame(string(payer), n)
	case "force_code":
		b.appendSame(string(payer.Force()), n)
	case "financial_year":
		b.appendSame(string(fy), n)
	case "paid_on":
		return appendSlice(b, p.PaidOn[from:][:n])
	case "date_basis":
		b.appendWords(p.DateBasis, from, n)
	case "payee":
		b.appendWords(p.Payee, from, n)
	case "payee_id":
		return appendSlice(b, p.PayeeID[from:][:n])
	case "redaction":
		b.appendWords(p.Redaction, from, n)
	case "category":
		b.appendWords(p.Category, from, n)
	case "description":
		b.appendWords(p.Description, from, n)
	case "reference":
		return appendSlice(b, p.Reference[from:][:n])
	case "amount":
		return appendSlice(b, p.Amount[from:][:n])
	case "amount_once":
		return appendSlice(b, p.AmountOnce[from:][:n])
	case "repeat_group":
		return appendSlice(b, p.RepeatGroup[from:][:n])
	case "repeat_no":
		return appendSlice(b, p.RepeatNo[from:][:n])
	default:
		return fmt.Errorf("column %s is in no block of payments", b.Name)
	}
	return nil
}

// appendSlice appends values that lie side by side. V must be the type of the column's
// field.
func appendSlice[V any](b *columnBuffer, values []V) error {
	var v V
	return b.append(unsafe.Pointer(unsafe.SliceData(values)), len(values), unsafe.Sizeof(v))
}

// appendSame appends a text n times.
func (b *columnBuffer) appendSame(text string, n int) {
	if n == 0 {
		return
	}
	present := int16(1)
	if b.Nullable && text == "" {
		present = 0
		b.nulls += int64(n)
	} else {
		i := b.dict.index(text)
		for range n {
			b.i32 = append(b.i32, i)
		}
	}
	if b.Nullable {
		for i := range b.levels(n) {
			b.def[len(b.def)-n+i] = present
		}
	}
}

// appendWords appends texts by number.
func (b *columnBuffer) appendWords(w Words, from, n int) {
	d := b.dict
	d.expect(len(w.Texts))
	var def []int16
	if b.Nullable {
		def = b.levels(n)
	}
	for i, number := range w.Numbers[from:][:n] {
		if number < 0 || b.Nullable && w.Texts[number] == "" {
			b.nulls++
			if def != nil {
				def[i] = 0
			}
			continue
		}
		if def != nil {
			def[i] = 1
		}
		b.i32 = append(b.i32, d.numbered(number, w.Texts))
	}
}
