// Package collaboration says under which agreement one police body pays another,
// and what follows: flows, net positions, the network of payers set against the
// register of agreements, shares, and a scorecard of what is known of each
// agreement. It works on sums by payer, payee, category and month, never on single
// payments, so that its cost grows with distinct keys.
//
// How sure an attribution is follows from the evidence alone:
//
//	certain       the published category names the agreement or its service, the payee
//	              is the host that the register records with high confidence, and
//	              the payer is a dated member in that month
//	likely        the category names the service and both are members, but the
//	              register records no host, or the payer's dates are incomplete
//	possible      the service is named in a general word, or a date or the host is in
//	              doubt, or a force-wide alliance joins the two and the category names
//	              nothing else
//	unattributed  anything else, with what the category does say
//
// A category may describe one line of an invoice and not its sum; a published sum
// is never split. A group that pays each other and isn't in the register has "no
// agreement in this register", which holds 36 of many more.
package collaboration
