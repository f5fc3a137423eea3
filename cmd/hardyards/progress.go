package main

import (
	"sync"

	"github.com/schollz/progressbar/v3"
)

// progress is a bar on a terminal and nothing elsewhere: logs of a scheduler hold
// messages, not pictures.
type progress struct {
	mu  sync.Mutex
	bar *progressbar.ProgressBar
}

func (a *app) progress(what string, n int) *progress {
	if !a.onTerminal() || n < 2 {
		return &progress{}
	}
	return &progress{bar: progressbar.NewOptions(n, progressbar.OptionSetWriter(a.stderr), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionEnableColorCodes(!a.noColor))}
}

func (p *progress) step() {
	if p.bar == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bar.Add(1)
}

func (p *progress) done() {
	if p.bar != nil {
		p.bar.Finish()
	}
}
