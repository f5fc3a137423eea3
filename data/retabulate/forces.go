package main

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// A forceArea is what the published tables say of one of the 43 areas.
type forceArea struct {
	code, slug, stats19     string
	name, forceName, region string
	aliases                 []string
}

// Where a force's columns come from, below shared/data.
const (
	forcesFile   = "reference/police_forces_ew.csv"
	severityFile = "measures/raw/crime-pressure-force-2022-data.csv.gz"
	upliftFile   = "measures/raw/police-uplift-2022-data.csv.gz"
	lookupFile   = "measures/raw/Local_Authority_District_to_Community_Safety_Partnerships_to_Police_Force_Areas__December_2016__Lookup_in_England_and_Wales.csv"
	outcomesFile = "measures/raw/crime outcomes by category force year 2012-16.csv"
	taxFile      = "measures/raw/council-tax/CTR_Table_9_2023-24 (10).ods"
)

// spelledIn lists official tables that spell forces' names in a column of their
// own, for the aliases.
var spelledIn = []struct{ file, column string }{
	{upliftFile, "force_name"},
	{lookupFile, "PFA16NM"},
	{"measures/raw/police-numbers-data.csv.gz", "force_name"},
	{"measures/raw/breath-tests-data.csv.gz", "force"},
	{"measures/raw/prc-pfa-mar2013-onwards-tables201718.csv.gz", "Force Name"},
	{"measures/raw/precept-2025-26.extract.csv", "force"},
	{"measures/hmic_poa_long.csv.gz", "force"},
	{outcomesFile, "reported_by"},
}

// statedAliases are spellings of workbooks this program does not open, and of
// forces renamed since: seen in measures/raw/vfm (headers) and named in DATA.md.
var statedAliases = map[string][]string{
	"E23000001": {"Metropolitan", "Met Police"},
	"E23000030": {"Hampshire and Isle of Wight"},
	"E23000034": {"City of London*", "London, City of"},
	"W15000004": {"Dyfed Powys"},
}

// localBodies holds the kind of local policing body where it is not a police and
// crime commissioner, as it last stands in the sources.
var localBodies = map[string]struct{ kind, source string }{
	"E23000001": {"mopac", "payee MAYORS OFFICE FOR POLICING AND CRIME in Home Office spend; \"Mayor's Office for Policing and Crime\" in ctr_1516.xlsx"},
	"E23000034": {"common council", "piglix copy of Wikipedia, England and Wales police and crime commissioner elections 2012: the Court of Common Council fulfils the role; payee CITY OF LONDON POLICE AUTHORITY in Home Office spend"},
	"E23000005": {"mayor", taxFile + " (Greater Manchester CA - Police)"},
	"E23000010": {"mayor", taxFile + " (of which: West Yorkshire Combined Authority - Police Functions)"},
	"E23000011": {"mayor", "questions-statements.parliament.uk written question 50971, answered 2025-05-16"},
	"E23000009": {"mayor", "questions-statements.parliament.uk written question 50971, answered 2025-05-16"},
	"E23000028": {"pfcc", taxFile + " (Essex Police, Fire and Crime Commissioner - Police)"},
	"E23000015": {"pfcc", taxFile + " (Staffordshire Police, Fire and Crime Commissioner - Police)"},
	"E23000022": {"pfcc", taxFile + " (Northamptonshire Police, Fire and Crime Commissioner - Police)"},
	"E23000002": {"pfcc", taxFile + " (Cumbria PCFC - Police)"},
}

var outliers = map[string]string{
	"E23000001": "Metropolitan: national and capital-city work, its own scale; its authority does other things too, so that only the Police services line exists",
	"E23000034": "City of London: few residents and many workers, so that every figure a head is an outlier by construction; its authority does other things too",
}

// readAreas collects the 43 areas from the published tables below shared/data,
// sorted by code.
func readAreas(data string) ([]forceArea, error) {
	listed, err := readRows(filepath.Join(data, filepath.FromSlash(forcesFile)))
	if err != nil {
		return nil, err
	}
	areas := map[string]*forceArea{}
	for _, r := range listed {
		areas[r["ons_pfa_code"]] = &forceArea{code: r["ons_pfa_code"], slug: r["data_police_uk_id"],
			stats19: r["stats19_police_force"], aliases: []string{r["name"]}}
	}
	if err := nameAreas(data, areas); err != nil {
		return nil, err
	}
	if err := spellAreas(data, areas); err != nil {
		return nil, err
	}
	var sorted []forceArea
	for _, a := range areas {
		if a.name == "" || a.forceName == "" || a.region == "" {
			return nil, fmt.Errorf("area %s: name %q, force %q, region %q: one is not in the tables", a.code, a.name, a.forceName, a.region)
		}
		a.aliases = append(a.aliases, statedAliases[a.code]...)
		slices.Sort(a.aliases)
		a.aliases = slices.DeleteFunc(slices.Compact(a.aliases), func(s string) bool { return s == a.name || s == a.forceName })
		sorted = append(sorted, *a)
	}
	slices.SortFunc(sorted, func(a, b forceArea) int { return strings.Compare(a.code, b.code) })
	return sorted, nil
}

