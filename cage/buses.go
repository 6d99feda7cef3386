package cage

// Buses are the filtered ways to the buses of the desktop.
type Buses struct{ dir string }
