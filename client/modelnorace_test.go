//go:build !race

package client

const (
	slow     = false
	modelFew = 12
)
