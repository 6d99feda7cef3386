package cage

// WindowRules say what the window's process keeps. All paths are absolute.
type WindowRules struct {
	Profile   string // the folder of the profile, read and written; made by the caller
	Downloads string // where files are saved, read and written; empty or not there: nowhere
	Buses     *Buses // nil: the window has no bus
}

// OpenerRules say what the opener's process keeps.
type OpenerRules struct {
	Ports   []uint16 // TCP ports that may be connected to, on any address
	Sockets []string // unix sockets to connect to, and cookie files to read; need not exist
}

// KeeperRules say what the keeper's process keeps, for itself and for the
// programs that it starts: they inherit it.
type KeeperRules struct {
	DataDir  string   // the folder that may be written; made by the caller
	Programs []string // the only files that may be executed; absolute
	Read     []string // what else may be read: cookie files and sockets that an opener asks for; need not exist
}
