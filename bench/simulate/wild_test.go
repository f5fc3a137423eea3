package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hardyards/internal/testenv"
)

// TestWildDocs: the text is the program's, and the table has its lines.
func TestWildDocs(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join(testenv.Root(t), "docs", "simulations-wildboot.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf(wildHead, 500, wildReps), wildFoot} {
		if !strings.Contains(string(docs), text) {
			t.Errorf("docs/simulations-wildboot.md lacks:\n%s", text)
		}
	}
	for _, l := range wildLines() {
		if !strings.Contains(string(docs), fmt.Sprintf("| %d of 43 |", l.treated)) {
			t.Errorf("docs/simulations-wildboot.md has no line of %d treated", l.treated)
		}
	}
}

// TestOneTreatedPattern: with one treated of 43 cluster t rejects most panels
// without effect, the restricted bootstrap none and CR2 gives no p (MacKinnon &
// Webb 2017).
func TestOneTreatedPattern(t *testing.T) {
	var cluster, cr2, restricted rejections
	for draw := range 5 {
		p, err := wildLine{1}.tests(draw)
		if err != nil {
			t.Fatal(err)
		}
		cluster.add(p[0])
		cr2.add(p[1])
		restricted.add(p[2])
	}
	if cluster.rejects < 3 || cr2.undefined != 5 || restricted.rejects != 0 {
		t.Errorf("cluster t rejects %d, CR2 undefined in %d, restricted rejects %d of 5", cluster.rejects, cr2.undefined, restricted.rejects)
	}
}
