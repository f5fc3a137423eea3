package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"hardyards/internal/police"
)

// app is one invocation: its streams and the flags that every verb shares.
// Verbs print data on stdout, messages and progress on stderr.
type app struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer

	lakeDir    string
	configPath string
	workers    int
	memory     string
	json       bool
	quiet      bool
	noColor    bool
	logFormat  string

	// code is the exit code of a verb that ended without an error but not with 0:
	// a snapshot was published although a file was refused (3) or late (5).
	code int

	// Set by tests alone: step is told of every change of the lake before it is made,
	// link stands for the system's hard links, measured for the embedded measures
	// (44,000 values, which take most of the time of a small run).
	step     func(op, path string)
	link     func(from, to string) error
	measured func() ([]police.MeasureValue, error)
}

const exitCodes = `Exit codes: 0 done or nothing new, 1 internal, 2 usage or configuration, 3 rejections over the
limit or a file refused, 4 money does not reconcile, 5 freshness, volume or shrink guard, 6 another run
holds the lock, 75 try again (network, full disk), 130/143 signal.`

// run executes one command line and gives its exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	return (&app{stdin: stdin, stdout: stdout, stderr: stderr}).execute(ctx, args)
}

func (a *app) execute(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetIn(a.stdin)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(a.stderr, "hardyards: stopped by a signal; the last published snapshot is untouched")
		return signalCode(ctx)
	}
	if err == nil {
		return a.code
	}
	return a.fail(err)
}

// fail prints an error once, with what to do, and gives its exit code.
func (a *app) fail(err error) int {
	fmt.Fprintf(a.stderr, "hardyards: %v\n", err)
	var exit *police.ExitError
	if errors.As(err, &exit) && exit.Advice != "" {
		fmt.Fprintf(a.stderr, "  what to do: %s\n", exit.Advice)
	}
	if isFull(err) && (exit == nil || exit.Advice == "") {
		fmt.Fprintln(a.stderr, "  what to do: make room and run again; what was published stays, and what was read needn't be read again")
	}
	return exitCode(err)
}

// isFull reports whether a disk was full, or a quota or limit used up.
func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// signalCode is 130 after SIGINT and 143 after SIGTERM, where the context's cause
// names the signal; 130 otherwise.
func signalCode(ctx context.Context) int {
	if cause := context.Cause(ctx); cause != nil && strings.Contains(cause.Error(), "terminated") {
		return 143
	}
	return 130
}

// rootCommand assembles the verbs. Usage errors carry exit code 2.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hardyards",
		Short: "What police forces spend, which of it is collaboration, and whether cost and outcome moved",
		Example: `  hardyards run                                    everything, on the embedded real sample
  hardyards explain spend.xlsx                     how a file is understood, and the evidence
  hardyards flows --payer lancashire               which police bodies does Lancashire pay
  hardyards compare --force west-mercia --measure net_expenditure --per head --real
  hardyards trace F-0001                           from a number to source lines`,
		Long: `hardyards reads the spend files that police forces and their commissioners must publish, proves that not
a row or a penny is missing, keeps them as Parquet, and says what differs between forces and how surely.

` + exitCodes,
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return a.checkFlags()
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return police.Exitf(police.ExitUsage, "see `"+c.CommandPath()+" --help`", "%w", err)
	})
	f := root.PersistentFlags()
	f.StringVar(&a.lakeDir, "lake", "lake", "directory of the lake")
	f.StringVar(&a.configPath, "config", "", "configuration (default hardyards.toml if there is one, else the embedded sample)")
	f.IntVar(&a.workers, "workers", runtime.NumCPU(), "files read at once; results don't depend on it")
	f.StringVar(&a.memory, "memory", "256MiB", "memory to aim for when reading large files")
	f.BoolVar(&a.json, "json", false, "print data as JSON")
	f.BoolVar(&a.quiet, "quiet", false, "no progress, errors only")
	f.BoolVar(&a.noColor, "no-color", os.Getenv("NO_COLOR") != "", "no colours (also NO_COLOR)")
	f.StringVar(&a.logFormat, "log-format", "text", "messages as text or json")
	root.SuggestionsMinimumDistance = 2
	root.AddCommand(a.verbs()...)
	usageErrors(root)
	return root
}

// usageErrors turns wrong arguments and unknown verbs into exit code 2.
func usageErrors(c *cobra.Command) {
	check := c.Args
	if check == nil && c.HasSubCommands() {
		check = cobra.NoArgs
		if c.RunE == nil && c.Run == nil {
			c.RunE = func(c *cobra.Command, args []string) error { return c.Help() }
		}
	}
	c.Args = func(c *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(c, args); err != nil {
			if c.HasSubCommands() && len(args) > 0 {
				err = unknownVerb(c, args[0])
			}
			return police.Exitf(police.ExitUsage, "see `"+c.CommandPath()+" --help`", "%w", err)
		}
		return nil
	}
	for _, sub := range c.Commands() {
		usageErrors(sub)
	}
}

func unknownVerb(c *cobra.Command, arg string) error {
	if near := c.SuggestionsFor(arg); len(near) > 0 {
		return fmt.Errorf("%s has no verb %q; did you mean %q?", c.CommandPath(), arg, near[0])
	}
	return fmt.Errorf("%s has no verb %q", c.CommandPath(), arg)
}

func (a *app) checkFlags() error {
	if a.workers < 1 {
		return police.Exitf(police.ExitUsage, "give 1 or more", "--workers %d is less than 1", a.workers)
	}
	if a.logFormat != "text" && a.logFormat != "json" {
		return police.Exitf(police.ExitUsage, "give text or json", "--log-format %q is neither text nor json", a.logFormat)
	}
	_, err := a.memoryBytes()
	return err
}

// memoryBytes reads --memory: 256MiB, 1GiB, 500MB or bytes.
func (a *app) memoryBytes() (int64, error) {
	units := []struct {
		suffix string
		bytes  int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"KB", 1e3}, {"", 1}}
	for _, u := range units {
		number, ok := strings.CutSuffix(a.memory, u.suffix)
		if !ok {
			continue
		}
		var n int64
		if _, err := fmt.Sscanf(number, "%d", &n); err != nil || n <= 0 {
			break
		}
		return n * u.bytes, nil
	}
	return 0, police.Exitf(police.ExitUsage, "write 256MiB, 1GiB or a number of bytes", "--memory %q is no size", a.memory)
}
