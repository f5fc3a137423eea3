package police

import (
	"errors"
	"fmt"
)

// Exit codes, stable: schedulers act on them.
const (
	ExitOK         = 0
	ExitInternal   = 1
	ExitUsage      = 2
	ExitRejections = 3
	ExitMoney      = 4
	ExitGuard      = 5
	ExitLocked     = 6
	ExitTryAgain   = 75
)

// ExitError is an error that knows the exit code it ends the program with, and
// what the person can do.
type ExitError struct {
	Code   int
	Err    error
	Advice string
}

func (e *ExitError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *ExitError) Unwrap() error { return e.Err }

// Exitf makes an ExitError; format may wrap with %w.
func Exitf(code int, advice, format string, args ...any) error {
	return &ExitError{Code: code, Err: fmt.Errorf(format, args...), Advice: advice}
}

// ExitCode gives the exit code an error ends the program with.
func ExitCode(err error) int {
	var e *ExitError
	switch {
	case err == nil:
		return ExitOK
	case errors.As(err, &e):
		return e.Code
	}
	return ExitInternal
}
