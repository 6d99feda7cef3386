// Package build holds the scripts behind make, the lists of packages that they
// install, and what packaging needs. Its Go code is their test.
package build
