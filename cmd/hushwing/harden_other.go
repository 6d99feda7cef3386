//go:build !linux

package main

// harden is Linux's alone so far: see docs/known-issues.md.
func harden() error { return nil }
