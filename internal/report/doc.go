// Package report renders findings as one HTML page, a page per force, and CSV files
// of the tables on them.
//
// It computes nothing: every estimate, interval, rank and verdict stands in the
// police values it is handed. What it does itself is layout: it groups and sorts
// rows, adds exact pence where a picture shows several rows as one mark, and turns
// values into places on a scale.
//
// Steps: Page (police values) → sections (words, figures, tables) → template → files,
// each complete or absent. Nothing is fetched, pictures are inline SVG, and the page
// says the same without JavaScript.
package report
