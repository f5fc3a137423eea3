package lake

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestBrokenLinesAreTheSameJSON(t *testing.T) {
	v := map[string]any{"a": []any{}, "b": []any{1, "x,{\"[\\", map[string]any{"c": "]", "d": []int{1, 2}}}, "e": map[string]any{}, "f": "", "g": []any{[]any{}}}
	compact, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	got := broken(compact, 2)
	var back bytes.Buffer
	if err := json.Compact(&back, got); err != nil {
		t.Fatalf("%v in\n%s", err, got)
	}
	if !bytes.Equal(back.Bytes(), compact) {
		t.Errorf("%s\nis not\n%s", back.Bytes(), compact)
	}
	want := "{\n \"a\": [],\n \"b\": [\n  1,\n  \"x,{\\\"[\\\\\",\n  {\"c\":\"]\",\"d\":[1,2]}\n ],\n \"e\": {},\n \"f\": \"\",\n \"g\": [\n  []\n ]\n}"
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
