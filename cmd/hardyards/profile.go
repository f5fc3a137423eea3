package main

import (
	"os"
	"runtime/pprof"
)

// startProfile writes a CPU profile to the file that HARDYARDS_CPUPROFILE names and,
// at the end, a heap profile beside it: for `make bench` and whoever tunes.
func startProfile() (stop func()) {
	path := os.Getenv("HARDYARDS_CPUPROFILE")
	if path == "" {
		return func() {}
	}
	f, err := os.Create(path)
	if err != nil || pprof.StartCPUProfile(f) != nil {
		return func() {}
	}
	return func() {
		pprof.StopCPUProfile()
		f.Close()
		if h, err := os.Create(path + ".allocs"); err == nil {
			pprof.Lookup("allocs").WriteTo(h, 0)
			h.Close()
		}
	}
}
