package fit

import "errors"

var errNotYet = errors.New("not built yet")

func describe(*Frame, Request) (Result, error) { return Result{}, errNotYet }
func anova(*Frame, Request) (Result, error)    { return Result{}, errNotYet }
func ols(*Frame, Request) (Result, error)      { return Result{}, errNotYet }
func poisson(*Frame, Request) (Result, error)  { return Result{}, errNotYet }
func negbin(*Frame, Request) (Result, error)   { return Result{}, errNotYet }
func wildboot(*Frame, Request) (Result, error) { return Result{}, errNotYet }
