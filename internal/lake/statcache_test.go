package lake

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestStatCache(t *testing.T) {
	l, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	old := time.Now().Add(-time.Hour)
	write := func(text string, when time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	remember := func(context string) {
		t.Helper()
		c := l.StatCache()
		before, err := FileState(path)
		if err != nil {
			t.Fatal(err)
		}
		c.Remember("a", path, before, context, "sha", "memo")
		if err := c.Save(); err != nil {
			t.Fatal(err)
		}
	}
	known := func(context string) bool { _, ok := l.StatCache().Lookup("a", path, context); return ok }
	later := func() { // the cache's own time moves on: the change time of the file is now
		at := filepath.Join(l.Dir(), "cache", "stat")
		when := time.Now().Add(time.Minute)
		if err := os.Chtimes(at, when, when); err != nil {
			t.Fatal(err)
		}
	}
	write("one", old)
	remember("v1")
	if known("v1") {
		t.Error("a file changed within the clock's grain of the cache is trusted")
	}
	later()
	if !known("v1") {
		t.Error("an unchanged file isn't known")
	}
	if known("v2") {
		t.Error("another context gives the memo of the first")
	}
	write("two", old) // same size, same mtime: only the change time tells
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	remember("v1")
	write("one", old)
	later()
	if known("v1") {
		t.Error("same size and mtime, other change time: trusted")
	}
}

func TestArrive(t *testing.T) {
	l, err := Open(t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	book := NewArrivals(nil)
	book.Arrive(Arrival{Path: "p", SHA256: "1", Fragment: "f1"})
	book.Arrive(Arrival{Path: "p", SHA256: "1", Fragment: "f1b"})
	book.Arrive(Arrival{Path: "p", SHA256: "2", Refused: "a \"quoted\", reason"})
	book.Arrive(Arrival{Path: "o", SHA256: "1"})
	if err := l.WriteArrivals(book.All()); err != nil {
		t.Fatal(err)
	}
	back, err := l.Arrivals()
	if err != nil {
		t.Fatal(err)
	}
	want := []Arrival{{Path: "o", Order: 1, SHA256: "1"}, {Path: "p", Order: 1, SHA256: "1", Fragment: "f1b"},
		{Path: "p", Order: 2, SHA256: "2", Refused: "a \"quoted\", reason"}}
	if len(back) != 3 || back[0] != want[0] || back[1] != want[1] || back[2] != want[2] {
		t.Errorf("got %+v, want %+v", back, want)
	}
}
