//go:build !unix

package main

// childSteps and dyingRun serve TestKilledAtEveryStep, which needs signals.
const childSteps = "HARDYARDS_TEST_DIES_AT"

func dyingRun([]string) int { return 1 }
