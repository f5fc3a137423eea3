// Command hardyards tells what police forces in England and Wales spend, which of
// it is collaboration, and whether cost and outcome moved. See `hardyards --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	profiled := startProfile()
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	profiled()
	stop()
	os.Exit(code)
}
