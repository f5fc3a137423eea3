package collaboration

import (
	"iter"
	"maps"
)

func keys[K comparable, V any](m map[K]V) iter.Seq[K] { return maps.Keys(m) }
