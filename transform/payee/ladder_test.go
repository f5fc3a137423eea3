package payee

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hardyards/internal/police"
)

// TestTraps are names that fooled somebody or could. They are made up or named in
// the brief of the project, not taken from the gold set.
func TestTraps(t *testing.T) {
	r := testResolver(t)
	for _, c := range []struct {
		name, kind string
		force      police.ForceCode
	}{
		{"ST PETERS PCC", Unknown, ""},
		{"HOLY TRINITY PCC WARWICK", Unknown, ""},
		{"PCC OF ALL SAINTS KENT ROAD", Unknown, ""},
		{"WARWICK PCC", Ambiguous, ""},
		{"PCC", Ambiguous, ""},
		{"POLICE TREATMENT CENTRES", Association, ""},
		{"Lancashire Constabulary Sports & Social Club", Association, ""},
		{"ESSEX POLICE MUSEUM", Association, ""},
		{"Kent Police Federation J.B.B.", Association, ""},
		{"SCOTTISH POLICE FEDERATION", Association, ""},
		{"WEST MIDLANDS", Ambiguous, ""},
		{"WEST MIDLANDS AMBULANCE SERVICE", PublicBody, ""},
		{"WEST MIDLANDS FIRE SERVICE", PublicBody, ""},
		{"WEST MIDLANDS COMBINED AUTHORITY", PublicBody, ""},
		{"WEST MIDLANDS POLICE", Force, "E23000014"},
		{"EAST MIDLANDS POLICE", Unknown, ""},
		{"GREATER MANCHESTER COMBINED AUTHORITY", Ambiguous, ""},
		{"GMCA", Ambiguous, ""},
		{"GMCA - POLICE", Force, "E23000005"},
		{"WEST YORKSHIRE COMBINED AUTHORITY", Ambiguous, ""},
		{"WEST YORKSHIRE COMBINED AUTHORITY - POLICING", Ambiguous, ""},
		{"MANCHESTER CITY COUNCIL", PublicBody, ""},
		{"KENT COUNTY COUNCIL", PublicBody, ""},
		{"KENTUCKY POLICE", Unknown, ""},
		{"KENT POLICE SERVICES LTD", Company, ""},
		{"NEW HAMPSHIRE POLICE", Ambiguous, ""},
		{"HEREFORDSHIRE POLICE", Force, "E23000016"},
		{"HERTFORDSHIRE POLICE", Force, "E23000027"},
		{"HERFORDSHIRE POLICE", Ambiguous, ""}, // one letter from both
		{"USSEX POLICE", Ambiguous, ""},        // Essex, Sussex
		{"NORTHUMBERLAND POLICE", Force, "E23000007"},
		{"WESSEX POLICE", Unknown, ""},
		{"LONDON POLICE", Ambiguous, ""},
		{"YORKSHIRE POLICE", Ambiguous, ""},
		{"NORFOLK AND SUFFOLK CONSTABULARIES", Ambiguous, ""},
		{"KENT AND ESSEX POLICE", Ambiguous, ""},
		{"KENT POLICY UNIT", Unknown, ""},
		{"LAIDLAW & CONSTABLE", Unknown, ""},
		{"CHIEF CONSTABLE OF CLEVELAND", Force, "E23000013"},
		{"CHIEF CONSTABLE", Ambiguous, ""},
		{"POLICE, FIRE AND CRIME COMMISSIONER FOR NORTH YORKSHIRE", Force, "E23000009"},
		{"NORTHAMPTONSHIRE PFCC", Force, "E23000022"},
		{"W MIDLANDS POL AUTH", Force, "E23000014"},
		{"THAMES VALLEY POL", Force, "E23000029"},
		{"KENTPOLICE", Force, "E23000032"},
		{"D&C POLICE", Force, "E23000035"},
		{"METROPOLITAN POLICE FRIENDLY SOCIETY", Association, ""},
		{"BRITISH TRANSPORT POLICE FUND", NationalBody, ""},
		{"POLICE SCOTLAND", OtherUKForce, ""},
		{"Redacted Personal Information t/a X", Redacted, ""},
		{"NAME WITHHELD", Redacted, ""},
		{"REDACTIVE PUBLISHING LTD", Company, ""},
		{"CONFIDENTIAL SHREDDING LTD", Company, ""},
		{"THIRD PARTY FORENSICS", Redacted, ""},
		{"[individual 12]", Individual, ""},
		{"TOTAL GAS & POWER LTD", Company, ""},
		{"HOME OFFICE", PublicBody, ""},
		{"", Unknown, ""},
	} {
		got := r.Resolve(c.name)
		if got.Kind != c.kind || got.Force != c.force {
			t.Errorf("%q: %s %s by %q, want %s %s", c.name, got.Kind, got.Force, got.Rule, c.kind, c.force)
		}
		if got.Rule == "" {
			t.Errorf("%q: no rule", c.name)
		}
	}
}

