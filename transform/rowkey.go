package transform

import "hardyards/internal/police"

// mix is the finaliser of splitmix64 (Steele, Lea & Flood 2014).
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// moneyKey is a hash of a payment's date and amount: what no re-encoding, re-casing
// or later redaction of a file changes.
func moneyKey(p *police.Payment) uint64 {
	return mix(mix(uint64(uint32(p.PaidOn))) + uint64(p.Amount))
}

// rowKey is a hash of a payment's date, amount and payee in normal form. The
// reference is left out on purpose: a month published again often gains or loses
// that column, and two payments that differ in nothing else are told apart by
// their number in each file, as a multiset.
func rowKey(p *police.Payment) uint64 { return mix(moneyKey(p) ^ mix(uint64(p.PayeeID))) }

// isTelling reports whether an amount is unlikely to occur twice by chance: no
// multiple of £10. Round sums (grants, fees, rents) match between genuinely
// different files, so they never count as evidence of an overlap on their own.
func isTelling(a police.Pence) bool { return a%1000 != 0 }

// sampleKey is the 32-bit hash of moneyKey that samples and filters hold; its
// lowest bit says whether the amount is telling.
func sampleKey(p *police.Payment) uint32 {
	h := uint32(mix(moneyKey(p))>>32) &^ 1
	if isTelling(p.Amount) {
		h |= 1
	}
	return h
}
