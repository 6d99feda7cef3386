//go:build !linux

package story_test

import "testing"

// fromDisk is of Linux alone, as the figures are.
func fromDisk(*testing.B, string) {}
