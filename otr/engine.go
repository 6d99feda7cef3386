package otr

import "github.com/coyim/otr3"

type engineKey struct{ dsa otr3.DSAPrivateKey }