// nameAreas takes names from the crime severity table and regions from the
// workforce table, both keyed by ONS code.
func nameAreas(data string, areas map[string]*forceArea) error {
	for _, from := range []struct {
		file, code string
		set        func(*forceArea, map[string]string)
	}{
		{severityFile, "code", func(a *forceArea, r map[string]string) { a.name = r["name"] }},
		{upliftFile, "geo_code", func(a *forceArea, r map[string]string) { a.region = r["region"] }},
	} {
		rows, err := readRows(filepath.Join(data, filepath.FromSlash(from.file)))
		if err != nil {
			return err
		}
		for _, r := range rows {
			if a := areas[r[from.code]]; a != nil {
				from.set(a, r)
			}
		}
	}
	return nil
}

// areaKey is the form in which spellings of an area's name are compared.
func areaKey(name string) string {
	k := strings.ReplaceAll(police.NormalForm(name), " & ", " AND ")
	for _, suffix := range []string{" POLICE SERVICE", " POLICE", " CONSTABULARY"} {
		k = strings.TrimSuffix(k, suffix)
	}
	if k == "LONDON CITY OF" {
		return "CITY OF LONDON"
	}
	return k
}

// spellAreas adds every spelling of the official tables to the aliases, and takes
// the force's own name from the police.uk outcomes.
func spellAreas(data string, areas map[string]*forceArea) error {
	byKey := map[string]*forceArea{}
	for _, a := range areas {
		byKey[areaKey(a.name)] = a
	}
	for _, s := range spelledIn {
		names, err := distinct(filepath.Join(data, filepath.FromSlash(s.file)), s.column)
		if err != nil {
			return err
		}
		for _, n := range names {
			a := byKey[areaKey(n)]
			if a == nil {
				continue // British Transport Police, Action Fraud, NA …
			}
			a.aliases = append(a.aliases, n)
			if s.file == outcomesFile {
				a.forceName = n
			}
		}
	}
	return nil
}

// distinct gives the values of one column of a CSV, plain or gzip; a lone carriage
// return ends a line too (the outcomes file has no other).
func distinct(path, column string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	t := strings.TrimPrefix(string(text), "\ufeff")
	if !strings.Contains(t, "\n") {
		t = strings.ReplaceAll(t, "\r", "\n")
	}
	c := csv.NewReader(strings.NewReader(t))
	c.FieldsPerRecord, c.ReuseRecord = -1, true
	at, seen := -1, map[string]bool{}
	for {
		rec, err := c.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if at < 0 {
			if at = slices.Index(rec, column); at < 0 {
				return nil, fmt.Errorf("%s has no column %s", path, column)
			}
			continue
		}
		if at < len(rec) && !seen[rec[at]] {
			seen[strings.Clone(rec[at])] = true
		}
	}
	var names []string
	for n := range seen {
		names = append(names, n)
	}
	slices.Sort(names)
	return names, nil
}

var forcesHead = []string{"force_code", "name", "force_name", "slug", "region", "nation", "local_policing_body",
	"data_police_uk_id", "stats19_police_force", "aliases", "source", "outlier"}

// forces makes forces.csv.
func forces(files *shelf) ([]table, error) {
	areas, err := files.forceAreas()
	if err != nil {
		return nil, err
	}
	t := table{path: "forces.csv", head: forcesHead}
	for _, a := range areas {
		nation, kind, kindSource := "England", "pcc", taxFile
		if a.code[0] == 'W' {
			nation, kindSource = "Wales", "payees POLICE & CRIME COMMISSIONER FOR … in Home Office spend"
		}
		if b, ok := localBodies[a.code]; ok {
			kind, kindSource = b.kind, b.source
		}
		source := fmt.Sprintf("code, ids: %s; name: %s; force name: %s; region: %s; local policing body: %s; aliases: official tables in shared/data/measures/raw",
			forcesFile, severityFile, outcomesFile, upliftFile, kindSource)
		t.rows = append(t.rows, []string{a.code, a.name, a.forceName, a.slug, a.region, nation, kind,
			a.slug, a.stats19, strings.Join(a.aliases, "|"), source, outliers[a.code]})
	}
	return []table{t}, nil
}
