//go:build !race

package client

const modelFew = 12
