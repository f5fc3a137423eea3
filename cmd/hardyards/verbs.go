package main

import "github.com/spf13/cobra"

// verbs lists every verb; each has a file of its own.
func (a *app) verbs() []*cobra.Command {
	return []*cobra.Command{
		newRun(a),
		newIngest(a),
		newPlan(a),
		newTransform(a),
		newAnalyze(a),
		newFlows(a),
		newPayees(a),
		newRegister(a),
		newFit(a),
		newCompare(a),
		newEffect(a),
		newClaims(a),
		newCoverage(a),
		newReport(a),
		newExplain(a),
		newRejects(a),
		newLayout(a),
		newTrace(a),
		newVerify(a),
		newDiff(a),
		newBackfill(a),
		newForget(a),
		newSnapshots(a),
		newDoctor(a),
		newSchema(a),
		newVersion(a),
	}
}
