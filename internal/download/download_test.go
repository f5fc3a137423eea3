package download

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// server answers with what serve holds at the time.
func server(t *testing.T, serve *http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*serve)(w, r) }))
	t.Cleanup(s.Close)
	return s.URL + "/spend/april%202018.csv"
}

func text(t *testing.T, f File) string {
	t.Helper()
	b, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestConditionalRequest(t *testing.T) {
	full := 0
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		full++
		w.Header().Set("ETag", `"v1"`)
		fmt.Fprint(w, "a,b\n")
	})
	address := server(t, &serve)
	c := Cache{Dir: t.TempDir()}
	first, err := c.Get(context.Background(), address)
	if err != nil || !first.Changed || first.Name != "april 2018.csv" || text(t, first) != "a,b\n" {
		t.Fatalf("first: %+v %v", first, err)
	}
	second, err := c.Get(context.Background(), address)
	if err != nil || second.Changed || full != 1 || second.Path != first.Path {
		t.Fatalf("second: %+v %v, %d full answers", second, err, full)
	}
}

func TestRetriesThenGivesUp(t *testing.T) {
	asked := 0
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if asked < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, "x")
	})
	address := server(t, &serve)
	c := Cache{Dir: t.TempDir(), Wait: time.Millisecond}
	if _, err := c.Get(context.Background(), address); err != nil || asked != 3 {
		t.Fatalf("%v after %d requests, want success at the third", err, asked)
	}
	asked = 0
	serve = func(w http.ResponseWriter, r *http.Request) { asked++; w.WriteHeader(http.StatusNotFound) }
	var status *StatusError
	if _, err := c.Get(context.Background(), address+"x"); !errors.As(err, &status) || asked != 1 {
		t.Fatalf("404: %v after %d requests, want one request", err, asked)
	}
}

func TestBrokenAnswerKeepsTheFormerCopy(t *testing.T) {
	serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "whole") })
	address := server(t, &serve)
	c := Cache{Dir: t.TempDir(), Tries: 2, Wait: time.Millisecond, MaxBytes: 10}
	if _, err := c.Get(context.Background(), address); err != nil {
		t.Fatal(err)
	}
	serve = func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "9")
		fmt.Fprint(w, "half")
	}
	if _, err := c.Get(context.Background(), address); err == nil {
		t.Error("a truncated answer was taken for the file")
	}
	serve = func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "much more than ten bytes") }
	if _, err := c.Get(context.Background(), address); err == nil {
		t.Error("an answer over the limit was kept")
	}
	serve = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) }
	kept, err := c.Get(context.Background(), address)
	if err != nil || text(t, kept) != "whole" {
		t.Errorf("kept %+v, %v; want the whole former copy", kept, err)
	}
}
