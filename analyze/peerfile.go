package analyze

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"hardyards/internal/police"
)

// ErrPeers says that a file of peer groups can't be used.
var ErrPeers = errors.New("peer groups")

// ReadPeers reads a user's peer groups, such as the official most similar forces: a
// CSV with the columns force and peer, one row a pair, each force by ONS code, slug,
// or name. Groups needn't be mutual. An unknown force, a force as its own peer and a
// missing column are errors with the line.
func ReadPeers(r io.Reader, name string, forces []police.Force) (PeerGroups, error) {
	rows := csv.NewReader(r)
	rows.TrimLeadingSpace = true
	header, err := rows.Read()
	if err != nil {
		return PeerGroups{}, fmt.Errorf("%s: %w: no header: %w", name, ErrPeers, err)
	}
	at := func(column string) int {
		return slices.IndexFunc(header, func(h string) bool {
			return strings.EqualFold(strings.TrimSpace(strings.TrimPrefix(h, "\ufeff")), column)
		})
	}
	force, peer := at("force"), at("peer")
	if force < 0 || peer < 0 {
		return PeerGroups{}, fmt.Errorf("%s:1: %w: columns %s; want force and peer", name, ErrPeers, strings.Join(header, ", "))
	}
	g := PeerGroups{Rule: "groups of " + name, Groups: map[police.ForceCode][]police.ForceCode{}}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return PeerGroups{}, fmt.Errorf("%s: %w: %w", name, ErrPeers, err)
		}
		line, _ := rows.FieldPos(0)
		a, err1 := forceNamed(forces, row[force])
		b, err2 := forceNamed(forces, row[peer])
		if err := errors.Join(err1, err2); err != nil {
			return PeerGroups{}, fmt.Errorf("%s:%d: %w: %w", name, line, ErrPeers, err)
		}
		if a == b {
			return PeerGroups{}, fmt.Errorf("%s:%d: %w: %s is its own peer", name, line, ErrPeers, row[force])
		}
		g.Groups[a] = append(g.Groups[a], b)
	}
	for f := range g.Groups {
		slices.Sort(g.Groups[f])
		g.Groups[f] = slices.Compact(g.Groups[f])
	}
	return g, nil
}

func forceNamed(forces []police.Force, text string) (police.ForceCode, error) {
	text = strings.TrimSpace(text)
	for _, f := range forces {
		names := append([]string{string(f.Code), f.Slug, f.Name, f.ForceName}, strings.Split(f.Aliases, "|")...)
		if text != "" && slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, text) }) {
			return f.Code, nil
		}
	}
	return "", fmt.Errorf("no force %q", text)
}
