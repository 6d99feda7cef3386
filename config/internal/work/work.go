// Package work holds how much work the password's derivation is, so that a
// test outside config can make it cheap and the program cannot.
package work

import "sync/atomic"

// Default is the scrypt work factor of new key files: N = 2^18 with r = 8
// takes 256 MB for as long as it runs, 0.9 s on one core of a common server
// processor of 2023. It is what the age program itself uses.
const Default = 18

// Max is the largest factor that is accepted: 1 GB, about 4 s.
const Max = 20

var factor atomic.Int32

func init() { factor.Store(Default) }

// Factor returns the factor for new key files.
func Factor() int { return int(factor.Load()) }

// Set changes it and returns the one before.
func Set(n int) int { return int(factor.Swap(int32(n))) }
