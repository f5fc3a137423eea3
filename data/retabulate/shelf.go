package main

import (
	"fmt"
	"path/filepath"
)

// A shelf is the shared folder of published files. What several steps need is read
// once; it is used by one step after another, never by two at a time.
type shelf struct {
	dir    string
	areas  []forceArea
	sheets []sheet
}

// path gives the path of a file, named below the shelf with slashes.
func (s *shelf) path(name string) string { return filepath.Join(s.dir, filepath.FromSlash(name)) }

// forceAreas gives the 43 areas, by code.
func (s *shelf) forceAreas() ([]forceArea, error) {
	if s.areas == nil {
		areas, err := readAreas(s.path("data"))
		if err != nil {
			return nil, err
		}
		s.areas = areas
	}
	return s.areas, nil
}

// lancashireSheets gives the monthly sheets, by file name and in the workbooks' order.
func (s *shelf) lancashireSheets() ([]sheet, error) {
	if s.sheets != nil {
		return s.sheets, nil
	}
	pattern := s.path("data/spend/lancashire-pcc/*.xlsx")
	paths, err := filepath.Glob(pattern) // sorted
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no workbooks %s", pattern)
	}
	for _, p := range paths {
		sheets, err := readWorkbook(p)
		if err != nil {
			return nil, err
		}
		s.sheets = append(s.sheets, sheets...)
	}
	return s.sheets, nil
}
