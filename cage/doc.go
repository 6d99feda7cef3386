// Package cage gives up, for the process that calls it, what the process does
// not need: the network, other programs, files, other processes. Nothing can
// take it back, and every thread and child is bound, those that run already
// included.
//
// There are three cages on Linux, for the three processes of the program:
//
//   - Window: no network at all, no other program, and of the files those of
//     the profile and what a window reads. Once the window stands, SealWindow
//     gives up all new connections, also those to sockets in the file system.
//   - Keeper: may start Tor and what Tor needs, writes Tor's folder alone.
//   - Opener: within the keeper's; TCP to Tor's ports alone, no files.
//
// What does the work are seccomp (which calls, with which plain arguments;
// seccomp(2)) and Landlock (which files, which TCP ports, whom to signal;
// landlock(7)). A call that is given up fails with EACCES and the program goes
// on. An older kernel has less to give: the Report says what it was. On other
// systems every function does nothing and says so.
//
// None of the functions is for more than one goroutine at a time.
package cage
