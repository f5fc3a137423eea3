package lake

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"hardyards/internal/police"
)

// Lock is the right to change the lake: one run at a time.
//
// The file LOCK is locked by the operating system while the run lives, so the lock
// of a process that died is free at once, whatever happened to it, and a process id
// that came back can't hold it. The record in the file tells others who holds it.
// A record of another machine (a shared file system may not pass the system's lock
// on) counts as held until its holder has not touched the file for staleAfter.
type Lock struct {
	lake *Lake
	f    *os.File
	stop chan struct{}
	done sync.WaitGroup

	// Recovered names the holder that died and left its record; nil if none did.
	Recovered *Holder
}

// Holder is who holds a lock.
type Holder struct {
	Owner string    `json:"owner"` // what the run is, for people: hardyards run
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

const (
	beat       = 20 * time.Second
	staleAfter = 5 * time.Minute
	waitPoll   = 200 * time.Millisecond
)

// Lock takes the lock and cleans up what died runs left. Where another run holds
// it: police.ExitLocked at once, or with wait when ctx ends.
func (l *Lake) Lock(ctx context.Context, owner string, wait bool) (*Lock, error) {
	for {
		k, holder, err := l.tryLock(owner)
		if err != nil {
			return nil, err
		}
		if k != nil {
			return k, l.Clean()
		}
		if !wait {
			return nil, l.lockedBy(holder)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%w (%w)", l.lockedBy(holder), ctx.Err())
		case <-time.After(waitPoll):
		}
	}
}

func (l *Lake) lockedBy(h Holder) error {
	advice := "wait for it with --wait, or see what it does in the log of its run"
	if host, _ := os.Hostname(); h.Host != host {
		advice = fmt.Sprintf("wait for it with --wait; if %s or its run died, the lock is free %d minutes after the file was last touched, by itself",
			h.Host, int(staleAfter.Minutes()))
	}
	return police.Exitf(police.ExitLocked, advice,
		"%s: locked by %s (process %d on %s) for %s", l.path("LOCK"), h.Owner, h.PID, h.Host, l.now().Sub(h.Since).Round(time.Second))
}

// tryLock gives the lock, or nil and who holds it.
func (l *Lake) tryLock(owner string) (*Lock, Holder, error) {
	f, err := os.OpenFile(l.path("LOCK"), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, Holder{}, diskError("lock", l.path("LOCK"), err)
	}
	free, err := lockFile(f)
	if err != nil {
		f.Close()
		return nil, Holder{}, diskError("lock", l.path("LOCK"), err)
	}
	held, known := readHolder(f)
	host, _ := os.Hostname()
	if !free || (known && held.Host != host && l.touched(f) < staleAfter) {
		f.Close()
		return nil, held, nil
	}
	k := &Lock{lake: l, f: f, stop: make(chan struct{})}
	if known {
		k.Recovered = &held
	}
	if err := k.sign(Holder{Owner: owner, PID: os.Getpid(), Host: host, Since: l.now().UTC()}); err != nil {
		f.Close()
		return nil, Holder{}, diskError("lock", l.path("LOCK"), err)
	}
	k.done.Go(k.keepAlive)
	return k, Holder{}, nil
}

// touched gives how long ago the file was last written.
func (l *Lake) touched(f *os.File) time.Duration {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return l.now().Sub(info.ModTime())
}

func readHolder(f *os.File) (h Holder, known bool) {
	data, err := io.ReadAll(io.NewSectionReader(f, 0, 4096))
	if err != nil || len(data) == 0 {
		return Holder{}, false
	}
	return h, json.Unmarshal(data, &h) == nil
}

func (k *Lock) sign(h Holder) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if err := k.f.Truncate(0); err != nil {
		return err
	}
	_, err = k.f.WriteAt(append(data, '\n'), 0)
	return err
}

// keepAlive touches the file, for runs on other machines.
func (k *Lock) keepAlive() {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-k.stop:
			return
		case now := <-tick.C:
			os.Chtimes(k.f.Name(), now, now)
		}
	}
}

// Release gives the lock back. The file stays, empty: removing it would let two
// runs lock two files of the same name.
func (k *Lock) Release() error {
	close(k.stop)
	k.done.Wait()
	err := k.f.Truncate(0)
	if cerr := k.f.Close(); err == nil {
		err = cerr
	}
	return err
}
