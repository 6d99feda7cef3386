//go:build !race

package otr_test

const slow = false