func TestGroups(t *testing.T) {
	r := testResolver(t)
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"Accenture", "ACCENTURE (UK) LTD", true},
		{"The Accenture Ltd", "Accenture Limited", true},
		{"NPOWER LTD", "Npower", true},
		{"LANPAC LTD [211594]", "LANPAC LIMITED", true},
		{"G4S CARE & JUSTICE SERVICES (UK) LTD", "G4S POLICING SOLUTIONS LTD", false},
		{"SCC", "SCC PLC", true},
		{"TOTAL GAS", "TOTAL PRODUCE LTD", false},
		{"KENT POLICE", "PCC FOR KENT", false}, // one force, two bodies
		{"3M UK PLC", "3M", false},             // three letters at least must stay
	} {
		a, b := r.Resolve(c.a), r.Resolve(c.b)
		if (a.Group == b.Group) != c.same {
			t.Errorf("%q is in %q, %q in %q; same: want %v", c.a, a.Group, c.b, b.Group, c.same)
		}
	}
}

func TestOverrides(t *testing.T) {
	text := `version = 1
[[payee]]
name = "Greater Manchester Combined Authority"
kind = "force"
body = "greater-manchester"
by = "finance office of Lancashire's commissioner"
on = "2026-11-24"
why = "all invoices of 2019 are headed Greater Manchester Police"
`
	o, err := ParseOverrides("payees.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(Tables{Forces: testForces(t), Overrides: o})
	if err != nil {
		t.Fatal(err)
	}
	got := r.Resolve("GREATER MANCHESTER COMBINED AUTHORITY")
	if got.Kind != Force || got.Force != "E23000005" || got.Confidence != 1 || !strings.Contains(got.Rule, "2026-11-24") {
		t.Errorf("got %+v", got)
	}
	if r.Fingerprint() == testResolver(t).Fingerprint() {
		t.Error("an override leaves the fingerprint as it was")
	}
	for name, bad := range map[string]string{
		"no version":   "[[payee]]\nname = \"x\"",
		"unknown key":  strings.Replace(text, "why", "reason", 1),
		"unknown kind": strings.Replace(text, `"force"`, `"army"`, 1),
		"no office":    strings.Replace(text, "by = ", "# by = ", 1),
		"no day":       strings.Replace(text, "2026-11-24", "last week", 1),
		"no syntax":    "version = ",
	} {
		if _, err := ParseOverrides("payees.toml", bad); err == nil || !strings.HasPrefix(err.Error(), "payees.toml") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := New(Tables{Forces: testForces(t), Overrides: []Override{{Name: "x", Kind: Force, Body: "atlantis"}}}); err == nil {
		t.Error("an override to a force that isn't one was taken")
	}
}

// TestLinks checks sums, spellings and that workers and order change nothing.
func TestLinks(t *testing.T) {
	r := testResolver(t)
	names := []Name{
		{Published: "Kent Police", Payments: 2, Pence: 100},
		{Published: "KENT POLICE", Payments: 3, Pence: 50},
		{Published: "kent-police", Payments: 3, Pence: -20},
		{Published: "Redacted", Redaction: police.Redacted, Payments: 1, Pence: 7},
		{Published: "Name withheld", Redaction: police.Redacted, Payments: 1, Pence: 8},
		{Published: "Acme Ltd", Payments: 1, Pence: 1},
		{Published: "", Payments: 1, Pence: 2},
	}
	links, err := r.Links(names, 3)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(names)
	again, err := testResolver(t).Links(names, 1)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(links, again); d != "" {
		t.Errorf("order or workers matter (-want +got):\n%s", d)
	}
	i := slices.IndexFunc(links, func(l police.PayeeLink) bool { return l.Normal == "KENT POLICE" })
	if l := links[i]; l.Spellings != 3 || l.Payments != 8 || l.Pence != 130 || l.Published != "KENT POLICE" || l.Force != "E23000032" {
		t.Errorf("got %+v", l)
	}
	i = slices.IndexFunc(links, func(l police.PayeeLink) bool { return l.PayeeID == police.KeyRedacted })
	if l := links[i]; l.Kind != Redacted || l.Pence != 15 || l.Spellings != 2 {
		t.Errorf("got %+v", l)
	}
	var sum police.Pence
	for _, l := range links {
		sum += l.Pence
	}
	if sum != 148 {
		t.Errorf("links hold %d pence of 148", sum)
	}
}

// TestReuse checks that a second run takes the first one's decisions, and only
// under the same rules and tables.
func TestReuse(t *testing.T) {
	var names []Name
	for _, g := range gold(t) {
		names = append(names, Name{Published: g.payee, Payments: 1, Pence: 1})
	}
	first := testResolver(t)
	links, err := first.Links(names, 2)
	if err != nil {
		t.Fatal(err)
	}
	second := testResolver(t)
	if n := second.Reuse(first.Fingerprint(), links); n == 0 {
		t.Fatal("nothing reused")
	}
	again, err := second.Links(names, 2)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(links, again); d != "" {
		t.Errorf("reused decisions differ (-first +second):\n%s", d)
	}
	// Another spelling becomes the usual one: as if nothing had been reused.
	for i := range names {
		names = append(names, Name{Published: " " + strings.ToUpper(names[i].Published), Payments: 5, Pence: 1})
	}
	third := testResolver(t)
	third.Reuse(first.Fingerprint(), links)
	fresh, err := testResolver(t).Links(names, 2)
	if err != nil {
		t.Fatal(err)
	}
	again, err = third.Links(names, 2)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(fresh, again); d != "" {
		t.Errorf("with other spellings reused decisions differ (-fresh +reused):\n%s", d)
	}
	if n := testResolver(t).Reuse("other", links); n != 0 {
		t.Errorf("%d decisions of other rules reused", n)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := testResolver(t)
	rows := gold(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, g := range rows {
				r.Resolve(g.payee)
			}
		})
	}
	wg.Wait()
}

func TestReview(t *testing.T) {
	r := testResolver(t)
	links, err := r.Links([]Name{
		{Published: "GMCA", Payments: 1, Pence: 500},
		{Published: "Odd Name", Payments: 1, Pence: -900},
		{Published: "Kent Police", Payments: 1, Pence: 9999},
		{Published: "ST PETERS PCC", Payments: 1, Pence: 9999},
		{Published: "Acme Ltd", Payments: 1, Pence: 9999},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range Review(links, 0) {
		got = append(got, d.Published)
	}
	if d := cmp.Diff([]string{"Odd Name", "GMCA"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestEditDistance: values by hand; a swap of neighbours is one edit.
func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"KENT", "KENT", 0}, {"KETN", "KENT", 1}, {"SUSSEX", "ESSEX", 2}, {"HERTFORDSHIRE", "HEREFORDSHIRE", 1}, {"", "AB", 2}, {"POLICE", "POLICY", 1}} {
		if got := editDistance(c.a, c.b, 3); got != c.want {
			t.Errorf("%s to %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

// FuzzResolve: no name panics, the answer doesn't depend on what came before, and
// only a force has a force code.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{"KENT POLICE", "PCC FOR X", "a&b", "\x00\xff", "POLICE POLICE POLICE", "ZZZZ", "&"} {
		f.Add(s)
	}
	r := testResolver(f)
	f.Fuzz(func(t *testing.T, s string) {
		got := r.Resolve(s)
		if got != r.Resolve(s) || !slices.Contains(Kinds(), got.Kind) || (got.Force != "") != (got.Kind == Force) {
			t.Errorf("%q: %+v", s, got)
		}
	})
}
