// Package data holds the project's reference data, embedded and linted: the 43
// forces, the police bodies and their spellings, the register of collaborations,
// the measures and their catalogue, the layouts and the sample of real payments.
// It parses its own tables into police values, strictly: a column too many or too
// few, or a cell that is not of its type, is an error with file and line. Layouts
// and sample are handed out as they are; package ingest reads them.
//
// The tables are made by the command in data/retabulate from published files;
// data/README.md says what each is, its licence, and what isn't known.
package data

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"hardyards/internal/police"
)

//go:embed *.csv measures/*.csv sample/*.csv layouts
var embedded embed.FS

// Forces returns the 43 territorial forces of England and Wales, by ONS code.
func Forces() ([]police.Force, error) { return readTable[police.Force](embedded, "forces.csv") }

// Bodies returns the police bodies with the days they existed, predecessors,
// national bodies and associations among them.
func Bodies() ([]police.PoliceBody, error) {
	return readTable[police.PoliceBody](embedded, "bodies.csv")
}

// Aliases returns spellings of police bodies seen in payments and official tables.
func Aliases() ([]police.BodyAlias, error) {
	return readTable[police.BodyAlias](embedded, "aliases.csv")
}

// Catalogue returns the definition of every measure, with its breaks and traps.
func Catalogue() ([]police.MeasureDef, error) { return ReadCatalogue(embedded) }

// ReadCatalogue reads catalogue.csv of a directory.
func ReadCatalogue(dir fs.FS) ([]police.MeasureDef, error) {
	return readTable[police.MeasureDef](dir, "catalogue.csv")
}

// Agreements is a register of collaborations: who agreed what with whom, since and
// until when, and what was said it would save.
type Agreements struct {
	Collaborations []police.Collaboration
	Members        []police.Member
	Events         []police.Event
	Claims         []police.Claim
}

// Register returns the embedded register of 36 collaborations.
func Register() (Agreements, error) { return ReadRegister(embedded) }

// ReadRegister reads collaborations.csv, members.csv, events.csv and claims.csv of
// a directory: the embedded tables, or a user's own of the same columns.
func ReadRegister(dir fs.FS) (Agreements, error) {
	var a Agreements
	var err error
	if a.Collaborations, err = readTable[police.Collaboration](dir, "collaborations.csv", "collaboration_key"); err != nil {
		return a, err
	}
	for i := range a.Collaborations {
		a.Collaborations[i].Key = police.Key("collaboration", a.Collaborations[i].ID)
	}
	if a.Members, err = readTable[police.Member](dir, "members.csv"); err != nil {
		return a, err
	}
	if a.Events, err = readTable[police.Event](dir, "events.csv"); err != nil {
		return a, err
	}
	a.Claims, err = readTable[police.Claim](dir, "claims.csv")
	return a, err
}

// Measures returns every embedded value of every measure, in the order of the
// tables' names and lines. It parses some 30,000 rows at each call: keep the result.
func Measures() ([]police.MeasureValue, error) {
	dir, err := fs.Sub(embedded, "measures")
	if err != nil {
		return nil, err
	}
	return ReadMeasures(dir)
}

// PeersFile is the name of a user's table of peer groups in a directory of measures:
// no measure.
const PeersFile = "peers.csv"

// ReadMeasures reads every CSV table of a directory but PeersFile as values of
// measures. Line is the line of the value in its table.
func ReadMeasures(dir fs.FS) ([]police.MeasureValue, error) {
	names, err := fs.Glob(dir, "*.csv") // sorted
	if err != nil {
		return nil, err
	}
	var all []police.MeasureValue
	for _, name := range names {
		if name == PeersFile {
			continue
		}
		rows, err := readTable[police.MeasureValue](dir, name, "part_id", "line")
		if err != nil {
			return nil, err
		}
		for i := range rows {
			rows[i].Line = int32(i + 2)
		}
		all = append(all, rows...)
	}
	return all, nil
}

// Sample returns the tables of real payments, as files: lancashire.csv and
// home-office.csv.
func Sample() fs.FS {
	dir, err := fs.Sub(embedded, "sample")
	if err != nil {
		panic(err) // the pattern of go:embed holds it
	}
	return dir
}

// Layouts returns the text of every embedded layout, by file name.
func Layouts() (map[string]string, error) {
	dir, err := fs.Sub(embedded, "layouts")
	if err != nil {
		return nil, err
	}
	return ReadLayouts(dir)
}

// ReadLayouts returns the text of every .toml file of a directory, by file name.
func ReadLayouts(dir fs.FS) (map[string]string, error) {
	texts := map[string]string{}
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return nil, fmt.Errorf("layouts: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() || !strings.EqualFold(path.Ext(e.Name()), ".toml") {
			continue
		}
		text, err := fs.ReadFile(dir, e.Name())
		if err != nil {
			return nil, fmt.Errorf("layouts: %w", err)
		}
		texts[e.Name()] = string(text)
	}
	return texts, nil
}
