package pack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestRoundTrip checks that what was written is read, in order, and that any byte
// changed is found.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ints := rapid.SliceOf(rapid.Int64()).Draw(t, "ints")
		texts := rapid.SliceOf(rapid.OneOf(rapid.StringN(0, 5, -1), rapid.StringN(longString-2, longString+2, -1))).Draw(t, "texts")
		e := NewEncoder()
		e.Uint(uint64(len(ints)))
		for _, v := range ints {
			e.Int(v)
			e.Bool(v%2 == 0)
		}
		for _, s := range texts {
			e.String(s)
			e.Text(s)
		}
		sealed := e.Sealed()
		d := NewDecoder(sealed)
		if n := d.Count(); n != len(ints) {
			t.Fatalf("%d numbers, want %d", n, len(ints))
		}
		for _, v := range ints {
			if got, even := d.Int(), d.Bool(); got != v || even != (v%2 == 0) {
				t.Fatalf("%d %v, want %d", got, even, v)
			}
		}
		for _, s := range texts {
			if a, b := d.String(), d.Text(); a != s || b != s {
				t.Fatalf("%q and %q, want %q", a, b, s)
			}
		}
		if d.Err() != nil {
			t.Fatal(d.Err())
		}
		at := rapid.IntRange(0, len(sealed)-1).Draw(t, "at")
		sealed[at] ^= 1
		if NewDecoder(sealed).Err() == nil {
			t.Fatalf("byte %d changed, and nothing noticed", at)
		}
	})
}

// FuzzDecoder checks that no text makes the decoder panic or ask for memory beyond
// its length.
func FuzzDecoder(f *testing.F) {
	f.Add([]byte{0, 3, 'a', 'b', 'c', 1, 2, 200, 1})
	f.Fuzz(func(t *testing.T, text []byte) {
		d := Unsealed(text)
		for range 64 {
			d.Int()
			if n := d.Count(); n > len(text) {
				t.Fatalf("count %d of %d bytes", n, len(text))
			}
			_ = d.String()
			_ = d.Bytes()
		}
	})
}

type inner struct {
	Name  string
	Share float64
}

type outer struct {
	inner
	Pence  int64
	Raw    []byte
	Inner  []inner
	OK     bool
	Small  int32
	hidden int
}

// TestValue checks that a plain value comes back equal, but for what is unexported,
// and that its form tells its fields.
func TestValue(t *testing.T) {
	in := outer{inner{"a", 0.25}, -7, []byte{1, 2}, []inner{{"b", -0.5}, {"a", 1e300}}, true, -3, 9}
	e := NewEncoder()
	Value(e, &in)
	d := NewDecoder(e.Sealed())
	var out outer
	ReadValue(d, &out)
	want := in
	want.hidden, want.inner = 0, inner{} // an embedded unexported struct is unexported
	if diff := cmp.Diff(want, out, cmp.AllowUnexported(outer{}, inner{})); diff != "" || d.Err() != nil {
		t.Errorf("(-want +got) %s %v", diff, d.Err())
	}
	if got, want := Form[[]inner](), "[]{Name string;Share float64;}"; got != want {
		t.Errorf("form %q, want %q", got, want)
	}
}
