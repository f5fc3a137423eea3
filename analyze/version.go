package analyze

// Version names the rules of this package; raise it with any change to what Run
// makes of the same inputs. It is part of the snapshot's id.
const Version = "2"
