package police

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a day as days since 1 January 1970. NoDate means that no day is known.
type Date int32

// NoDate is the Date of a row without a readable date; null in tables.
const NoDate Date = -1 << 31

// DateOf gives the Date of a civil day; ok is false where the calendar has no
// such day (31 February).
func DateOf(year, month, day int) (d Date, ok bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return NoDate, false
	}
	return Date(civilDays(year, month, day)), true
}

// civilDays is Howard Hinnant's days_from_civil: no time.Time, for the hot path.
func civilDays(y, m, d int) int {
	if m <= 2 {
		y--
	}
	era := y / 400
	yoe := y - era*400
	mp := (m + 9) % 12
	doy := (153*mp+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// Civil gives year, month and day.
func (d Date) Civil() (year, month, day int) {
	z := int(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// Time gives midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String gives 2018-04-03, or "" for NoDate.
func (d Date) String() string {
	if d == NoDate {
		return ""
	}
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// ParseDate reads the form that String writes.
func ParseDate(s string) (Date, error) {
	if s == "" {
		return NoDate, nil
	}
	if len(s) == 10 && s[4] == '-' && s[7] == '-' {
		y, e1 := strconv.Atoi(s[:4])
		m, e2 := strconv.Atoi(s[5:7])
		day, e3 := strconv.Atoi(s[8:])
		if e1 == nil && e2 == nil && e3 == nil {
			if d, ok := DateOf(y, m, day); ok {
				return d, nil
			}
		}
	}
	return NoDate, fmt.Errorf("date %q is not a day of the form 2018-04-03", s)
}

// FinancialYear is a year from 1 April to 31 March, written 2018-19; "" (written
// "unknown" as a partition) where no date is known.
type FinancialYear string

// UnknownYear is the partition of payments without any date.
const UnknownYear FinancialYear = "unknown"

// FinancialYearOf gives the financial year that d lies in.
func FinancialYearOf(d Date) FinancialYear {
	if d == NoDate {
		return UnknownYear
	}
	y, m, _ := d.Civil()
	if m < 4 {
		y--
	}
	return FinancialYearStarting(y)
}

// FinancialYearStarting gives the financial year that starts on 1 April of year.
func FinancialYearStarting(year int) FinancialYear {
	var b [7]byte
	buf := strconv.AppendInt(b[:0], int64(year), 10)
	next := (year + 1) % 100
	return FinancialYear(append(buf, '-', byte('0'+next/10), byte('0'+next%10)))
}

// Start gives the calendar year the financial year starts in; 0 if unknown.
func (y FinancialYear) Start() int {
	if len(y) != 7 || y[4] != '-' {
		return 0
	}
	n, err := strconv.Atoi(string(y[:4]))
	if err != nil || FinancialYearStarting(n) != y {
		return 0
	}
	return n
}

// End gives the calendar year the financial year ends in; 0 if unknown.
func (y FinancialYear) End() int {
	if s := y.Start(); s != 0 {
		return s + 1
	}
	return 0
}

// ParseFinancialYear reads 2018-19.
func ParseFinancialYear(s string) (FinancialYear, error) {
	y := FinancialYear(s)
	if y == UnknownYear || y.Start() != 0 {
		return y, nil
	}
	return "", fmt.Errorf("financial year %q is not of the form 2018-19", s)
}
