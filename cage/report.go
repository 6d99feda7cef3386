package cage

// Bus says how a process reaches the buses of the desktop (D-Bus).
type Bus int

const (
	// BusNone: not at all.
	BusNone Bus = iota
	// BusFiltered: through a filter that lets through what a window needs.
	BusFiltered
)

// Report says what the system had to give.
type Report struct {
	Seccomp  bool // calls are filtered
	Landlock int  // the version of Landlock's interface that is in force; 0: none, files are open
	Ports    bool // TCP is held to the ports that were named (Landlock 4 and later)
	Scoped   bool // signals end at the cage's wall (Landlock 6 and later)
	Bus      Bus  // the window's alone; the others need none

	// Missing names what could not be shut, in the words of this package:
	// MissingSeccomp and the others. Empty: nothing.
	Missing []string
}

// What may be missing.
const (
	MissingSeccomp = "seccomp"          // the processor or the kernel has no filter for calls
	MissingFiles   = "files"            // the kernel has no Landlock: all files are open
	MissingPorts   = "ports"            // TCP may go to any port (only where TCP is allowed at all)
	MissingScope   = "abstract-sockets" // sockets without a file can be reached until SealWindow
	MissingIoctl   = "devices"          // devices answer to control calls (before Landlock 5)
	MissingCut     = "truncate"         // files that may not be written can be emptied (before Landlock 3)
	MissingSystem  = "system"           // no cage on this system at all
)
