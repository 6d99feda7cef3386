// Package walls checks that the project keeps to its own plan: which package
// may import which, who may reach the network, who may write files, and so on.
// docs/hacking.md explains the plan; floors.go is the table.
//
// The check reads the source alone, without types: every file of the tree is
// seen, whatever system or build tag it is for, in well under a second and
// without building GTK. That is strict enough because the dangerous packages
// (net, os, crypto/tls) have lists of what may be used of them, not of what
// may not, and because every package from outside has a list of who may
// import it: whatever is new is a breach until somebody decides otherwise in
// the table.
//
// Each wall is proven by a planted breach: a file added to the real tree in
// memory, which the wall must find.
package walls
